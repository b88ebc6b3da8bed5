/** Which rows of a whole re-read the census answers for, so that the re-read itself need not say what is gone. */

import type { Registry } from '../streams/registry.js';
import { isWider, type Schedule, type Settings, type State } from './bookmark.js';
import type { TreeNode } from './tree.js';

/**
 * `all`: what the census marks, and what each parent's own read marks, is everything that can be gone. `parents`: rows come by a
 * route that does not go through their parents; what hangs on a parent that is gone is the census's, the rest is found by what
 * was not seen. `none`: no census will be taken.
 */
export type Coverage = 'all' | 'parents' | 'none';

/** A step of a plan, as far as the rule looks. */
export type Covered = Pick<TreeNode, 'stream' | 'parent'> & {
  readonly state: State | null;
  readonly schedule: Schedule;
};

export function coverageOf(
  { stream, parent, state, schedule }: Covered,
  { account, registry }: { readonly account: string; readonly registry: Registry },
): Coverage {
  if (schedule.census === null || state?.account !== account) return 'none';
  if (stream.census) return 'all';
  if (!stream.parent || !registry.get(stream.parent.stream).census) return 'none';
  return parent?.stream === stream.parent.stream ? 'all' : 'parents';
}

/**
 * Whether a whole re-read remembers the keys it saw, to mark the others: of a table that holds what the settings show, and no more.
 * @param some its walk leaves out parents of which the site says that they have no rows, so that none of them tells that its rows are gone
 */
export function answersForRest({ state }: Covered, coverage: Coverage, settings: Settings, some: boolean): boolean {
  const sameRows = state?.complete === true && !isWider(state, settings) && state.start >= settings.start;
  return sameRows && (some || (settings.fullRefresh && coverage !== 'all'));
}
