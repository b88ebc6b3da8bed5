/**
 * One stream of the tree at work: takes records, writes them, and feeds the streams that hang on it.
 * Data flows one way: root pages -> deliver -> children accept -> their own pages -> deliver.
 */
import { failureOf } from '../../contract/events.js';
import type { TableWriter } from '../../contract/table.js';
import { ConnectorError, type ErrorKind } from '../../core/errors.js';
import type { Located } from '../../core/json-path.js';
import { bookmarkAfter, meetsAll, type Newest, type State, type Watermark } from '../plan/bookmark.js';
import { isStillHidden } from '../plan/debt-rules.js';
import { parentColumnOf, type ScanStep } from '../plan/read-plan.js';
import { labelOf, parentRoutes, type TreeNode } from '../plan/tree.js';
import type { Values } from '../requests/build-request.js';
import { claimedPath, type Inline, insideOf, isWholeInside } from '../requests/inside.js';
import type { RequestRoute } from '../streams/registry.js';
import type { Route } from '../streams/stream-file.js';
import { askedOf } from './asked-parents.js';
import type { RunContext } from './context.js';
import { markDeletions } from './deletions.js';
import { type Kept, valuesOf } from './kept.js';
import { keyOf, keyPath } from './look-at-parents.js';
import { ParentReader } from './parent-reader.js';
import { boundValues, parentOfRow, watermarkOf } from './parents.js';
import { TableRun } from './table-run.js';

/** Records made into rows at a time: a page of 10,000 is not held twice. */
const SLICE = 1000;

export class StreamRun {
  readonly run: TableRun;
  readonly children: readonly StreamRun[];
  readonly #parents: ParentReader;
  #watermark: Watermark = null;
  /** Of the last commit of the walk, and of what comes after it. */
  #final: State['bookmark'] = null;
  failure: unknown = null;
  /** Known to be forbidden or unsupported as a whole. */
  #settled = false;
  constructor(
    readonly node: ScanStep,
    readonly ctx: RunContext,
    tables: ReadonlyMap<string, TableWriter>,
    /** Whose rows it hangs on; null: a root. */
    private readonly above: StreamRun | null = null,
  ) {
    const claimed = node.children.filter((child) => child.route.inside).map((child) => claimedPath(child.route));
    const table = node.written ? (tables.get(node.stream.stream) ?? null) : null;
    this.run = new TableRun(node, ctx, table, claimed);
    this.children = node.children.map((child) => new StreamRun(child, ctx, tables, this));
    this.#parents = this.reader(parentRoutes(node));
  }

  /** Reads parents of this stream by the given routes. */
  reader(routes: readonly RequestRoute[], node: TreeNode = this.node): ParentReader {
    const { ctx, run, label } = this;
    return new ParentReader({ ctx, node, run, label, routes, deliver: (...page) => this.deliver(...page) });
  }

  get name(): string {
    return this.node.stream.stream;
  }

  all(): readonly StreamRun[] {
    return [this, ...this.children.flatMap((child) => child.all())];
  }

  /** Whose requests these are in the report: the walking stream when it is written, else the first written one below. */
  get label(): string {
    return labelOf(this.node);
  }

  /** Whether a parent was taken and is neither read to its end nor owed yet. */
  holds(parent: string): boolean {
    return this.#parents.holds(parent);
  }

  get alive(): boolean {
    return this.failure === null && !this.#settled;
  }

  begin(): void {
    this.run.begin();
    for (const child of this.children) child.begin();
  }

  /** Takes one page of this stream's own records. */
  async deliver(route: Route, records: readonly Located[], values: Values, watermark: Watermark): Promise<void> {
    for (let at = 0; at < records.length; at += SLICE) {
      const slice = records.slice(at, at + SLICE);
      const kept = await this.run.take(route, slice, values, (row) => this.ctx.inScope(this.node.stream, row));
      for (const child of this.children) await child.accept(kept, watermark);
    }
  }

  /** The root's walk has come so far: when any table below has enough, all commit what they have, each with the bookmark it proves. */
  async advance(watermark: Watermark): Promise<void> {
    this.#watermark = watermark;
    const writing = this.all().filter((streamRun) => streamRun.alive && !streamRun.run.replaces);
    if (!writing.some(({ run }) => run.enough)) return;
    // From above: an answer that is still under way brings rows, and parents for what is below, into tables that are being committed.
    for (const streamRun of this.all()) await streamRun.#attempt(() => streamRun.#parents.pause());
    // From below: what hangs on a row is durable, or owed, before the row is.
    for (const streamRun of writing.reverse()) await streamRun.#attempt(() => streamRun.#checkpoint());
  }

