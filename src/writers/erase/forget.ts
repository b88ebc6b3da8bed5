/** Erases a person from tables: from the rows as they are now, and by leaving no history from those that were. */
import { dirname } from 'node:path';
import { ConnectorError, goOn } from '../../core/errors.js';
import { type Lease, TableBusyError } from '../../core/lease/lease.js';
import { literal } from '../../core/quote.js';
import type { TableName } from '../iceberg/model.js';
import type { TableVersion } from '../iceberg/version.js';
import { copiesFolder, LocalCopies } from '../storage/local-copies.js';
import { isRemote, type WarehouseSettings } from '../storage/warehouse-settings.js';
import { leaveOnlyCurrent, whyHistoryStays } from '../upkeep/leave-current.js';
import { locationsOf, neighboursOf } from '../upkeep/maintain.js';
import { isAlone, SHARED_FOLDER } from '../upkeep/orphans.js';
import { rewriteRows } from '../upkeep/rewrite-rows.js';
import { onNewest } from '../write/on-newest.js';
import { FILE, StoredRows } from '../write/stored-rows.js';
import { inSession, openWorkbench, type Workbench } from '../write/workbench.js';
import { concernedColumns, Eraser } from './erase-sql.js';
import { findTexts, isAddress } from './find-texts.js';
import type { Person } from './person.js';
import { eachRow, everyRow } from './table-files.js';
import { Unfinished } from './unfinished.js';

export interface ForgetOptions {
  readonly accountId: string;
  /** Only tables of these namespaces; empty: all. */
  readonly namespaces: readonly string[];
  /** Counts, and writes nothing. */
  readonly dryRun: boolean;
  readonly signal: AbortSignal;
  readonly onTable: (table: ForgottenIn) => void;
}

export interface ForgottenIn extends TableName {
  /** `busy`: another run writes the table, nothing was changed in it. `kept`: erased from today's rows, but history must stay. */
  readonly outcome: 'nothing' | 'found' | 'erased' | 'kept' | 'busy';
  /** Rows of the current snapshot that hold something of the person. */
  readonly rows: number;
  /** As many more in old snapshots, in rows replaced since, and in files left over. */
  readonly oldRows: number;
  /** The person's id stands in the table's state: it is the account that reads the site. */
  readonly isReader: boolean;
  /** Why earlier versions cannot go, so that the person stays in files; null when they can. */
  readonly stays: string | null;
}

/**
 * Run again after a kill, it goes on with the same pseudonym. Tables without a trace of the person keep their history.
 * @throws ConnectorError kind `usage` for a namespace without tables
 */
export async function forget(settings: WarehouseSettings, options: ForgetOptions): Promise<void> {
  const bench = await openWorkbench(settings, { runId: 'forget' });
  try {
    const all = await bench.catalog.list();
    const tables = chosen(all, options.namespaces);
    const places = await locationsOf(bench, all);
    if (!options.dryRun) await bench.prepare();
    const unfinished = new Unfinished(dirname(bench.scratch), options.accountId);
    const person = await withTexts(bench, tables, await unfinished.person(), options.signal);
    let busy = 0;
    for (const table of tables) {
      goOn(options.signal);
      const lease = options.dryRun
        ? null
        : await leaseUnlessBusy(() => bench.lease(table.namespace, table.name, new Date()));
      if (lease === 'busy') {
        busy += 1;
        await unfinished.wait(person, nameOf(table));
        options.onTable({ ...table, outcome: 'busy', rows: 0, oldRows: 0, isReader: false, stays: null });
        continue;
      }
      const kept = options.dryRun ? null : unfinished;
      const forgotten = forgetIn(bench, table, { person, unfinished: kept, neighbours: neighboursOf(places, table) });
      options.onTable(await forgotten.finally(() => lease?.release()));
      await kept?.ended(person, nameOf(table));
    }
    // Tables of other connections may wait for the same pseudonym.
    if (options.dryRun || busy > 0 || unfinished.waits) return;
    // Files that other machines have replaced and removed may have copies here, which no table tells of.
    if (isRemote(settings) && settings.cache !== undefined)
      await new LocalCopies({ folder: copiesFolder(settings.cache) }).clear();
    await unfinished.remove();
  } finally {
    await bench.close();
  }
}

const nameOf = ({ namespace, name }: TableName) => `${namespace}.${name}`;

