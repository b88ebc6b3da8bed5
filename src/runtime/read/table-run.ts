/** One stream in one run: shaping, counting, writing and committing. Knows nothing of requests. */
import { fold, type Told } from '../../contract/events.js';
import { emptyReport, imbalance, type StreamReport } from '../../contract/report.js';
import type { Committed, Comparison, Json, KeyList, Mark, Row, TableWriter } from '../../contract/table.js';
import { ConnectorError } from '../../core/errors.js';
import type { Located } from '../../core/json-path.js';
import { type Rest, type State, settingsHold } from '../plan/bookmark.js';
import { believeGone, differentAccountError } from '../plan/mass-deletion.js';
import { type Part, stateAfter } from '../plan/next-state.js';
import type { ScanStep } from '../plan/read-plan.js';
import { countsOf, failsAtEnd, stopsAtOnce, TOO_LARGE, tooManyRejects } from '../plan/reject-limit.js';
import type { Cleaner } from '../probe/site-view.js';
import { type Bound, compileShaper, type Shaper } from '../rows/shape.js';
import type { Route } from '../streams/stream-file.js';
import { Absence } from './absence.js';
import type { RunContext } from './context.js';
import { type Entrants, makeEntrants } from './entrants.js';
import type { Kept } from './kept.js';

/** Rows that wait for the next commit in memory, not in a file. */
const MOST_HELD = 5000;
const UNSAID = () => undefined;

export class TableRun {
  #report: StreamReport;
  /** What is not met may be gone. */
  readonly absence: Absence;
  /** How its parents at rest were judged. */
  rest: Rest | undefined;
  /** What is known to be missing of this read, in words (I13). */
  readonly #lacks: string[] = [];
  /** By route: records of different routes have different shapes, and may arrive side by side. */
  readonly #shapers = new Map<Route, Shaper>();
  #batch = 0;
  /** The last commit said that the read came to its end. */
  #ended = false;
  /** When the table was last committed, or reading began; epoch milliseconds. */
  #committedAt = 0;
  /** Why the last rejected row was rejected. */
  #lastReason = '';
  readonly #clean: Cleaner;
  readonly #entrants: Entrants | null;

  constructor(
    readonly node: ScanStep,
    readonly ctx: RunContext,
    readonly table: TableWriter | null,
    /** Paths of this stream's records that its children read. */
    readonly claimed: readonly string[],
  ) {
    this.#report = emptyReport(node.stream.stream);
    this.absence = new Absence(node);
    this.#entrants = makeEntrants(node.stream, this.state);
    this.#clean = ctx.cleanerOf(node.stream) ?? ((record) => record);
  }

  /** What was told so far. */
  get report(): StreamReport {
    return this.#report;
  }

