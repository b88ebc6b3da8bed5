/**
 * Two runs that write one table at once (I12): what the slower one has read is older than what it would write over, and its
 * bookmark would hide that. It stops, told by the marks that each commit of a run leaves and that maintenance keeps.
 */

import type { Commit } from '../../contract/table.js';
import { CommitConflict } from '../iceberg/errors.js';
import type { TableVersion } from '../iceberg/version.js';
import { authorOf, authorsOf } from './state.js';

/** Another run wrote the table; unlike after any other conflict, the same work must not be done again. */
export class TakenByOtherRun extends CommitConflict {}

export class OtherRuns {
  readonly #known: Set<string>;

  /** @param opened the table as it was when reading for it began; null: there was none */
  constructor(
    private readonly table: string,
    opened: TableVersion | null,
  ) {
    this.#known = new Set(opened ? authorsOf(opened) : []);
  }

  /** A commit that the table may carry from now on, also when its outcome is never known. */
  expect(commit: Commit): void {
    this.#known.add(authorOf(commit));
  }

  /** @throws TakenByOtherRun (kind `later`) when the version carries a commit of a run that began beside this one */
  refuse(version: TableVersion | null): void {
    const other = version && authorsOf(version).find((author) => !this.#known.has(author));
    if (other == null) return;
    throw new TakenByOtherRun(
      `Another run wrote table ${this.table} while this one was reading for it. Its rows and bookmark stay; ` +
        'of this run nothing more was committed. Run again, one run at a time.',
      { detail: `run and batch of the other one: ${other}` },
    );
  }
}
