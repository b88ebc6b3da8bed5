/** What every part of an estimate shares. */

import type { Rhythm, Settings, State } from '../plan/bookmark.js';
import type { Memory } from '../plan/memory.js';
import type { Dialect } from '../plan/tree.js';
import type { Look } from '../probe/look.js';
import type { Registry } from '../streams/registry.js';
import type { Bill } from './bill.js';

export interface Estimating {
  readonly registry: Registry;
  readonly dialect: Dialect;
  readonly settings: Settings;
  readonly account: string;
  /** The server's clock, epoch milliseconds. */
  readonly now: number;
  /** Ids of the projects in scope; null: all, or chosen by JQL. */
  readonly projects: readonly string[] | null;
  readonly memory: Memory;
  readonly look: Look;
  readonly bill: Bill;
  rhythm(stream: string): Rhythm;
  stateOf(stream: string): State | null;
}
