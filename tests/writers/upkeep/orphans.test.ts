import { lstat, mkdir, symlink, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { toLocalPath } from '../../../src/writers/storage/local.js';
import { removeOrphans } from '../../../src/writers/upkeep/orphans.js';
import { batch, ITEMS, item, loadTable, temporaryFolder, testWarehouse } from '../support/tables.js';
import { benchFor, contents, folderOf, missingFiles } from './support.js';

const DAY = 86_400_000;

async function smallTable(root: string) {
  const table = await (await testWarehouse(root)).open(ITEMS);
  await table.write([item('a')]);
  await table.commit(batch(1));
}

async function putOld(root: string, name: string, days = 4): Promise<void> {
  const path = join(root, 'acme', 'items', name);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, name);
  const then = new Date(Date.now() - days * DAY);
  await utimes(path, then, then);
}

async function cleaned(root: string, neighbours: readonly string[] | null = [], dryRun = false) {
  const { version } = await loadTable(root);
  return removeOrphans(await benchFor(root), version, { ageMs: 3 * DAY, neighbours, dryRun });
}

const LOST = [
  'data/lost.parquet',
  'metadata/lost-m0.avro',
  'metadata/00007-lost.metadata.json',
  'metadata/v1.metadata.json.lost.tmp',
];

describe('files that nothing refers to', () => {
  test('go when they are old, and only then', async () => {
    const root = await temporaryFolder();
    await smallTable(root);
    const own = await folderOf(root);
    for (const name of LOST) await putOld(root, name);
    await putOld(root, 'data/young.parquet', 2);
    const before = await contents(root);
    const dry = await cleaned(root, [], true);
    expect(dry).toMatchObject({ outcome: 'would', removed: { files: 4 } });
    expect(await folderOf(root)).toHaveLength(own.length + 5);
    expect(await cleaned(root)).toMatchObject({ outcome: 'done', removed: dry.removed });
    expect(await folderOf(root)).toEqual([...own, 'data/young.parquet'].sort());
    expect(await contents(root)).toBe(before);
  });

  test('are none of ours when no Iceberg writer makes such files, or when a link leads to them', async () => {
    const root = await temporaryFolder();
    await smallTable(root);
    await mkdir(join(root, 'elsewhere'));
    await writeFile(join(root, 'elsewhere', 'theirs.parquet'), 'x');
    await symlink(join(root, 'elsewhere'), join(root, 'acme', 'items', 'data', 'linked'));
    await symlink(join(root, 'elsewhere', 'theirs.parquet'), join(root, 'acme', 'items', 'data', 'link.parquet'));
    for (const name of ['notes.txt', 'data/readme.md', 'metadata/stats.puffin', 'other/x.parquet'])
      await putOld(root, name, 400);
    const before = await folderOf(root);
    expect(await cleaned(root)).toMatchObject({ outcome: 'nothing' });
    expect(await folderOf(root)).toEqual(before);
    expect((await lstat(join(root, 'elsewhere', 'theirs.parquet'))).size).toBe(1);
  });

  test('stay where the folder holds, or may hold, other tables', async () => {
    const root = await temporaryFolder();
    await smallTable(root);
    await putOld(root, LOST[0] ?? '');
    const { location } = (await loadTable(root)).version;
    for (const neighbours of [
      [`${location}/data/inner`],
      [`file:${dirname(toLocalPath(location))}`],
      [`${location}2/../items/data`],
      null,
    ])
      expect(await cleaned(root, neighbours)).toMatchObject({ outcome: 'skipped', removed: { files: 0 } });
    expect(await cleaned(root, [`${location}2`])).toMatchObject({ outcome: 'done' });
  });

  test('the newest metadata file and those in its log are needed, however old they are', async () => {
    const root = await temporaryFolder();
    const table = await (await testWarehouse(root)).open(ITEMS);
    for (const number of [1, 2, 3]) {
      await table.write([item('a', number)]);
      await table.commit(batch(number));
    }
    for (const name of await folderOf(root)) {
      const then = new Date(Date.now() - 400 * DAY);
      await utimes(join(root, 'acme', 'items', name), then, then);
    }
    expect(await cleaned(root)).toMatchObject({ outcome: 'nothing' });
    expect(await missingFiles(root)).toEqual([]);
  });
});
