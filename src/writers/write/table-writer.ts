/** One open table: rows are spooled, and a commit makes rows, marks and state visible in one table version (I1, I3, I7). */
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type {
  Commit,
  Committed,
  Comparison,
  Json,
  KeyList,
  LiveRows,
  Mark,
  Row,
  TableSpec,
  TableWriter,
} from '../../contract/table.js';
import { ConnectorError } from '../../core/errors.js';
import type { FileIO } from '../../core/files/file-io.js';
import type { Lease } from '../../core/lease/lease.js';
import { type LayoutSettings, layoutChange } from '../iceberg/layout.js';
import type { Schema, TableChange } from '../iceberg/model.js';
import type { TableVersion } from '../iceberg/version.js';
import type { DuckSession } from '../parquet/duckdb.js';
import { stageRows } from '../parquet/stage.js';
import { askCommitted, type Stored } from './ask-committed.js';
import { compareKeys } from './compare-keys.js';
import { checkMark, loadMarks } from './deletion-marks.js';
import { digestsFor } from './digest-generation.js';
import { countLive, latestValue, liveRows } from './live-rows.js';
import { appendedRows, merge } from './merge.js';
import { commitFiles, isOvertaken } from './on-newest.js';
import { OtherRuns, TakenByOtherRun } from './other-runs.js';
import { declaredColumns, ownColumnsProperty } from './own-columns.js';
import { PendingRows } from './pending-rows.js';
import { type FilesOfChange, NO_FILES, Rewriter, type UpsertMode } from './rewrite.js';
import { broughtColumns, type RowShape, shapeOf } from './row-shape.js';
import { type BatchKeys, RunKeys } from './run-keys.js';
import { currentState, doneBefore, holdsState, stateProperties, stateSummary, stateText } from './state.js';
import { StoredRows } from './stored-rows.js';
import { schemaFor } from './table-schema.js';
import { inSession, type Workbench } from './workbench.js';

/** Somebody else (compaction, another tool) may commit between our reading and our commit; the work is redone on theirs. */
const ATTEMPTS = 6;
/** Two that meet at every try would part for good: each waits a different while, longer each time. */
const PAUSE_MS = 200;

type Counts = Pick<Committed, 'written' | 'unchanged' | 'duplicate' | 'deleted' | 'late' | 'refused'>;
const NOTHING: Counts = { written: 0, unchanged: 0, duplicate: 0, deleted: 0, late: 0 };

/** What an open table works with. The folder is this table's and run's alone. */
export interface TableBench extends Workbench {
  /** Default: position deletes. */
  readonly upserts?: UpsertMode | undefined;
  /** Told of files of this table and run that could not be removed. */
  readonly untidied?: (error: unknown) => void;
  /** After the last commit to a table, the lease still held; never throws. */
  readonly keepUp?: (version: TableVersion, first: boolean) => Promise<void>;
  /** How the settings want the table's rows to lie in its files. */
  readonly layout?: LayoutSettings | undefined;
}

export class IcebergTableWriter implements TableWriter {
  readonly #table: string;
  #shape: RowShape;
  /** Of the newest version looked at; those of `shape` until the rows under way have come to an end. */
  #newestConflicts: readonly string[];
  readonly #batch: PendingRows;
  readonly #keys = new RunKeys(async () => `${await this.bench.folder()}.keys`);
  #marks: Mark[] = [];
  #mustLoad = false;
  /** Our newest version that is known to be visible, once this run has made a snapshot. */
  #grown: TableVersion | null = null;
  /** Whether this run has read all rows there are for the first time. */
  #first = false;
  #closed = false;
  readonly shared: boolean;
  /** Null where runs do not disturb each other: rows that are only added need nothing of what was there before. */
  readonly #otherRuns: OtherRuns | null;

  constructor(
    private readonly bench: TableBench,
    private readonly spec: TableSpec,
    private readonly lease: Lease,
    private version: TableVersion | null,
  ) {
    this.#table = `${spec.namespace}.${spec.name}`;
    this.#batch = new PendingRows(bench.folder);
    this.shared = lease.shared === true;
    this.#otherRuns = spec.mode === 'append' ? null : new OtherRuns(this.#table, version);
    this.#newestConflicts = schemaFor(spec, version).conflicts;
    this.#shape = shapeOf(spec, this.#newestConflicts);
  }

