/** A table with a long history, each commit a file of its own, without the price of merging rows. */
import { join } from 'node:path';
import { SYSTEM_COLUMNS, type TableSpec } from '../src/contract/table.js';
import { openCatalog } from '../src/writers/catalog/open-catalog.js';
import type { DataFile } from '../src/writers/iceberg/model.js';
import { UNPARTITIONED } from '../src/writers/iceberg/partitions.js';
import { assignIds } from '../src/writers/iceberg/schema.js';
import { sqlType } from '../src/writers/parquet/column-sql.js';
import { Duck } from '../src/writers/parquet/duckdb.js';
import { Rewriter } from '../src/writers/write/rewrite.js';

export const EVENTS: TableSpec = {
  namespace: 'bench',
  name: 'events',
  doc: 'What happened.',
  columns: [
    { name: 'id', type: 'string' },
    { name: 'seconds', type: 'long' },
    { name: 'comment', type: 'string' },
  ],
  primaryKey: ['id'],
  mode: 'merge',
};

/** Commits `rows` further rows so many times. */
export async function makeHistory(root: string, commits: number, rows: number): Promise<void> {
  const warehouse = await openCatalog({ root });
  await warehouse.prepare();
  const { namespace, name, columns, primaryKey } = EVENTS;
  const { schema, lastColumnId } = assignIds([...columns, ...SYSTEM_COLUMNS], primaryKey);
  let version = await warehouse.catalog.draft({ namespace, name, schema, lastColumnId, properties: {} });
  const { location } = version;
  const storage = warehouse.catalog.storageOf(version);
  const cells = new Map([
    ['id', '(10000000 + i)'],
    ['seconds', '900 * (i % 32)'],
    ['comment', 'md5(i::VARCHAR)'],
  ]);
  const selected = schema.fields.map(
    (field) => `(${cells.get(field.name) ?? 'NULL'})::${sqlType(field.type)} AS "${field.name}"`,
  );
  const duck = await Duck.open({ memoryLimit: '256MB', temporaryFolder: join(root, '.tmp') });
  const filesOf = (first: number): Promise<readonly DataFile[]> =>
    duck.withSession(async (session) => {
      const range = `range(${first}, ${first + rows}) r(i)`;
      const rewriter = new Rewriter(session, { schema, spec: UNPARTITIONED }, root, { location, storage });
      return (await rewriter.append(`SELECT ${selected.join(', ')} FROM ${range}`)).add;
    });
  for (let commit = 0; commit < commits; commit += 1) {
    const change = { operation: 'append', add: await filesOf(commit * rows), remove: [] } as const;
    version = await warehouse.catalog.commit(version, change);
  }
  await duck.close();
}