  /** The only way in which a report changes. */
  tell(event: Told): void {
    this.#report = fold(this.#report, event);
    this.ctx.tell({ stream: this.#report.stream, ...event });
  }

  /** Whether everything that was to be read was read (I13). */
  get whole(): boolean {
    return this.#lacks.length === 0;
  }

  /** Whether what was not met may be taken for gone: a row that was rejected was not met, though it is there. */
  get complete(): boolean {
    return this.whole && this.report.rows_rejected === 0;
  }

  /** Something that was to be read did not come: nothing is inferred, and the run says so. @param what one sentence */
  lack(what: string): void {
    if (!this.#lacks.includes(what)) this.#lacks.push(what);
  }

  get lacks(): readonly string[] {
    return this.#lacks;
  }

  get replaces(): boolean {
    return this.node.stream.write === 'replace';
  }

  /** Of its table before this run. */
  get state(): State | null {
    return this.node.state;
  }

  /** Called before reading. */
  begin(): void {
    const { window, route } = this.node;
    this.#committedAt = this.ctx.now();
    this.tell({ kind: 'begun', mode: window.mode, route: route.name });
    if (this.table && window.of !== null) this.#entrants?.begin(window.since, window.mode);
    this.absence.begin();
  }

  /** Shapes and spools records; returns what children may read from. */
  async take(
    route: Route,
    records: readonly Located[],
    bound: Bound,
    inScope: (row: Row) => boolean,
  ): Promise<readonly Kept[]> {
    const shaper = this.#shaperOf(route);
    const kept: Kept[] = [];
    let outside = 0;
    let untold = 0;
    const tellRead = () => {
      if (untold > 0) this.tell({ kind: 'read', rows: untold });
      untold = 0;
    };
    for (const { record, carried } of records) {
      const clean = this.#clean(record, (count) => this.#leaveOut(count));
      const shaped = shaper.shape(clean, { ...bound, ...carried });
      untold += 1;
      if ('reject' in shaped) {
        tellRead();
        this.#rejectRow(shaped.reject, clean);
      } else if (inScope(shaped.row)) {
        this.#noteMisfits(shaped.misfits);
        // Children clean what they take out of the record themselves.
        kept.push({ row: shaped.row, record });
      } else outside += 1;
    }
    tellRead();
    if (outside > 0) this.tell({ kind: 'outcome', outcome: 'out_of_scope', rows: outside });
    if (this.table && kept.length) {
      const rows = kept.map(({ row }) => row);
      this.absence.met(rows);
      this.#entrants?.note(rows);
      this.ctx.watch.note(this.node.stream, rows, this.report.mode === 'full');
      for (const index of await this.table.write(rows))
        this.#rejectRow(TOO_LARGE, this.#clean(kept[index]?.record, UNSAID));
    }
    return kept;
  }

  /** Rows of this table that were marked deleted and are there again. */
  async restore(rows: readonly Row[]): Promise<void> {
    this.tell({ kind: 'read', rows: rows.length });
    await this.table?.write(rows);
  }

  #shaperOf(route: Route): Shaper {
    let shaper = this.#shapers.get(route);
    if (!shaper) {
      const aside = { has: (column: string) => this.table?.conflicts.includes(column) ?? false };
      shaper = compileShaper(this.node.stream, route, { links: this.ctx.links, claimed: this.claimed, aside });
      this.#shapers.set(route, shaper);
      this.tell({ kind: 'route', route: [...this.#shapers.keys()].map((used) => used.name).join('+') });
    }
    return shaper;
  }

  #leaveOut(count: number): void {
    if (this.table && count > 0) this.tell({ kind: 'left out', elements: count });
  }

  #noteMisfits(columns: readonly string[]): void {
    if (!this.table || columns.length === 0) return;
    const conflicts = columns.filter((name) => this.table?.conflicts.includes(name));
    this.tell({ kind: 'misfits', columns, conflicts });
  }

  #rejectRow(reason: string, record: unknown): void {
    this.tell({ kind: 'rejected', rows: 1 });
    if (this.table) this.ctx.reject({ stream: this.report.stream, reason, record });
    this.#lastReason = reason;
    if (stopsAtOnce(countsOf(this.report))) throw tooManyRejects(this.report.stream, countsOf(this.report), reason);
  }

  /** Pages that contradict themselves are told in the report; whoever reads them decides what they lack. */
  noteAnomalies(names: readonly string[]): void {
    if (names.length > 0) this.tell({ kind: 'anomalies', names });
  }

  /** Something that was to be read and answered with nothing. */
  miss(outcome: 'gone' | 'not_visible', count = 1): void {
    if (count === 0) return;
    this.tell({ kind: 'read', rows: count });
    this.tell({ kind: 'outcome', outcome, rows: count });
  }

  get pending(): number {
    return (this.table?.pending ?? 0) + this.absence.waiting;
  }

  /** Whether so much waits that a commit should come soon. */
  get enough(): boolean {
    const { commitRows, commitMs, now } = this.ctx;
    const held = this.#entrants?.waiting ?? 0;
    const late = this.pending > 0 && now() - this.#committedAt >= commitMs;
    return late || this.table?.full === true || this.pending >= commitRows || held >= MOST_HELD;
  }

  /** Rows so far become visible together with the bookmark they prove (I1). */
  async checkpoint(bookmark: State['bookmark']): Promise<void> {
    this.#mark(this.absence.ofParents(this.complete));
    await this.#commit({ bookmark, complete: this.#wasComplete });
  }

  /** The last commit of a read that came to its end. */
  async finish(bookmark: State['bookmark']): Promise<void> {
    if (!this.table) return;
    if (failsAtEnd(countsOf(this.report))) {
      // The bookmark stays before the rejected rows: the next run meets them again instead of ending well.
      await this.#commit({ bookmark: this.state?.bookmark ?? null, complete: this.#wasComplete });
      throw tooManyRejects(this.report.stream, countsOf(this.report), this.#lastReason);
    }
    this.#mark([...this.absence.ofParents(this.complete), ...this.absence.ofRest(this.complete)]);
    const ended = this.whole && !this.node.deletes.differentAccount;
    const done = await this.#commit({ bookmark, complete: this.#isComplete, ...(ended ? { ended } : {}) });
    if (bookmark) this.tell({ kind: 'bookmark', at: new Date(bookmark.ms).toISOString() });
    try {
      this.#judge(done);
    } catch (error) {
      await this.reopen(bookmark);
      throw error;
    }
  }

  /** What fails at its end, or after it, does not pass for read: `every` would leave it out, and the next runs would end well. */
  async reopen(bookmark: State['bookmark']): Promise<void> {
    if (this.#ended) await this.#commit({ bookmark, complete: this.#isComplete });
  }

  #judge(done: Committed | null): void {
    if (this.node.deletes.differentAccount) throw differentAccountError(this.report.stream);
    if (done?.refused) this.believe(done.refused.rows, done.refused.live);
    const problem = imbalance(this.report);
    if (problem) throw new ConnectorError('failed', `${this.report.stream}: ${problem}`);
  }

  /** Holds the live rows against a list of keys. */
  async compare(column: string, group: string | null, list: KeyList): Promise<Comparison | null> {
    return this.table?.compare(column, group, list) ?? null;
  }

  /** @throws ConnectorError when so many rows would be marked at once that a mistake is likelier than a clean-up. */
  believe(gone: number, live: number): void {
    believeGone(this.node.deletes.atMost, this.report.stream, gone, live);
  }

  /** Marks live rows by a column's values at the next commit. */
  markGone(column: string, values: readonly string[], reason: 'vanished' | 'parent' | 'feed'): void {
    if (values.length) this.table?.mark({ reason, where: { column, in: values }, exceptBatch: false });
  }

  /** Of a table that was read under other settings, what these settings show may never have been read. */
  get #wasComplete(): boolean {
    const { state } = this;
    return state?.complete === true && settingsHold(state, this.ctx.settings);
  }

  get #isComplete(): boolean {
    return this.complete || this.#wasComplete;
  }

  #mark(marks: readonly Mark[]): void {
    for (const mark of marks) this.table?.mark(mark);
  }

