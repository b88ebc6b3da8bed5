/** What every catalog must keep, whatever stands behind it; each catalog's own test file hands in how it is opened. */
import { describe, expect, it } from 'vitest';
import type { Catalog } from '../../../src/writers/iceberg/catalog.js';
import { CommitConflict, CommitUnknown } from '../../../src/writers/iceberg/errors.js';
import type { TableChange } from '../../../src/writers/iceberg/model.js';
import { assignIds, evolveSchema, highestId } from '../../../src/writers/iceberg/schema.js';
import type { TableVersion } from '../../../src/writers/iceberg/version.js';
import { dataFile, deleteFile } from '../iceberg/files.js';
import { append, ITEMS, make, setProperties } from './tables.js';

/**
 * What happens to the one request that makes a version: its answer is lost after it was carried out, it is lost itself,
 * something in between sends it twice, or every try of it is lost.
 */
export type Accident = 'answer lost' | 'request lost' | 'request sent twice' | 'all requests lost';

/** One place with tables, empty at first, that several writers open. */
export interface Place {
  /** A catalog object of its own, as another process would have. @param now milliseconds since 1970 */
  open(now?: () => number): Promise<Catalog>;
  /** A catalog object whose next commit meets the accident. */
  openFaulty(accident: Accident): Promise<Catalog>;
}

/**
 * @param start called for every test; it registers its own tidying
 * @param skip why the catalog cannot be tested here; null when it can
 */
