/**
 * Records that come into view without being new: shown again by a security level, moved into the scope, restored with their project.
 * What hangs on them is older than any window (I13). A record that is new to the table although it came into being before the window
 * is one.
 */
import type { Row, TableWriter } from '../../contract/table.js';
import type { State } from '../plan/bookmark.js';
import type { Stream } from '../streams/registry.js';

export interface Entrants {
  /** @param since of the window, epoch milliseconds. A whole read of a table that was whole before looks at every row. */
  begin(since: number, mode: 'full' | 'incremental'): void;
  note(rows: readonly Row[]): void;
  /** How many are noted. */
  readonly waiting: number;
  /** Those noted since the last call that the table does not hold live; asked right before they are committed. */
  take(table: TableWriter): Promise<readonly Row[]>;
}

/** Null where nothing can enter: a table that was never whole, or a stream whose records have no moment of birth. */
export function makeEntrants({ born, primary_key: [key = ''] }: Stream, state: State | null): Entrants | null {
  if (born === undefined || state?.complete !== true) return null;
  let before = Number.NEGATIVE_INFINITY;
  let noted = new Map<string, Row>();
  return {
    begin(since, mode) {
      before = mode === 'full' ? (state.bookmark?.ms ?? since) : since;
    },
    note(rows) {
      for (const row of rows) {
        const at = row[born];
        if (typeof at === 'string' && Date.parse(at) < before) noted.set(String(row[key]), row);
      }
    },
    get waiting() {
      return noted.size;
    },
    async take(table) {
      const asked = noted;
      noted = new Map();
      if (asked.size === 0) return [];
      const live = await table.rows({ columns: [key], where: { column: key, in: [...asked.keys()] } });
      for (const row of live) asked.delete(String(row[key]));
      return [...asked.values()];
    },
  };
}
