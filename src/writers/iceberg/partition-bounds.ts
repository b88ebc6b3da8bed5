/** What a manifest list says about the partitions of a manifest's files, so that readers may pass over it (spec: field 507). No I/O. */
import { encodeExactly } from './bounds.js';
import type { Partition, PartitionValue, PrimitiveType } from './model.js';
import type { BoundSpec } from './partitions.js';

/** Of one partition field. */
export interface FieldSummary {
  readonly containsNull: boolean;
  /** Null: not told. */
  readonly containsNan: boolean | null;
  /** Null when no file has a value. */
  readonly lower: Uint8Array | null;
  readonly upper: Uint8Array | null;
}

/** In the order of the spec's fields. */
export function summarizePartitions({ fields }: BoundSpec, partitions: readonly Partition[]): readonly FieldSummary[] {
  return fields.map(({ id, result }) => {
    const all = partitions.map(({ values }) => values.get(id));
    const known = all.filter((value) => value !== undefined);
    const ordered = known.filter((value) => !Number.isNaN(value)).toSorted((a, b) => compare(a, b));
    const [lower, upper] = [ordered[0], ordered.at(-1)].map((value) => bound(result, value));
    return {
      containsNull: known.length < all.length,
      containsNan: ordered.length < known.length,
      lower: lower ?? null,
      upper: upper ?? null,
    };
  });
}

const bound = (type: PrimitiveType, value: PartitionValue | undefined) =>
  value === undefined ? null : encodeExactly(type, value);

/** Texts by code point, which is the order of their bytes; JavaScript's own is another beyond U+FFFF. */
function compare(a: PartitionValue, b: PartitionValue): number {
  if (typeof a === 'string' && typeof b === 'string') return Buffer.compare(Buffer.from(a), Buffer.from(b));
  return a < b ? -1 : a > b ? 1 : 0;
}
