import { describe, expect, it } from 'vitest';
import { type FileIO, OutcomeUnknown, StorageError } from '../../../src/core/files/file-io.js';
import { CommitConflict, CommitUnknown } from '../../../src/writers/iceberg/errors.js';
import { dataFile } from '../iceberg/files.js';
import { append, fileCatalog, ITEMS, make, metadataFiles, temporaryFolder } from './tables.js';

const EIO = Object.assign(new Error('EIO: i/o error'), { code: 'EIO' });
const unclear = () => new OutcomeUnknown('create the version', EIO);

/** Two rows are there; a third is committed through a storage whose `createExclusive` is replaced. */
async function commitThrough(replace: (io: FileIO) => Partial<FileIO>) {
  const root = await temporaryFolder();
  const catalog = await fileCatalog(root);
  const base = await make(catalog, ITEMS, append(dataFile('/a'), dataFile('/b')));
  const before = await metadataFiles(root);
  const committing = (await fileCatalog(root, { replace })).commit(base, append(dataFile('/c')));
  const outcome = await committing.catch((error: unknown) => error);
  const now = await catalog.load('acme', 'items');
  const records = now?.history[0]?.summary['total-records'];
  return {
    outcome,
    records,
    versions: now?.metadataLocation,
    left: (await metadataFiles(root)).length - before.length,
  };
}

describe('an unclear commit', () => {
  it('I5 that landed is found by reading back, and is not committed twice', async () => {
    const tries: string[] = [];
    const { outcome, records, versions } = await commitThrough((io) => ({
      createExclusive: async (location, bytes) => {
        tries.push(location);
        await io.createExclusive(location, bytes);
        throw unclear();
      },
    }));
    expect(outcome).toMatchObject({ metadataLocation: versions });
    expect(records).toBe('3');
    expect(tries).toHaveLength(1);
  });

  it('I5 that did not land is tried once more under the same version', async () => {
    const tries: string[] = [];
    const { outcome, records } = await commitThrough((io) => ({
      createExclusive: async (location, bytes) => {
        tries.push(location);
        if (tries.length === 1) throw unclear();
        return io.createExclusive(location, bytes);
      },
    }));
    expect(outcome).toMatchObject({ metadataLocation: tries[0] });
    expect(tries[1]).toBe(tries[0]);
    expect(records).toBe('3');
  });

  it('I5 that lands late, under the second try, is recognised as ours', async () => {
    let late: (() => Promise<unknown>) | null = null;
    const { outcome, records } = await commitThrough((io) => ({
      createExclusive: async (location, bytes) => {
        if (late) {
          await late();
          return io.createExclusive(location, bytes);
        }
        late = () => io.createExclusive(location, bytes);
        throw unclear();
      },
    }));
    expect(outcome).not.toBeInstanceOf(Error);
    expect(records).toBe('3');
  });

  it('I5 whose own success is reported as "exists" is no conflict', async () => {
    const { outcome, records } = await commitThrough((io) => ({
      createExclusive: async (location, bytes) => {
        await io.createExclusive(location, bytes);
        return 'exists';
      },
    }));
    expect(outcome).not.toBeInstanceOf(Error);
    expect(records).toBe('3');
  });

  it("I5 that lost to somebody else's version is a conflict, and leaves no files", async () => {
    const { outcome, records, left } = await commitThrough((io) => ({
      createExclusive: async (location) => {
        await io.write(location, (await io.read(location.replace('v2.', 'v1.'))) ?? new Uint8Array());
        throw unclear();
      },
    }));
    expect(outcome).toBeInstanceOf(CommitConflict);
    expect(records).toBe('2');
    expect(left).toBe(1);
  });

  it.each([
    ['unclear twice', unclear],
    ['unclear, then surely failed', () => new StorageError('create the version', EIO)],
  ])('I5 that stays unknown (%s) deletes nothing and says so', async (_, second) => {
    let tries = 0;
    const { outcome, records, left } = await commitThrough(() => ({
      createExclusive: async () => {
        throw ++tries === 1 ? unclear() : second();
      },
    }));
    expect(outcome).toBeInstanceOf(CommitUnknown);
    expect(outcome).toMatchObject({ kind: 'failed', message: expect.stringContaining('Nothing was removed') });
    expect(tries).toBe(2);
    expect(records).toBe('2');
    expect(left).toBe(2);
  });

  it('I5 that cannot be read back is unknown, and deletes nothing', async () => {
    const { outcome, left } = await commitThrough((io) => ({
      createExclusive: async (location, bytes) => {
        await io.createExclusive(location, bytes);
        throw unclear();
      },
      read: async (location) => {
        if (location.endsWith('v2.metadata.json')) throw new StorageError('read', EIO);
        return io.read(location);
      },
    }));
    expect(outcome).toBeInstanceOf(CommitUnknown);
    expect(left).toBe(3);
  });

  it('a commit that surely failed takes its manifests away', async () => {
    const { outcome, records, left } = await commitThrough(() => ({
      createExclusive: async () => {
        throw new StorageError('create the version', Object.assign(new Error(), { code: 'ENOSPC' }));
      },
    }));
    expect(outcome).toMatchObject({ code: 'ENOSPC', message: expect.stringContaining('the disk is full') });
    expect(records).toBe('2');
    expect(left).toBe(0);
  });
});
