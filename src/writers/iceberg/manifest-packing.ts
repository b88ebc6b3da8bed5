/** Which manifests are written anew, and which of them into one file. No I/O. */
import { LIMITS } from './limits.js';
import type { ManifestEntry } from './manifest.js';
import type { ManifestRow } from './manifest-list.js';

/** A manifest whose entries are written anew. */
export interface OpenedManifest {
  readonly row: ManifestRow;
  readonly entries: readonly ManifestEntry[];
}

/**
 * The manifests to pack: the small ones of a kind (data, deletes) that has too many.
 * @param all pack whatever can be packed, and take entries of removed files out of the others
 */
export function manifestsToPack(rows: readonly ManifestRow[], all: boolean): ReadonlySet<ManifestRow> {
  return new Set(
    (['data', 'deletes'] as const).flatMap((content) => {
      const own = rows.filter((row) => row.content === content);
      const small = own.filter((row) => row.bytes < LIMITS.fullManifest);
      const packed = small.length > 1 && (all || own.length > LIMITS.manifests) ? small : [];
      return all ? [...packed, ...own.filter((row) => row.deleted.files > 0)] : packed;
    }),
  );
}

/** Groups of one kind each, of the size of a full manifest together. */
export function packs(opened: readonly OpenedManifest[]): readonly (readonly OpenedManifest[])[] {
  const groups: OpenedManifest[][] = [];
  for (const content of ['data', 'deletes'] as const) {
    let room = 0;
    for (const one of opened.filter(({ row }) => row.content === content)) {
      const group = one.row.bytes <= room ? groups.at(-1) : undefined;
      if (group) group.push(one);
      else groups.push([one]);
      room = (group ? room : LIMITS.fullManifest) - one.row.bytes;
    }
  }
  return groups;
}
