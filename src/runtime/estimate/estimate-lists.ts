/**
 * What it costs to read lists and the lists below them as a whole: by what the last such run cost, else by the tables, else by first
 * pages. What was never read and is not looked at is thought of as one page.
 */
import type { Row } from '../../contract/table.js';
import { pageSize } from '../plan/cost.js';
import { exactly, NONE, plus, type Range, times, whole } from '../plan/range.js';
import { everyStep, type ReadPlan, type ScanStep } from '../plan/read-plan.js';
import type { Conditions } from '../plan/run-history.js';
import { labelOf } from '../plan/tree.js';
import type { FirstPage } from '../probe/probe.js';
import { matches } from '../rows/matches.js';
import { isRequestRoute, type RequestRoute } from '../streams/registry.js';
import type { ParentDecl } from '../streams/stream-file.js';
import { lackingRoutes, longerParents, nearMean, sharedParents, unseenPages, verifiedParents } from './doubts.js';
import type { Estimating } from './estimate.js';
import { beyondCut, capsOf, pagesFor, tellsEnd } from './pages.js';
import { type Resting, restingOf } from './resting.js';

interface Parents {
  readonly count: Range;
  /** Some of them, to look at. */
  readonly examples: readonly Row[];
}

interface Figures {
  readonly requests: Range;
  readonly rows: Range | null;
  /** First pages that were looked at. */
  readonly pages: readonly FirstPage[];
}

/** Parents of one stream that are worth a request each. */
const EXAMPLES = 3;
const SMALL_PAGE = 100;

export async function estimateLists(
  roots: readonly ScanStep[],
  plan: ReadPlan,
  ctx: Estimating,
  records: (stream: string) => number,
): Promise<void> {
  const unknown = roots.filter((root) => !remember(root, ctx));
  const nodes = unknown.flatMap(everyStep);
  const figures = new Map<ScanStep, Figures>();
  const above = new Map(nodes.flatMap((node) => node.children.map((child) => [child, node] as const)));
  const order = byImportance(unknown);
  for (const [place, node] of order.entries()) {
    const parent = above.get(node);
    const others = order.slice(place + 1).filter(({ children }) => children.length > 0).length;
    const looks = Math.min(EXAMPLES, Math.max(1, ctx.probe.left - others));
    const resting = await restingOf(node, plan, ctx, records);
    const found = parent
      ? await childFigures(node, { parent, of: above, looks, resting }, figures, ctx)
      : await rootFigures(node, ctx);
    figures.set(node, found);
    ctx.costs.add(labelOf(node), found.requests);
    if (node.selected) ctx.costs.setRows(node.stream.stream, found.rows);
  }
}

/** What others hang on first, from the top down: a wrong number there is multiplied. */
function byImportance(roots: readonly ScanStep[]): readonly ScanStep[] {
  const levels: ScanStep[] = [];
  for (let level = roots; level.length > 0; level = level.flatMap(({ children }) => children)) levels.push(...level);
  return [
    ...levels.filter(({ children }) => children.length > 0),
    ...levels.filter(({ children }) => !children.length),
  ];
}

/** True when the last runs of these streams were one run with the same streams of this tree, in the same scope: it will cost the same. */
function remember(root: ScanStep, { history, costs, registry, settings, states }: Estimating): boolean {
  const selected = everyStep(root).filter((node) => node.selected);
  const runs = selected.map(({ stream }) => history.lastRun(stream.stream));
  const names = new Set(selected.map(({ stream }) => stream.stream));
  const [first] = runs;
  if (!first || runs.some((run) => run?.run !== first.run)) return false;
  // What is told of parents at rest differs from run to run.
  if (selected.some(({ passes, state }) => passes !== null || state?.rest)) return false;
  const { scope, scopes } = settings;
  if (selected.some(({ stream }) => !scopes.same(states.get(stream.stream)?.scope ?? scope, scope))) return false;
  const rootOf = (name: string): string => {
    const parent = registry.streams.get(name)?.parent;
    return parent ? rootOf(parent.stream) : name;
  };
  for (const name of first.together) if (!names.has(name) && rootOf(name) === root.stream.stream) return false;
  for (const name of names) {
    const run = history.lastRun(name);
    costs.add(name, exactly(run?.requests ?? 0));
    costs.setRows(name, exactly(run?.rowsRead ?? 0));
  }
  return true;
}

