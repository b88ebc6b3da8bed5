/** Which rows of a whole re-read the census answers for, so that the re-read itself need not say what is gone. */

import type { Stream } from '../streams/registry.js';
import { isWider, type Rhythm, type Settings, type State } from './bookmark.js';
import type { TreeNode } from './tree.js';

/** A stream of a run, as far as the rule looks. */
export interface Covered {
  readonly node: TreeNode;
  readonly state: State | null;
  readonly ctx: {
    readonly account: string;
    readonly settings: Settings;
    rhythm(stream: string): Rhythm;
    streamOf(name: string): Stream;
  };
}

/**
 * `all`: what the census marks, and what each parent's own read marks, is everything that can be gone. `parents`: rows come by a
 * route that does not go through their parents; what hangs on a parent that is gone is the census's, the rest is found by what
 * was not seen. `none`: no census will be taken.
 */
export function coverageOf({ node, ctx, state }: Covered): 'all' | 'parents' | 'none' {
  const { stream } = node;
  if (ctx.rhythm(stream.stream).census === null || state?.account !== ctx.account) return 'none';
  if (stream.census) return 'all';
  if (!stream.parent || !ctx.streamOf(stream.parent.stream).census) return 'none';
  return node.parent?.stream === stream.parent?.stream ? 'all' : 'parents';
}

/** Whether a whole re-read remembers the keys it saw, to mark the others: of a table that holds what the settings show, and no more. */
export function remembersSeen(run: Covered): boolean {
  const { state, ctx } = run;
  const { settings } = ctx;
  const sameRows = state?.complete === true && !isWider(state, settings) && state.start >= settings.start;
  return sameRows && settings.fullRefresh && coverageOf(run) !== 'all';
}
