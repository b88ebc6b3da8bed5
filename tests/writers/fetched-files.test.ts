import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Mark } from '../../src/contract/table.js';
import { FileCatalog } from '../../src/writers/catalog/file-catalog.js';
import { Duck } from '../../src/writers/parquet/duckdb.js';
import { LocalFileIO } from '../../src/writers/storage/local.js';
import { compact } from '../../src/writers/upkeep/compact.js';
import { IcebergTableWriter } from '../../src/writers/write/table-writer.js';
import { replaced } from './catalog/tables.js';
import { batch, ITEMS, item, liveFiles, loadTable, storedRows, temporaryFolder } from './support/tables.js';

const KEYS = ['a', 'b', 'c', 'd'];

/** A table of a file for each key, whose storage tells which data and delete files were asked for. */
async function watchedTable() {
  const root = await temporaryFolder();
  const io = await LocalFileIO.open(root);
  const fetched = new Set<string>();
  const watching = replaced(io, {
    localPaths: (locations) => {
      for (const location of locations) fetched.add(location);
      return io.localPaths(locations);
    },
  });
  const duck = await Duck.open({ memoryLimit: '256MB', temporaryFolder: join(root, 'spill') });
  onTestFinished(() => duck.close());
  const lease = { verify: async () => undefined, release: async () => undefined };
  const catalog = new FileCatalog({ io: watching, root: io.root });
  const tools = { catalog, duck: async () => duck, folder: async () => join(root, 'work'), now: Date.now };
  const bench = { ...tools, folder: async () => join(root, 'rows') };
  const table = new IcebergTableWriter(bench, ITEMS, lease, null);
  let number = 0;
  const commit = async (keys: readonly string[], mark?: Mark['where']) => {
    fetched.clear();
    number += 1;
    await table.write(keys.map((key) => item(key, number)));
    if (mark) table.mark({ reason: 'vanished', where: mark, exceptBatch: true });
    return table.commit(batch(number));
  };
  for (const key of KEYS) await commit([key]);
  /** Keys that the fetched data files begin with, and `deletes` for each delete file. */
  const seen = async () => {
    const { data, deletes } = await liveFiles(root);
    const files = [...data, ...deletes].filter(({ location }) => fetched.has(location));
    return files
      .map((file) => (file.content === 'data' ? Buffer.from(file.lowerBounds.get(1) ?? []).toString() : 'deletes'))
      .sort();
  };
  return { root, commit, seen, tools, fetched };
}

describe('of a table in an object store a batch fetches', () => {
  test('nothing when its keys are beyond all stored ones, neither data nor delete files', async () => {
    const { commit, seen, fetched } = await watchedTable();
    await commit(['b']);
    expect(await commit(['e', 'f'])).toMatchObject({ written: 2 });
    expect(await seen()).toEqual([]);
    expect(fetched.size).toBe(0);
  });

  test('the files that may hold its keys, and no delete files that are about others', async () => {
    const { root, commit, seen } = await watchedTable();
    await commit(['b']);
    expect(await seen()).toEqual(['b']);
    await commit(['e']);
    await commit(['e']);
    expect(await seen()).toEqual(['e']);
    await commit(['c']);
    expect(await seen()).toEqual(['c']);
    expect((await storedRows(root)).map(({ id, value }) => `${id}${value}`)).toEqual(['a1', 'b5', 'c8', 'd4', 'e7']);
  });

  test('for marks of listed rows the files that may hold them, for marks of all others every file', async () => {
    const { root, commit, seen } = await watchedTable();
    expect(await commit([], { column: 'id', in: ['b', 'x'] })).toMatchObject({ deleted: 1 });
    expect(await seen()).toEqual(['b']);
    expect(await commit([], { column: 'id', notIn: ['b', 'c', 'd'] })).toMatchObject({ deleted: 1 });
    expect(await seen()).toEqual(expect.arrayContaining(KEYS));
    const marked = (await storedRows(root)).filter((row) => row._deleted_at !== null);
    expect(marked.map(({ id }) => id)).toEqual(['a', 'b']);
  });

  test('and what a compaction would do is told without fetching a data file', async () => {
    const { root, commit, seen, tools } = await watchedTable();
    const { deleted } = await commit(['a'], { column: 'id', in: ['b'] });
    expect(deleted).toBe(1);
    await commit([]);
    const step = await compact(tools, (await loadTable(root)).version, { dryRun: true });
    expect(step).toMatchObject({ outcome: 'would' });
    expect(await seen()).toEqual(['deletes', 'deletes']);
  });
});
