import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { type LeaseHolder, TableBusyError, TableLease } from '../../../src/core/lease/lease.js';
import { StoredLeaseFiles } from '../../../src/writers/catalog/stored-lease-files.js';
import { S3FileIO } from '../../../src/writers/storage/s3.js';
import { openWarehouse } from '../../../src/writers/warehouse.js';
import { lacksS3, S3_START_MS, type S3Server, s3Settings, startS3, startS3Proxy } from '../../helpers/s3-server.js';
import { runChild } from '../../writers/support/child.js';
import { batch, ITEMS, item } from '../../writers/support/tables.js';

const lacking = lacksS3();
let server: S3Server;
beforeAll(async () => {
  if (lacking === null) server = await startS3();
}, S3_START_MS);
afterAll(() => server?.stop());

const START = new Date('2025-01-01T00:00:00Z');

async function place() {
  const proxy = await startS3Proxy(server.endpoint);
  const cache = await mkdtemp(join(tmpdir(), 's3-lock-'));
  onTestFinished(async () => {
    proxy.close();
    await rm(cache, { recursive: true, force: true });
  });
  const folder = `s3://${await server.bucket()}/lake/.locks/acme.items`;
  const io = await S3FileIO.open({ location: folder, settings: s3Settings(proxy.endpoint), cache });
  return { io, folder, proxy, cache, files: new StoredLeaseFiles(io, folder) };
}

describe.skipIf(lacking !== null)('the lock of a table in an object store', { timeout: 60_000 }, () => {
  test('I12 a second run is refused until the first has released, and lock objects do not pile up', async () => {
    const { io, folder, files } = await place();
    for (const number of [1, 2, 3]) {
      const lease = await TableLease.acquire(files, 'acme.items', START);
      await expect(TableLease.acquire(files, 'acme.items', START)).rejects.toBeInstanceOf(TableBusyError);
      await lease.verify();
      await lease.release();
      expect(await io.list(folder)).toEqual([`${folder}/${number}`]);
    }
  });

  test('I12 of ten that want it at once one gets it', async () => {
    const { files } = await place();
    const tries = Array.from({ length: 10 }, () => TableLease.acquire(files, 't', START).catch((error) => error));
    const outcomes = await Promise.all(tries);
    expect(outcomes.filter((outcome) => outcome instanceof TableLease)).toHaveLength(1);
    expect(outcomes.filter((outcome) => outcome instanceof TableBusyError)).toHaveLength(9);
  });

  test('a holder of another machine keeps it, until it has been silent for ten minutes', async () => {
    const { files } = await place();
    await (await TableLease.acquire(files, 't', START)).release();
    const own = JSON.parse((await files.read(1)) ?? '') as LeaseHolder;
    const leave = (heartbeat: Date) =>
      files.replace(
        1,
        JSON.stringify({ ...own, host: 'elsewhere', released: false, heartbeat: heartbeat.toISOString() }),
      );
    await leave(new Date());
    await expect(TableLease.acquire(files, 't', START)).rejects.toThrow(/host elsewhere/);
    await leave(new Date(Date.now() - 11 * 60_000));
    const lease = await TableLease.acquire(files, 't', START);
    await leave(new Date());
    await lease.verify();
    await lease.release();
  });

  test('I5 a lock whose creation was answered into the void is ours, not a riddle for ten minutes', async () => {
    const { files, proxy } = await place();
    let lost = 0;
    proxy.accident = ({ isConditional }) => (isConditional && lost++ === 0 ? 'answer lost' : undefined);
    const lease = await TableLease.acquire(files, 't', START);
    await lease.verify();
    await lease.release();
  });

  test('I12 another process is refused while this one holds the table, and told who that is', async () => {
    const { cache, proxy } = await place();
    const at = { root: `s3://${await server.bucket()}/lake`, endpoint: proxy.endpoint, cache };
    const writer = await openWarehouse({ root: at.root, cache, s3: s3Settings(proxy.endpoint), runId: 'run-1' });
    const table = await writer.open(ITEMS);
    const other = await runChild('threeBatches', { ...at, failpoint: '' });
    expect(other.code).not.toBe(0);
    expect(other.errors).toContain(
      `acme.items (${at.root}/acme/items) is being written by another run: process ${process.pid}`,
    );
    await table.write([item('a')]);
    expect(await table.commit(batch(1))).toMatchObject({ written: 1 });
    await writer.close();
  });

  test('I12 a killed holder of this machine is followed at once, and two live processes never hold it together', {
    timeout: 120_000,
  }, async () => {
    const { cache, proxy } = await place();
    const at = { root: `s3://${await server.bucket()}/lake`, endpoint: proxy.endpoint, cache };
    const killed = await runChild('dieWithSpooledRows', at);
    expect(killed.signal, killed.errors).toBe('SIGKILL');
    const children = await Promise.all([1, 2].map(() => runChild('countUp', { ...at, times: 4 })));
    for (const { code, errors } of children) expect(code, errors).toBe(0);
    const io = await S3FileIO.open({ location: at.root, settings: s3Settings(proxy.endpoint), cache });
    const versions = (await io.list(`${at.root}/acme/items/metadata`)).filter((name) => name.endsWith('.json'));
    expect(versions).toHaveLength(8);
  });
});
