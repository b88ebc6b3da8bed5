/** What the site holds of a stream, as rows to hold a table against. */
import type { Simulator } from '../../../simulator/simulator.js';

/** A row by some of its columns; lists and structs as JSON text, moments as epoch milliseconds, null as it is. */
export type Row = Readonly<Record<string, string | number | boolean | null>>;

/** The table of a stream holds these rows and no others, in any order. */
export interface TruthCase {
  readonly stream: string;
  /** What must have happened on the site for it to have such rows. */
  readonly arrange?: (jira: Simulator) => void;
  truth(jira: Simulator): readonly Row[];
  /** Columns that Data Center has, too; all of them when nothing is said. */
  readonly onServer?: readonly string[];
}

/** A cell of a table as cases write it. */
export const caseCell = (cell: unknown): Row[string] =>
  typeof cell === 'object' && cell !== null ? JSON.stringify(cell) : (cell as Row[string]);