  get state(): Json | null {
    return this.version && currentState(this.version);
  }

  get currentSnapshotId(): string | null {
    return this.version?.currentSnapshotId ?? null;
  }

  get conflicts(): readonly string[] {
    return this.#shape.conflicts;
  }

  get pending(): number {
    return this.#batch.count;
  }

  get full(): boolean {
    return this.#batch.full;
  }

  async write(rows: readonly Row[]): Promise<readonly number[]> {
    if (rows.length === 0) return [];
    // Whoever is late must not begin a spool that nobody removes.
    if (this.#closed) throw new ConnectorError('interrupted', `Rows of ${this.#table} came after it was closed.`);
    return this.#batch.add(rows, this.#shape.encode);
  }

  mark(mark: Mark): void {
    checkMark(mark, this.spec, this.conflicts);
    this.#marks.push(mark);
  }

  compare(column: string, group: string | null, list: KeyList): Promise<Comparison> {
    return this.#ofStored((session, stored) => compareKeys(session, { ...stored, column, group, list }));
  }

  rows(wanted: LiveRows): Promise<readonly Row[]> {
    return this.#ofStored((session, stored) => liveRows(session, stored, wanted));
  }

  live = (): Promise<number> => this.#ofStored(countLive);

  latest(column: string, notAfter: string): Promise<string | null> {
    return this.#ofStored((session, stored) => latestValue(session, stored, column, notAfter));
  }

  #ofStored<T>(ask: (session: DuckSession, stored: Stored) => Promise<T>): Promise<T> {
    return askCommitted(this.bench, this.spec, this.version, ask);
  }

