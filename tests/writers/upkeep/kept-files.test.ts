/** Tables that say `gc.enabled=false` (Nessie's do): tags outside of the metadata need every file that a commit ever named. */
import { cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type ForgottenIn, forget } from '../../../src/writers/erase/forget.js';
import { LIMITS } from '../../../src/writers/iceberg/limits.js';
import { relocate } from '../../../src/writers/relocate/relocate.js';
import { keepUp, reasonsToMaintain } from '../../../src/writers/upkeep/upkeep.js';
import { runMain } from '../../cli/run-main.js';
import { replaceMetadata } from '../support/foreign.js';
import { batch, ITEMS, item, loadTable, storedRows, temporaryFolder, testWarehouse } from '../support/tables.js';
import {
  benchFor,
  contents,
  filesAt,
  folderOf,
  later,
  maintained,
  missingFiles,
  snapshotsOf,
  wornTable,
} from './support.js';

const forbid = (root: string, value = 'false') =>
  replaceMetadata(root, (metadata) => ({
    ...metadata,
    properties: { ...metadata.properties, 'gc.enabled': value },
  }));

async function erase(root: string, accountId: string): Promise<ForgottenIn | undefined> {
  const seen: ForgottenIn[] = [];
  const { signal } = new AbortController();
  await forget({ root }, { accountId, namespaces: [], dryRun: false, signal, onTable: (table) => seen.push(table) });
  return seen[0];
}

describe('a table whose files others need', () => {
  test.each(['false', 'FALSE', 'no'])('gc.enabled=%s: maintain compacts it and removes no file', async (value) => {
    const root = await temporaryFolder();
    await wornTable(root, 5);
    await forbid(root, value);
    const [before, rows, history] = [await folderOf(root), await contents(root), await snapshotsOf(root)];
    const steps = await maintained(root, { days: 0, snapshots: 1, now: later(30) });
    expect(steps.map(({ step, outcome }) => `${step} ${outcome}`)).toEqual([
      'compact done',
      'expire skipped',
      'orphans skipped',
      'manifests nothing',
    ]);
    expect(steps[1]?.why).toContain('gc.enabled=false');
    expect(await folderOf(root)).toEqual(expect.arrayContaining(before));
    expect(await snapshotsOf(root)).toEqual(expect.arrayContaining(history));
    expect(await contents(root)).toBe(rows);
  });

  test('a run that commits for the hundredth time removes no old metadata file', async () => {
    const root = await temporaryFolder();
    const table = await (await testWarehouse(root)).open(ITEMS);
    await table.write([item('a')]);
    await table.commit(batch(1));
    await table.close();
    await forbid(root);
    const again = await (await testWarehouse(root, 'run-2')).open(ITEMS);
    for (let number = 1; number <= 105; number += 1) await again.commit(batch(number, { at: 100 + number }, 'run-2'));
    const versions = (await folderOf(root)).filter((file) => file.endsWith('.metadata.json'));
    expect(versions).toHaveLength(107);
  });

  test("a run's own upkeep cuts no history, and status does not ask for it", async () => {
    const root = await temporaryFolder();
    await wornTable(root, 1);
    await forbid(root);
    const tools = await benchFor(root, later(30));
    const { version } = await loadTable(root);
    const [newest] = version.history;
    if (!newest) throw new Error('no snapshot');
    const long = { ...version, history: Array.from({ length: LIMITS.snapshots + 101 }, () => newest) };
    expect(reasonsToMaintain({ ...long, properties: {} }, later(30)()).join()).toContain('snapshots');
    expect(reasonsToMaintain(long, later(30)()).join()).not.toContain('snapshots');
    const before = await folderOf(root);
    await keepUp(tools, long);
    expect(await folderOf(root)).toEqual(expect.arrayContaining(before));
  });

  test('forget erases the rows of today, and says that the person is still in earlier versions', async () => {
    const root = await temporaryFolder();
    await wornTable(root, 3);
    await forbid(root);
    const before = await folderOf(root);
    const person = String((await storedRows(root))[0]?.id);
    const told = await erase(root, person);
    expect(told).toMatchObject({ outcome: 'kept', stays: expect.stringContaining('gc.enabled=false') });
    expect((await storedRows(root)).map(({ id }) => id)).not.toContain(person);
    expect(await folderOf(root)).toEqual(expect.arrayContaining(before));
    const run = await runMain(['--warehouse', root, 'forget', person, '--yes'], { cwd: root });
    expect(run.exitCode).toBe(1);
    expect(run.stderr).toContain('The person is still in earlier versions of acme.items');
    const dry = await runMain(['--warehouse', root, 'forget', person, '--dry-run'], { cwd: root });
    expect(dry.exitCode).toBe(0);
    expect(dry.stderr).toContain('would stay');
  });

  test('relocate in place mends the names and leaves the former files', async () => {
    const folder = await temporaryFolder();
    const [first, root] = [join(folder, 'first'), join(folder, 'second')];
    await wornTable(first, 2);
    await forbid(first);
    await cp(first, root, { recursive: true });
    await rm(first, { recursive: true });
    const before = await folderOf(root);
    const { signal } = new AbortController();
    await relocate({ root }, { root }, { dryRun: false, signal, onTable: () => undefined });
    expect(await folderOf(root)).toEqual(expect.arrayContaining(before));
    expect(await storedRows(root)).toHaveLength(200);
  });
});

describe('a table with a tag or a branch', () => {
  test.each(['tag', 'branch'])('forget keeps the files of a %s on the newest snapshot, and says so', async (type) => {
    const root = await temporaryFolder();
    await wornTable(root, 2);
    const newest = (await snapshotsOf(root)).at(-1)?.['snapshot-id'];
    await replaceMetadata(root, (metadata) => ({
      ...metadata,
      refs: { ...metadata.refs, audit: { 'snapshot-id': newest ?? 0n, type } },
    }));
    const before = await folderOf(root);
    const told = await erase(root, String((await storedRows(root))[0]?.id));
    expect(told).toMatchObject({ outcome: 'kept', stays: expect.stringContaining(`${type} audit`) });
    expect(await folderOf(root)).toEqual(expect.arrayContaining(before));
  });

  test('keeps its files through expiry, orphans and many commits', async () => {
    const root = await temporaryFolder();
    await wornTable(root, 3);
    const tagged = (await snapshotsOf(root))[2]?.['snapshot-id'] ?? 0n;
    await replaceMetadata(root, (metadata) => ({
      ...metadata,
      refs: { ...metadata.refs, audit: { 'snapshot-id': tagged, type: 'tag' } },
    }));
    await maintained(root, { days: 0, snapshots: 1, now: later(30) });
    expect((await snapshotsOf(root)).map((snapshot) => snapshot['snapshot-id'])).toContain(tagged);
    expect(await missingFiles(root)).toEqual([]);
    expect(await filesAt(root, tagged)).toHaveLength(3);
  });
});