export function catalogSuite(name: string, start: () => Promise<Place>, skip: string | null = null): void {
  describe.skipIf(skip !== null)(`what every catalog keeps: ${name}`, { timeout: 60_000 }, () => {
    it('says null for a table that does not exist, and lists nothing', async () => {
      const catalog = await (await start()).open();
      expect(await catalog.load('acme', 'items')).toBeNull();
      expect(await catalog.list()).toEqual([]);
    });

    it('I1 makes rows and properties visible in one version, so that none of them can be there alone', async () => {
      const catalog = await (await start()).open();
      const change = { ...append(dataFile('/a', 3)), properties: { state: '{"at":1}' }, summary: { run: 'r1' } };
      const created = await make(catalog, ITEMS, change);
      expect(created.properties).toMatchObject({ comment: 'Things.', state: '{"at":1}' });
      expect(created.history).toMatchObject([{ summary: { operation: 'append', run: 'r1', 'total-records': '3' } }]);
      expect(await catalog.load('acme', 'items')).toEqual(created);
      expect((await catalog.files(created)).data).toMatchObject([{ location: '/a', records: 3, sequenceNumber: 1 }]);
    });

    it('lists all tables in name order, wherever they were made', async () => {
      const place = await start();
      for (const [namespace, table] of [
        ['beta', 'items'],
        ['acme', 'things'],
        ['acme', 'items'],
      ] as const)
        await make(await place.open(), { ...ITEMS, namespace, name: table }, append(dataFile('/a')));
      const names = (await (await place.open()).list()).map((table) => `${table.namespace}.${table.name}`);
      expect(names).toEqual(['acme.items', 'acme.things', 'beta.items']);
    });

    it('numbers nested columns once each and keeps their docs, so that files can be read by the answered schema', async () => {
      const catalog = await (await start()).open();
      const columns = [
        {
          name: 'owner',
          type: {
            struct: [
              { name: 'id', type: 'string', doc: 'Who.' },
              { name: 'age', type: 'int' },
            ],
          },
        },
        { name: 'id', type: 'string', doc: 'The key.' },
        { name: 'tags', type: { list: 'string' } },
      ] as const;
      const { schema, lastColumnId } = await make(
        catalog,
        { ...ITEMS, ...assignIds(columns, ['id']) },
        setProperties({}),
      );
      const ids = JSON.stringify(schema).match(/"(?:id|elementId)":\d+/g);
      expect(new Set(ids?.map((id) => id.replace(/.*:/, ''))).size).toBe(6);
      expect(lastColumnId).toBe(highestId(schema.fields));
      expect(schema.fields.find(({ name: column }) => column === 'id')).toMatchObject({
        required: true,
        doc: 'The key.',
      });
      expect(schema.identifierFieldIds).toEqual([schema.fields.find(({ name: column }) => column === 'id')?.id]);
    });

    it('makes a table without rows, and its first rows later', async () => {
      const catalog = await (await start()).open();
      const created = await make(catalog, ITEMS, setProperties({ state: '1' }));
      expect(created.currentSnapshotId).toBeNull();
      expect(await catalog.files(created)).toEqual({ data: [], deletes: [] });
      expect((await catalog.commit(created, append(dataFile('/a')))).history).toHaveLength(1);
    });

    it('makes no snapshot when only properties change', async () => {
      const catalog = await (await start()).open();
      const first = await make(catalog, ITEMS, append(dataFile('/a')));
      const second = await catalog.commit(first, setProperties({ state: '2' }));
      expect(second.history).toEqual(first.history);
      expect(second.properties).toMatchObject({ comment: 'Things.', state: '2' });
    });

    it('keeps sequence numbers of files that stay, so that deletes keep hitting the same rows', async () => {
      const catalog = await (await start()).open();
      const first = await make(catalog, ITEMS, append(dataFile('/a', 5), dataFile('/b', 7)));
      const add = [dataFile('/c', 2), deleteFile('/d', 1)];
      const second = await catalog.commit(first, { operation: 'overwrite', add, remove: [] });
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
      expect(third.history[0]?.summary).toMatchObject({ 'deleted-records': '5', 'total-records': '10' });
    });

    it('adds a schema once, keeps the old ones, and finds its way back to one it had', async () => {
      const catalog = await (await start()).open();
      const first = await make(catalog, ITEMS, append(dataFile('/a')));
      const columns = [
        { name: 'id', type: 'string' },
        { name: 'size', type: 'long' },
      ] as const;
      const { schema } = evolveSchema(first.schema, columns, first.lastColumnId);
      const second = await catalog.commit(first, { ...append(dataFile('/b')), schema });
      expect(second.schema).toMatchObject({ schemaId: 1, fields: [{ id: 1 }, { id: 2, name: 'size' }] });
      expect(second.metadata.schemas.map((schema) => schema['schema-id'])).toEqual([0, 1]);
      expect(second.lastColumnId).toBe(2);
      const third = await catalog.commit(second, { ...setProperties({}), schema: first.schema });
      expect(third.schema.schemaId).toBe(0);
      expect(third.metadata.schemas.map((schema) => schema['schema-id'])).toEqual([0, 1]);
      expect(await catalog.load('acme', 'items')).toEqual(third);
    });

    it('expires snapshots that nobody needs, and refuses the current one', async () => {
      const catalog = await (await start()).open();
      let version = await make(catalog, ITEMS, append(dataFile('/1')));
      for (const file of ['/2', '/3']) version = await catalog.commit(version, append(dataFile(file)));
      const [newest, middle, oldest] = version.history.map(({ snapshotId }) => snapshotId);
      const expire = [middle ?? '', oldest ?? ''];
      const current = catalog.commit(version, { ...setProperties({}), expire: [newest ?? ''] });
      await expect(current).rejects.toThrow('is in use and cannot expire');
      const lean = await catalog.commit(version, { ...setProperties({}), expire });
      expect(lean.history.map(({ snapshotId }) => snapshotId)).toEqual([newest]);
      const { snapshots } = lean.metadata;
      expect(snapshots.map((snapshot) => String(snapshot['snapshot-id']))).toEqual([newest]);
      const locations = (await catalog.files(lean)).data.map(({ location }) => location);
      expect(locations.sort()).toEqual(['/1', '/2', '/3']);
    });

    it('keeps time growing when the clock jumps back, because readers travel by it', async () => {
      const place = await start();
      let now = Date.now();
      const catalog = await place.open(() => now);
      const first = await make(catalog, ITEMS, append(dataFile('/a')));
      now -= 3_600_000;
      const { snapshots } = (await catalog.commit(first, append(dataFile('/b')))).metadata;
      const [before = 0, after = 0] = snapshots.map((snapshot) => snapshot['timestamp-ms']);
      expect(after).toBeGreaterThan(before);
    });

    it('I4 gives the second of two commits on one version a conflict, and takes its files away', async () => {
      const place = await start();
      const [one, other] = [await place.open(), await place.open()];
      await make(one, ITEMS, append(dataFile('/a')));
      const [base, sameBase] = [await loaded(one), await loaded(other)];
      const winner = await one.commit(base, append(dataFile('/b')));
      const before = await metadataFiles(other, winner);
      await expect(other.commit(sameBase, append(dataFile('/c')))).rejects.toBeInstanceOf(CommitConflict);
      expect(await metadataFiles(other, winner)).toEqual(before);
      expect(await other.load('acme', 'items')).toEqual(winner);
    });

    it('I4 refuses a base that is several versions old, also with another schema', async () => {
      const catalog = await (await start()).open();
      const base = await make(catalog, ITEMS, append(dataFile('/a')));
      const second = await catalog.commit(base, append(dataFile('/b')));
      const third = await catalog.commit(second, append(dataFile('/c')));
      const { schema } = evolveSchema(base.schema, [{ name: 'size', type: 'long' }], base.lastColumnId);
      await expect(catalog.commit(base, append(dataFile('/d')))).rejects.toBeInstanceOf(CommitConflict);
      const grown = catalog.commit(second, { ...append(dataFile('/e')), schema });
      await expect(grown).rejects.toBeInstanceOf(CommitConflict);
      expect(await catalog.load('acme', 'items')).toEqual(third);
    });

    it('refuses to remove a file that is not in the table, because the work was done on another version', async () => {
      const catalog = await (await start()).open();
      const first = await make(catalog, ITEMS, append(dataFile('/a')));
      const differentAccount = { ...dataFile('/x'), sequenceNumber: 1, fileSequenceNumber: 1, snapshotId: '1' };
      const change: TableChange = { operation: 'overwrite', add: [], remove: [differentAccount] };
      await expect(catalog.commit(first, change)).rejects.toBeInstanceOf(CommitConflict);
      expect(await catalog.load('acme', 'items')).toEqual(first);
    });

    it.each<Accident>([
      'answer lost',
      'request lost',
      'request sent twice',
    ])('I5 commits once when there is: %s', async (accident) => {
      const place = await start();
      await make(await place.open(), ITEMS, append(dataFile('/a')));
      const faulty = await place.openFaulty(accident);
      const version = await faulty.commit(await loaded(faulty), {
        ...append(dataFile('/b')),
        properties: { state: '2' },
      });
      expect(version.history).toHaveLength(2);
      const truth = await place.open();
      expect(await truth.load('acme', 'items')).toEqual(version);
      expect((await truth.files(await loaded(truth))).data).toHaveLength(2);
    });

    it('I5 removes nothing when it cannot be told whether the commit was carried out', async () => {
      const place = await start();
      const truth = await place.open();
      const before = await make(truth, ITEMS, append(dataFile('/a')));
      const files = await metadataFiles(truth, before);
      const faulty = await place.openFaulty('all requests lost');
      await expect(faulty.commit(await loaded(faulty), append(dataFile('/b')))).rejects.toBeInstanceOf(CommitUnknown);
      expect(await truth.load('acme', 'items')).toEqual(before);
      const more = (await metadataFiles(truth, before)).filter((file) => !files.includes(file));
      // Manifest and list of the snapshot that may still come.
      expect(more.map((file) => file.replace(/.*\./, ''))).toEqual(['avro', 'avro']);
    });

    it('I12 lets eight writers commit at once: as many versions as successes, and all their rows', async () => {
      const place = await start();
      await make(await place.open(), ITEMS, setProperties({}));
      const times = 3;
      await Promise.all(Array.from({ length: 8 }, (_, writer) => race(place, writer, times)));
      const catalog = await place.open();
      const version = await loaded(catalog);
      expect(version.history).toHaveLength(8 * times);
      const rows = (await catalog.files(version)).data.map(({ location }) => location);
      expect(new Set(rows).size).toBe(8 * times);
      expect(rows).toHaveLength(8 * times);
    });
  });
}

export async function loaded(catalog: Catalog): Promise<TableVersion> {
  const version = await catalog.load(ITEMS.namespace, ITEMS.name);
  if (!version) throw new Error('no table');
  return version;
}

function metadataFiles(catalog: Catalog, { namespace, name, location }: TableVersion): Promise<readonly string[]> {
  return catalog.storageOf({ namespace, name }).list(`${location}/metadata`);
}

/** Commits until it has succeeded `times` times; after a conflict it loads the table again. */
async function race(place: Place, writer: number, times: number): Promise<void> {
  const catalog = await place.open();
  for (let done = 0; done < times; ) {
    try {
      await catalog.commit(await loaded(catalog), append(dataFile(`/data/${writer}-${done}`)));
      done += 1;
    } catch (error) {
      if (!(error instanceof CommitConflict)) throw error;
    }
  }
}
