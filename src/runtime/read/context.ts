/** What every part of one connection's run shares. */

import type { StreamEvent } from '../../contract/events.js';
import type { Row, TableWriter } from '../../contract/table.js';
import type { HttpClient } from '../../http/client.js';
import type { Settings } from '../plan/bookmark.js';
import type { Cleaner } from '../probe/site-view.js';
import type { Values } from '../requests/build-request.js';
import type { Stream } from '../streams/registry.js';
import type { Debts } from './debts.js';
import type { Watch } from './watch.js';

/** A row that could not be written: goes to the table `_rejects`. */
export interface Reject {
  readonly stream: string;
  readonly reason: string;
  readonly record: unknown;
}

export interface RunContext {
  readonly client: HttpClient;
  readonly runId: string;
  readonly site: string;
  readonly account: string;
  /** Keys of pure links, left out of `_extra`. */
  readonly links: ReadonlySet<string>;
  /** What records of a stream go through before they are shaped or rejected; null: nothing. */
  cleanerOf(stream: Stream): Cleaner | null;
  /** The built-in placeholders `scope`; `since_ms` and `since_iso` are added per root. */
  readonly values: Values;
  readonly settings: Settings;
  /** The moment the run began by the earlier of the site's clock and ours, epoch milliseconds. */
  readonly runStart: number;
  /** Whether a row belongs to what the settings select (`projects`, `jql`). */
  inScope(stream: Stream, row: Row): boolean;
  streamOf(name: string): Stream;
  /** Whether children of this parent row are read at all. */
  parentInScope(parent: string, row: Row): boolean;
  readonly debts: Debts;
  /** Notes what tells of parents at rest. */
  readonly watch: Watch;
  /** Open tables by stream, those of streams that are not due among them. */
  readonly tables: ReadonlyMap<string, TableWriter>;
  /** Told of records that came into view without being new, before they are committed: who does not read them in this run owes their rows. */
  entered(stream: Stream, rows: readonly Row[]): Promise<void>;
  /** Which of these values of a parent's column its table holds live; null when that cannot tell of all that a table from `covers` on has. */
  liveParents(
    parent: string,
    column: string,
    values: readonly string[],
    covers: number,
  ): Promise<ReadonlySet<string> | null>;
  /** Live values of a column of a table read in this run that are not among these; none where the run does not read that stream. */
  notAmong(stream: string, column: string, values: readonly string[]): Promise<readonly string[]>;
  /** Rows per commit, at most about so many. */
  readonly commitRows: number;
  /** Milliseconds from a commit of a walk to the next, at most about so many. */
  readonly commitMs: number;
  /** Our clock, epoch milliseconds. */
  now(): number;
  reject(reject: Reject): void;
  /** Makes the rejects so far durable. */
  keepRejects(): Promise<void>;
  tell(event: StreamEvent): void;
  readonly signal: AbortSignal;
}
