/** What every part of an estimate shares. */
import type { Memory } from '../plan/memory.js';
import type { PlanFacts } from '../plan/read-plan.js';
import type { Look } from '../probe/look.js';
import type { Bill } from './bill.js';

export interface Estimating extends PlanFacts {
  /** The server's clock, epoch milliseconds. */
  readonly now: number;
  /** Ids of the projects in scope; null: all, or chosen by JQL. */
  readonly projects: readonly string[] | null;
  readonly memory: Memory;
  readonly look: Look;
  readonly bill: Bill;
}