  async commit(commit: Commit): Promise<Committed> {
    const text = stateText(commit.state, this.#table);
    this.#otherRuns?.expect(commit);
    for (let attempt = 1; ; attempt += 1) {
      try {
        const committed = await this.#attempt(commit, text);
        this.#first ||= commit.firstWhole === true;
        await this.discard();
        return committed;
      } catch (error) {
        // Whatever happened to this version, the next attempt must look at what the catalog holds then.
        this.#mustLoad = true;
        if (error instanceof TakenByOtherRun) throw error;
        if (attempt === ATTEMPTS || !(await isOvertaken(this.bench.catalog, this.version, error))) throw error;
        await setTimeout(Math.random() * PAUSE_MS * attempt);
      }
    }
  }

  async discard(): Promise<void> {
    this.#marks = [];
    this.#shape = shapeOf(this.spec, this.#newestConflicts);
    // What cannot be removed costs neither rows nor the run: a later one clears it away.
    await this.#batch.remove().catch((error: unknown) => this.bench.untidied?.(error));
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    try {
      await this.discard();
      if (this.#grown) await this.bench.keepUp?.(this.#grown, this.#first);
    } finally {
      await this.lease.release();
    }
  }

  #load(): Promise<TableVersion | null> {
    return this.bench.catalog.load(this.spec.namespace, this.spec.name);
  }

  async #attempt(commit: Commit, text: string): Promise<Committed> {
    await this.lease.verify();
    if (this.#mustLoad) this.version = await this.#load();
    this.#mustLoad = false;
    const done = this.version && doneBefore(this.version, commit);
    if (done) {
      this.#grown = this.version;
      return done;
    }
    // A catalog that numbers columns itself is asked for the table before files are made by those numbers.
    this.version ??= await this.#draft();
    const base = this.version;
    this.#otherRuns?.refuse(base);
    const { schema, changed, conflicts, properties } = schemaFor(this.spec, base);
    this.#newestConflicts = conflicts;
    this.#refuseChangedTypes();
    const { files, counts, keys = null } = await this.#makeFiles(base, schema, commit.seenUntil);
    const snapshot = files.operation !== null;
    const exists = base.metadataLocation !== '';
    const layout = layoutChange(base, this.bench.layout ?? {}, this.spec.cluster ?? []);
    if (exists && !snapshot && !changed && holdsState(base, text)) return this.#committed(null, counts);
    const change: TableChange = {
      ...files,
      ...(changed ? { schema } : {}),
      ...layout,
      properties: {
        ...properties,
        ...layout.properties,
        ...ownColumnsProperty(schema, base, declaredColumns(this.spec)),
        ...digestsFor(this.spec, schema, base).properties,
        ...stateProperties(text, commit, base, snapshot),
      },
      ...(snapshot ? { summary: stateSummary(text, commit, counts) } : {}),
    };
    await this.#publish(base, change);
    if (keys) this.#keys.add(keys, files);
    return this.#committed(snapshot ? this.currentSnapshotId : null, counts);
  }

  /** Rows under way were made for the table's former types: read under others their values would change unseen. */
  #refuseChangedTypes(): void {
    const changed = this.#newestConflicts.filter((column) => !this.#shape.conflicts.includes(column));
    if (changed.length === 0 || (this.#batch.count === 0 && this.#marks.length === 0)) return;
    throw new ConnectorError(
      'failed',
      `Another program changed the type of ${changed.join(', ')} in ${this.#table} while rows for it were being read. ` +
        'Nothing of them was committed: run again.',
    );
  }

  /** Whoever reads a table that is copied on write sees rows of former days that delete files name as living ones. */
  get #mustFold(): boolean {
    const files = this.version?.history[0]?.summary['total-delete-files'] ?? '0';
    return this.bench.upserts === 'copy-on-write' && this.spec.mode === 'merge' && files !== '0';
  }

  /** Puts rows and marks into Parquet files at their final place; nothing refers to them yet. */
  async #makeFiles(
    base: TableVersion,
    schema: Schema,
    seenUntil?: string,
  ): Promise<{ files: FilesOfChange; counts: Counts; keys?: BatchKeys | null }> {
    if (this.#batch.count === 0 && this.#marks.length === 0 && !this.#mustFold)
      return { files: NO_FILES, counts: NOTHING };
    return inSession(this.bench, (session, folder) => this.#mergeIn(session, folder, base, schema, seenUntil));
  }

  async #mergeIn(session: DuckSession, folder: string, base: TableVersion, schema: Schema, seenUntil?: string) {
    const { spec, bench } = this;
    const time = new Date(bench.now()).toISOString();
    const staged = new Set(broughtColumns(spec).map(({ name }) => name));
    const fields = schema.fields.filter(({ name }) => staged.has(name));
    await stageRows(session, await this.#batch.spool, fields, join(folder, 'batch.parquet'));
    const digests = digestsFor(spec, schema, base);
    const place = { location: base.location, storage: this.#storage };
    const beside = spec.mode === 'append' ? [] : [digests.digest];
    const rewriter = new Rewriter(session, { schema, spec: base.spec, beside }, folder, place);
    if (spec.mode === 'append') {
      const files = await rewriter.append(appendedRows(spec, schema, time));
      return { files, counts: { ...NOTHING, written: this.#batch.count } };
    }
    const live = await bench.catalog.files(base);
    const stored = await StoredRows.open(session, live, this.#storage);
    const marks = await loadMarks(session, this.#marks, folder);
    const merged = await merge({ session, spec, schema, stored, marks, ...digests, time, seenUntil, keys: this.#keys });
    return { files: await rewriter.replace(merged, live, bench.upserts), counts: merged, keys: merged.batchKeys };
  }

  async #publish(base: TableVersion, change: TableChange): Promise<void> {
    this.version = await commitFiles(this.bench.catalog, base, change, async () => {
      // Asked again: the merge may have taken long, and a machine may have slept meanwhile.
      await this.lease.verify();
      // A catalog without leases sees to it that no rows are overlooked, but not a state that was written without rows.
      if (this.shared) this.#otherRuns?.refuse(await this.#load());
    });
    if (change.operation !== null || this.#grown) this.#grown = this.version;
  }

  #draft(): Promise<TableVersion> {
    const { namespace, name, doc } = this.spec;
    const { schema, lastColumnId } = schemaFor(this.spec, null);
    return this.bench.catalog.draft({ namespace, name, schema, lastColumnId, properties: { comment: doc } });
  }

  get #storage(): FileIO {
    return this.bench.catalog.storageOf(this.spec);
  }

  #committed(snapshotId: string | null, counts: Counts): Committed {
    const { written, unchanged, duplicate, deleted, late, refused } = counts;
    const metadataLocation = this.version?.metadataLocation ?? '';
    const done = { snapshotId, written, unchanged, duplicate, deleted, late, metadataLocation };
    return refused ? { ...done, refused } : done;
  }
}
