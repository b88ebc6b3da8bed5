/** Reads what hangs on parents: queues them, batches them, asks for them side by side, and knows what refusals mean. */
import type { Row } from '../../writers/writer.js';
import type { Values } from '../pages/build-request.js';
import { isRequestRoute, type RequestRoute } from '../registry/registry.js';
import type { OutcomeName, Route } from '../registry/stream-file.js';
import { type Located, own } from '../rows/path.js';
import type { RunContext } from './context.js';
import { type Lane, makeLane } from './lane.js';
import { outcomeOf } from './outcomes.js';
import { type PagedRequest, readPages } from './read-pages.js';
import type { TableRun } from './table-run.js';
import type { TreeNode } from './tree.js';

/** How far the root's walk has come, epoch milliseconds; null when the walk has no order to rely on. */
export type Reached = number | null;

/** A parent to read from. */
export interface Parent {
  readonly values: Values;
  readonly row: Row;
  readonly reached: Reached;
}

/** Takes the records of a parent, or of a batch of them. */
export type Deliver = (route: Route, records: readonly Located[], bound: Values, reached: Reached) => Promise<void>;

/** Requests of one stream's parents under way at once: enough to hide latency, few enough for the site. */
const PLACES = 6;
/** Answers to a batch are large (10,000 history entries): more of them at once would only fill the memory. */
const BATCH_PLACES = 2;

export class ParentReader {
  readonly #lane: Lane;
  readonly #seen = new Set<string>();
  /** By their bound values: a parent that comes again while it waits is read once. */
  readonly #waiting = new Map<string, Parent>();
  /** Parents taken and not read to their end: no bookmark may pass the earliest of them. */
  readonly #open = new Set<Parent>();
  /** Parents read, and how many of them were refused, by outcome. */
  #asked = 0;
  readonly #refused = new Map<OutcomeName, number>();
  /** Routes with requests, those known to be off on this site left out; with rows inside the parent: those for the rest. */
  #routes: readonly RequestRoute[];

  constructor(
    private readonly ctx: RunContext,
    private readonly node: TreeNode,
    private readonly run: TableRun,
    private readonly label: string,
    private readonly deliver: Deliver,
  ) {
    const { route, fallbacks } = node;
    // The route for the rest has fallbacks of its own: a site may lack the bulk route.
    const rest = fallbacks.findIndex((other) => other.name === route.inside?.rest);
    this.#routes = route.inside
      ? fallbacks.slice(rest < 0 ? fallbacks.length : rest)
      : [route, ...fallbacks].filter(isRequestRoute);
    this.#lane = makeLane(this.#routes[0]?.batch ? BATCH_PLACES : PLACES);
  }

  async add(parent: Parent): Promise<void> {
    // A sprint shows on several boards and is read once. A walk with a cursor brings a changed parent again on purpose.
    const key = JSON.stringify(parent.values);
    if (this.#waiting.has(key) || (parent.reached === null && this.#seen.has(key))) return;
    if (parent.reached === null) this.#seen.add(key);
    this.#open.add(parent);
    this.#waiting.set(key, parent);
    if (this.#waiting.size >= (this.#routes[0]?.batch?.max ?? 1)) await this.#readWaiting();
  }

  /** Everything added has been read. @throws the first error. */
  async finish(): Promise<void> {
    await this.#readWaiting();
    await this.#lane.drain();
  }

  /** Nothing is under way; batches may still be filling. @throws the first error. */
  async pause(): Promise<void> {
    await this.#lane.drain();
  }

  /** The moment before which all parents have been read, given how far they have been added. */
  provenUpTo(added: Reached): Reached {
    return [...this.#open].map((parent) => parent.reached).reduce(earlier, added);
  }

  /** All parents refused alike and nothing came: the stream as a whole is forbidden or unsupported. */
  commonRefusal(): 'forbidden' | 'unsupported' | null {
    for (const outcome of ['forbidden', 'unsupported'] as const)
      if (this.#asked > 0 && this.#refused.get(outcome) === this.#asked) return outcome;
    return null;
  }

  /** Only where the route's parent is what the rows hang on: a feed of changed ids says nothing of the others. */
  wholeParent({ values }: Parent): void {
    const { parent, stream } = this.node;
    if (parent?.stream === stream.parent?.stream) this.run.parentRead(values[this.run.parentColumn] ?? '');
  }

  async #readWaiting(): Promise<void> {
    const taken = [...this.#waiting.values()];
    this.#waiting.clear();
    if (taken.length) await this.#lane.run(() => this.#readParents(taken, this.#routes));
  }

  /** Reads one parent, or one batch of them, by the first of the routes that the site grants. */
  async #readParents(parents: readonly Parent[], routes: readonly RequestRoute[]): Promise<void> {
    const [route, ...others] = routes;
    const [first] = parents;
    if (!route || !first) return;
    const single = parents.length === 1 && !route.batch ? first.row : null;
    try {
      const whole = await this.#readRoute(route, parents);
      this.#done(parents);
      for (const parent of whole) this.wholeParent(parent);
      this.#routes = this.#routes.slice(Math.max(0, this.#routes.indexOf(route)));
    } catch (error) {
      const outcome = await outcomeOf(this.ctx, this.label, route, error, first.values, single);
      if (outcome === null || (outcome === 'next_route' && others.length === 0)) throw error;
      if (outcome === 'next_route') return this.#readParents(parents, others);
      this.#refuse(outcome, parents);
    }
  }

  #done(parents: readonly Parent[]): void {
    this.#asked += 1;
    for (const parent of parents) this.#open.delete(parent);
  }

  #refuse(outcome: OutcomeName, parents: readonly Parent[]): void {
    this.#done(parents);
    this.#refused.set(outcome, (this.#refused.get(outcome) ?? 0) + 1);
    this.run.miss(outcome === 'gone' ? 'gone' : 'not_visible', parents.length);
    if (outcome === 'gone') return;
    for (const { values } of parents) this.run.refusedParents.push(values[this.run.parentColumn] ?? '');
  }

  /** @returns the parents whose rows are surely all there. */
  async #readRoute(route: RequestRoute, parents: readonly Parent[]): Promise<readonly Parent[]> {
    // A batch route answers for many; any other is asked once for each.
    if (!route.batch) {
      for (const { values, reached } of parents) await this.#pages(route, values, reached, {});
      return parents;
    }
    const { of, put = '', numbers, answers } = route.batch;
    const ids = parents.map(({ values }) => values[of] ?? '');
    const answered = new Set<string>();
    const met = new Set<string>();
    const note = (records: readonly Located[]) => {
      for (const { record, carried } of records) {
        if (answers) answered.add(String(own(record, answers)));
        met.add(String(carried[of]));
      }
    };
    await this.#pages(route, {}, parents.at(-1)?.reached ?? null, { [put]: numbers ? ids.map(Number) : ids }, note);
    if (answers) this.run.miss('not_visible', ids.filter((id) => !answered.has(id)).length);
    // A batch says nothing of a parent without rows: it may have none, or be hidden.
    return parents.filter(({ values }) => met.has(values[of] ?? ''));
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
      this.run.noteAnomalies(page.anomalies);
      note?.(page.records);
      await this.deliver(route, page.records, bound, reached);
    }
  }
}

const earlier = (a: Reached, b: Reached): Reached => (a === null || b === null ? null : Math.min(a, b));
