/** What the proof of completeness will cost, when one is due: the list of all keys, and asking for those that seem to be gone. */
import type { Stream } from '../registry/registry.js';
import { due, isWider, windowOf } from './bookmark.js';
import { pageSize } from './cost.js';
import type { Estimating } from './estimate.js';
import { exactly } from './range.js';
import type { TreeNode } from './tree.js';

/** A root, and what its walk will bring. */
export interface Walked {
  readonly root: TreeNode;
  /** Epoch milliseconds. */
  readonly since: number;
  readonly records: number;
}

/** One census per stream that declares it, taken for all who hang on its records; counted on the first for whom it is due. */
export async function estimateCensus(
  nodes: readonly { readonly node: TreeNode; readonly root: TreeNode }[],
  walked: readonly Walked[],
  ctx: Estimating,
): Promise<void> {
  for (const stream of ctx.registry.streams.values()) {
    if (!stream.census) continue;
    const concerned = nodes.filter(({ node }) => node.selected && node.stream.write !== 'replace');
    const listed = concerned.filter(({ node }) => node.stream.stream === stream.stream);
    const below = concerned.filter(({ node }) => node.stream.parent?.stream === stream.stream);
    const first = [...listed, ...below].find(({ node, root }) => isDue(node, root, ctx));
    if (!first) continue;
    const own = walked.find(({ root }) => root.stream.stream === stream.stream);
    const requests = await censusRequests(stream, stream.census, own, listed.length > 0, ctx);
    ctx.bill.add(first.node.stream.stream, exactly(requests));
  }
}

async function censusRequests(
  stream: Stream,
  census: NonNullable<Stream['census']>,
  own: Walked | undefined,
  selected: boolean,
  { look, memory, settings }: Estimating,
): Promise<number> {
  const everything = own !== undefined && own.since <= settings.start;
  const live = selected ? await memory.rows(stream.stream) : null;
  const listed = everything ? own.records : ((await look.count(stream, settings.start)) ?? live ?? own?.records ?? 0);
  // What the walk brings anew is not in the table yet, so this is the least that is gone.
  const gone = live === null ? 0 : Math.max(0, live - listed);
  const pages = (name: string, keys: number) => {
    const route = stream.routes.find((one) => one.name === name);
    return route ? Math.ceil(keys / (route.batch?.max ?? pageSize(route))) : 0;
  };
  return Math.max(1, pages(census.list, listed)) + pages(census.confirm, gone);
}

/** As the run itself will find, if all goes well. */
function isDue({ stream }: TreeNode, root: TreeNode, ctx: Estimating): boolean {
  const state = ctx.stateOf(stream.stream);
  if (!stream.census && !state) return false;
  if (state && (isWider(state, ctx.settings) || state.account !== ctx.account)) return false;
  const rhythm = ctx.rhythm(stream.stream);
  const { mode } = windowOf(state, root.stream.stream, ctx.settings, rhythm);
  return rhythm.census !== null && (mode === 'full' || due(state?.census, rhythm.census, rhythm.now));
}
