/**
 * One stream of the tree at work: takes records, writes them, and feeds the streams that hang on it.
 * Data flows one way: root pages -> deliver -> children accept -> their own pages -> deliver.
 */
import { ConnectorError, type ErrorKind } from '../../errors.js';
import type { Row, TableWriter } from '../../writers/writer.js';
import type { Values } from '../pages/build-request.js';
import { isRequestRoute, type RequestRoute } from '../registry/registry.js';
import type { OutcomeName, Route } from '../registry/stream-file.js';
import type { Located } from '../rows/path.js';
import type { State } from './bookmark.js';
import type { RunContext } from './context.js';
import { markDeletions } from './deletions.js';
import { claimedPath, inlineRows } from './inside.js';
import { makeLane } from './lane.js';
import { matches, outcomeOf } from './outcomes.js';
import { type PagedRequest, readPages } from './read-pages.js';
import { type Kept, TableRun } from './table-run.js';
import { subtree, type TreeNode } from './tree.js';

/** How far the root's walk has come, epoch milliseconds; null when the walk has no order to rely on. */
export type Reached = number | null;

/** A parent waiting to be read from. */
interface Waiting {
  readonly values: Values;
  readonly row: Row;
  readonly reached: Reached;
}

/** Requests of one stream's parents under way at once: enough to hide latency, few enough for the site. */
const PLACES = 6;

export class Branch {
  readonly run: TableRun;
  readonly children: readonly Branch[];
  readonly #lane = makeLane(PLACES);
  readonly #seenParents = new Set<string>();
  /** By their bound values: a parent that comes again while it waits is read once. */
  readonly #waiting = new Map<string, Waiting>();
  /** Parents accepted and not read to their end: no bookmark may pass the earliest of them. */
  readonly #open = new Set<Waiting>();
  #reached: Reached = null;
  #bookmarkOf: string | null = null;
  /** Parents read, and how many of them were refused, by outcome. */
  #asked = 0;
  readonly #refused = new Map<OutcomeName, number>();
  /** Routes with requests, those known to be off on this site left out; with rows inside the parent: those for the rest. */
  #routes: readonly RequestRoute[];
  failure: unknown = null;
  /** Known to be forbidden or unsupported as a whole. */
  #settled = false;

  constructor(
    readonly node: TreeNode,
    readonly ctx: RunContext,
    table: (stream: string) => TableWriter | null,
  ) {
    const claimed = node.children.filter((child) => child.route.inside).map((child) => claimedPath(child.route));
    this.run = new TableRun(node, ctx, node.selected ? table(node.stream.stream) : null, claimed);
    this.children = node.children.map((child) => new Branch(child, ctx, table));
    const { route, fallbacks, stream } = node;
    const rest = stream.routes.filter((other) => other.name === route.inside?.rest);
    this.#routes = (route.inside ? rest : [route, ...fallbacks]).filter(isRequestRoute);
  }

  get name(): string {
    return this.node.stream.stream;
  }

  /** Everything from here down. */
  all(): readonly Branch[] {
    return [this, ...this.children.flatMap((child) => child.all())];
  }

  /** Whose requests these are in the report: the walking stream when it is written, else the first written one below. */
  get label(): string {
    return (subtree(this.node).find((node) => node.selected) ?? this.node).stream.stream;
  }

  get alive(): boolean {
    return this.failure === null && !this.#settled;
  }

  /** @param bookmarkOf the stream whose cursor orders the walk this branch hangs on; null when there is none. */
  begin(bookmarkOf: string | null): void {
    this.#bookmarkOf = bookmarkOf;
    this.run.begin(bookmarkOf === null || this.run.replaces ? 'full' : this.run.window(bookmarkOf).mode);
    for (const child of this.children) child.begin(bookmarkOf);
  }

  /** Takes one page of this stream's own records. */
  async deliver(route: Route, records: readonly Located[], values: Values, reached: Reached): Promise<void> {
    const kept = await this.run.take(route, records, values, (row) => this.ctx.inScope(this.node.stream, row));
    for (const child of this.children) await child.accept(kept, reached);
  }

  /** The root's walk has come so far: when any table below has enough, all commit what they have, each with the bookmark it proves. */
  async advance(reached: Reached): Promise<void> {
    this.#reached = reached;
    const writing = this.all().filter((branch) => branch.alive && !branch.run.replaces);
    if (!writing.some((branch) => branch.run.pending >= this.ctx.commitRows)) return;
    for (const branch of writing) await branch.#checkpoint();
  }