/** The person with every name and address that stands beside the id in any table. */
async function withTexts(
  bench: Workbench,
  tables: readonly TableName[],
  person: Person,
  signal: AbortSignal,
): Promise<Person> {
  const found = new Set([...person.names, ...person.addresses]);
  for (const table of tables) {
    goOn(signal);
    const version = await bench.catalog.load(table.namespace, table.name);
    const rows = version && (await everyRow(bench, version));
    if (!rows) continue;
    const wanted = `SELECT * FROM (${rows}) AS r WHERE contains(to_json(r)::VARCHAR, ${literal(JSON.stringify(person.id).slice(1, -1))})`;
    await inSession(bench, (session, folder) =>
      eachRow(session, folder, wanted, (row) => findTexts(row, person.id, found)),
    );
  }
  const texts = [...found];
  return { ...person, names: texts.filter((text) => !isAddress(text)), addresses: texts.filter(isAddress) };
}

interface Forgetting {
  readonly person: Person;
  /** Null: look only. */
  readonly unfinished: Unfinished | null;
  /** Locations of other tables; null: one could not be told. */
  readonly neighbours: readonly string[] | null;
}

async function forgetIn(
  bench: Workbench,
  table: TableName,
  { person, unfinished, neighbours }: Forgetting,
): Promise<ForgottenIn> {
  const name = nameOf(table);
  const version = await bench.catalog.load(table.namespace, table.name);
  const counted = version ? await count(bench, version, person) : { rows: 0, oldRows: 0 };
  const isReader = version?.properties['connector.state']?.includes(person.id) === true;
  const traces = counted.rows + counted.oldRows > 0;
  if (!traces && !unfinished?.hasBegun(name))
    return { ...table, ...counted, isReader, stays: null, outcome: 'nothing' };
  const stays = version && (whyHistoryStays(version) ?? (isAlone(version.location, neighbours) ? null : SHARED_FOLDER));
  const report = { ...table, ...counted, isReader, stays };
  if (unfinished === null) return { ...report, outcome: 'found' };
  await unfinished.begin(person, name);
  if (counted.rows > 0) await onNewest(bench, table, (newest) => erase(bench, newest, person));
  if (stays !== null) return { ...report, outcome: 'kept' };
  await leaveOnlyCurrent(bench, table);
  return { ...report, outcome: 'erased' };
}

async function count(
  bench: Workbench,
  version: TableVersion,
  person: Person,
): Promise<{ rows: number; oldRows: number }> {
  const all = await everyRow(bench, version);
  if (all === null) return { rows: 0, oldRows: 0 };
  const live = await bench.catalog.files(version);
  const { fields } = version.schema;
  return inSession(bench, async (session) => {
    const concerned = await concernedColumns(session, all, fields, person);
    if (concerned.size === 0) return { rows: 0, oldRows: 0 };
    const eraser = new Eraser(person, concerned);
    const changed = async (from: string) => {
      const [row] = await session.rows(`SELECT count(*) AS rows FROM (${eraser.changed(from, fields)})`);
      return Number(row?.rows);
    };
    const stored = await StoredRows.open(session, live, bench.catalog.storageOf(version));
    const rows = await changed(await stored.select(fields));
    return { rows, oldRows: (await changed(all)) - rows };
  });
}

async function erase(bench: Workbench, version: TableVersion, person: Person): Promise<void> {
  const { fields } = version.schema;
  const time = new Date(bench.now()).toISOString();
  await rewriteRows(bench, version, {
    operation: 'overwrite',
    async choose(stored, data, session) {
      const rows = await stored.select(fields);
      const eraser = new Eraser(person, await concernedColumns(session, rows, fields, person));
      const files = await session.rows(`SELECT DISTINCT ${FILE} AS file FROM (${eraser.changed(rows, fields)})`);
      const numbers = new Set(files.map(({ file }) => Number(file)));
      return new Set(data.filter((_, number) => numbers.has(number)));
    },
    async select(rows, session) {
      return new Eraser(person, await concernedColumns(session, rows, fields, person)).select(rows, fields, time);
    },
  });
}

async function leaseUnlessBusy(lease: () => Promise<Lease>): Promise<Lease | 'busy'> {
  try {
    return await lease();
  } catch (error) {
    if (error instanceof TableBusyError) return 'busy';
    throw error;
  }
}

function chosen(tables: readonly TableName[], namespaces: readonly string[]): readonly TableName[] {
  const known = new Set(tables.map(({ namespace }) => namespace));
  const strange = namespaces.find((name) => !known.has(name));
  if (strange !== undefined)
    throw new ConnectorError(
      'usage',
      `There are no tables of a connection \`${strange}\`. There are: ${[...known].join(', ') || 'none at all'}.`,
    );
  return namespaces.length === 0 ? tables : tables.filter(({ namespace }) => namespaces.includes(namespace));
}
