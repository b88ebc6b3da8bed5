/** How a table in a local folder names its files: some readers open nothing but URIs, and older tables must go on as they are. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { FileCatalog } from '../../src/writers/catalog/file-catalog.js';
import { LocalFileIO, toLocalPath } from '../../src/writers/storage/local.js';
import { IcebergTableWriter } from '../../src/writers/write/table-writer.js';
import { runMain } from '../cli/run-main.js';
import {
  batch,
  ITEMS,
  item,
  liveFiles,
  loadTable,
  storedRows,
  temporaryFolder,
  testWarehouse,
} from './support/tables.js';
import { benchFor, maintained } from './upkeep/support.js';

async function write(root: string, run: string, ...ids: string[]): Promise<void> {
  const table = await (await testWarehouse(root, run)).open(ITEMS);
  for (const [index, id] of ids.entries()) {
    await table.write([item(id), item('changed', index)]);
    await table.commit(batch(index + 1, { at: id }, run));
  }
  await table.close();
}

/** As versions of this program made tables when all locations were paths. */
async function writeByPath(root: string): Promise<void> {
  const io = await LocalFileIO.open(root);
  const { duck, folder } = await benchFor(root);
  const lease = { verify: async () => undefined, release: async () => undefined };
  const catalog = new FileCatalog({ io, root: io.root });
  const bench = { catalog, duck, now: Date.now, folder: async () => join(await folder(), 'old') };
  const table = new IcebergTableWriter(bench, ITEMS, lease, null);
  await table.write([item('old'), item('changed')]);
  await table.commit(batch(1, null, 'old'));
  await table.close();
}

async function namesOf(root: string): Promise<string[]> {
  const { version } = await loadTable(root);
  const { data, deletes } = await liveFiles(root);
  const { metadata } = version;
  return [
    version.location,
    ...[...data, ...deletes].map(({ location }) => location),
    ...metadata.snapshots.map((snapshot) => snapshot['manifest-list']),
    ...metadata['metadata-log'].map((entry) => entry['metadata-file']),
  ];
}

test('a new table names all its files by URIs', async () => {
  const root = await temporaryFolder();
  await write(root, 'run', 'a', 'b', 'c');
  for (const name of await namesOf(root)) expect(name).toMatch(/^file:\/\/\//);
  expect((await namesOf(root)).map(toLocalPath).every((path) => path.startsWith(`${root}/acme/items`))).toBe(true);
});

test('a table that was made by paths keeps them through changes and upkeep, and both kinds are read', async () => {
  const root = await temporaryFolder();
  await writeByPath(root);
  await write(root, 'new', 'b', 'c', 'd');
  for (const name of await namesOf(root)) expect(name.startsWith(`${root}/acme/items`), name).toBe(true);
  const before = await storedRows(root);
  expect(before.map(({ id, value }) => `${id}${value}`)).toEqual(['b1', 'c1', 'changed2', 'd1', 'old1']);
  await maintained(root, { days: 0, snapshots: 1, now: () => Date.now() + 30 * 86_400_000 });
  expect(await storedRows(root)).toEqual(before);
  for (const name of await namesOf(root)) expect(name.startsWith(`${root}/acme/items`), name).toBe(true);
  const query = await runMain(['--warehouse', root, 'query', '--format', 'csv', 'SELECT count(*) AS n FROM items'], {
    cwd: root,
  });
  expect(query).toMatchObject({ exitCode: 0, stdout: 'n\n5\n' });
});

test('a folder whose name readers of URIs would cut or decode is named by its path', async () => {
  for (const name of ['a#b', 'a?b', 'a%20b']) {
    const root = join(await temporaryFolder(), name);
    await mkdir(root);
    await write(root, 'run', 'a', 'b');
    for (const location of await namesOf(root)) expect(location.startsWith(`${root}/acme/items`), location).toBe(true);
    expect(await storedRows(root)).toHaveLength(3);
  }
});
