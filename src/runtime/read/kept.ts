/** What passes between the parts of a read. */
import type { Row, TableWriter } from '../../contract/table.js';
import type { State } from '../plan/bookmark.js';

/** A row that passed, beside the record it was made of: what children read from. */
export interface Kept {
  readonly row: Row;
  readonly record: unknown;
}

/** A table of this run, and its state before it. */
export interface Opened {
  readonly table: TableWriter;
  readonly state: State | null;
}
