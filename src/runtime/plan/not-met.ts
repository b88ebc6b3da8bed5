/** Which live rows a whole read has not met: they are gone. Arithmetic only. */
import type { Mark } from '../../contract/table.js';

export interface Met {
  /** All rows of the stream are written by this run. */
  readonly replaces: boolean;
  /** The first key column. */
  readonly key: string;
  /** Its values seen in a whole read over several commits; null: not remembered. */
  readonly seen: Iterable<string> | null;
  readonly parentColumn: string;
  /** Parents that did not show their rows. */
  readonly silent: readonly string[];
  /** Parents whose rows were all read. */
  readonly judged: readonly string[];
  /** The list of parents may lack some: nothing is told of the rows of others than those. */
  readonly sheltered: boolean;
}

/** Null: nothing can be told. */
export function notMet({ replaces, key, seen, parentColumn, judged, sheltered, ...met }: Met): Mark['where'] | null {
  if (sheltered) return replaces && judged.length > 0 ? { column: parentColumn, in: judged } : null;
  const shown = new Set(judged);
  const silent = met.silent.filter((parent) => !shown.has(parent));
  // Rows of a silent parent are told from others by the parent alone, not by their own keys.
  if (seen) return silent.length > 0 ? null : { column: key, notIn: seen };
  if (!replaces) return null;
  return silent.length > 0 ? { column: parentColumn, notIn: silent } : 'all';
}
