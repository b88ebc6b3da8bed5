import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { FileIO } from '../../../src/core/files/file-io.js';
import { leaveOnlyCurrent } from '../../../src/writers/upkeep/leave-current.js';
import { IcebergTableWriter } from '../../../src/writers/write/table-writer.js';
import { fileCatalog } from '../catalog/tables.js';
import { batch, ITEMS, item, storedRows, temporaryFolder } from '../support/tables.js';
import { benchFor, missingFiles, snapshotsOf, TABLE } from './support.js';

/** A run that takes no lease, as on a catalog service. @param before awaited when its files are there and its version is not */
async function writerWithoutLease(root: string, runId: string, before: () => Promise<void>) {
  const { duck, folder } = await benchFor(root);
  const replace = (io: FileIO): Partial<FileIO> => ({
    createExclusive: async (location, bytes) => {
      await before();
      return io.createExclusive(location, bytes);
    },
  });
  const catalog = await fileCatalog(root, { replace });
  const bench = { catalog, duck, now: Date.now, folder: async () => join(await folder(), runId) };
  const lease = { verify: async () => undefined, release: async () => undefined };
  return new IcebergTableWriter(bench, ITEMS, lease, await catalog.load('acme', 'items'));
}

async function smallTable(root: string, commits: number): Promise<void> {
  const writer = await writerWithoutLease(root, 'first', async () => undefined);
  for (let number = 1; number <= commits; number += 1) {
    await writer.write([item('a', number)]);
    await writer.commit(batch(number, { at: number }, 'first'));
  }
}

async function benchWith(root: string, replace: (io: FileIO) => Partial<FileIO>) {
  return { ...(await benchFor(root)), catalog: await fileCatalog(root, { replace }) };
}

const idsOf = async (root: string) => (await storedRows(root)).map(({ id }) => id);

describe('I12 a table that has to forget while somebody writes it', () => {
  test.each([
    'list',
    'details',
  ] as const)('keeps the files of a commit that lie there unnamed when the folder is looked through (%s)', async (look) => {
    const root = await temporaryFolder();
    await smallTable(root, 2);
    const [waits, goesOn] = [gate(), gate()];
    const commit = async () => {
      const writer = await writerWithoutLease(root, 'other', async () => {
        waits.open();
        await goesOn.opened;
      });
      await writer.write([item('b')]);
      await writer.commit(batch(1, { at: 3 }, 'other'));
    };
    let committing: Promise<void> | null = null;
    const tools = await benchWith(root, (io) => ({
      [look]: async (folder: string) => {
        committing ??= commit();
        await waits.opened;
        return io[look](folder);
      },
    }));
    await leaveOnlyCurrent(tools, TABLE);
    goesOn.open();
    await committing;
    expect(await idsOf(root)).toEqual(['a', 'b']);
    expect(await missingFiles(root)).toEqual([]);
  });

  test('makes a commit that is under way begin anew, so that it names no removed file', async () => {
    const root = await temporaryFolder();
    await smallTable(root, 1);
    const tools = await benchFor(root);
    let attempts = 0;
    const writer = await writerWithoutLease(root, 'other', async () => {
      attempts += 1;
      if (attempts === 1) await leaveOnlyCurrent(tools, TABLE);
    });
    await writer.write([item('b')]);
    await writer.commit(batch(1, { at: 3 }, 'other'));
    expect(attempts).toBe(2);
    expect(await idsOf(root)).toEqual(['a', 'b']);
    expect(await missingFiles(root)).toEqual([]);
    expect(await snapshotsOf(root), 'its own and the packed one').toHaveLength(2);
  });

  test('removes nothing of a commit that came between its list and its own', async () => {
    const root = await temporaryFolder();
    await smallTable(root, 2);
    const writer = await writerWithoutLease(root, 'other', async () => undefined);
    await writer.write([item('b')]);
    let isFirst = true;
    const tools = await benchWith(root, (io) => ({
      list: async (folder) => {
        const found = await io.list(folder);
        if (isFirst) await writer.commit(batch(1, { at: 3 }, 'other'));
        isFirst = false;
        return found;
      },
    }));
    await leaveOnlyCurrent(tools, TABLE);
    expect(await idsOf(root)).toEqual(['a', 'b']);
    expect(await missingFiles(root)).toEqual([]);
    expect(await snapshotsOf(root)).toHaveLength(1);
  });
});

function gate() {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open: () => open(), opened };
}
