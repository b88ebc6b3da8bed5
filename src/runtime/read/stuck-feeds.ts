/** Feeds that cannot advance, and what can be read in another way. */
import type { Wanted } from '../plan/tree.js';
import { FeedStuckError } from '../requests/pager.js';
import type { StreamRun } from './stream-run.js';

/** Streams whose feed cannot advance and that can be read from their other parent. */
export function stuckFeeds(streamRuns: readonly StreamRun[]): readonly Wanted[] {
  return streamRuns.flatMap((streamRun) => {
    if (!(streamRun.failure instanceof FeedStuckError)) return [];
    return streamRun.children
      .filter(({ run, node }) => run.table && node.stream.parent?.stream !== streamRun.name)
      .map(({ name }) => ({ stream: name, mode: 'full' as const }));
  });
}
