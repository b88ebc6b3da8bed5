import { renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { type RelocatedTable, relocate } from '../../../src/writers/relocate/relocate.js';
import type { WarehouseSettings } from '../../../src/writers/storage/warehouse-settings.js';
import { openWarehouse } from '../../../src/writers/warehouse.js';
import { lacksS3, S3_START_MS, type S3Server, s3Settings, startS3 } from '../../helpers/s3-server.js';
import { batch, item, temporaryFolder } from '../support/tables.js';
import { historyOf, manyVersions, WIDER } from './versions.js';

describe.skipIf(lacksS3() !== null)('between a folder and an object store', () => {
  let server: S3Server;
  beforeAll(async () => {
    server = await startS3();
  }, S3_START_MS);
  afterAll(() => server?.stop());

  async function bucket(prefix: string): Promise<WarehouseSettings> {
    const root = `s3://${await server.bucket()}/${prefix}`;
    return { root, s3: s3Settings(server.endpoint), cache: await temporaryFolder() };
  }

  async function move(from: WarehouseSettings, to: WarehouseSettings): Promise<readonly RelocatedTable[]> {
    const seen: RelocatedTable[] = [];
    const signal = new AbortController().signal;
    await relocate(from, to, { dryRun: false, signal, onTable: (table) => seen.push(table) });
    return seen;
  }

  test('there, on to another bucket, and back: every snapshot reads the same each time', {
    timeout: 120_000,
  }, async () => {
    const folder = await temporaryFolder();
    const [local, back] = [{ root: join(folder, 'old') }, { root: join(folder, 'back') }];
    const [first, second] = [await bucket('team/lake'), await bucket('x')];
    await manyVersions(local.root);
    const expected = await historyOf(local);
    expect(await move(local, first)).toMatchObject([{ outcome: 'moved', snapshots: expected.length }]);
    renameSync(local.root, join(folder, 'gone'));
    expect(await historyOf(first)).toEqual(expected);
    await move(first, second);
    await move(second, back);
    rmSync(join(folder, 'gone'), { recursive: true });
    expect(await historyOf(back)).toEqual(expected);
  });

  test('a table in the bucket goes on being written', { timeout: 60_000 }, async () => {
    const local = { root: await temporaryFolder() };
    const remote = await bucket('lake');
    await manyVersions(local.root);
    await move(local, remote);
    const writer = await openWarehouse({ ...remote, runId: 'later' });
    onTestFinished(() => writer.close());
    const table = await writer.open(WIDER);
    expect(table.state).toEqual({ at: 6 });
    await table.write([item('row-01000', 777)]);
    expect(await table.commit(batch(7, { at: 7 }, 'later'))).toMatchObject({ written: 1 });
    expect(await historyOf(remote)).toHaveLength(7);
  });
});
