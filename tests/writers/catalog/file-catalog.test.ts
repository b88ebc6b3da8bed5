import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CommitConflict } from '../../../src/writers/iceberg/errors.js';
import { decodeManifestList } from '../../../src/writers/iceberg/manifest-list.js';
import { evolveSchema } from '../../../src/writers/iceberg/schema.js';
import { dataFile, deleteFile } from '../iceberg/files.js';
import {
  append,
  fileCatalog,
  ITEMS,
  make,
  makeVersions,
  metadataFiles,
  rawMetadata,
  setProperties,
  temporaryFolder,
} from './tables.js';

describe('FileCatalog', () => {
  it('says null for a table that does not exist, and makes no folder by asking', async () => {
    const root = join(await temporaryFolder(), 'not', 'yet');
    const catalog = await fileCatalog(root);
    expect(await catalog.load('acme', 'items')).toBeNull();
    await expect(readFile(root)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('I1 creates table, rows and properties in one version, so that none of them can be there alone', async () => {
    const catalog = await fileCatalog(await temporaryFolder());
    const change = { ...append(dataFile('/a', 3)), properties: { state: '{"at":1}' }, summary: { run: 'r1' } };
    const created = await make(catalog, ITEMS, change);
    expect(created.metadataLocation).toMatch(/\/acme\/items\/metadata\/v1\.metadata\.json$/);
    expect(created.properties).toMatchObject({ comment: 'Things.', state: '{"at":1}' });
    expect(created.history).toMatchObject([{ summary: { operation: 'append', run: 'r1', 'total-records': '3' } }]);
    expect(await catalog.load('acme', 'items')).toEqual(created);
    expect((await catalog.files(created)).data).toMatchObject([{ location: '/a', records: 3, sequenceNumber: 1 }]);
  });

  it('writes metadata that says everything readers ask for', async () => {
    const root = await temporaryFolder();
    const catalog = await fileCatalog(root, { now: () => 5000 });
    const first = await make(catalog, ITEMS, append(dataFile('/a')));
    const second = await catalog.commit(first, append(dataFile('/b')));
    const [id1, id2] = [Number(first.currentSnapshotId), Number(second.currentSnapshotId)];
    expect(await rawMetadata(second)).toMatchObject({
      'format-version': 2,
      'table-uuid': first.uuid,
      location: join(root, 'acme', 'items'),
      'last-sequence-number': 2,
      'last-updated-ms': 5001,
      'last-column-id': 1,
      'current-schema-id': 0,
      schemas: [{ type: 'struct', 'schema-id': 0, 'identifier-field-ids': [1], fields: [{ id: 1, doc: 'The key.' }] }],
      'partition-specs': [{ 'spec-id': 0, fields: [] }],
      'default-spec-id': 0,
      'last-partition-id': 999,
      'sort-orders': [{ 'order-id': 0, fields: [] }],
      'default-sort-order-id': 0,
      'current-snapshot-id': id2,
      refs: { main: { 'snapshot-id': id2, type: 'branch' } },
      snapshots: [
        { 'snapshot-id': id1, 'schema-id': 0 },
        { 'snapshot-id': id2, 'parent-snapshot-id': id1 },
      ],
      'snapshot-log': [
        { 'snapshot-id': id1, 'timestamp-ms': 5000 },
        { 'snapshot-id': id2, 'timestamp-ms': 5001 },
      ],
      'metadata-log': [{ 'metadata-file': first.metadataLocation, 'timestamp-ms': 5000 }],
    });
  });

  it('draws snapshot ids that a reader with double numbers cannot confuse', async () => {
    const version = await makeVersions(await temporaryFolder(), 1);
    expect(Number.isSafeInteger(Number(version.currentSnapshotId))).toBe(true);
  });

  it('keeps time growing when the clock jumps back, because readers travel by it', async () => {
    let now = 10_000;
    const catalog = await fileCatalog(await temporaryFolder(), { now: () => now });
    const first = await make(catalog, ITEMS, append(dataFile('/a')));
    now = 1_000;
    const second = await catalog.commit(first, append(dataFile('/b')));
    expect(await rawMetadata(second)).toMatchObject({
      'last-updated-ms': 10_001,
      snapshots: [{ 'timestamp-ms': 10_000 }, { 'timestamp-ms': 10_001 }],
    });
  });

  it('makes no snapshot when only properties change', async () => {
    const catalog = await fileCatalog(await temporaryFolder());
    const first = await make(catalog, ITEMS, append(dataFile('/a')));
    const second = await catalog.commit(first, setProperties({ state: '2' }));
    expect(second.history).toEqual(first.history);
    expect(second.properties).toMatchObject({ comment: 'Things.', state: '2' });
  });

  it('creates a table without rows, for a stream that is empty on its first day', async () => {
    const catalog = await fileCatalog(await temporaryFolder());
    const created = await make(catalog, ITEMS, setProperties({ state: '1' }));
    expect(await rawMetadata(created)).toMatchObject({ 'current-snapshot-id': -1, snapshots: [], refs: {} });
    expect(await catalog.files(created)).toEqual({ data: [], deletes: [] });
    const next = await catalog.commit(created, append(dataFile('/a')));
    expect(next.history).toHaveLength(1);
  });

  it('removes files with explicit sequence numbers for those that stay, so that deletes keep hitting the same rows', async () => {
    const catalog = await fileCatalog(await temporaryFolder());
    const first = await make(catalog, ITEMS, append(dataFile('/a', 5), dataFile('/b', 7)));
    const second = await catalog.commit(first, {
      operation: 'overwrite',
      add: [dataFile('/c', 2), deleteFile('/d', 1)],
      remove: [],
    });
    const gone = (await catalog.files(second)).data.filter(({ location }) => location === '/a');
    const third = await catalog.commit(second, { operation: 'overwrite', add: [dataFile('/e', 1)], remove: gone });
    const { data, deletes } = await catalog.files(third);
    const brief = data.map((file) => [file.location, file.sequenceNumber, file.snapshotId]);
    expect(brief.sort()).toEqual([
      ['/b', 1, first.currentSnapshotId],
      ['/c', 2, second.currentSnapshotId],
      ['/e', 3, third.currentSnapshotId],
    ]);
    expect(deletes).toMatchObject([{ location: '/d', sequenceNumber: 2 }]);
    expect(third.history[0]?.summary).toMatchObject({
      'deleted-data-files': '1',
      'deleted-records': '5',
      'total-data-files': '3',
      'total-delete-files': '1',
      'total-position-deletes': '1',
      'total-records': '10',
      'total-files-size': '1100',
    });
  });

  it('drops manifests in which nothing lives any more, so that a table rewritten daily does not grow for ever', async () => {
    const catalog = await fileCatalog(await temporaryFolder());
    let version = await make(catalog, ITEMS, append(dataFile('/0')));
    for (let day = 1; day <= 5; day++) {
      const { data } = await catalog.files(version);
      version = await catalog.commit(version, { operation: 'overwrite', add: [dataFile(`/${day}`)], remove: data });
    }
    expect((await catalog.files(version)).data.map(({ location }) => location)).toEqual(['/5']);
    expect(version.history[0]?.summary).toMatchObject({ 'total-data-files': '1', 'total-records': '1' });
    const [newest] = ((await rawMetadata(version)).snapshots as { 'manifest-list': string }[]).slice(-1);
    const list = newest?.['manifest-list'] ?? '';
    // One manifest with today's file, one that says which file of yesterday went.
    expect(decodeManifestList(await readFile(list), list)).toHaveLength(2);
  });

  it('refuses to remove a file that is not in the table, because the work was done on another version', async () => {
    const root = await temporaryFolder();
    const catalog = await fileCatalog(root);
    const first = await make(catalog, ITEMS, append(dataFile('/a')));
    const before = await metadataFiles(root);
    const differentAccount = { ...dataFile('/x'), sequenceNumber: 1, fileSequenceNumber: 1, snapshotId: '1' };
    await expect(
      catalog.commit(first, { operation: 'overwrite', add: [], remove: [differentAccount] }),
    ).rejects.toThrow('/x should be removed from the table but is not in its current snapshot');
    expect(await metadataFiles(root)).toEqual(before);
  });

  it('adds a schema once, keeps the old ones, and finds its way back to one it had', async () => {
    const catalog = await fileCatalog(await temporaryFolder());
    const first = await make(catalog, ITEMS, append(dataFile('/a')));
    const { schema } = evolveSchema(first.schema, [
      { name: 'id', type: 'string' },
      { name: 'size', type: 'long' },
    ]);
    const second = await catalog.commit(first, { ...append(dataFile('/b')), schema });
    expect(second.schema).toMatchObject({ schemaId: 1, fields: [{ id: 1 }, { id: 2, name: 'size' }] });
    expect(second.metadata.schemas.map((schema) => schema['schema-id'])).toEqual([0, 1]);
    expect(second.lastColumnId).toBe(2);
    const third = await catalog.commit(second, { ...setProperties({}), schema: first.schema });
    expect(third.schema.schemaId).toBe(0);
    expect(third.metadata.schemas.map((schema) => schema['schema-id'])).toEqual([0, 1]);
    expect(third.lastColumnId).toBe(2);
  });

  it('keeps as many old metadata files as the property says, and deletes the rest', async () => {
    const root = await temporaryFolder();
    const catalog = await fileCatalog(root);
    const properties = { 'write.metadata.previous-versions-max': '2' };
    let version = await make(catalog, { ...ITEMS, properties }, setProperties({}));
    for (let number = 2; number <= 6; number++) version = await catalog.commit(version, setProperties({}));
    expect(await metadataFiles(root)).toEqual([
      'v4.metadata.json',
      'v5.metadata.json',
      'v6.metadata.json',
      'version-hint.text',
    ]);
    expect(((await rawMetadata(version))['metadata-log'] as unknown[]).length).toBe(2);
  });

  it('I4 gives the second of two commits on one version a conflict, and takes its files away', async () => {
    const root = await temporaryFolder();
    const catalog = await fileCatalog(root);
    const base = await make(catalog, ITEMS, append(dataFile('/a')));
    const winner = await catalog.commit(base, append(dataFile('/b')));
    const before = await metadataFiles(root);
    await expect(catalog.commit(base, append(dataFile('/c')))).rejects.toBeInstanceOf(CommitConflict);
    expect(await metadataFiles(root)).toEqual(before);
    expect(await catalog.load('acme', 'items')).toEqual(winner);
  });

  it('I4 gives the second of two creations a conflict, even when the first version has long been removed', async () => {
    const root = await temporaryFolder();
    await makeVersions(root, 3);
    await rm(join(root, 'acme/items/metadata/v1.metadata.json'));
    const catalog = await fileCatalog(root);
    await expect(make(catalog, ITEMS, append(dataFile('/z')))).rejects.toBeInstanceOf(CommitConflict);
  });

  it('I12 a writer that slept until its version number came free again does not bring an old table back', async () => {
    const root = await temporaryFolder();
    const metadata = join(root, 'acme/items/metadata');
    const catalog = await fileCatalog(root);
    const properties = { 'write.metadata.previous-versions-max': '1' };
    const base = await make(catalog, { ...ITEMS, properties }, append(dataFile('/a')));
    let newest = base;
    // The sleeper has read its base and wakes up just before it creates v2.
    const sleeper = await fileCatalog(root, {
      replace: (io) => ({
        createExclusive: async (location, bytes) => {
          for (let number = 2; number <= 5; number++)
            newest = await catalog.commit(newest, append(dataFile(`/${number}`)));
          return io.createExclusive(location, bytes);
        },
      }),
    });
    await expect(sleeper.commit(base, append(dataFile('/late')))).rejects.toBeInstanceOf(CommitConflict);
    expect(await catalog.load('acme', 'items')).toEqual(newest);
    await rm(join(metadata, 'version-hint.text'));
    expect(await catalog.load('acme', 'items')).toEqual(newest);
    expect(await metadataFiles(root)).not.toContain('v2.metadata.json');
  });

  it('a quick successor that removed our base does not make us deny our own commit', async () => {
    const root = await temporaryFolder();
    const catalog = await fileCatalog(root);
    const properties = { 'write.metadata.previous-versions-max': '1' };
    const base = await make(catalog, { ...ITEMS, properties }, append(dataFile('/a')));
    const slow = await fileCatalog(root, {
      replace: (io) => ({
        createExclusive: async (location, bytes) => {
          const outcome = await io.createExclusive(location, bytes);
          const ours = await catalog.load('acme', 'items');
          if (ours) await catalog.commit(await catalog.commit(ours, append(dataFile('/c'))), append(dataFile('/d')));
          return outcome;
        },
      }),
    });
    const committed = await slow.commit(base, append(dataFile('/b')));
    const newest = await catalog.load('acme', 'items');
    expect(newest?.history.map(({ snapshotId }) => snapshotId)).toContain(committed.currentSnapshotId);
    expect(newest && (await catalog.files(newest)).data).toHaveLength(4);
  });
});
