/** One stream in one run: shaping, counting, writing and committing. Knows nothing of requests. */
import { ConnectorError } from '../../errors.js';
import type { Json, Row, TableWriter } from '../../writers/writer.js';
import type { Route } from '../registry/stream-file.js';
import type { Located } from '../rows/path.js';
import { type Bound, compileShaper, type Shaper } from '../rows/shape.js';
import { parseState, type State } from './bookmark.js';
import type { RunContext } from './context.js';
import { emptyReport, imbalance, type StreamReport } from './report.js';
import type { TreeNode } from './tree.js';

/** A row that passed, beside the record it was made of: what children read from. */
export interface Kept {
  readonly row: Row;
  readonly record: unknown;
}

/** More rejected rows than this and than 0.1 % of what was read: the stream is not understood, so it stops. */
const REJECTS_ALLOWED = 100;
const REJECTED_SHARE = 0.001;

export class TableRun {
  readonly report: StreamReport;
  /** State of the table before this run. */
  readonly state: State | null;
  /** False once anything says that rows may be missing: then nothing is inferred to have vanished. */
  complete = true;
  /** Parents that refused to show their rows: those rows stay as they are. */
  readonly refusedParents: string[] = [];
  /** By route: records of different routes have different shapes, and may arrive side by side. */
  readonly #shapers = new Map<Route, Shaper>();
  #batch = 0;
  /** Values of the first key column seen in a full re-read over several commits. */
  #seen: Set<string> | null = null;

  constructor(
    readonly node: TreeNode,
    readonly ctx: RunContext,
    readonly table: TableWriter | null,
    /** Paths of this stream's records that its children read. */
    readonly claimed: readonly string[],
  ) {
    this.report = emptyReport(node.stream.stream);
    this.state = table ? parseState(node.stream.stream, table.state) : null;
    if (this.state && this.state.site !== ctx.site) {
      throw new ConnectorError(
        'usage',
        `The table of ${node.stream.stream} belongs to ${this.state.site}, not to ${ctx.site}. Use another warehouse or another connection name.`,
      );
    }
  }

  get replaces(): boolean {
    return this.node.stream.write === 'replace';
  }

  /** Called before reading. A whole re-read of a table that has rows remembers what it saw, so that the rest can be marked. */
  begin(mode: 'full' | 'incremental'): void {
    this.report.mode = mode;
    this.report.route = this.node.route.name;
    const reread = mode === 'full' && !this.replaces && this.state?.complete === true && this.#sameScope(this.state);
    if (reread && this.ctx.settings.fullRefresh) this.#seen = new Set();
  }

  #sameScope(state: State): boolean {
    return state.scope === this.ctx.settings.scope && state.start >= this.ctx.settings.start;
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
    for (const { record, carried } of records) {
      const shaped = shaper.shape(record, { ...bound, ...carried });
      this.report.rows_read += 1;
      if ('reject' in shaped) this.#rejectRow(shaped.reject, record);
      else if (inScope(shaped.row)) kept.push({ row: shaped.row, record });
      else this.report.outcomes.out_of_scope += 1;
    }
    if (this.table && kept.length) {
      const key = this.node.stream.primary_key[0] ?? '';
      if (this.#seen) for (const { row } of kept) this.#seen.add(String(row[key]));
      await this.table.write(kept.map(({ row }) => row));
      this.ctx.progress({ stream: this.report.stream, rows: this.report.rows_read, state: 'reading' });
    }
    return kept;
  }

  #shaperOf(route: Route): Shaper {
    let shaper = this.#shapers.get(route);
    if (!shaper) {
      shaper = compileShaper(this.node.stream, route, { links: this.ctx.links, claimed: this.claimed });
      this.#shapers.set(route, shaper);
      this.report.route = [...this.#shapers.keys()].map((used) => used.name).join('+');
    }
    return shaper;
  }

  #rejectRow(reason: string, record: unknown): void {
    this.complete = false;
    this.report.rows_rejected += 1;
    if (this.table) this.ctx.reject({ stream: this.report.stream, reason, record });
    const allowed = Math.max(REJECTS_ALLOWED, this.report.rows_read * REJECTED_SHARE);
    if (this.report.rows_rejected <= allowed) return;
    throw new ConnectorError(
      'failed',
      `${this.report.stream}: ${this.report.rows_rejected} rows could not be written, the last one because ${reason}. See the table _rejects; the site may answer in a new form.`,
    );
  }

  /** Something that was to be read and answered with nothing. */
  miss(outcome: 'gone' | 'not_visible', count = 1): void {
    this.report.rows_read += count;
    this.report.outcomes[outcome] += count;
  }

  get pending(): number {
    return this.table?.pending ?? 0;
  }

  /** Rows so far become visible together with the bookmark they prove (I1). */
  async checkpoint(bookmark: State['bookmark']): Promise<void> {
    await this.#commit({ bookmark, complete: this.state?.complete ?? false });
  }

  /** The last commit of a read that came to its end. */
  async finish(bookmark: State['bookmark']): Promise<void> {
    if (!this.table) return;
    this.#markVanished();
    await this.#commit({ bookmark, complete: this.complete || (this.state?.complete ?? false) });
    if (bookmark) this.report.bookmark = new Date(bookmark.ms).toISOString();
    const problem = imbalance(this.report);
    if (problem) throw new ConnectorError('failed', `${this.report.stream}: ${problem}`);
  }

  #markVanished(): void {
    if (!this.table || !this.state || !this.complete || !(this.replaces || this.#seen)) return;
    if (this.state.account !== this.ctx.account && !this.ctx.settings.acceptDeletes) {
      throw new ConnectorError(
        'failed',
        `${this.report.stream}: this run reads as another account than the last one, and what it does not see may only be hidden from it. Nothing was marked deleted. If the change is meant, run once with --accept-deletes.`,
      );
    }
    const [first = ''] = this.node.stream.primary_key;
    if (this.#seen)
      this.table.mark({ reason: 'vanished', where: { column: first, notIn: [...this.#seen] }, spareBatch: true });
    else if (this.refusedParents.length === 0) this.table.mark({ reason: 'vanished', where: 'all', spareBatch: true });
    else
      this.table.mark({
        reason: 'vanished',
        where: { column: this.#parentColumn(), notIn: this.refusedParents },
        spareBatch: true,
      });
  }

  /** The column that says which parent a row hangs on. */
  #parentColumn(): string {
    return Object.keys(this.node.parent?.bind ?? {})[0] ?? '';
  }

  async #commit(part: Pick<State, 'bookmark' | 'complete'>): Promise<void> {
    if (!this.table) return;
    this.#batch += 1;
    const { site, account, settings, runId } = this.ctx;
    const state: State = { v: 1, site, account, ...part, scope: settings.scope, start: settings.start };
    const done = await this.table.commit({ state: state as unknown as Json, runId, batch: this.#batch });
    this.report.rows_written += done.written;
    this.report.rows_deleted += done.deleted;
    this.report.outcomes.unchanged += done.unchanged;
    this.report.outcomes.duplicate += done.duplicate;
    this.report.snapshot_id = done.snapshotId ?? this.report.snapshot_id;
  }
}
