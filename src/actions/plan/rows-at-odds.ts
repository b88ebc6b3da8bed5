/** Rows of one set that set the same: planned against one look at the site, the later one would be taken for done, or settled as if it stood alone. */
import { own } from '../../core/json-path.js';
import type { InputDecl } from '../registry/action-file.js';
import type { Action } from '../registry/registry.js';
import type { ReadRow } from './change.js';

/** What an input or a field sets: the id of the field, or the name in the body; null for what says which thing, or how. */
function setBy(name: string, input: InputDecl | undefined): string | null {
  if (input === undefined) return name === 'markup' ? null : name;
  return /^body\.(?:fields\.)?(.+)$/.exec(input.put)?.[1] ?? null;
}

/**
 * Complaints by the place of the row.
 * @param idOf the id of an issue that a row names
 * @param isKnown of the row at a place: it is not sent
 */
export function rowsAtOdds(
  rows: readonly ReadRow[],
  { input, once }: Action,
  idOf: (name: string) => string,
  isKnown: (at: number) => boolean,
): ReadonlyMap<number, string> {
  const found = new Map<number, string>();
  if (once === 'content') return filesAtOdds(rows, idOf, isKnown);
  if (once !== 'value' && once !== 'status') return found;
  const earlier = new Map<string, number>();
  for (const [at, { content, errors }] of rows.entries()) {
    if (errors.length > 0) continue;
    const target = Object.entries(input)
      .filter(([, { put }]) => put.startsWith('path.'))
      .map(([name, { type }]) => (type === 'issue' ? idOf(String(content[name])) : String(content[name])));
    for (const name of Object.keys(content)) {
      const set = setBy(name, input[name]);
      if (set === null) continue;
      const key = JSON.stringify([set, ...target]);
      const first = earlier.get(key);
      if (first === undefined) earlier.set(key, at);
      // The steps of one row are no two rows.
      else if (first !== at && (!isKnown(at) || !isKnown(first)))
        found.set(at, `line ${rows[first]?.line} of this set sets ${set} of ${content.issue}, too; keep one of them`);
    }
  }
  return found;
}

/** An attachment is known by name and size: two of one issue that differ in content alone would be taken for each other. */
function filesAtOdds(
  rows: readonly ReadRow[],
  idOf: (name: string) => string,
  isKnown: (at: number) => boolean,
): ReadonlyMap<number, string> {
  const found = new Map<number, string>();
  const earlier = new Map<string, number>();
  for (const [at, { content, errors }] of rows.entries()) {
    if (errors.length > 0) continue;
    const { issue, file } = content;
    const key = JSON.stringify([idOf(String(issue)), own(file, 'filename'), own(file, 'size')]);
    const first = earlier.get(key) ?? at;
    earlier.set(key, first);
    const isOther = own(rows[first]?.content.file, 'sha256') !== own(file, 'sha256');
    if (isOther && (!isKnown(at) || !isKnown(first)))
      found.set(
        at,
        `line ${rows[first]?.line} of this set attaches another file of this name and size to ${issue}, and nobody could tell which of them arrived; rename one, or attach it in a set of its own`,
      );
  }
  return found;
}
