import { writeFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { toLocalPath } from '../../../src/writers/storage/local.js';
import { expire } from '../../../src/writers/upkeep/expire.js';
import { removeOrphans } from '../../../src/writers/upkeep/orphans.js';
import { onNewest } from '../../../src/writers/write/on-newest.js';
import type { Workbench } from '../../../src/writers/write/workbench.js';
import { replaced } from '../catalog/tables.js';
import { runChild } from '../support/child.js';
import { batch, ITEMS, item, loadTable, storedRows, temporaryFolder, testWarehouse } from '../support/tables.js';
import { benchFor, contents, filesAt, folderOf, later, missingFiles, snapshotsOf, TABLE } from './support.js';

/** As many commits as asked for, each of which replaces the one data file. */
async function rewrittenTable(root: string, commits: number) {
  const table = await (await testWarehouse(root)).open(ITEMS);
  for (let number = 1; number <= commits; number += 1) {
    await table.write([item('a', number), item(`only-${number}`, number)]);
    await table.commit(batch(number));
  }
  return table;
}

async function expired(root: string, days: number, snapshots: number, now = later(10), dryRun = false) {
  const tools = await benchFor(root, now);
  return onNewest(tools, TABLE, (version) => expire(tools, version, { days, snapshots }, dryRun));
}

describe('old snapshots', () => {
  test('go with the files that only they needed; the kept ones can still be read', async () => {
    const root = await temporaryFolder();
    await rewrittenTable(root, 8);
    const all = await snapshotsOf(root);
    const before = await contents(root);
    const dry = await expired(root, 5, 3, later(10), true);
    expect(await snapshotsOf(root), 'a dry run changes nothing').toHaveLength(8);
    const report = await expired(root, 5, 3);
    expect(report).toMatchObject({ outcome: 'done', before: { count: 8 }, after: { count: 3 } });
    expect(dry.removed, 'a dry run tells exactly what goes').toEqual(report.removed);
    // Of each of the five: its list, its manifest and its data file; the manifests of deletes hold entries only.
    expect((await folderOf(root)).filter((file) => file.startsWith('data/'))).toHaveLength(3);
    expect((await folderOf(root)).filter((file) => /snap-.*avro/.test(file))).toHaveLength(3);
    expect(await contents(root)).toBe(before);
    expect(await missingFiles(root)).toEqual([]);
    const kept = await snapshotsOf(root);
    expect(kept).toEqual(all.slice(5));
    const oldest = await filesAt(root, kept[0]?.['snapshot-id'] ?? 0n);
    expect(oldest.map(({ records }) => records)).toEqual([7]);
  });

  test('take the schemas with them that nothing else needs: hundreds of wide ones would lock the table', async () => {
    const root = await temporaryFolder();
    for (let number = 1; number <= 6; number += 1) {
      const columns = ITEMS.columns.map((column) => ({ ...column, doc: `The ${column.name}, version ${number}.` }));
      const table = await (await testWarehouse(root)).open({ ...ITEMS, columns });
      await table.write([item('a', number)]);
      await table.commit(batch(number, {}, `run ${number}`));
      await table.close();
    }
    const ids = async () => (await loadTable(root)).version.metadata.schemas.map((schema) => schema['schema-id']);
    expect(await ids()).toEqual([0, 1, 2, 3, 4, 5]);
    const before = await contents(root);
    await expired(root, 5, 2);
    expect(await ids()).toEqual([4, 5]);
    expect(await contents(root)).toBe(before);
  });

  test('stay while they are young, however many there are', async () => {
    const root = await temporaryFolder();
    await rewrittenTable(root, 4);
    expect(await expired(root, 5, 1, later(4))).toMatchObject({ outcome: 'nothing', after: { count: 4 } });
  });

  test('stay when a tag names them, with all their files', async () => {
    const root = await temporaryFolder();
    await rewrittenTable(root, 4);
    const [first] = await snapshotsOf(root);
    const { version } = await loadTable(root);
    const text = await (await import('node:fs/promises')).readFile(toLocalPath(version.metadataLocation), 'utf8');
    const tagged = text.replace(
      '"refs": {',
      `"refs": { "audit": { "snapshot-id": ${first?.['snapshot-id']}, "type": "tag" },`,
    );
    await writeFile(toLocalPath(version.metadataLocation).replace(/v4/, 'v5'), tagged);
    expect(await expired(root, 5, 1)).toMatchObject({ before: { count: 4 }, after: { count: 2 } });
    expect(await missingFiles(root)).toEqual([]);
    expect(await filesAt(root, first?.['snapshot-id'] ?? 0n)).toHaveLength(1);
  });

  test('I1 the bookmark stays when only snapshots of other programs are new', async () => {
    const root = await temporaryFolder();
    const table = await rewrittenTable(root, 2);
    await table.close();
    const { catalog } = await loadTable(root);
    for (let number = 0; number < 4; number += 1) {
      const newest = await catalog.load('acme', 'items');
      if (newest) await catalog.commit(newest, { operation: 'append', add: [], remove: [] });
    }
    await expired(root, 5, 3);
    // Without those in between, the one that the bookmark belongs to could not be found from the newest.
    expect(await snapshotsOf(root)).toHaveLength(5);
    const again = await (await testWarehouse(root, 'next')).open(ITEMS);
    expect(again.state).toEqual({ at: 2 });
  });

  test('I3 the last batch of a run is known after its snapshot was compacted away', async () => {
    const root = await temporaryFolder();
    const table = await rewrittenTable(root, 3);
    await runChild('maintainOnce', { root, failpoint: '' });
    await table.write([item('a', 99)]);
    await table.commit(batch(3));
    expect((await storedRows(root))[0]).toMatchObject({ id: 'a', value: '3' });
  });

  test('files that could not be removed at once are found later, as orphans', async () => {
    const root = await temporaryFolder();
    await rewrittenTable(root, 6);
    const tools = await benchFor(root, later(10));
    let left = 3;
    const dying = (io: ReturnType<Workbench['catalog']['storageOf']>) =>
      replaced(io, {
        delete: async (locations) => {
          await io.delete(locations.slice(0, left));
          if (locations.length > left) throw new Error('the power went off');
          left -= locations.length;
        },
      });
    const { catalog } = tools;
    const proxy = new Proxy(catalog, {
      get(target, name) {
        if (name === 'storageOf') return () => dying(target.storageOf({ namespace: 'acme', name: 'items' }));
        const value = Reflect.get(target, name);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
    const { version } = await loadTable(root);
    await expect(expire({ ...tools, catalog: proxy }, version, { days: 5, snapshots: 2 }, false)).rejects.toThrow(
      'power',
    );
    expect(await missingFiles(root)).toEqual([]);
    const { version: newest } = await loadTable(root);
    const options = { ageMs: 3 * 86_400_000, neighbours: [], dryRun: false };
    const report = await removeOrphans(tools, newest, options);
    expect(report.removed.files).toBeGreaterThan(0);
    expect((await folderOf(root)).filter((file) => file.startsWith('data/'))).toHaveLength(2);
    expect(await missingFiles(root)).toEqual([]);
  });

  test.each([
    'FP5',
    'FP6',
    'FP8',
  ])('I7 after SIGKILL at %s of the expiry every kept snapshot is whole', async (point) => {
    const root = await temporaryFolder();
    const table = await rewrittenTable(root, 4);
    await table.close();
    const before = await contents(root);
    // The table is small and in good order: the expiry makes the only commit.
    const killed = await runChild('maintainOnce', { root, failpoint: `${point}:1:kill` });
    expect(killed.signal, killed.errors).toBe('SIGKILL');
    expect(await missingFiles(root)).toEqual([]);
    await expired(root, 5, 1);
    expect(await snapshotsOf(root)).toHaveLength(1);
    expect(await contents(root)).toBe(before);
    expect(await missingFiles(root)).toEqual([]);
  });
});