async function rootFigures(node: ScanStep, ctx: Estimating): Promise<Figures> {
  const { stream, route } = node;
  // The answer itself is the record: nothing is to be learned by a look.
  if (route.rows === '$') return { requests: exactly(1), rows: exactly(1), pages: [] };
  const rows = await ctx.history.rows(stream.stream);
  const knowsCut = !route.prefix || capsOf(route).length > 0;
  const more = (came: number, total: number | null) => plus(exactly(route.with ? 1 : 0), beyondCut(route, came, total));
  if (rows !== null && knowsCut)
    return { requests: plus(pagesFor(route, exactly(rows)), more(rows, rows)), rows: exactly(rows), pages: [] };
  const worthIt = node.children.length > 0 || !tellsEnd(route) || !knowsCut;
  const page = worthIt && isRequestRoute(route) ? await lookAtRoot(node, ctx) : null;
  const pages = page ? [page] : [];
  if (page?.total == null)
    return { requests: plus(unseen(node, page), more(page?.rows.length ?? 0, null)), rows: null, pages };
  const { total } = page;
  return {
    requests: plus(pagesFor(route, exactly(total)), more(page.rows.length, total)),
    rows: exactly(total),
    pages,
  };
}

/** @param page the first one, where it was looked at */
function unseen({ route, fallbacks }: ScanStep, page: FirstPage | null): Range {
  const first = pagesFor(route, exactly(1));
  return page ? first : [unseenPages(route), lackingRoutes(route, fallbacks)].reduce(plus, first);
}

async function lookAtRoot({ stream, route, fallbacks }: ScanStep, { probe }: Estimating): Promise<FirstPage | null> {
  for (const one of [route, ...fallbacks].filter(isRequestRoute)) {
    const page = await probe.firstPage(stream, one);
    if (!page?.refused) return page;
    if (page.refused !== 'next_route') return page;
  }
  return null;
}

interface Above {
  readonly parent: ScanStep;
  /** What every node hangs on. */
  readonly of: ReadonlyMap<ScanStep, ScanStep>;
  /** Parents to look at: those that others hang on get one each first. */
  readonly looks: number;
  /** Parents that the walk passes over. */
  readonly resting: Resting;
}

async function childFigures(
  node: ScanStep,
  above: Above,
  known: ReadonlyMap<ScanStep, Figures>,
  ctx: Estimating,
): Promise<Figures> {
  const { stream, route } = node;
  const [column = ''] = Object.keys(node.parent?.bind ?? {});
  const parents = await parentsOf(node, above, known, ctx);
  const { examples } = parents;
  const asked = plus(less(parents.count, above.resting.parents), above.resting.read);
  const count = plus(asked, { min: 0, max: await verified(node, examples, asked.max, ctx) });
  if (route.batch && isRequestRoute(route)) return batchFigures(node, route, parents, ctx);
  const before = await ctx.history.pages(stream.stream, column, pageSize(route));
  if (before) {
    const more = exactly(before.pages - before.parents);
    return { requests: plus(count, more), rows: exactly((await ctx.history.rows(stream.stream)) ?? 0), pages: [] };
  }
  const pages = isRequestRoute(route) ? await lookAtSome(node, route, examples, above.looks, ctx) : [];
  if (pages.length === 0) return { requests: plus(count, longerParents(route, count.max)), rows: null, pages };
  const rows = pages.map((page) => page.total ?? page.rows.length);
  const seen = rows.reduce((sum, one) => sum + pagesFor(route, exactly(one)).max, 0);
  const others = { min: Math.max(0, count.min - rows.length), max: Math.max(0, count.max - rows.length) };
  const each = nearMean(rows);
  return {
    requests: [times(others, pagesFor(route, each)), longerParents(route, others.max)].reduce(plus, exactly(seen)),
    rows: whole(plus(exactly(rows.reduce((sum, one) => sum + one, 0)), times(others, each))),
    pages,
  };
}

/** Parents whose refusal costs a request more. */
async function verified(node: ScanStep, examples: readonly Row[], asked: number, { history }: Estimating) {
  const { parent, route } = node;
  let most = 0;
  for (const where of parent ? verifiedParents(route) : []) {
    const all = { ...parent?.where, ...where };
    const known = await history.rows(parent?.stream ?? '', Object.values(parent?.bind ?? {}), all);
    const share = examples.length === 0 ? 1 : examples.filter((row) => matches(row, where)).length / examples.length;
    most += known ?? Math.ceil(asked * share);
  }
  return most;
}

const less = ({ min, max }: Range, parents: number): Range => ({
  min: Math.max(0, min - parents),
  max: Math.max(0, max - parents),
});

