/** Which manifests are written anew, and which of them into one file. No I/O. */
import { LIMITS } from './limits.js';
import type { ManifestEntry } from './manifest.js';
import type { ManifestRow } from './manifest-list.js';

/** A manifest whose entries are written anew. */
export interface OpenedManifest {
  readonly row: ManifestRow;
  readonly entries: readonly ManifestEntry[];
}

/** What the files of one manifest have in common. */
export type Kind = Pick<ManifestRow, 'content' | 'specId'>;

/** Manifests that become one. */
export interface Pack {
  readonly kind: Kind;
  readonly pack: readonly OpenedManifest[];
}

/**
 * The manifests to pack: the small ones of a kind that has too many.
 * @param every pack whatever can be packed, and take entries of removed files out of the others
 */
export function manifestsToPack(rows: readonly ManifestRow[], every: boolean): ReadonlySet<ManifestRow> {
  return new Set(
    alike(rows, (row) => row).flatMap(({ all: own }) => {
      const small = own.filter((row) => row.bytes < LIMITS.fullManifest);
      const packed = small.length > 1 && (every || own.length > LIMITS.manifests) ? small : [];
      return every ? [...packed, ...own.filter((row) => row.deleted.files > 0)] : packed;
    }),
  );
}

/** Groups of one kind each, of the size of a full manifest together. */
export function packs(opened: readonly OpenedManifest[]): readonly Pack[] {
  return alike(opened, ({ row }) => row).flatMap(({ kind, all }) => {
    const groups: OpenedManifest[][] = [];
    let room = 0;
    for (const one of all) {
      const group = one.row.bytes <= room ? groups.at(-1) : undefined;
      if (group) group.push(one);
      else groups.push([one]);
      room = (group ? room : LIMITS.fullManifest) - one.row.bytes;
    }
    return groups.map((pack) => ({ kind, pack }));
  });
}

/**
 * Entries in their order, so many at a time as one manifest may hold. Bytes do not bound it: columns without values take six values
 * each of every file, and next to nothing of a compressed manifest; our own reader refuses more than it can hold.
 */
export function* readable(
  entries: readonly ManifestEntry[],
  most: number = LIMITS.manifestValues,
): Generator<readonly ManifestEntry[]> {
  let some: ManifestEntry[] = [];
  let values = 0;
  for (const entry of entries) {
    const more = valuesOf(entry);
    if (some.length > 0 && values + more > most) {
      yield some;
      [some, values] = [[], 0];
    }
    some.push(entry);
    values += more;
  }
  if (some.length > 0) yield some;
}

/** As a reader counts them: a key and a number, or a key and bytes with their length, for each column and statistic. */
function valuesOf({ file }: ManifestEntry): number {
  const numbers = [file.columnSizes, file.valueCounts, file.nullCounts, file.nanCounts];
  const sum = (maps: readonly { readonly size: number }[]) => maps.reduce((total, { size }) => total + size, 0);
  return 2 * sum(numbers) + 3 * sum([file.lowerBounds, file.upperBounds]) + BESIDE;
}

/** Of what an entry tells beside its columns. */
const BESIDE = 50;

/** By kind, those of data first. */
export function alike<T>(all: readonly T[], kindOf: (one: T) => Kind): { readonly kind: Kind; readonly all: T[] }[] {
  const groups = new Map<string, { readonly kind: Kind; readonly all: T[] }>();
  for (const one of all) {
    const kind = kindOf(one);
    const name = `${kind.content} ${kind.specId}`;
    const group = groups.get(name) ?? { kind, all: [] };
    group.all.push(one);
    groups.set(name, group);
  }
  return [...groups.values()].toSorted((a, b) => rank(a.kind) - rank(b.kind));
}

const rank = ({ content }: Kind) => (content === 'data' ? 0 : 1);
