/** Reads what hangs on parents: queues them, batches them, asks for them side by side, and judges whether their rows are all there (I13). */

import { type Limiter, makeLimiter } from '../../core/limiter.js';
import type { Watermark } from '../plan/bookmark.js';
import { pageSize } from '../plan/cost.js';
import { isHidden, isTroubleOfMany, type Owing, type Trouble } from '../plan/debt-rules.js';
import { parentColumnOf } from '../plan/read-plan.js';
import type { Values } from '../requests/build-request.js';
import { isDoubtful, isShort, sameKeys } from '../requests/completeness.js';
import { isThere } from '../requests/is-there.js';
import { isTroubleOfOne, statusOf, tooManyInTrouble, Undeliverable } from '../requests/trouble.js';
import { halves } from '../requests/verdict.js';
import type { RequestRoute } from '../streams/registry.js';
import type { OutcomeName, ParentDecl } from '../streams/stream-file.js';
import { lookAt, type ReaderPlan, type Seen } from './look-at-parents.js';
import { type Parent, parentKey } from './parents.js';
import { Refusals } from './refusals.js';

/** Requests of one stream's parents under way at once: enough to hide latency, few enough for the site. */
const PLACES = 6;
/** Answers to a batch are large (10,000 history entries): more of them at once would only fill the memory. */
const BATCH_PLACES = 2;
/** Pages that the rows of one batch fill, as its parents tell: more would wait for one commit together, for no request less. */
const BATCH_PAGES = 3;
/** Batches that are taken apart to find the parent that spoils them; more trouble than that is not one parent's. */
const MOST_SPLITS = 30;
/** Parents of a batch that are looked at alone. */
const MOST_LOOKS = 50;

export class ParentReader {
  readonly #plan: ReaderPlan;
  readonly #limiter: Limiter;
  readonly #seen = new Set<string>();
  /** By what they are bound to: a parent that comes again while it waits is read once. */
  readonly #waiting = new Map<string, Parent>();
  /** Rows that those told of. */
  #told = 0;
  /** Parents taken and neither read to their end nor owed: no bookmark may pass the earliest of them. */
  readonly #open = new Set<Parent>();
  /** Parents answered for, and those in trouble among them. */
  #parents = 0;
  #troubled = 0;
  readonly #refusals = new Refusals();
  #splits = 0;
  #looks = 0;
  #routes: readonly RequestRoute[];
  /** Left out once another route has brought something in their place: a parent in doubt is read by another one, too. */
  readonly #notGranted = new Set<RequestRoute>();

  constructor(plan: ReaderPlan) {
    this.#plan = plan;
    this.#routes = plan.routes;
    this.#limiter = makeLimiter(this.#routes[0]?.batch ? BATCH_PLACES : PLACES);
  }

