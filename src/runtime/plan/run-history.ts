/** What the tables of earlier runs tell of a site: figures that need no request. Null: nothing is known. */
import type { Json } from '../../contract/table.js';
import type { ScopedProject } from './scopes.js';

/** One row of `_runs`: the last run of a stream that was not cut short. */
export interface LastRun {
  readonly run: string;
  readonly requests: number;
  readonly rowsRead: number;
  /** Every stream of that run. */
  readonly together: ReadonlySet<string>;
}

export type Conditions = Readonly<Record<string, readonly (string | boolean | null)[] | { readonly above: number }>>;

export interface RunHistory {
  /** The projects behind the scopes in states. */
  projects(): Promise<readonly ScopedProject[]>;
  /** The state kept in the table. */
  state(stream: string): Json | null;
  /** Streams that owe rows of some parents. */
  owing(): Promise<ReadonlySet<string>>;
  lastRun(stream: string): LastRun | null;
  /** Live rows of a table; with columns, distinct combinations of their values among the rows that meet the conditions. */
  rows(stream: string, columns?: readonly string[], where?: Conditions): Promise<number | null>;
  /** Parents that have live rows in this table, and the pages of `size` rows that they fill. */
  pages(stream: string, parentColumn: string, size: number): Promise<{ parents: number; pages: number } | null>;
}
