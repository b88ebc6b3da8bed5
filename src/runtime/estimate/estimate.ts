/** What every part of an estimate shares. */

import type { PlanFacts } from '../plan/read-plan.js';
import type { RunHistory } from '../plan/run-history.js';
import type { Probe } from '../probe/probe.js';
import type { Costs } from './costs.js';

export interface Estimating extends PlanFacts {
  /** Ids of the projects in scope; null: all, or chosen by JQL. */
  readonly projects: readonly string[] | null;
  readonly history: RunHistory;
  readonly probe: Probe;
  readonly costs: Costs;
}
