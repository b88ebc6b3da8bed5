/** What passes between the parts of a read. */
import type { Row } from '../../contract/table.js';

/** A row that passed, beside the record it was made of: what children read from. */
export interface Kept {
  readonly row: Row;
  readonly record: unknown;
}