  async #commit(part: Part): Promise<Committed | null> {
    if (!this.table) return null;
    this.#batch += 1;
    // A bookmark that has passed a row must not be durable before the row's reject is.
    if (this.report.rows_rejected > 0) await this.ctx.keepRejects();
    // Nor before the debts of the parents it has passed are, and of what has come into view.
    const entered = (await this.#entrants?.take(this.table)) ?? [];
    if (entered.length > 0) await this.ctx.entered(this.node.stream, entered);
    await this.ctx.debts.keep(this.report.stream);
    await this.ctx.watch.compare(this.node.stream, this.table);
    const state = stateAfter(part, this.node, this.ctx, { counted: this.absence.counted, rest: this.rest });
    const seen = this.state?.seen ?? null;
    const carried = this.ctx.debts.settledOf(this.report.stream);
    const done = await this.table.commit({
      state: state as unknown as Json,
      runId: this.ctx.runId,
      batch: this.#batch,
      ...(part.ended && this.report.mode === 'full' && this.state?.whole == null ? { firstWhole: true } : {}),
      ...(seen === null || this.report.mode === 'full' ? {} : { seenUntil: new Date(seen).toISOString() }),
    });
    this.#committedAt = this.ctx.now();
    this.tell({ kind: 'committed', committed: done });
    this.#ended = part.ended === true;
    await this.ctx.debts.release(this.report.stream, carried);
    return done;
  }
}
