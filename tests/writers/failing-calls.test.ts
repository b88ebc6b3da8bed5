/** Every single call to the disk within a commit fails once, by the reasons that disks give: no commit or a whole one, and told truly. */
import { cpSync, readdirSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { ConnectorError } from '../../src/core/errors.js';
import { openWarehouse } from '../../src/writers/warehouse.js';
import { batch, ITEMS, item, loadTable, storedRows, temporaryFolder } from './support/tables.js';
import { type Call, watch } from './support/watched-fs.js';

vi.mock('node:fs/promises', async (original) => {
  const { watchedFs } = await import('./support/watched-fs.js');
  return watchedFs(await original());
});

afterEach(() => watch({}));

const CODES = ['EIO', 'ENOSPC', 'EDQUOT', 'EMFILE', 'EACCES', 'EROFS'] as const;
const BEFORE = { state: '{"at":1}', rows: ['a 1', 'b 1'] };
const AFTER = { state: '{"at":2}', rows: ['a 2', 'b 1 feed', 'c 1'] };

async function readTable(root: string) {
  const { version } = await loadTable(root);
  const rows = await storedRows(root, ITEMS, 'id, value, _deleted_reason');
  const texts = rows.map(({ id, value, _deleted_reason: reason }) => `${id} ${value}${reason ? ` ${reason}` : ''}`);
  return { state: version.properties['connector.state'], rows: texts };
}

/** Puts a table with one commit into the folder. */
async function makeTable(root: string): Promise<void> {
  const writer = await openWarehouse({ root, runId: 'run-1' });
  const table = await writer.open(ITEMS);
  await table.write([item('a'), item('b')]);
  await table.commit(batch(1));
  await writer.close();
}

/** The second commit, by a run of its own. */
async function secondCommit(root: string, runId: string): Promise<void> {
  const writer = await openWarehouse({ root, runId });
  try {
    const table = await writer.open(ITEMS);
    await table.write([item('a', 2), item('c')]);
    table.mark({ reason: 'feed', where: { column: 'id', in: ['b'] }, exceptBatch: false });
    await table.commit(batch(1, { at: 2 }, runId));
  } finally {
    await writer.close();
  }
}

/** Fails the n-th call; a write leaves half of its bytes. */
function failAt(n: number, code: string): () => Call | null {
  let count = 0;
  let failed: Call | null = null;
  watch({
    before(call) {
      if (count++ !== n) return;
      failed = call;
      if (call.fd !== undefined && call.name !== 'file.sync') {
        const bytes = Buffer.from(call.data as string | Uint8Array);
        writeSync(call.fd, bytes.subarray(0, Math.floor(bytes.length / 2)));
      }
      throw Object.assign(new Error(`${code}: ${call.name}, '${call.path}'`), { code });
    },
  });
  return () => failed;
}

test('I5 I7 R-53: a disk that fails at any one call gives no commit or a whole one, and the next run ends it', {
  timeout: 240_000,
}, async () => {
  const root = await temporaryFolder();
  const kept = await temporaryFolder();
  await makeTable(root);
  cpSync(root, kept, { recursive: true });
  const calls: Call[] = [];
  watch({ before: (call) => calls.push(call) });
  await secondCommit(root, 'run-2');
  watch({});
  expect(await readTable(root)).toEqual(AFTER);
  expect(calls.length).toBeGreaterThan(30);
  for (const [n, { name, path }] of calls.entries()) {
    rmSync(root, { recursive: true });
    cpSync(kept, root, { recursive: true });
    const code = CODES[n % CODES.length] ?? 'EIO';
    const at = `${code} at call ${n}, ${name} ${path}`;
    const failed = failAt(n, code);
    const outcome = await secondCommit(root, 'run-2').catch((error: unknown) => error);
    watch({});
    const found = await readTable(root);
    if (outcome === undefined) expect(found, at).toEqual(AFTER);
    else {
      // Anything else would be told as an unexpected error of ours.
      expect.soft(outcome, at).toBeInstanceOf(ConnectorError);
      expect([BEFORE, AFTER], at).toContainEqual(found);
    }
    if (!['unlink', 'rm', 'rmdir'].includes(failed()?.name ?? '')) expect(leftovers(root), at).toEqual([]);
    if (outcome === undefined) continue;
    // A lease that could not be removed is dead with its process; here that is still this one.
    rmSync(join(root, '.locks'), { recursive: true, force: true });
    await secondCommit(root, 'run-3');
    expect(await readTable(root), at).toEqual(AFTER);
  }
});

/** Names of files that were prepared and never given their own. */
const leftovers = (root: string) =>
  readdirSync(root, { recursive: true }).filter((name) => /^acme.*\.tmp$/.test(String(name)));