  async #checkpoint(): Promise<void> {
    try {
      await this.#lane.drain();
      if (this.run.pending > 0) await this.run.checkpoint(this.#bookmark());
    } catch (error) {
      await this.fail(error);
    }
  }

  /** What the order of the walk proves so far; without an order, where the table was before. */
  #bookmark(): State['bookmark'] {
    const of = this.#bookmarkOf;
    if (of === null) return null;
    const before = this.run.state?.bookmark ?? null;
    const open = [...this.#open].map((parent) => parent.reached);
    const reached = open.reduce(earlier, this.#reached);
    return reached === null ? before : { of, ms: Math.min(reached, this.ctx.ceilingOf(of)) };
  }

  /** Takes parents to read from. Errors stay in this branch: the parent and its other children go on. */
  async accept(parents: readonly Kept[], reached: Reached): Promise<void> {
    if (!this.alive) return;
    try {
      for (const parent of parents) await this.#acceptOne(parent, reached);
      this.#reached = reached;
    } catch (error) {
      await this.fail(error);
    }
  }

  async #acceptOne({ row, record }: Kept, reached: Reached): Promise<void> {
    const { parent, route } = this.node;
    if (!parent || (parent.where && !matches(row, parent.where)) || !this.ctx.parentInScope(parent.stream, row)) return;
    const bound = Object.entries(parent.bind).map(([ours, theirs]) => [ours, String(row[theirs])]);
    const waiting: Waiting = { values: Object.fromEntries(bound), row, reached };
    const inline = route.inside ? inlineRows(route, record) : null;
    if (inline) {
      await this.deliver(route, inline, waiting.values, reached);
      return this.#wholeParent(waiting);
    }
    // A sprint shows on several boards and is read once. A walk with a cursor brings a changed parent again on purpose.
    const key = JSON.stringify(waiting.values);
    if (this.#waiting.has(key) || (reached === null && this.#seenParents.has(key))) return;
    if (reached === null) this.#seenParents.add(key);
    this.#open.add(waiting);
    this.#waiting.set(key, waiting);
    if (this.#waiting.size >= (this.#routes[0]?.batch?.max ?? 1)) await this.#readWaiting();
  }

  async #readWaiting(): Promise<void> {
    const taken = [...this.#waiting.values()];
    this.#waiting.clear();
    if (taken.length) await this.#lane.run(() => this.#readParents(taken, this.#routes));
  }

  /** Reads one parent, or one batch of them, by the first of the routes that the site grants. */
  async #readParents(parents: readonly Waiting[], routes: readonly RequestRoute[]): Promise<void> {
    const [route, ...others] = routes;
    const [first] = parents;
    if (!route || !first) return;
    const single = parents.length === 1 && !route.batch ? first.row : null;
    try {
      await this.#readRoute(route, parents);
      this.#done(parents);
      for (const parent of parents) this.#wholeParent(parent);
      this.#routes = this.#routes.slice(Math.max(0, this.#routes.indexOf(route)));
    } catch (error) {
      const outcome = await outcomeOf(this.ctx, this.label, route, error, first.values, single);
      if (outcome === null || (outcome === 'next_route' && others.length === 0)) throw error;
      if (outcome === 'next_route') return this.#readParents(parents, others);
      this.#refuse(outcome, parents);
    }
  }

  #done(parents: readonly Waiting[]): void {
    this.#asked += 1;
    for (const parent of parents) this.#open.delete(parent);
  }

