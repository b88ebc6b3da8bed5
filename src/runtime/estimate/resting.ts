/** What parents at rest may cost beside a walk that passes over them: some are told of, and the turn of some has come. */
import { canName, isResting, restEvery } from '../plan/at-rest.js';
import { exactly, NONE, type Range } from '../plan/range.js';
import { everyStep, type ReadPlan, type ScanStep } from '../plan/read-plan.js';
import type { Estimating } from './estimate.js';

/** Parents at rest that one record may tell of, at most: it has been in as many. */
const TOLD_BY_ONE = 4;
/** Turns are spread by chance. */
const MORE_TURNS = 5;

export interface Resting {
  /** Those that the walk passes over. */
  readonly parents: number;
  /** Those of them that may be read nevertheless. */
  readonly read: Range;
}

/** @param records how many records of a stream a walk will bring */
export async function restingOf(
  { stream, passes, state }: ScanStep,
  plan: ReadPlan,
  ctx: Estimating,
  records: (stream: string) => number,
): Promise<Resting> {
  if (passes === null || !isResting(stream)) return { parents: 0, read: NONE };
  const { parent, at_rest: rest } = stream;
  const where = { ...parent.where, ...passes };
  const parents = (await ctx.history.rows(parent.stream, Object.values(parent.bind), where)) ?? 0;
  const teller = plan.steps.flatMap(everyStep).find((step) => step.stream.stream === rest.told_by.stream);
  const isTold = teller?.written === true;
  if (isTold && teller.window.mode === 'full') return { parents, read: exactly(parents) };
  const passed = ctx.runStart - (state?.rest?.at ?? 0);
  // The run knows the site's own fields, among which the column may be that names parents; here they were not asked for.
  const share = passed / restEvery(rest, isTold && canName(teller.stream, rest));
  const turns = share >= 1 ? parents : Math.ceil(parents * share * 2) + MORE_TURNS;
  const told = isTold ? records(teller.stream.stream) * TOLD_BY_ONE : 0;
  return {
    parents,
    read: { min: passed >= restEvery(rest, isTold) ? parents : 0, max: Math.min(parents, turns + told) },
  };
}

/** Of streams that are not due. */
export async function estimateAsides(
  plan: ReadPlan,
  ctx: Estimating,
  records: (stream: string) => number,
): Promise<void> {
  for (const step of plan.asides) ctx.costs.add(step.stream.stream, (await restingOf(step, plan, ctx, records)).read);
}
