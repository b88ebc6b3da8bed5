/** What the writer's tests share: a folder, a table, and a reader that knows nothing of the writer but the catalog. */
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { onTestFinished } from 'vitest';
import type { Commit, Row, TableSpec, Writer } from '../../../src/contract/table.js';
import { FileCatalog } from '../../../src/writers/catalog/file-catalog.js';
import { LocalFileIO, toLocalPath } from '../../../src/writers/storage/local.js';
import { openWarehouse } from '../../../src/writers/warehouse.js';

export const ITEMS: TableSpec = {
  namespace: 'acme',
  name: 'items',
  doc: 'Things of a test.',
  columns: [
    { name: 'id', type: 'string', doc: 'Key.' },
    { name: 'parent_id', type: 'string' },
    { name: 'value', type: 'long' },
    { name: 'ticks', type: 'long', volatile: true },
    { name: 'tags', type: { list: 'string' } },
    {
      name: 'owner',
      type: {
        struct: [
          { name: 'id', type: 'string' },
          { name: 'age', type: 'int' },
        ],
      },
    },
  ],
  primaryKey: ['id'],
  mode: 'merge',
};

export async function temporaryFolder(): Promise<string> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'tables é-')));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

export async function testWarehouse(root: string, runId = 'run-1', now?: () => Date): Promise<Writer> {
  const writer = await openWarehouse({ root, runId, ...(now ? { now } : {}) });
  onTestFinished(() => writer.close());
  return writer;
}

export function batch(number: number, state: Commit['state'] = { at: number }, runId = 'run-1'): Commit {
  return { state, runId, batch: number };
}

/** All stored rows that no delete file names, marked ones too, ordered by the first column; read by column name. */
export async function storedRows(
  root: string,
  spec: TableSpec = ITEMS,
  columns = "COLUMNS(name -> name NOT IN ('#file', 'file_row_number', '#digest'))",
): Promise<Record<string, unknown>[]> {
  const { data, deletes } = await liveFiles(root, spec);
  if (data.length === 0) return [];
  const list = (files: readonly { location: string }[]) =>
    `[${files.map(({ location }) => `'${toLocalPath(location).replaceAll("'", "''")}'`).join(', ')}]`;
  const dead =
    deletes.length === 0
      ? ''
      : `ANTI JOIN read_parquet(${list(deletes)}) d ON regexp_replace(d.file_path, '^file://', '') = s."#file" AND d.pos = s.file_row_number`;
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  try {
    await connection.run("SET TimeZone = 'UTC'");
    const found = await connection.runAndReadAll(
      `SELECT ${columns} FROM (SELECT s.* FROM read_parquet(${list(data)}, union_by_name = true, filename = '#file', file_row_number = true) s ${dead}) ORDER BY 1`,
    );
    return found.getRowObjectsJson() as Record<string, unknown>[];
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

export async function loadTable(root: string, spec: TableSpec = ITEMS) {
  const io = await LocalFileIO.open(root);
  const catalog = new FileCatalog({ io, root: io.root });
  const version = await catalog.load(spec.namespace, spec.name);
  if (!version) throw new Error(`no table ${spec.name}`);
  return { catalog, version };
}

export async function liveFiles(root: string, spec: TableSpec = ITEMS) {
  const { catalog, version } = await loadTable(root, spec);
  return catalog.files(version);
}

/** Of each delete file, the data files that it names. */
export async function deletedFiles(deletes: readonly { location: string }[]): Promise<string[][]> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  const named: string[][] = [];
  for (const { location } of deletes) {
    const path = toLocalPath(location).replaceAll("'", "''");
    const found = await connection.runAndReadAll(`SELECT DISTINCT file_path FROM read_parquet('${path}') ORDER BY 1`);
    named.push(found.getRows().map(([name]) => String(name)));
  }
  connection.closeSync();
  instance.closeSync();
  return named;
}

export function item(id: string, value: number | null = 1, more: Row = {}): Row {
  return { id, parent_id: 'p', value, ...more };
}
