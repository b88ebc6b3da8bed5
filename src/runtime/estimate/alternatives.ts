/** Why these routes: what the same streams would cost with one of them read in another way. */

import { type Cost, costOf, type Facts, hasChoice, secondsOf } from '../plan/cost.js';
import { type Choice, type Dialect, planTree, readingRoutes, type Wanted } from '../plan/tree.js';
import type { Registry } from '../streams/registry.js';

export interface Alternative {
  readonly stream: string;
  readonly route: string;
  readonly requests: number;
  readonly seconds: number;
}

/**
 * The chosen way first (its `stream` and `route` empty), then each other route of each stream that has a choice. Walks and what hangs
 * on them alone: census and deletion feeds are the same for all.
 */
export function alternatives(
  registry: Registry,
  wanted: readonly Wanted[],
  dialect: Dialect,
  choice: Choice,
  facts: Facts,
): readonly Alternative[] {
  const members = wanted.filter(({ stream }) => hasChoice(registry.get(stream)));
  if (members.length === 0) return [];
  const priced = (routes: Choice): Pick<Alternative, 'requests' | 'seconds'> => {
    const cost: Cost = costOf(planTree(registry, members, dialect, routes), members, facts);
    return { requests: cost.requests, seconds: secondsOf(cost, facts) };
  };
  const others = members.flatMap(({ stream, mode }) =>
    readingRoutes(registry.get(stream), mode, dialect)
      .filter((route) => route !== choice.get(stream))
      .map((route) => ({ stream, route: route.name, ...priced(new Map([...choice, [stream, route]])) })),
  );
  return [{ stream: '', route: '', ...priced(choice) }, ...others];
}
