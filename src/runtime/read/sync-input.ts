/** What a sync of one connection is given. */

import type { StreamEvent } from '../../contract/events.js';
import type { Writer } from '../../contract/table.js';
import type { ScopeStore } from '../plan/scopes.js';
import type { ReadInput } from '../probe/read-input.js';
import type { Reject } from './context.js';
import type { DebtStore } from './debts.js';

export interface SyncInput extends ReadInput {
  /** The connection's name: the Iceberg namespace of its tables. */
  readonly connection: string;
  readonly writer: Writer;
  readonly runId: string;
  /** Streams that the user named one by one: for them `forbidden` and `unsupported` are failures. */
  readonly explicit: ReadonlySet<string>;
  /** Remembers which projects the scopes in states mean. */
  readonly scopes: ScopeStore;
  readonly acceptDeletes: boolean;
  /** Every parent that is owed is tried, whatever its turn. */
  readonly retryOwed: boolean;
  /** Parents that were given up are failures, too. */
  readonly strict: boolean;
  /** Where parents that are owed are remembered. */
  readonly debts: DebtStore;
  readonly links: ReadonlySet<string>;
  readonly commitRows: number;
  /** Milliseconds after which rows that wait are committed, however few they are. */
  readonly commitMs: number;
  readonly signal: AbortSignal;
  onReject(reject: Reject): void;
  /** Makes the rejects so far durable; asked for before a commit whose bookmark passes them (I6). */
  keepRejects(): Promise<void>;
  /** Told what the user should know before it is paid. */
  warn?(text: string): void;
  /** Told of everything that happens to a stream, in order. */
  tell(event: StreamEvent): void;
}
