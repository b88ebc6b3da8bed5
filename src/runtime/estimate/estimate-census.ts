/** What the proof of completeness will cost, when one is due: the list of all keys, and asking for those that seem to be gone. */

import { isWider, windowOf } from '../plan/bookmark.js';
import { pageSize } from '../plan/cost.js';
import { isCensusDue, listRequests } from '../plan/due.js';
import { exactly } from '../plan/range.js';
import type { TreeNode } from '../plan/tree.js';
import type { Stream } from '../streams/registry.js';
import type { Estimating } from './estimate.js';

/** A root, and what its walk will bring. */
export interface Walked {
  readonly root: TreeNode;
  /** Epoch milliseconds. */
  readonly since: number;
  readonly records: number;
}

interface Concerned {
  readonly node: TreeNode;
  readonly root: TreeNode;
}

type Counted = Stream & Required<Pick<Stream, 'census'>>;

/** One census per stream that declares it, taken for all who hang on its records; counted on the first for whom it is due. */
export async function estimateCensus(
  nodes: readonly Concerned[],
  walked: readonly Walked[],
  ctx: Estimating,
): Promise<void> {
  const concerned = nodes.filter(({ node }) => node.selected && node.stream.write !== 'replace');
  for (const stream of ctx.registry.streams.values()) {
    if (!stream.census) continue;
    const counted: Counted = { ...stream, census: stream.census };
    const listed = concerned.find(({ node }) => node.stream.stream === stream.stream);
    const below = concerned.filter(({ node }) => node.stream.parent?.stream === stream.stream);
    const requests = listed ? await requestsOf(counted, ctx) : null;
    const first = [listed, ...below].find((one) => one && isDue(one, requests, ctx));
    if (!first) continue;
    const own = walked.find(({ root }) => root.stream.stream === stream.stream);
    ctx.bill.add(first.node.stream.stream, exactly(await censusRequests(counted, own, listed !== undefined, ctx)));
  }
  await estimateFollowers(concerned, ctx);
}

/** Whose marks are carried over costs nothing; else each key is asked for. */
async function estimateFollowers(concerned: readonly Concerned[], ctx: Estimating): Promise<void> {
  for (const one of concerned) {
    const { gone_with: decl, routes, stream } = one.node.stream;
    if (!decl || concerned.some(({ node }) => node.stream.stream === decl.stream) || !isDue(one, null, ctx)) continue;
    const max = routes.find(({ name }) => name === decl.confirm)?.batch?.max ?? 1;
    ctx.bill.add(stream, exactly(Math.ceil(((await ctx.memory.rows(stream)) ?? 0) / max)));
  }
}

async function requestsOf(stream: Counted, { memory }: Estimating): Promise<number> {
  return listRequests((await memory.rows(stream.stream)) ?? 0, pageOf(stream));
}

function pageOf({ census, routes }: Counted): number {
  const list = routes.find(({ name }) => name === census.list);
  return list ? pageSize(list) : 1;
}

async function censusRequests(
  stream: Counted,
  own: Walked | undefined,
  selected: boolean,
  { look, memory, settings }: Estimating,
): Promise<number> {
  const everything = own !== undefined && own.since <= settings.start;
  const live = selected ? await memory.rows(stream.stream) : null;
  const listed = everything ? own.records : ((await look.count(stream, settings.start)) ?? live ?? own?.records ?? 0);
  // What the walk brings anew is not in the table yet, so this is the least that is gone.
  const gone = live === null ? 0 : Math.max(0, live - listed);
  const read = stream.routes.find(({ name }) => name === stream.census.read);
  return listRequests(listed, pageOf(stream)) + Math.ceil(gone / (read?.batch?.max ?? 1));
}

/** As the run itself will find, if all goes well. */
function isDue({ node: { stream }, root }: Concerned, requests: number | null, ctx: Estimating): boolean {
  const state = ctx.stateOf(stream.stream);
  if (!stream.census && !state) return false;
  if (state && (isWider(state, ctx.settings) || state.account !== ctx.account)) return false;
  const rhythm = ctx.rhythm(stream.stream);
  const { mode } = windowOf(state, root.stream.stream, ctx.settings, rhythm);
  return isCensusDue({ rhythm: rhythm.census, mode, last: state?.census ?? null, now: rhythm.now, requests });
}
