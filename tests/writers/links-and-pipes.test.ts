/** A table's files that are links out of the warehouse, or no files at all: whoever may write the folder must not read more by us. */
import { spawnSync } from 'node:child_process';
import { rename, symlink } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { toLocalPath } from '../../src/writers/storage/local.js';
import { startCli } from '../cli/cli-process.js';
import { runMain } from '../cli/run-main.js';
import { batch, ITEMS, item, loadTable, temporaryFolder, testWarehouse } from './support/tables.js';
import { filesAt, folderOf, snapshotsOf, wornTable } from './upkeep/support.js';

/** One file of each kind that a reader of the newest version needs. */
async function fileOf(root: string, kind: string): Promise<string> {
  const newest = (await snapshotsOf(root)).at(-1);
  const files = await filesAt(root, newest?.['snapshot-id'] ?? 0n);
  const manifest = (await folderOf(root)).find((file) => /-m\d+\.avro$/.test(file)) ?? '';
  const found: Record<string, string | undefined> = {
    'metadata file': (await loadTable(root)).version.metadataLocation,
    hint: join(root, 'acme', 'items', 'metadata', 'version-hint.text'),
    'manifest list': newest?.['manifest-list'],
    manifest: join(root, 'acme', 'items', manifest),
    'data file': files.find(({ content }) => content === 'data')?.location,
    'delete file': files.find(({ content }) => content !== 'data')?.location,
  };
  return toLocalPath(found[kind] ?? '');
}

const replacements = {
  'link out of the warehouse': async (path: string, outside: string) => {
    await rename(path, join(outside, basename(path)));
    await symlink(join(outside, basename(path)), path);
  },
  pipe: async (path: string, outside: string) => {
    await rename(path, join(outside, basename(path)));
    expect(spawnSync('mkfifo', [path]).status).toBe(0);
  },
};
const REFUSED = /outside the warehouse|is a pipe/;

async function changeRows(root: string): Promise<unknown> {
  const table = await (await testWarehouse(root, 'other')).open(ITEMS);
  await table.write(Array.from({ length: 200 }, (_, number) => item(`key-${String(number).padStart(4, '0')}`, 7)));
  return table.commit(batch(1, { at: 99 }, 'other'));
}

describe.each(Object.entries(replacements))('a %s', (name, replace) => {
  test.each([
    'metadata file',
    'hint',
    'manifest list',
    'manifest',
    'data file',
    'delete file',
  ])('in place of a %s is refused by sync, query and maintain, without waiting', async (kind) => {
    const root = join(await temporaryFolder(), 'lake');
    const outside = await temporaryFolder();
    await wornTable(root, 5);
    await replace(await fileOf(root, kind), outside);
    await expect(changeRows(root)).rejects.toThrow(REFUSED);
    const argv = ['--warehouse', root];
    const query = await runMain([...argv, 'query', 'SELECT sum(value) FROM items'], { cwd: outside });
    expect(query.exitCode).not.toBe(0);
    expect(query.stderr).toMatch(REFUSED);
    const maintain = await runMain([...argv, 'maintain'], { cwd: outside });
    expect(maintain).toMatchObject({ exitCode: 1, stderr: expect.stringMatching(REFUSED) });
  });

  test('stops no process for ever: it ends by itself', async () => {
    const root = join(await temporaryFolder(), 'lake');
    const outside = await temporaryFolder();
    await wornTable(root, 5);
    await replace(await fileOf(root, 'data file'), outside);
    const { ended, stderr } = startCli(['--warehouse', root, 'maintain'], { cwd: outside, env: {} });
    expect(await ended, name).toMatchObject({ code: 1 });
    expect(stderr()).toMatch(REFUSED);
  });
});
