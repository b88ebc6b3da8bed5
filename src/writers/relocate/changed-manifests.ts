/**
 * Manifests and manifest lists with other locations in them. What else they hold stays as it is, also what this writer does
 * not know. No I/O.
 */
import { changeContainer } from '../iceberg/avro-container.js';
import type { FileContents } from '../parquet/stats.js';
import type { Places } from './places.js';

/** What of a delete file is another than before. */
export type ChangedFile = FileContents & { readonly location: string };

interface Pair {
  readonly key: number;
  readonly value: unknown;
}

interface RawFile {
  content: number;
  file_path: string;
  file_size_in_bytes: bigint;
  column_sizes: Pair[] | null;
  lower_bounds: Pair[] | null;
  upper_bounds: Pair[] | null;
  split_offsets?: unknown;
  /** The one data file that a delete file is about (spec: field 143). */
  referenced_data_file?: string | null;
}

/** @param deletes the changed position-delete files, by the location the manifest names */
export function changedManifest(
  bytes: Uint8Array,
  location: string,
  places: Places,
  deletes: ReadonlyMap<string, ChangedFile>,
): Uint8Array {
  return changeContainer(bytes, location, (record) => {
    const { data_file: file } = record as { data_file: RawFile };
    const changed = deletes.get(file.file_path);
    file.file_path = changed?.location ?? places.text(file.file_path);
    if (file.referenced_data_file) file.referenced_data_file = places.text(file.referenced_data_file);
    if (file.content !== POSITION_DELETES) return;
    // An entry of a file that is gone (status 2) has no changed one; nobody may prune by bounds that name the old place.
    file.lower_bounds = pairs(changed?.lowerBounds, (bound) => Buffer.from(bound));
    file.upper_bounds = pairs(changed?.upperBounds, (bound) => Buffer.from(bound));
    if (!changed) return;
    file.file_size_in_bytes = BigInt(changed.bytes);
    file.column_sizes = pairs(changed.columnSizes, BigInt);
    // They say where row groups began in the file that was.
    if (file.split_offsets !== undefined) file.split_offsets = null;
  });
}

/** @param lengths bytes of the changed manifests, by the location the list names */
export function changedList(
  bytes: Uint8Array,
  location: string,
  places: Places,
  lengths: ReadonlyMap<string, number>,
): Uint8Array {
  return changeContainer(bytes, location, (record) => {
    const row = record as { manifest_path: string; manifest_length: bigint };
    row.manifest_length = BigInt(lengths.get(row.manifest_path) ?? row.manifest_length);
    row.manifest_path = places.changed(row.manifest_path);
  });
}

const POSITION_DELETES = 1;

function pairs<V>(map: ReadonlyMap<number, V> | undefined, convert: (value: V) => unknown): Pair[] | null {
  return map && map.size > 0 ? Array.from(map, ([key, value]) => ({ key, value: convert(value) })) : null;
}