  async add(parent: Parent): Promise<void> {
    // A sprint shows on several boards and is read once. A walk with a cursor brings a changed parent again on purpose.
    const key = parent.parent;
    if (this.#waiting.has(key) || (parent.watermark === null && this.#seen.has(key))) return;
    if (parent.watermark === null) this.#seen.add(key);
    this.#open.add(parent);
    const [route] = this.#routes;
    const rows = parent.told?.total ?? 0;
    if (route?.batch && this.#told + rows > BATCH_PAGES * pageSize(route)) await this.#readWaiting();
    this.#told += rows;
    this.#waiting.set(key, parent);
    if (this.#waiting.size >= (route?.batch?.max ?? 1)) await this.#readWaiting();
  }

  /** Everything added has been read. @throws the first error. */
  async finish(): Promise<void> {
    await this.#readWaiting();
    await this.#limiter.drain();
  }

  /** Nothing is under way; batches may still be filling. @throws the first error. */
  async pause(): Promise<void> {
    await this.#limiter.drain();
  }

  /** The moment before which all parents have been read or are owed, given how far they have been added. */
  watermark(added: Watermark): Watermark {
    return [...this.#open].map((parent) => parent.watermark).reduce(earlier, added);
  }

  holds(parent: string): boolean {
    return [...this.#open].some((one) => one.parent === parent);
  }

  /** See Refusals. */
  commonRefusal(): 'forbidden' | 'unsupported' | null {
    return this.#refusals.common;
  }

  /** A parent whose rows are all in the table, or will be with the next commit. */
  whole(values: Values): void {
    const { ctx, node, run } = this.#plan;
    if (!ctx.debts.none) ctx.debts.settle(node.stream.stream, parentKey(values));
    // Only where the route's parent names what the rows hang on: a feed of changed ids says nothing of the others.
    const parent = values[parentColumnOf(node)];
    if (parent !== undefined) run.absence.parentRead(parent);
  }

  async #readWaiting(): Promise<void> {
    const taken = [...this.#waiting.values()];
    this.#waiting.clear();
    this.#told = 0;
    if (taken.length) await this.#limiter.run(() => this.#readParents(taken, this.#routes));
  }

  /** Reads one parent, or one batch of them, by the first of the routes that the site grants. */
  async #readParents(parents: readonly Parent[], routes: readonly RequestRoute[]): Promise<void> {
    const [route, ...others] = routes;
    if (!route || parents.length === 0) return;
    // An answer about one of many parents says nothing of the others.
    if (!route.batch && parents.length > 1) {
      for (const parent of parents) await this.#readParents([parent], routes);
      return;
    }
    if (this.#refusals.ofSite) return this.#refuse(this.#refusals.ofSite, parents);
    let seen: ReadonlyMap<Parent, Seen>;
    try {
      seen = await lookAt(this.#plan, route, parents);
    } catch (error) {
      return this.#refusedBy(error, route, parents, others);
    }
    this.#refusals.answer();
    this.#routes = this.#routes.filter((one) => !this.#notGranted.has(one));
    const doubtful = parents.filter((parent) => isDoubtful(seenOf(seen, parent), parent.told?.total ?? null));
    for (const parent of parents) if (!doubtful.includes(parent)) this.#take(parent, seenOf(seen, parent));
    const [first] = doubtful;
    if (first && route.unless?.fewer) this.#notShown(first, seenOf(seen, first));
    else if (doubtful.length > 0) await this.#lookAgain(doubtful, route, others);
  }

  /** One answer counts more rows than it holds: this account may not see them. Those that it holds are taken. */
  #notShown(parent: Parent, { came, total }: Seen): void {
    const { ctx, run, node } = this.#plan;
    this.#close(parent);
    ctx.debts.settle(parent.stream, parent.parent);
    run.absence.refusedParents.push(parent.values[parentColumnOf(node)] ?? '');
    if (came === 0) this.#refusals.hide('forbidden');
    run.miss('not_visible', Math.max(1, (total ?? 0) - came));
  }

  #take(parent: Parent, seen: Seen): void {
    this.#close(parent);
    if (seen.met) this.whole(parent.values);
    else this.#plan.ctx.debts.settle(parent.stream, parent.parent);
  }

  #close(parent: Parent): void {
    this.#parents += 1;
    this.#open.delete(parent);
  }

  /** The site changes while it is read, so counts that disagree are looked at once more, a batch also one by one. */
  async #lookAgain(parents: readonly Parent[], route: RequestRoute, others: readonly RequestRoute[]): Promise<void> {
    let seen: ReadonlyMap<Parent, Seen>;
    try {
      seen = await lookAt(this.#plan, route, parents);
    } catch (error) {
      return this.#refusedBy(error, route, parents, others);
    }
    const single = route.batch ? others.find((other) => !other.batch) : undefined;
    for (const parent of parents) {
      const last = seenOf(seen, parent);
      const expected = parent.told?.total ?? null;
      if (single && isDoubtful(last, expected) && this.#looks < MOST_LOOKS) {
        this.#looks += 1;
        await this.#readParents([parent], [single]);
      } else if (isShort(last, expected)) this.#short(parent, last);
      else this.#take(parent, last);
    }
  }

  /** Rows are missing for certain: hidden from this account when everything speaks for it, else owed. */
  #short(parent: Parent, last: Seen): void {
    const { ctx } = this.#plan;
    const total = Math.max(last.total ?? 0, parent.told?.total ?? 0);
    const difference = { came: last.came, total, updated: parent.updated };
    const trouble: Trouble = {
      reason: `${last.came} of ${total} rows came`,
      status: null,
      waits: false,
      difference,
    };
    const before = ctx.debts.find(parent.stream, parent.parent);
    const agree = parent.told !== null && last.came > 0 && sameKeys(parent.told.keys, last.keys);
    if (isHidden(before, difference, agree, ctx.debts.now)) {
      this.#close(parent);
      if (last.met) this.whole(parent.values);
      ctx.debts.hide(owingOf(parent), trouble);
    } else this.#owe(parent, trouble);
  }

  #owe(parent: Parent, trouble: Trouble): void {
    const { ctx, run } = this.#plan;
    this.#close(parent);
    this.#refusals.trouble();
    this.#troubled += 1;
    ctx.debts.tried(owingOf(parent), trouble);
    this.#oweBelow(parent);
    run.absence.refusedParents.push(parent.values[parentColumnOf(this.#plan.node)] ?? '');
    if (isTroubleOfMany(this.#troubled, this.#parents))
      throw tooManyInTrouble(run.report.stream, this.#troubled, this.#parents, `${parent.name}: ${trouble.reason}`);
  }

  /** What is read by the rows of this parent that did not come, and hangs on the same record, is owed with it. */
  #oweBelow(parent: Parent): void {
    const { ctx, node } = this.#plan;
    for (const { stream } of node.children)
      if (stream.parent && stream.parent.stream === node.parent?.stream && sameBind(stream.parent, node.parent))
        ctx.debts.owe({ ...owingOf(parent), stream: stream.stream }, `${node.stream.stream} of it is owed`);
  }

  async #refusedBy(
    error: unknown,
    route: RequestRoute,
    parents: readonly Parent[],
    others: readonly RequestRoute[],
  ): Promise<void> {
    const [first] = parents;
    if (error instanceof Undeliverable) throw error.cause;
    if (!first) return;
    const outcome = await this.#refusals.outcomeOf(this.#plan, route, error, first);
    if (outcome === 'next_route' && others.length > 0) {
      this.#notGranted.add(route);
      return this.#readParents(parents, others);
    }
    if (outcome === 'gone' && !route.batch && (await this.#isThere(first)))
      return this.#owe(first, { reason: 'answered 404 although it is there', status: 404, waits: false });
    if (outcome !== null && outcome !== 'next_route') return this.#refuse(outcome, parents, this.#refusals.inDoubt);
    if (!isTroubleOfOne(error)) throw error;
    if (parents.length > 1) return this.#split(error, route, parents, others);
    const reason = error.message.replace(/^[^:]*: /, '');
    this.#owe(first, { reason, status: statusOf(error), waits: false });
  }

  /** One parent can spoil its batch: it is found by halving. */
  async #split(
    error: unknown,
    route: RequestRoute,
    parents: readonly Parent[],
    others: readonly RequestRoute[],
  ): Promise<void> {
    this.#splits += 1;
    if (this.#splits > MOST_SPLITS) throw error;
    for (const half of halves(parents)) await this.#readParents(half, [route, ...others]);
  }

  /** Null where the parent's stream file does not say how to look: then the refusal is believed. */
  async #isThere({ values }: Parent): Promise<boolean | null> {
    const { ctx, node, label } = this.#plan;
    const bind = node.parent?.bind ?? {};
    const key = Object.fromEntries(Object.entries(bind).map(([ours, theirs]) => [theirs, values[ours] ?? '']));
    return node.parent ? isThere(ctx, label, ctx.streamOf(node.parent.stream), key) : null;
  }

  /** @param held while an answer may refute the refusal: what was asked holds the bookmark, and what was not came after it */
  #refuse(outcome: OutcomeName, parents: readonly Parent[], held = false): void {
    const { ctx, run } = this.#plan;
    this.#refusals.refuse(outcome);
    run.miss(outcome === 'gone' ? 'gone' : 'not_visible', parents.length);
    for (const parent of parents) {
      if (!held) this.#close(parent);
      if (!this.#refusals.inDoubt) ctx.debts.settle(parent.stream, parent.parent);
      if (outcome !== 'gone') run.absence.refusedParents.push(parent.values[parentColumnOf(this.#plan.node)] ?? '');
    }
  }
}

const NOT_MET: Seen = { came: 0, total: null, lacking: false, absent: false, met: false, keys: [] };
const seenOf = (seen: ReadonlyMap<Parent, Seen>, parent: Parent): Seen => seen.get(parent) ?? NOT_MET;

const owingOf = ({ stream, parent, name, values }: Parent): Owing => ({ stream, parent, name, values });

const sameBind = (one: ParentDecl, other: ParentDecl): boolean =>
  JSON.stringify(one.bind) === JSON.stringify(other.bind);

const earlier = (a: Watermark, b: Watermark): Watermark => (a === null || b === null ? null : Math.min(a, b));
