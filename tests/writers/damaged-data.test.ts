/** A data file that a failing disk or a half copy has left: sync and query say so, and name it where DuckDB does. */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openForReading } from '../../src/query/open.js';
import { openWarehouse } from '../../src/writers/warehouse.js';
import { rowsOf } from '../query/warehouse.js';
import { batch, ITEMS, item, temporaryFolder } from './support/tables.js';

type Damage = (whole: Buffer) => Buffer;

const overwritten =
  (at: (length: number) => number, bytes: number): Damage =>
  (whole) => {
    const damaged = Buffer.from(whole);
    damaged.fill(0xff, at(whole.length), at(whole.length) + bytes);
    return damaged;
  };

test.each<[string, Damage]>([
  ['is empty', () => Buffer.alloc(0)],
  ['is cut off in the middle', (whole) => whole.subarray(0, whole.length / 2)],
  ['lacks its last byte', (whole) => whole.subarray(0, -1)],
  ['has a footer of nonsense', overwritten((length) => length - 200, 60)],
  ['is the beginning and the end of another', (whole) => Buffer.concat([whole.subarray(0, 4), whole.subarray(-8)])],
])('a data file that %s is told as damaged, by sync and by query, and is no mistake of ours', async (_, damage) => {
  const root = await temporaryFolder();
  const writer = await openWarehouse({ root, runId: 'r1' });
  const table = await writer.open(ITEMS);
  await table.write(Array.from({ length: 2000 }, (_, at) => item(`id-${at}`)));
  await table.commit(batch(1));
  await writer.close();
  const folder = join(root, 'acme', 'items', 'data');
  const [name = ''] = (await readdir(folder)).filter((one) => one.endsWith('.parquet'));
  await writeFile(join(folder, name), damage(await readFile(join(folder, name))));

  const again = await openWarehouse({ root, runId: 'r2' });
  const same = await again.open(ITEMS);
  await same.write([item('id-1', 7)]);
  const refused = await same.commit(batch(1, { at: 2 }, 'r2')).catch((error: unknown) => error);
  expect(refused).toMatchObject({
    kind: 'failed',
    message: expect.stringContaining('data file of the table is damaged'),
  });
  await again.close();

  const warehouse = await openForReading({ root });
  const answered = await rowsOf(warehouse, 'SELECT count(id), max(value) FROM acme.items').catch(
    (error: unknown) => error,
  );
  warehouse.close();
  expect(answered).toMatchObject({
    kind: 'failed',
    message: expect.stringContaining('data file of the table is damaged'),
  });
});
