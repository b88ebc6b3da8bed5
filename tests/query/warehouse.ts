/** Tables made by the real writer, for tests that read them. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DuckDBValue } from '@duckdb/node-api';
import { afterEach } from 'vitest';
import type { Column, Json, Mark, Row, TableSpec } from '../../src/contract/table.js';
import { resultRows } from '../../src/query/formats/result-rows.js';
import { type OpenWarehouse, openForReading, type ReadOptions } from '../../src/query/open.js';
import { prepareAll } from '../../src/query/read-only.js';
import { openWarehouse } from '../../src/writers/warehouse.js';

const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const clean of cleanups.splice(0).reverse()) clean();
});

/** A folder that ends with the test; the name holds what paths may hold. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "wäre house's [x] "));
  cleanups.push(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export async function opened(folder: string, options: ReadOptions = {}): Promise<OpenWarehouse> {
  const warehouse = await openForReading({ root: folder }, options);
  cleanups.push(() => warehouse.close());
  return warehouse;
}

/** Guarded as a statement from outside, in this process. */
export async function rowsOf(warehouse: OpenWarehouse, sql: string): Promise<readonly (readonly DuckDBValue[])[]> {
  const rows: (readonly DuckDBValue[])[] = [];
  for (const answer of await prepareAll(warehouse, sql))
    for await (const piece of resultRows(await answer()).pieces()) rows.push(...piece);
  return rows;
}

const COLUMNS: readonly Column[] = [
  { name: 'id', type: 'string' },
  { name: 'title', type: 'string' },
  { name: 'seconds', type: 'long' },
  { name: 'at', type: 'timestamptz' },
  { name: 'items', type: { list: { struct: [{ name: 'field', type: 'string' }] } } },
];

export const boards = (namespace: string, columns = COLUMNS): TableSpec => ({
  namespace,
  name: 'boards',
  doc: 'Boards.',
  columns,
  primaryKey: ['id'],
  mode: 'merge',
});

export const board = (id: string, more: Partial<Row> = {}): Row =>
  ({ id, title: null, seconds: null, at: null, items: null, _extra: null, ...more }) as Row;

/** One commit by a run of its own. */
export async function write(
  folder: string,
  spec: TableSpec,
  rows: readonly Row[],
  marks: readonly Mark[] = [],
  state: Json = null,
) {
  const runId = crypto.randomUUID();
  const writer = await openWarehouse({ root: folder, runId });
  try {
    const table = await writer.open(spec);
    await table.write(rows);
    for (const mark of marks) table.mark(mark);
    return await table.commit({ state, runId, batch: 1 });
  } finally {
    await writer.close();
  }
}
