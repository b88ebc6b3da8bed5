/**
 * What a way of reading costs, and which one is the quickest. At a fixed rate the number of requests is the time, unless pages
 * that wait for each other's token take longer: time = max(requests / rate, longest chain x latency).
 */
import { parentOf, parentsOf, type Registry, type Stream } from '../streams/registry.js';
import type { Route } from '../streams/stream-file.js';
import { type Choice, type Dialect, planTree, readingRoutes, subtree, type TreeNode, type Wanted } from './tree.js';

/** What is known, or assumed, of the site before reading. */
export interface Facts {
  /** Requests per second. */
  readonly rate: number;
  /** Seconds from a request to its answer. */
  readonly latency: number;
  /** Records that a walk over this stream will bring. */
  records(stream: string, mode: Wanted['mode']): number;
  /** Rows per parent record, and the share of parents whose inline rows are not all there. */
  inside(stream: string): {
    readonly mean: number;
    readonly overflow: number;
    /** Rows of a parent whose inline rows are not all there: of one alone, and of each of many; absent: as of any. */
    readonly long?: { readonly alone: number; readonly together: number } | undefined;
  };
}

export interface Cost {
  readonly requests: number;
  /** Requests that must wait for each other. */
  readonly chain: number;
}

/** Cost of a tree, or of some of its roots. */
export function costOf(roots: readonly TreeNode[], wanted: readonly Wanted[], facts: Facts): Cost {
  const costs = roots.map((root) => rootCost(root, wanted, facts));
  return {
    requests: costs.reduce((sum, cost) => sum + cost.requests, 0),
    chain: Math.max(0, ...costs.map((cost) => cost.chain)),
  };
}

/** Seconds a cost takes under these facts. */
export function secondsOf(cost: Cost, facts: Facts): number {
  return Math.max(cost.requests / facts.rate, cost.chain * facts.latency);
}

function rootCost(root: TreeNode, wanted: readonly Wanted[], facts: Facts): Cost {
  const modes = subtree(root).flatMap((node) => wanted.find((one) => one.stream === node.stream.stream)?.mode ?? []);
  const records = facts.records(root.stream.stream, modes.includes('full') ? 'full' : 'incremental');
  const own = scanCost(root.stream, root.route, records);
  const below = root.children.map((child) => childCost(child, records, facts));
  return { requests: own.requests + below.reduce((sum, cost) => sum + cost, 0), chain: own.chain };
}

/** The stream whose rows a feed tells of, one by one, and that lie inside another stream's records as well. */
export function fedBy(registry: Registry, feed: string): Stream | undefined {
  return [...registry.streams.values()].find(
    (stream) =>
      stream.routes.some((route) => route.inside) &&
      stream.routes.some((route) => parentOf(stream, route)?.stream === feed),
  );
}

/** A walk over `records` records; one request at least, because only an answer tells that there is nothing. */
export function scanCost(stream: Stream, route: Route, records: number): Cost {
  const list = stream.routes.find((other) => other.name === route.ids_from);
  if (list) {
    const ids = scanCost(stream, list, records);
    return { requests: ids.requests + Math.ceil(records / (route.batch?.max ?? 1)), chain: ids.chain + 1 };
  }
  const pages = Math.max(1, Math.ceil(records / pageSize(route)));
  return { requests: pages, chain: pages };
}

/** A change feed has no size of its own: its page is fixed by the API (1000 rows). */
const FEED_PAGE = 1000;

/** Records that one answer brings at most. */
export function pageSize(route: Route): number {
  const { page } = route;
  if (page?.kind === 'offset') return page.size.value - (page.overlap ?? 0);
  if (page?.kind === 'token') return page.size.value;
  return page?.kind === 'feed' ? FEED_PAGE : Number.MAX_SAFE_INTEGER;
}

/** Requests for the rows of this many parents, by a child's route. */
export function childCost(node: TreeNode, parents: number, facts: Facts): number {
  const { mean, overflow, long } = facts.inside(node.stream.stream);
  const { route, stream } = node;
  if (!route.inside) return manyParents(route, parents, mean);
  const rest = stream.routes.find((other) => other.name === route.inside?.rest);
  const rows = long && (rest?.batch ? long.together : long.alone);
  return rest ? manyParents(rest, Math.ceil(parents * overflow), rows ?? mean) : 0;
}

function manyParents(route: Route, parents: number, rowsEach: number): number {
  if (parents === 0) return 0;
  const together = route.batch?.max ?? 1;
  const requests = Math.ceil(parents / together);
  return requests * Math.max(1, Math.ceil((Math.min(parents, together) * rowsEach) / pageSize(route)));
}

/**
 * The quickest combination of routes. Only streams that know several ways to the same rows have a choice (rows inside a parent's
 * record, ids and then batches, a parent of the route's own): elsewhere the order of routes is one of permissions, not of cost.
 */
export function chooseRoutes(registry: Registry, wanted: readonly Wanted[], dialect: Dialect, facts: Facts): Choice {
  const family = familyOf(registry, wanted);
  const options = family.map(({ stream, mode }) =>
    readingRoutes(registry.get(stream), mode, dialect).map((route) => [stream, route] as const),
  );
  let best: { readonly choice: Choice; readonly seconds: number; readonly requests: number } | null = null;
  for (const combination of product(options)) {
    const choice = new Map(combination);
    const members = wanted.filter(({ stream }) => choice.has(stream));
    const cost = costOf(planTree(registry, members, dialect, choice), members, facts);
    const seconds = secondsOf(cost, facts);
    // A hundredth of a second is no reason to leave the route that the stream file lists first.
    const better =
      best === null ||
      seconds < best.seconds - 0.01 ||
      (seconds <= best.seconds + 0.01 && cost.requests < best.requests);
    if (better) best = { choice, seconds, requests: cost.requests };
  }
  return best?.choice ?? new Map();
}

/** Wanted streams with a choice, and the parents they may choose between. */
function familyOf(registry: Registry, wanted: readonly Wanted[]): readonly Wanted[] {
  const found = new Map<string, Wanted>();
  for (const one of wanted) {
    const stream = registry.get(one.stream);
    if (!hasChoice(stream)) continue;
    found.set(one.stream, one);
    for (const parent of parentsOf(stream))
      if (!found.has(parent.stream)) found.set(parent.stream, { stream: parent.stream, mode: one.mode });
  }
  for (const one of wanted) if (found.has(one.stream)) found.set(one.stream, one);
  return [...found.values()];
}

/** True when the order of the stream's routes is a question of cost. */
export function hasChoice(stream: Stream): boolean {
  return stream.routes.some((route) => route.inside || route.ids_from || parentOf(stream, route) !== stream.parent);
}

function product<T>(options: readonly (readonly T[])[]): readonly (readonly T[])[] {
  return options.reduce<readonly (readonly T[])[]>(
    (made, choices) => made.flatMap((one) => choices.map((choice) => [...one, choice])),
    [[]],
  );
}
