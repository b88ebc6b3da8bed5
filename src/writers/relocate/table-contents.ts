/** Everything that a table's newest metadata needs: all snapshots' lists, manifests and files. */
import { ConnectorError } from '../../core/errors.js';
import type { FileIO } from '../../core/files/file-io.js';
import { newestVersion, versionLocation } from '../catalog/versions.js';
import { decodeManifest } from '../iceberg/manifest.js';
import { decodeManifestList, liveFiles } from '../iceberg/manifest-list.js';
import { parseMetadata, type TableMetadata } from '../iceberg/metadata.js';
import type { Places } from './places.js';

export interface NewestMetadata {
  readonly metadata: TableMetadata;
  /** The number in the file's name. */
  readonly version: number;
}

/** All locations as the metadata names them. */
export interface TableContents {
  readonly lists: readonly string[];
  readonly manifests: readonly string[];
  /** Bytes of files that hold no locations: data files and statistics. */
  readonly plain: ReadonlyMap<string, number>;
  /** Rows of position-delete files, which name data files by location. */
  readonly deletes: ReadonlyMap<string, number>;
}

/** The newest version in a table's folder, wherever it says it is; null when there is none. */
export async function newestMetadata(io: FileIO, folder: string): Promise<NewestMetadata | null> {
  const version = await newestVersion(io, folder);
  if (version === 0) return null;
  const location = versionLocation(folder, version);
  return { metadata: parseMetadata(await readWhole(io, location), location), version };
}

/** @throws ConnectorError for a file that is missing, damaged, or outside the table's folder */
export async function contentsOf(io: FileIO, places: Places, metadata: TableMetadata): Promise<TableContents> {
  const lists = [...new Set(metadata.snapshots.map((snapshot) => snapshot['manifest-list']))];
  const manifests = new Set<string>();
  const plain = new Map<string, number>(statisticsOf(metadata));
  const deletes = new Map<string, number>();
  for (const list of lists)
    for (const row of decodeManifestList(await readWhole(io, places.oldPlace(list)), list)) {
      if (manifests.has(row.location)) continue;
      manifests.add(row.location);
      const entries = decodeManifest(await readWhole(io, places.oldPlace(row.location)), row.location);
      for (const file of liveFiles(row, entries))
        if (file.content === 'data') plain.set(file.location, file.bytes);
        else deletes.set(file.location, file.records);
    }
  for (const location of [...plain.keys(), ...deletes.keys()]) places.oldPlace(location);
  return { lists, manifests: [...manifests], plain, deletes };
}

export async function readWhole(io: FileIO, location: string): Promise<Uint8Array> {
  const bytes = await io.read(location);
  if (bytes) return bytes;
  throw new ConnectorError(
    'failed',
    `${location} is missing although the table needs it. The table was not moved: bring the file back, then run again.`,
  );
}

/** Files of statistics (spec: Table Statistics, Partition Statistics): whose, by snapshot, so they hold no locations. */
function statisticsOf(metadata: TableMetadata): [string, number][] {
  return ['statistics', 'partition-statistics'].flatMap((key) => {
    const files = metadata[key];
    return Array.isArray(files) ? files.map((file): [string, number] => statisticsFile(file)) : [];
  });
}

function statisticsFile(file: unknown): [string, number] {
  const { 'statistics-path': path, 'file-size-in-bytes': bytes } = file as Record<string, unknown>;
  return [String(path), Number(bytes)];
}
