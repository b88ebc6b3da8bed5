/** Feeds that cannot advance, and what can be read in another way. */
import type { Wanted } from '../plan/tree.js';
import { FeedStuckError } from '../requests/pager.js';
import type { Branch } from './branch.js';

/** Streams whose feed cannot advance and that can be read from their other parent. */
export function stuckFeeds(branches: readonly Branch[]): readonly Wanted[] {
  return branches.flatMap((branch) => {
    if (!(branch.failure instanceof FeedStuckError)) return [];
    return branch.children
      .filter(({ run, node }) => run.table && node.stream.parent?.stream !== branch.name)
      .map(({ name }) => ({ stream: name, mode: 'full' as const }));
  });
}
