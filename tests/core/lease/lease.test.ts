import { mkdir, readdir, readFile, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { type LeaseHolder, STALE_MS, TableBusyError, TableLease } from '../../../src/core/lease/lease.js';
import { LocalLeaseFiles } from '../../../src/core/lease/local-lease-files.js';
import { openWarehouse } from '../../../src/writers/warehouse.js';
import { runChild } from '../../writers/support/child.js';
import { ITEMS, temporaryFolder } from '../../writers/support/tables.js';

const LONG_AGO = new Date(Date.now() - STALE_MS - 60_000);
const START = new Date('2025-01-01T00:00:00Z');

async function acquire(folder: string, table = 't'): Promise<TableLease> {
  return TableLease.acquire(await LocalLeaseFiles.open(folder), table, START);
}

async function leaveLease(folder: string, change: Partial<LeaseHolder>): Promise<void> {
  const lease = await acquire(folder);
  const own = JSON.parse(await readFile(join(folder, '1'), 'utf8')) as LeaseHolder;
  await lease.release();
  await writeFile(join(folder, '1'), JSON.stringify({ ...own, ...change }));
}

describe('the lock of a table', () => {
  test('I12 a second run is refused with process, host and start of the first, and told to come later', async () => {
    const folder = await temporaryFolder();
    const lease = await acquire(folder, 'acme.items');
    const refusal = await acquire(folder, 'acme.items').catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(TableBusyError);
    expect(refusal).toMatchObject({ kind: 'later', message: expect.stringContaining(`process ${process.pid}`) });
    expect(String(refusal)).toContain('2025-01-01T00:00:00.000Z');
    await lease.release();
    await (await acquire(folder, 'acme.items')).release();
  });

  test.each<[string, Partial<LeaseHolder>]>([
    ['whose process is gone', { pid: 2 ** 22 + 1 }],
    ['whose pid belongs to a later process', { processStart: '1' }],
    [
      'of another machine, silent for long',
      { host: 'elsewhere', heartbeat: new Date(Date.now() - STALE_MS - 1000).toISOString() },
    ],
  ])('a dead lock %s does not keep the table for ever', async (_, change) => {
    const folder = await temporaryFolder();
    await leaveLease(folder, change);
    const lease = await acquire(folder);
    await lease.verify();
    await lease.release();
  });

  test.each<[string, Partial<LeaseHolder>]>([
    ['a live process that is silent for long', { heartbeat: '2001-01-01T00:00:00Z' }],
    ['another machine that spoke lately', { host: 'elsewhere', pid: 2 ** 22 + 1 }],
    ['the same host before a reboot just now', { bootId: 'earlier', pid: 2 ** 22 + 1 }],
    ['another container of this host', { pidSpace: 'pid:[1]', pid: 2 ** 22 + 1 }],
  ])('a lock of %s is not stolen', async (_, change) => {
    const folder = await temporaryFolder();
    await leaveLease(folder, change);
    await expect(acquire(folder)).rejects.toBeInstanceOf(TableBusyError);
  });

  test('a holder whose lock was taken over notices before it commits', async () => {
    const folder = await temporaryFolder();
    const lease = await acquire(folder);
    await lease.verify();
    await writeFile(join(folder, '2'), await readFile(join(folder, '1')));
    await expect(lease.verify()).rejects.toThrow(/lost its lock/);
    await lease.release();
  });

  test.each([
    ['half a text', '{"pid":'],
    ['not about a holder', '{"version": 3}'],
    ['null', 'null'],
    ['nothing', ''],
  ])('a lock file that holds %s is named, and taken over when nobody has renewed it for ten minutes', async (_, text) => {
    const folder = join(await temporaryFolder(), 'deep', 'locks');
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, '7'), text);
    const refusal = await acquire(folder, 'acme.items').catch((error: unknown) => error);
    expect(refusal).toMatchObject({
      kind: 'later',
      message: expect.stringMatching(
        /the lock file .*7 cannot be read\. If nobody renews it, it is taken over after 2/,
      ),
    });
    expect(await readdir(folder)).toEqual(['7']);
    await utimes(join(folder, '7'), LONG_AGO, LONG_AGO);
    const lease = await acquire(folder, 'acme.items');
    expect(lease.warning).toMatch(/^The lock of table acme\.items was taken over: .*7 cannot be read, and nobody/);
    await lease.verify();
    await lease.release();
  });

  test.each([
    ['a clock that is wrong by years', '2099-01-01T00:00:00Z'],
    ['no clock at all', 'soon'],
  ])('a holder elsewhere with %s does not keep the table until then', async (_, heartbeat) => {
    const folder = await temporaryFolder();
    await leaveLease(folder, { host: 'elsewhere', heartbeat });
    await expect(acquire(folder)).rejects.toThrow(new RegExp(`free again after ${new Date().getUTCFullYear()}-`));
    await utimes(join(folder, '1'), LONG_AGO, LONG_AGO);
    const lease = await acquire(folder);
    expect(lease.warning).toContain(heartbeat);
    await lease.release();
  });

  test('what was wrong with a lock is told to the user of the run that took it over', async () => {
    const root = await temporaryFolder();
    const leases = join(root, '.locks', 'acme.items');
    await mkdir(leases, { recursive: true });
    await writeFile(join(leases, '1'), 'x');
    await utimes(join(leases, '1'), LONG_AGO, LONG_AGO);
    const told: string[] = [];
    const writer = await openWarehouse({ root, runId: 'r', onLeaseTaken: (warning) => told.push(warning) });
    await writer.open(ITEMS);
    await writer.close();
    expect(told).toEqual([expect.stringContaining('was taken over')]);
  });

  test('a storage that fails in the midst of taking a lock does not leave it to nobody', async () => {
    const folder = await temporaryFolder();
    const files = await LocalLeaseFiles.open(folder);
    let asked = 0;
    const failing = Object.assign(Object.create(files) as LocalLeaseFiles, {
      numbers: async () => {
        asked += 1;
        if (asked === 2) throw new Error('no answer');
        return files.numbers();
      },
    });
    await expect(TableLease.acquire(failing, 't', START)).rejects.toThrow('no answer');
    await (await acquire(folder)).release();
  });

  test('a sign of life that comes late does not put a released lock back', async () => {
    const folder = await temporaryFolder();
    vi.useFakeTimers({ toFake: ['setInterval'] });
    onTestFinished(() => void vi.useRealTimers());
    const files = await LocalLeaseFiles.open(folder);
    const slow: (() => void)[] = [];
    const late = Object.assign(Object.create(files) as LocalLeaseFiles, {
      replace: async (number: number, text: string) => {
        if (!text.includes('"released":true')) await new Promise<void>((resolve) => slow.push(resolve));
        await files.replace(number, text);
      },
    });
    const lease = await TableLease.acquire(late, 't', START);
    vi.advanceTimersByTime(120_000);
    const released = lease.release();
    while (slow.length < 1) await new Promise(setImmediate);
    // The second sign comes before the first one, if nothing holds it back.
    for (let round = 0; round < 3; round += 1) {
      slow.pop()?.();
      await new Promise(setImmediate);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    await released;
    slow.pop()?.();
    await new Promise((resolve) => setTimeout(resolve, 20));
    await (await acquire(folder)).release();
  });

  test('old lock files do not pile up', async () => {
    const folder = await temporaryFolder();
    for (let round = 0; round < 5; round += 1) await (await acquire(folder)).release();
    expect(await readdir(folder)).toEqual(['5']);
  });

  test('I12 8 processes that steal dead locks from each other never hold one together', {
    timeout: 120_000,
  }, async () => {
    const root = await temporaryFolder();
    const file = join(root, 'number');
    await writeFile(file, '0');
    const input = { folder: join(root, 'locks'), file, times: 10 };
    const children = await Promise.all(Array.from({ length: 8 }, () => runChild('lockedIncrements', input)));
    for (const { code, errors } of children) expect(code, errors).toBe(0);
    expect(await readFile(file, 'utf8')).toBe('80');
  });
});
