/** `publish FILE`: the views for people as one DuckDB file, which comes to its name when it is whole. */
import { mkdirSync, rmSync } from 'node:fs';
import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { ConnectorError } from '../core/errors.js';
import { moveDurably, nameAside } from '../core/files/durable.js';
import { errorCode } from '../core/files/file-io.js';
import { type Ports, portsOf } from '../core/ports.js';
import { nearest } from '../core/yaml-file.js';
import { VIEWS } from '../query/business-views/views-for-people.js';
import { type OpenWarehouse, openForReading } from '../query/open.js';
import type { RestrictedRows } from '../query/publish/open-rows.js';
import { type PublishedTable, publish } from '../query/publish/publish.js';
import { refuseUnreadable } from '../query/tables/unreadable.js';
import type { WarehouseSettings } from '../writers/storage/warehouse-settings.js';
import { currentState } from '../writers/write/state.js';

export interface PublishJob {
  readonly warehouse: WarehouseSettings;
  /** What people call the connections, by name. */
  readonly labels: ReadonlyMap<string, string>;
  /** Names of connections whose people are to be pseudonyms. */
  readonly pseudonymous: ReadonlySet<string>;
  /** Absolute path; a file of this name is replaced. */
  readonly file: string;
  /** Names of views; none: all. */
  readonly select: readonly string[];
  readonly restricted: RestrictedRows;
}

/** @throws ConnectorError; then nothing is new under the file's name */
export async function publishFile(job: PublishJob, given: Partial<Ports> = {}): Promise<readonly PublishedTable[]> {
  const { log, signal } = portsOf(given);
  // A folder of its own: DuckDB makes files that everybody may read, and writes a log beside them.
  const folder = folderBeside(job.file);
  try {
    const { labels, restricted } = job;
    const warehouse = await openForReading(job.warehouse, { labels, writable: folder });
    const path = join(folder, 'new.duckdb');
    let tables: readonly PublishedTable[];
    try {
      const views = viewsOf(warehouse, job.select);
      refusePeople(warehouse, job.pseudonymous);
      const tell = ({ name, ...counts }: PublishedTable) => log.info(`${name}: written`, counts);
      tables = await publish(warehouse, { path, views, restricted, labels, signal, tell });
    } finally {
      warehouse.close();
    }
    await chmod(path, 0o600);
    await moveDurably(path, job.file);
    return tables;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function folderBeside(file: string): string {
  const folder = nameAside(file);
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (cause) {
    throw new ConnectorError('failed', `${file} cannot be written (${errorCode(cause) ?? String(cause)}).`, { cause });
  }
  return folder;
}

/** @throws ConnectorError kind `usage` for a name that is none, `failed` when the warehouse cannot be read whole */
function viewsOf(warehouse: OpenWarehouse, select: readonly string[]): readonly string[] {
  const { peopleViews, problems } = warehouse;
  refuseUnreadable(problems, 'no file was written');
  if (peopleViews.length === 0) {
    const message = 'The warehouse has no table that a view for people is made of; run `connector sync` first.';
    throw new ConnectorError('usage', message);
  }
  for (const name of select) if (!peopleViews.includes(name)) throw unknownView(name, warehouse);
  return select.length === 0 ? peopleViews : [...new Set(select)];
}

function unknownView(name: string, { peopleViews, tables }: OpenWarehouse): ConnectorError {
  const [table] = VIEWS.find((view) => view.name === name)?.of ?? [];
  if (table !== undefined) {
    const lack = tables.some((one) => one.name === table) ? 'lacks columns that it needs' : 'is not there';
    const message = `The view ${name} is made of ${table}, which ${lack}: connector sync --stream ${table}.`;
    return new ConnectorError('usage', message);
  }
  const like = nearest(name, peopleViews);
  const hint = like ? ` Did you mean ${like}?` : ` There are: ${peopleViews.join(', ')}.`;
  return new ConnectorError('usage', `--select: there is no view ${name} in this warehouse.${hint}`);
}

/** A setting that no sync has carried out yet is kept all the same. @throws ConnectorError kind `usage` */
function refusePeople({ tables }: OpenWarehouse, pseudonymous: ReadonlySet<string>): void {
  const plain = tables.filter(
    ({ namespace, name, version }) => pseudonymous.has(namespace) && !name.startsWith('_') && !hasPseudonyms(version),
  );
  if (plain.length === 0) return;
  const names = plain.map(({ namespace, name }) => `${namespace}.${name}`).join(', ');
  throw new ConnectorError(
    'usage',
    `The settings say people: pseudonymous, and these tables still hold people as they are: ${names}. Run \`connector sync\` first.`,
  );
}

function hasPseudonyms(version: OpenWarehouse['tables'][number]['version']): boolean {
  const state = currentState(version);
  return state !== null && typeof state === 'object' && 'people' in state && typeof state.people === 'string';
}
