/** A table with a past: enough rows for delete files, six batches, and a column that came later. */

import { tmpdir } from 'node:os';
import type { TableSpec } from '../../../src/contract/table.js';
import { openCatalog } from '../../../src/writers/catalog/open-catalog.js';
import { filesOf } from '../../../src/writers/iceberg/manifest-files.js';
import { Duck } from '../../../src/writers/parquet/duckdb.js';
import type { WarehouseSettings } from '../../../src/writers/storage/warehouse-settings.js';
import { openWarehouse } from '../../../src/writers/warehouse.js';
import { StoredRows } from '../../../src/writers/write/stored-rows.js';
import { batch, ITEMS, item } from '../support/tables.js';

export const MANY: TableSpec = ITEMS;
export const WIDER: TableSpec = { ...ITEMS, columns: [...ITEMS.columns, { name: 'added', type: 'string' }] };

const key = (number: number) => `row-${String(number).padStart(5, '0')}`;

/** Three files of rows, then three batches that replace and mark some of each. */
export async function manyVersions(root: string): Promise<void> {
  const writer = await openWarehouse({ root, runId: 'run-1' });
  try {
    const table = await writer.open(MANY);
    for (let number = 1; number <= 3; number += 1) {
      await table.write(Array.from({ length: 200 }, (_, index) => item(key(number * 1000 + index), number)));
      await table.commit(batch(number));
    }
    await table.close();
    const wider = await writer.open(WIDER);
    for (let number = 4; number <= 6; number += 1) {
      const changed = [1, 2, 3].map((file) => item(key(file * 1000 + number), 40 + number, { added: `in ${number}` }));
      await wider.write([...changed, item(key(1), number)]);
      if (number === 5) wider.mark({ reason: 'feed', where: { column: 'id', in: [key(2100)] }, exceptBatch: true });
      await wider.commit(batch(number));
    }
  } finally {
    await writer.close();
  }
}

/** The rows of every snapshot, oldest first, as our own reader sees them. */
export async function historyOf(warehouse: string | WarehouseSettings): Promise<readonly unknown[]> {
  const { catalog } = await openCatalog(typeof warehouse === 'string' ? { root: warehouse } : warehouse);
  const version = await catalog.load(MANY.namespace, MANY.name);
  if (!version) throw new Error('the table is not there');
  const metadata = version.metadata;
  const io = catalog.storageOf(MANY);
  const duck = await Duck.open({ memoryLimit: '256MB', temporaryFolder: tmpdir() });
  try {
    const seen: unknown[] = [];
    for (const { 'snapshot-id': id } of metadata.snapshots) {
      const files = await filesOf(io, { ...metadata, 'current-snapshot-id': id });
      const data = files.filter(({ content }) => content === 'data');
      const deletes = files.filter(({ content }) => content === 'position-deletes');
      seen.push(
        await duck.withSession(async (session) => {
          const stored = await StoredRows.open(session, { data, deletes }, io);
          const names = version.schema.fields.map(({ name }) => `"${name}"`).join(', ');
          const [row] = await session.rows(
            `SELECT count(*) AS rows, md5(string_agg(to_json(r)::VARCHAR, '|' ORDER BY id)) AS hash FROM (SELECT ${names} FROM (${await stored.select(version.schema.fields)})) r`,
          );
          return { id: String(id), ...row };
        }),
      );
    }
    return seen;
  } finally {
    await duck.close();
  }
}
