/** What tests of growing schemas share. */
import { expect } from 'vitest';
import type { Column, Row, TableSpec, Writer } from '../../../src/contract/table.js';
import { openForReading } from '../../../src/query/open.js';
import { batch, ITEMS, testWarehouse } from './tables.js';

/** Rows as analysts read them: through the views, every file under the newest schema. */
export async function viewed(root: string, columns: string) {
  const warehouse = await openForReading({ root });
  try {
    expect(warehouse.problems).toEqual([]);
    const read = await warehouse.read(`SELECT ${columns} FROM acme.items_all ORDER BY id`);
    return read.getRowObjectsJson();
  } finally {
    warehouse.close();
  }
}

/** The table of tests with one column more, or with another one of the same name. */
export function withColumn(column: Column, spec = ITEMS): TableSpec {
  const others = spec.columns.filter(({ name }) => name !== column.name);
  return { ...spec, columns: [...others, column] };
}

/** A table that holds these rows and is closed again. */
export async function tableOf(root: string, ...rows: Row[]): Promise<Writer> {
  const writer = await testWarehouse(root);
  const table = await writer.open(ITEMS);
  await table.write(rows);
  await table.commit(batch(1));
  await table.close();
  return writer;
}
