/** What it costs to read streams that have a cursor: a count of what a walk will bring, and the shape of the records that come. */

import { valueAt } from '../../core/json-path.js';
import { childCost, type Facts, fedBy, scanCost } from '../plan/cost.js';
import { exactly, type Range, whole } from '../plan/range.js';
import type { ReadPlan, RootStep, ScanStep } from '../plan/read-plan.js';
import { everyStep } from '../plan/read-plan.js';
import { EVERYTHING } from '../plan/scopes.js';
import { labelOf, type TreeNode, type Wanted } from '../plan/tree.js';
import { asksEach, countOf } from '../probe/fan-outs.js';
import type { Measured } from '../probe/route-choice.js';
import { sample } from '../probe/sample.js';
import type { Shapes } from '../probe/shapes.js';
import { withQuery } from '../requests/since.js';
import { parseTimestamp } from '../rows/timestamp.js';
import type { ParentDecl } from '../streams/parent-words.js';
import { isRequestRoute } from '../streams/registry.js';
import { feedPages } from './doubts.js';
import type { Estimating } from './estimate.js';
import { estimateReconciliations, type Scanned } from './estimate-reconciliations.js';

export interface ScansInput {
  readonly wanted: readonly Wanted[];
  readonly measured: Measured;
  readonly rate: number;
  /** Requests may be spent on further sampled pages: nothing else needs them. */
  readonly spare: boolean;
}

/** Until one is measured. */
const USUAL_LATENCY = 0.3;
/** Requests kept for what comes after. */
const RESERVE = 2;
/** When nothing tells how much has changed. */
const FEW = 100;

/** Puts walks, what hangs on them, deletion feeds and the census on the bill. @returns what was learned, for comparing routes. */
export async function estimateScans(
  roots: readonly RootStep[],
  input: ScansInput,
  plan: ReadPlan,
  ctx: Estimating,
): Promise<Facts> {
  const { measured, rate } = input;
  const { shapes } = measured;
  if (shapes.pages > 0) ctx.costs.add(measured.label, exactly(shapes.pages));
  const scanned: Scanned[] = [];
  for (const root of roots) {
    const count = await recordsOf(root, shapes, ctx);
    scanned.push({ root, records: count });
    await learn(root, count, shapes, input, ctx);
    await addScan(root, count, shapes, ctx);
  }
  await estimateReconciliations(plan, scanned, ctx);
  const of = (stream: string) => scanned.find(({ root }) => root.stream.stream === stream)?.records;
  const counted = scanned[0]?.records ?? FEW;
  const each = (feed: string) => shapes.mean(fedBy(ctx.registry, feed)?.stream ?? '');
  return {
    rate,
    latency: shapes.latency ?? USUAL_LATENCY,
    records: (stream) => of(stream) ?? (stream === measured.root ? counted : Math.ceil(counted * each(stream))),
    inside: shapes.expected(),
  };
}

/** By a count, by the first page of a feed, by the rows inside another stream's records; else as many as last time. */
async function recordsOf(root: RootStep, shapes: Shapes, ctx: Estimating): Promise<number> {
  const { stream, route } = root;
  const { since, full } = root.scan;
  const name = stream.stream;
  const counted = await ctx.probe.count(stream, since, withQuery(ctx.probe.values, root.query));
  if (counted !== null) return counted;
  if (full && route.page?.kind === 'feed') {
    const inside = await insideRecords(root, shapes, ctx);
    if (inside !== null) return inside;
  } else if (isRequestRoute(route)) {
    const page = await ctx.probe.firstPage(stream, route, withQuery(ctx.probe.values, root.query), since);
    if (page) return page.total ?? page.rows.length;
  }
  const before = full ? await ctx.history.rows(name) : ctx.history.lastRun(labelOf(root))?.rowsRead;
  return before ?? FEW;
}

/** A feed's rows lie inside the records of another stream as well: those are counted, and a page of them sampled. */
async function insideRecords(root: RootStep, shapes: Shapes, ctx: Estimating): Promise<number | null> {
  const { registry, probe } = ctx;
  const fed = fedBy(registry, root.stream.stream);
  const parent = fed?.parent && registry.get(fed.parent.stream);
  if (!fed || !parent) return null;
  if (!shapes.knows(fed.stream) && probe.left > 1 && ctx.dialect === 'cloud') {
    const wanted = [{ stream: fed.stream, mode: 'full' as const }];
    const seen = await sample(probe.client, registry, parent.stream, wanted, probe.values, fed.stream);
    if (seen) shapes.add(seen);
  }
  // The feed knows no scope.
  const records = await probe.count(parent, root.scan.since, { ...probe.values, scope: EVERYTHING });
  return records === null ? null : Math.round(records * shapes.mean(fed.stream));
}