  /** Only where the route's parent is what the rows hang on: a feed of changed ids says nothing of the others. */
  #wholeParent({ values }: Waiting): void {
    const { parent, stream } = this.node;
    if (parent?.stream === stream.parent?.stream) this.run.parentRead(values[this.run.parentColumn] ?? '');
  }

  #refuse(outcome: OutcomeName, parents: readonly Waiting[]): void {
    this.#done(parents);
    this.#refused.set(outcome, (this.#refused.get(outcome) ?? 0) + 1);
    this.run.miss(outcome === 'gone' ? 'gone' : 'not_visible', parents.length);
    if (outcome === 'gone') return;
    for (const { values } of parents) this.run.refusedParents.push(values[this.run.parentColumn] ?? '');
  }

  async #readRoute(route: RequestRoute, parents: readonly Waiting[]): Promise<void> {
    // A batch route answers for many; any other is asked once for each.
    if (!route.batch) {
      for (const { values, reached } of parents) await this.#pages(route, values, reached, {});
      return;
    }
    const { of, put, numbers, answers } = route.batch;
    const ids = parents.map(({ values }) => values[of] ?? '');
    const answered = new Set<string>();
    const note = (records: readonly Located[]) => {
      for (const { record } of records) if (answers) answered.add(String((record as Record<string, unknown>)[answers]));
    };
    await this.#pages(route, {}, parents.at(-1)?.reached ?? null, { [put]: numbers ? ids.map(Number) : ids }, note);
    if (answers) this.run.miss('not_visible', ids.filter((id) => !answered.has(id)).length);
  }

  async #pages(
    route: RequestRoute,
    bound: Values,
    reached: Reached,
    fixed: Readonly<Record<string, readonly (string | number)[]>>,
    note?: (records: readonly Located[]) => void,
  ): Promise<void> {
    const values = { ...this.ctx.values, ...bound };
    for await (const page of readPages(this.ctx.client, this.label, route as PagedRequest, values, fixed)) {
      if (page.anomalies.size > 0) this.run.complete = false;
      note?.(page.records);
      await this.deliver(route, page.records, bound, reached);
    }
  }

  /** The walk above has ended well: read what waits, finish the children, commit. */
  async finish(): Promise<void> {
    if (!this.alive) return;
    try {
      await this.#readWaiting();
      await this.#lane.drain();
      for (const child of this.children) await child.finish();
      const refusal = this.#commonRefusal();
      if (refusal) this.refuseAll(refusal);
      else await this.#conclude();
    } catch (error) {
      await this.fail(error);
    }
  }

  /** All parents refused alike and nothing came: the stream as a whole is forbidden or unsupported. */
  #commonRefusal(): 'forbidden' | 'unsupported' | null {
    for (const outcome of ['forbidden', 'unsupported'] as const)
      if (this.#asked > 0 && this.#refused.get(outcome) === this.#asked) return outcome;
    return null;
  }

  async #conclude(): Promise<void> {
    await markDeletions(this.ctx, this.run, this.label);
    await this.run.finish(this.#finalBookmark());
    if (this.run.report.rows_read === 0 && this.run.report.mode === 'full') this.run.report.state = 'empty';
    this.ctx.progress({ stream: this.name, rows: this.run.report.rows_read, state: 'done' });
  }

  /** What comes after the end of the walk (rows the census found, marks): one more commit with the same bookmark. */
  async append(): Promise<void> {
    if (!this.alive) return;
    try {
      await this.#readWaiting();
      await this.#lane.drain();
      await this.run.finish(this.#finalBookmark());
    } catch (error) {
      await this.fail(error);
    }
  }

  #finalBookmark(): State['bookmark'] {
    const of = this.#bookmarkOf;
    return of === null ? null : { of, ms: Math.max(this.run.state?.bookmark?.ms ?? 0, this.ctx.ceilingOf(of)) };
  }

  /** The site does not let us read this stream, or does not have it: so for everything below. */
  refuseAll(outcome: 'forbidden' | 'unsupported'): void {
    for (const branch of this.all()) {
      branch.run.report.state = outcome;
      branch.#settled = true;
    }
  }

  /** This stream stops here; what it had read in order stays (committed with the bookmark it proves), the rest is dropped. */
  async fail(error: unknown): Promise<void> {
    if (!this.alive) return;
    this.failure = error;
    const kind: ErrorKind = error instanceof ConnectorError ? error.kind : 'failed';
    this.run.report.state = kind === 'later' ? 'paused' : 'failed';
    this.run.report.error = error instanceof Error ? error.message : String(error);
    await this.#lane.drain().catch(() => undefined);
    for (const child of this.children) await child.skip(this.name, error);
    if (kind === 'interrupted') return;
    await this.#keepProgress().catch(() => undefined);
  }

  async #keepProgress(): Promise<void> {
    if (this.run.replaces || this.run.pending === 0) return;
    await this.run.checkpoint(this.#bookmark());
  }

  /** The parent failed. */
  async skip(parent: string, error: unknown): Promise<void> {
    if (!this.alive) return;
    await this.fail(
      new ConnectorError('failed', `Not read to its end because its parent ${parent} failed.`, { cause: error }),
    );
    this.run.report.state = 'skipped';
  }
}

const earlier = (a: Reached, b: Reached): Reached => (a === null || b === null ? null : Math.min(a, b));
