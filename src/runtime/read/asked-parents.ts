/** Which of the rows that came are parents whose own rows are read. */
import type { ScanStep } from '../plan/read-plan.js';
import { countsNone, matches } from '../rows/matches.js';
import type { Kept } from './kept.js';
import { boundValues, isSince, parentKey } from './parents.js';

export interface Asked {
  readonly asked: readonly Kept[];
  /** They count none, and so have none: what the table has of them is gone. */
  readonly none: readonly Kept[];
  /** Values of those that are at rest: nothing is told of their rows. */
  readonly passed: readonly string[];
}

type Step = Pick<ScanStep, 'parent' | 'window' | 'passes'>;

export function askedOf(step: Step, rows: readonly Kept[]): Asked {
  const { passes } = step;
  if (passes === null) return { ...awakeOf(step, rows), passed: [] };
  const passed = rows.filter(({ row }) => matches(row, passes));
  const [column = ''] = Object.values(step.parent?.bind ?? {});
  const others = rows.filter((kept) => !passed.includes(kept));
  return { ...awakeOf(step, others), passed: passed.map(({ row }) => String(row[column])) };
}

function awakeOf({ parent, window }: Step, rows: readonly Kept[]): Omit<Asked, 'passed'> {
  if (!parent || (!parent.where && parent.since === undefined)) return { asked: rows, none: [] };
  const { where = {}, since } = parent;
  const asked = rows.filter(({ row }) => matches(row, where));
  const none = rows.filter(({ row }) => countsNone(row, where));
  if (since === undefined) return { asked, none };
  const fresh = asked.filter(({ row }) => isSince(row[since], window.fresh));
  // Several new rows may speak of one record (the entries of one issue's history): it is asked once.
  return { asked: [...new Map(fresh.map((kept) => [parentKey(boundValues(parent, kept.row)), kept])).values()], none };
}