/** Samples what the choice of routes did not: the few records that changed, or further pages of many when requests are to spare. */
async function learn(root: RootStep, count: number, shapes: Shapes, input: ScansInput, ctx: Estimating): Promise<void> {
  const { since, full } = root.scan;
  const { registry, probe } = ctx;
  const inside = root.children.filter(({ route }) => route.inside);
  if (inside.length === 0 || count === 0) return;
  const sampleFrom = async (from: number) => {
    const seen = await sample(
      probe.client,
      registry,
      root.stream.stream,
      input.wanted,
      probe.values,
      labelOf(root),
      from,
      since,
    );
    if (seen) shapes.add(seen);
  };
  if (!full && probe.left > 1) await sampleFrom(since);
  if (!full || !input.spare || count <= FEW) return;
  const [first, last] = input.measured.ends.map((record) => cursorOf(root, record));
  if (first == null || last == null) return;
  const pages = probe.left - RESERVE;
  for (let page = 1; page <= pages; page++)
    await sampleFrom(Math.round(last + ((ctx.runStart - last) * page) / (pages + 1)));
}

/** The cursor of a record, epoch milliseconds. */
function cursorOf({ stream }: TreeNode, record: unknown): number | null {
  const column = stream.cursor?.column ?? '';
  const [from = column] = [stream.columns[column]?.from ?? column].flat();
  const timestamp = parseTimestamp(valueAt(record, from));
  return timestamp ? Date.parse(timestamp.utc) : null;
}

async function addScan(root: RootStep, count: number, shapes: Shapes, ctx: Estimating): Promise<void> {
  const { costs } = ctx;
  const own = scanCost(root.stream, root.route, count);
  costs.add(labelOf(root), exactly(own.requests));
  if (root.scan.full) costs.add(labelOf(root), feedPages(root.route, own.requests));
  costs.waits(own.chain);
  for (const node of everyStep(root)) {
    const name = node.stream.stream;
    const parents = node === root ? exactly(count) : await parentsOf(node, root, count, ctx);
    if (node !== root) costs.add(labelOf(node), childRange(node, parents, shapes));
    if (!node.selected) continue;
    costs.setRows(name, rowsOf(node, root, count, shapes));
    // The feed of deleted keys is read from the table's bookmark on.
    if (node.deletes.feedSince !== null) costs.add(labelOf(node), exactly(1));
  }
}

function childRange(node: TreeNode, parents: Range, shapes: Shapes): Range {
  const cost = (end: 'min' | 'max') =>
    childCost(node, parents[end], { rate: 1, latency: 0, records: () => parents[end], inside: shapes.inside(end) });
  return { min: cost('min'), max: cost('max') };
}

/** The records of a walk that a step is asked about, told with those that its filter spares: by a count, else by the parents' own table. */
async function parentsOf(node: ScanStep, root: RootStep, count: number, ctx: Estimating): Promise<Range> {
  const { parent } = node;
  if (!parent || !asksEach(node)) return exactly(count);
  const direct = parent.stream === root.stream.stream;
  const filtered = !direct || parent.query !== undefined || parent.where !== undefined;
  const all = root.query === null ? count : ((await countOf(ctx.probe, root, null)) ?? count);
  const asked = filtered ? await countFiltered(parent, direct, root, all, ctx) : exactly(all);
  ctx.costs.setParents(node.stream.stream, { asked, spared: { min: all - asked.max, max: all - asked.min } });
  return asked;
}

async function countFiltered(
  { query, where, bind }: ParentDecl,
  direct: boolean,
  root: RootStep,
  all: number,
  { probe, history }: Estimating,
): Promise<Range> {
  const found = direct && query !== undefined ? await countOf(probe, root, query) : null;
  if (found !== null) return exactly(found);
  const known = direct && root.scan.full ? await history.rows(root.stream.stream, Object.values(bind), where) : null;
  // What new rows of another table will say is not known before they are read.
  return known === null ? { min: 0, max: all } : exactly(known);
}

/** A feed hands on one id for each row; a parent's record stands for several. */
function rowsOf(node: TreeNode, root: TreeNode, count: number, shapes: Shapes): Range | null {
  if (node === root || node.parent?.stream !== node.stream.parent?.stream) return exactly(count);
  return shapes.knows(node.stream.stream) ? whole(exactly(count * shapes.mean(node.stream.stream))) : null;
}
