/** A table of millions of rows made by SQL alone: what an upsert costs there does not depend on how the rows once came. */
import { join } from 'node:path';
import { type Row, SYSTEM_COLUMNS, type TableSpec } from '../src/contract/table.js';
import { openCatalog } from '../src/writers/catalog/open-catalog.js';
import type { DataFile } from '../src/writers/iceberg/model.js';
import { UNPARTITIONED } from '../src/writers/iceberg/partitions.js';
import { assignIds } from '../src/writers/iceberg/schema.js';
import { sqlType } from '../src/writers/parquet/column-sql.js';
import { Duck } from '../src/writers/parquet/duckdb.js';
import { digestsFor } from '../src/writers/write/digest-generation.js';
import { comparedFields } from '../src/writers/write/equal-rows.js';
import { Rewriter } from '../src/writers/write/rewrite.js';
import { DIGEST_COLUMN, digestOf } from '../src/writers/write/row-digest.js';

/** Narrow rows of about 50 compressed bytes; their ids have one length, so that they sort as numbers do. */
export const WORK: TableSpec = {
  namespace: 'bench',
  name: 'work',
  doc: 'Work done.',
  columns: [
    { name: 'id', type: 'string' },
    { name: 'parent_id', type: 'string' },
    { name: 'author_id', type: 'string' },
    { name: 'updated', type: 'timestamptz' },
    { name: 'seconds', type: 'long' },
    { name: 'comment', type: 'string' },
  ],
  primaryKey: ['id'],
  mode: 'merge',
  cursor: 'updated',
};

const FIRST_ID = 10_000_000;

export function workId(index: number): string {
  return String(FIRST_ID + index);
}

/** A row's version: the same key and version give the same row. */
export function workRow(index: number, version: number): Row {
  return {
    id: workId(index),
    parent_id: String(FIRST_ID + Math.floor(index / 4)),
    author_id: `author-${index % 997}`,
    updated: new Date(Date.UTC(2026, 0, 1) + index * 1000 + version).toISOString(),
    seconds: 900 * ((index + version) % 32),
    comment: (Math.imul(index + version, 2654435761) >>> 0).toString(36).repeat(2),
  };
}

/** Cells as SQL over the row's number `i`; a column without is null. */
const WORK_CELLS: Readonly<Record<string, string>> = {
  id: `(${FIRST_ID} + i)`,
  parent_id: `(${FIRST_ID} + i // 4)`,
  author_id: "'author-' || i % 997",
  updated: "TIMESTAMPTZ '2026-01-01T00:00:00Z' + to_seconds(i)",
  seconds: '900 * (i % 32)',
  comment: 'md5(i::VARCHAR) || md5((-i)::VARCHAR)',
};

/** Makes a table with `rows` rows in `files` files sorted by id; answers the number of its rows. */
export async function makeBigTable(
  root: string,
  rows: number,
  files: number,
  spec: TableSpec = WORK,
  cells: Readonly<Record<string, string>> = WORK_CELLS,
): Promise<number> {
  const warehouse = await openCatalog({ root });
  await warehouse.prepare();
  const { namespace, name, columns, primaryKey } = spec;
  const { schema, lastColumnId } = assignIds([...columns, ...SYSTEM_COLUMNS], primaryKey);
  const duck = await Duck.open({ memoryLimit: '1GB', temporaryFolder: join(root, '.tmp') });
  const draft = await warehouse.catalog.draft({ namespace, name, schema, lastColumnId, properties: {} });
  const table = { location: draft.location, storage: warehouse.catalog.storageOf(draft) };
  const all: Readonly<Record<string, string>> = { ...cells, _synced_at: "TIMESTAMPTZ '2026-01-01T00:00:00Z'" };
  const selected = schema.fields.map(
    (field) => `(${all[field.name] ?? 'NULL'})::${sqlType(field.type)} AS "${field.name}"`,
  );
  const { digest } = digestsFor(spec, schema, draft);
  const digested = `SELECT *, ${digestOf(comparedFields({ spec, schema }))} AS ${DIGEST_COLUMN}`;
  const add: DataFile[] = [];
  const each = Math.ceil(rows / files);
  await duck.withSession(async (session) => {
    const rewriter = new Rewriter(session, { schema, spec: UNPARTITIONED, beside: [digest] }, root, table);
    for (let first = 0; first < rows; first += each) {
      const range = `range(${first}, ${Math.min(rows, first + each)})`;
      const made = `${digested} FROM (SELECT ${selected.join(', ')} FROM ${range} r(i))`;
      add.push(...(await rewriter.append(made)).add);
    }
  });
  await duck.close();
  const change = { operation: 'append', add, remove: [] } as const;
  await warehouse.catalog.commit(draft, change);
  return add.reduce((sum, { records }) => sum + records, 0);
}