/** Of many parents in one request: one batch is looked at, as the read will ask for it. */
async function batchFigures(
  node: ScanStep,
  route: RequestRoute,
  { count, examples }: Parents,
  { history, probe }: Estimating,
): Promise<Figures> {
  const { of = '', max = 1 } = route.batch ?? {};
  const column = node.parent?.bind[of] ?? '';
  const ids = examples.slice(0, max).map((row) => String(row[column]));
  const page =
    worthLooking(node, route) && ids.length > 0 ? await probe.firstPage(node.stream, route, {}, 0, ids) : null;
  // The site lacks this operation: the next one is asked for each parent.
  if (page?.refused === 'next_route') return { requests: plus(exactly(1), count), rows: null, pages: [] };
  const seen = page && (page.total ?? page.rows.length) / ids.length;
  const stored = await history.rows(node.stream.stream);
  const each = seen ?? (stored !== null && count.max > 0 ? stored / count.max : 0);
  const batches = whole({ min: Math.ceil(count.min / max), max: Math.ceil(count.max / max) });
  const pages = pagesFor(route, { min: Math.min(count.min, max) * each, max: Math.min(count.max, max) * each });
  const rows = seen === null ? (stored === null ? null : exactly(stored)) : whole(times(count, exactly(seen)));
  return { requests: times(batches, pages), rows, pages: page ? [page] : [] };
}

/** One page holds a list of thousands: there is nothing to learn for requests. */
const worthLooking = (node: ScanStep, route: RequestRoute): boolean =>
  node.children.length > 0 || pageSize(route) <= SMALL_PAGE;

async function lookAtSome(
  node: ScanStep,
  route: RequestRoute,
  examples: readonly Row[],
  looks: number,
  { probe }: Estimating,
): Promise<readonly FirstPage[]> {
  const wanted = worthLooking(node, route) ? looks : 0;
  const step = Math.max(1, Math.floor(examples.length / Math.max(1, wanted)));
  const pages: FirstPage[] = [];
  for (let at = 0; at < examples.length && pages.length < wanted; at += step) {
    const row = examples[at] ?? {};
    const bound = Object.entries(node.parent?.bind ?? {}).map(([ours, theirs]) => [ours, String(row[theirs])]);
    const page = await probe.firstPage(node.stream, route, Object.fromEntries(bound));
    if (page) pages.push(page);
  }
  return pages;
}

async function parentsOf(
  node: ScanStep,
  above: Above,
  known: ReadonlyMap<ScanStep, Figures>,
  ctx: Estimating,
): Promise<Parents> {
  const { parent } = node;
  if (!parent) return { count: NONE, examples: [] };
  const seen = known.get(above.parent);
  const where = conditionsOf(parent, above.parent, ctx);
  const remembered = await ctx.history.rows(parent.stream, Object.values(parent.bind), where);
  if (remembered !== null) return { count: exactly(remembered), examples: [] };
  const rows = (seen?.pages ?? []).flatMap((page) => page.rows);
  const fitting = distinct(
    rows.filter((row) => matches(row, where)),
    parent,
  );
  const share = shareAbove(where, above, known) ?? (rows.length === 0 ? 1 : fitting.length / rows.length);
  const { primary_key: key } = above.parent.stream;
  const named = seen?.rows ? whole(times(seen.rows, exactly(share))) : null;
  if (named) return { count: sharedParents(named, key, parent, fitting.length), examples: fitting };
  // Nothing is known: between none, and a full page for each of the parent's requests.
  const most = Math.min(pageSize(above.parent.route), MOST_PER_PAGE);
  return { count: { min: fitting.length, max: (seen?.requests.max ?? 1) * most }, examples: fitting };
}

/**
 * A condition on a column that the parents themselves took from theirs is told by those, of which all that came are known, and not by
 * the few parents that were looked at. Null: there is none.
 */
function shareAbove(where: Conditions, above: Above, known: ReadonlyMap<ScanStep, Figures>): number | null {
  const grandparents = known.get(above.of.get(above.parent) ?? above.parent);
  const { bind = {}, where: own = {} } = above.parent.parent ?? {};
  const told = Object.entries(where).flatMap(([column, values]) => {
    const theirs = bind[column];
    return theirs === undefined ? [] : [[theirs, values] as const];
  });
  const rows = (grandparents?.pages ?? []).flatMap((page) => page.rows).filter((row) => matches(row, own));
  if (told.length === 0 || rows.length === 0) return null;
  return rows.filter((row) => matches(row, Object.fromEntries(told))).length / rows.length;
}

/** When a page has no size of its own. */
const MOST_PER_PAGE = 100;

function conditionsOf(parent: ParentDecl, above: ScanStep, { projects }: Estimating): Conditions {
  const { scope } = above.stream;
  const inScope = projects && scope && 'projects' in scope ? { [scope.projects]: projects } : {};
  return { ...parent.where, ...inScope };
}

function distinct(rows: readonly Row[], parent: ParentDecl): readonly Row[] {
  const key = (row: Row) => JSON.stringify(Object.values(parent.bind).map((column) => String(row[column])));
  return [...new Map(rows.map((row) => [key(row), row])).values()];
}
