import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { reachedBy } from '../../../src/writers/iceberg/reach.js';
import { maintainTable } from '../../../src/writers/upkeep/maintain.js';
import type { StepReport } from '../../../src/writers/upkeep/report.js';
import { openWarehouse } from '../../../src/writers/warehouse.js';
import { openWorkbench } from '../../../src/writers/write/workbench.js';
import { lacksS3, S3_START_MS, type S3Server, s3Settings, startS3 } from '../../helpers/s3-server.js';
import { batch, ITEMS, item, temporaryFolder } from '../support/tables.js';
import { TABLE } from './support.js';

const lacking = lacksS3();
let server: S3Server | undefined;
beforeAll(async () => {
  if (lacking === null) server = await startS3();
}, S3_START_MS);
afterAll(() => server?.stop());

describe.skipIf(lacking !== null)('upkeep on S3', () => {
  test('old snapshots and their objects go, everything that is needed stays', async () => {
    if (!server) return;
    const root = `s3://${await server.bucket()}/lake`;
    const warehouse = { root, s3: s3Settings(server.endpoint), cache: await temporaryFolder() };
    const writer = await openWarehouse({ ...warehouse, runId: 'run-1' });
    const table = await writer.open(ITEMS);
    for (let number = 1; number <= 6; number += 1) {
      await table.write([item('a', number), item(`only-${number}`)]);
      await table.commit(batch(number));
    }
    await writer.close();
    const bench = await openWorkbench(warehouse, { runId: 'maintain', now: () => Date.now() + 10 * 86_400_000 });
    const steps: StepReport[] = [];
    const retention = { days: 5, snapshots: 2 };
    const options = { retention, orphanAgeMs: 3 * 86_400_000, dryRun: false, neighbours: [] };
    await maintainTable(bench, TABLE, options, (step) => steps.push(step));
    expect(steps.map(({ step, outcome }) => `${step} ${outcome}`)).toContain('expire done');
    const { catalog } = bench;
    const version = await catalog.load('acme', 'items');
    if (!version) throw new Error('the table is gone');
    const storage = catalog.storageOf({ namespace: 'acme', name: 'items' });
    const needed = await reachedBy(storage, version.metadata.snapshots);
    const present = (await storage.list(version.location)).filter((location) => /\.(parquet|avro)$/.test(location));
    expect(present).toEqual([...needed].sort());
    const { data } = await catalog.files(version);
    expect(data.map(({ records }) => records)).toEqual([7]);
    const [path = ''] = (await storage.localPaths(data.map(({ location }) => location))).values();
    expect(existsSync(path)).toBe(true);
    await bench.close();
  });
});