  async #checkpoint(): Promise<void> {
    if (this.run.pending > 0) await this.run.checkpoint(this.#bookmark());
  }

  /** Errors stay in this stream, and in what hangs on it. */
  async #attempt(work: () => Promise<void>): Promise<void> {
    if (!this.alive) return;
    try {
      await work();
    } catch (error) {
      await this.fail(error);
    }
  }

  /** What the order of the walk proves so far; without an order, where the table was before. */
  #bookmark(): State['bookmark'] {
    const { of, ceiling } = this.node.window;
    if (of === null) return null;
    const before = this.run.state?.bookmark ?? null;
    const watermark = this.#reached(this.#watermark);
    if (watermark === null) return before;
    const ms = Math.min(watermark, ceiling);
    // Another stream of the same walk may have been further behind: what this one had proven before still holds.
    return { of, ms: this.run.report.mode === 'incremental' ? Math.max(ms, before?.ms ?? ms) : ms };
  }

  /** How far the walk has come for this stream: what waits above may still bring parents for it. */
  #reached(watermark: Watermark): Watermark {
    const own = this.#parents.watermark(watermark);
    return this.above ? this.above.#reached(own) : own;
  }

  /** Takes parents to read from. Errors stay in this stream: the parent and its other children go on. */
  async accept(parents: readonly Kept[], watermark: Watermark): Promise<void> {
    await this.#attempt(async () => {
      const { asked, none, passed } = askedOf(this.node, parents);
      this.run.absence.refusedParents.push(...passed);
      for (const { row } of none) this.#parents.whole(boundValues(this.node.parent, row));
      for (const parent of asked) await this.#acceptOne(parent, watermark);
      this.#watermark = watermark;
    });
  }

  async #acceptOne({ row, record }: Kept, watermark: Watermark): Promise<void> {
    const { parent, route } = this.node;
    if (!parent || !this.ctx.parentInScope(parent.stream, row)) return;
    const inside = route.inside ? insideOf(route, record) : null;
    if (inside && isWholeInside(inside)) {
      const values = boundValues(parent, row);
      const own = watermarkOf(this.ctx.streamOf(parent.stream), row, watermark);
      await this.deliver(route, inside.rows, values, own);
      return this.#parents.whole(values);
    }
    const told = inside && { total: inside.total, keys: this.#keysOf(inside) };
    const one = parentOfRow(this.node, this.ctx.streamOf(parent.stream), row, watermark, told);
    if (!inside || !this.#isHidden(one.parent, inside, one.updated)) return this.#parents.add(one);
    await this.deliver(route, inside.rows, one.values, one.watermark);
    this.ctx.debts.meet(this.name, one.parent);
  }

  #keysOf({ rows }: Inline): readonly string[] {
    const path = keyPath(this, this.node.route);
    return rows.map(({ record }) => keyOf(record, path));
  }

  /** The rows that the site counts and does not show are known, and nothing moved since. */
  #isHidden(parent: string, { rows, total }: Inline, updated: number | null): boolean {
    return rows.length > 0 && isStillHidden(this.ctx.debts.find(this.name, parent), { total, updated });
  }

  /**
   * The walk above has come to its end: read what waits, finish the children, commit.
   * @param newest latest cursor of that walk
   * @param missing what the walk above lacks, in words; null: it was whole
   */
  async finish(newest: Newest, missing: string | null): Promise<void> {
    await this.#attempt(async () => {
      if (missing !== null) this.run.lack(missing);
      await this.#parents.finish();
      const below = this.run.whole ? null : `the list of its parents, ${this.name}, is not whole`;
      for (const child of this.children) {
        await this.#shelter(child.run);
        await child.finish(newest, missing ?? below ?? this.#owedHere());
      }
      // Those that a walk does not pass over are few, and say nothing of the others.
      const refusal = this.node.passes === null ? this.#parents.commonRefusal() : null;
      if (refusal) this.refuseAll(refusal);
      else await this.#conclude(newest);
    });
  }

  /** What hangs on rows that were not shown stays as it is: the table says which rows those are. */
  async #shelter(below: TableRun): Promise<void> {
    const { table, state } = this.run;
    const { sheltered, refusedParents } = this.run.absence;
    const column = Object.values(below.node.parent?.bind ?? {})[0];
    if (sheltered || (refusedParents.length > 0 && (!table || !column || state?.complete !== true)))
      below.absence.sheltered = true;
    else if (table && column && refusedParents.length > 0) {
      const where = { column: parentColumnOf(this.node), in: refusedParents };
      below.absence.refusedParents.push(...(await valuesOf(table, column, { where })));
    }
  }

  /** What hangs on rows that are owed is not whole either. */
  #owedHere(): string | null {
    const owed = this.ctx.debts.of(this.name).filter(({ state }) => state === 'owed');
    return owed.length > 0 && this.run.replaces ? `${this.name} of ${owed[0]?.name} are owed` : null;
  }

  async #conclude(newest: Newest): Promise<void> {
    await markDeletions(this.ctx, this.run, this.label);
    this.#final = this.run.whole ? this.#bookmarkAfter(newest) : this.#bookmark();
    if (this.run.whole && meetsAll(this.node.window) && !this.node.passes) this.ctx.debts.settleUnmet(this.name);
    await this.run.finish(this.#final);
    this.run.tell({ kind: 'scanned' });
  }

  /** What comes after the end of the walk (rows the census found or debts brought, marks), here and below: one more commit with the same bookmark. */
  async append(): Promise<void> {
    if (!this.alive) return;
    const all = this.all().filter((one) => one === this || !one.run.replaces);
    for (const one of all) await one.#attempt(() => one.#parents.finish());
    for (const one of all.reverse()) await one.#attempt(() => one.run.finish(one.#final));
  }

  #bookmarkAfter(newest: Newest): State['bookmark'] {
    const { of, ceiling } = this.node.window;
    if (of === null) return null;
    const ms = bookmarkAfter(this.run.state?.bookmark?.ms ?? null, newest, ceiling);
    return ms === null ? null : { of, ms };
  }

  /** The site does not let us read this stream, or does not have it: so for everything below. */
  refuseAll(outcome: 'forbidden' | 'unsupported', reason?: string): void {
    for (const streamRun of this.all()) {
      streamRun.run.tell({ kind: 'refused', state: outcome, reason });
      streamRun.#settled = true;
    }
  }

  /** This stream stops here; what it had read in order stays (committed with the bookmark it proves), the rest is dropped. */
  async fail(error: unknown): Promise<void> {
    if (!this.alive) return;
    const kind = this.#note(error);
    await this.#parents.pause().catch(() => undefined);
    for (const child of this.children) await child.skip(this.name, error);
    if (kind === 'interrupted') return;
    await this.#keepProgress().catch(() => undefined);
  }

  /** Runs what comes after the end of the walk. When it fails, what was read stays committed and the streams below stay well. */
  async guard(work: () => Promise<void>): Promise<void> {
    if (!this.alive) return;
    try {
      await work();
    } catch (error) {
      if (this.#note(error) !== 'interrupted') await this.#reopen().catch(() => undefined);
    }
  }

  #note(error: unknown): ErrorKind {
    this.failure = error;
    const told = failureOf(error);
    this.run.tell(told);
    return told.recovery;
  }

  async #keepProgress(): Promise<void> {
    if (this.run.replaces || this.run.pending === 0) await this.#reopen();
    else await this.run.checkpoint(this.#bookmark());
  }

  /** What failed after its walk, and waits for its turn, would not be read by the next run. */
  async #reopen(): Promise<void> {
    if (this.node.schedule.every) await this.run.reopen(this.#final);
  }

  /** The parent failed. */
  async skip(parent: string, error: unknown): Promise<void> {
    if (!this.alive) return;
    if (failureOf(error).recovery === 'interrupted') return this.fail(error);
    // What waits for a later run makes that which hangs on it wait, too: it is no failure.
    const kind: ErrorKind = error instanceof ConnectorError && error.kind === 'later' ? 'later' : 'failed';
    await this.fail(
      new ConnectorError(
        kind,
        `Not read to its end because its parent ${parent} ${kind === 'later' ? 'has to wait' : 'failed'}.`,
        { cause: error },
      ),
    );
    this.run.tell({ ...failureOf(this.failure), state: 'skipped' });
  }
}
