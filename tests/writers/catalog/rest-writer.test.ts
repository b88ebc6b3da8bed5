import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import type { TableWriter } from '../../../src/contract/table.js';
import { RestCatalog } from '../../../src/writers/catalog/rest-catalog.js';
import type { LayoutSettings } from '../../../src/writers/iceberg/layout.js';
import { sortOrderOf } from '../../../src/writers/iceberg/sort-order.js';
import type { S3Settings } from '../../../src/writers/storage/warehouse-settings.js';
import { openWarehouse } from '../../../src/writers/warehouse.js';
import { takenOverState } from '../../../src/writers/write/state.js';
import {
  lacksRestCatalog,
  REST_CATALOG_START_MS,
  type RestCatalogServer,
  type RestCatalogServerOptions,
  startRestCatalog,
} from '../../helpers/rest-catalog.js';
import { lacksS3, S3_KEYS, startS3 } from '../../helpers/s3-server.js';
import { batch, ITEMS, item } from '../support/tables.js';
import { accidentBefore } from './accidents.js';

let folder: string;
let server: RestCatalogServer;
let s3: S3Settings | undefined;

async function begin(warehouse: string, more: Partial<RestCatalogServerOptions> = {}): Promise<void> {
  server = await startRestCatalog({ folder, warehouse, ...more });
}

const PLACES = [
  {
    name: 'a local folder',
    lacking: lacksRestCatalog(),
    begin: () => begin(`file://${folder}/lake`),
  },
  {
    name: 'S3, with credentials that the catalog lends',
    lacking: lacksRestCatalog() ?? lacksS3(),
    async begin() {
      const store = await startS3();
      const { endpoint } = store;
      s3 = { endpoint, region: 'eu-central-1', pathStyle: true };
      const settings = {
        'io-impl': 'org.apache.iceberg.aws.s3.S3FileIO',
        'client.region': 'eu-central-1',
        's3.endpoint': endpoint,
        's3.path-style-access': 'true',
        's3.access-key-id': S3_KEYS.id,
        's3.secret-access-key': S3_KEYS.secret,
      };
      await begin(`s3://${await store.bucket()}/lake`, { settings, vendsCredentials: true });
      return () => store.stop();
    },
  },
];

const catalogAt = (uri: string) =>
  new RestCatalog({ settings: { uri, auth: { type: 'none' } }, s3, cache: join(folder, 'cache') });

/** The table as a run of its own opens it; nothing but the catalog keeps it from other runs. */
async function openTable(runId: string, uri = server.uri, layout?: LayoutSettings): Promise<TableWriter> {
  const catalog = { uri, auth: { type: 'none' } } as const;
  const writer = await openWarehouse({
    root: uri,
    catalog,
    s3,
    cache: join(folder, runId),
    runId,
    layouts: () => layout,
  });
  onTestFinished(() => writer.close());
  return writer.open(ITEMS);
}

/** The table's rows that no delete names, by key: file by file, as the specification says. */
async function storedRows(): Promise<Record<string, unknown>[]> {
  const catalog = catalogAt(server.uri);
  const version = await catalog.load(ITEMS.namespace, ITEMS.name);
  if (!version) return [];
  const { data, deletes } = await catalog.files(version);
  const paths = await catalog.storageOf(ITEMS).localPaths([...data, ...deletes].map((file) => file.location));
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  const read = async (location: string, columns: string) => {
    const sql = `SELECT ${columns} FROM read_parquet('${paths.get(location)}', file_row_number = true)`;
    return (await connection.runAndReadAll(sql)).getRowObjectsJson() as Record<string, unknown>[];
  };
  const dead = new Set<string>();
  for (const file of deletes)
    for (const { file_path, pos } of await read(file.location, 'file_path, pos')) dead.add(`${file_path} ${pos}`);
  const rows: Record<string, unknown>[] = [];
  for (const { location } of data)
    for (const { file_row_number, ...row } of await read(location, '* EXCLUDE (_synced_at)'))
      if (!dead.has(`${location} ${file_row_number}`)) rows.push(row);
  connection.closeSync();
  instance.closeSync();
  return rows.sort((a, b) => String(a.id).localeCompare(String(b.id)));
}

describe.for(PLACES)('a table of a REST catalog in $name', { timeout: 60_000 }, (place) => {
  let end: (() => Promise<void>) | undefined;
  const it = test.skipIf(place.lacking !== null);

  beforeAll(async () => {
    if (place.lacking !== null) return console.warn(`Tables of a REST catalog are not tested: ${place.lacking}.`);
    folder = await mkdtemp(join(tmpdir(), 'rest-writer-'));
    end = (await place.begin()) ?? undefined;
  }, REST_CATALOG_START_MS);

  afterAll(async () => {
    if (place.lacking !== null) return;
    await server.stop();
    await end?.();
    await rm(folder, { recursive: true, force: true });
  });

  beforeEach(() => (place.lacking === null ? server.clear() : undefined));

  it('gets the sort order that settings give, then another, then the first one again', async () => {
    const sorted: (readonly string[] | undefined)[] = [];
    const wanted = [['value', 'id'], ['id'], ['value', 'id']];
    for (const [number, sort] of wanted.entries()) {
      const table = await openTable(`run-${number}`, server.uri, { sort, properties: { 'user.team': `${number}` } });
      await table.write([item(`a${number}`, 1)]);
      await table.commit(batch(1, { number }, `run-${number}`));
      await table.close();
      const version = await catalogAt(server.uri).load(ITEMS.namespace, ITEMS.name);
      expect(version?.properties).toMatchObject({ 'user.team': `${number}` });
      sorted.push(version ? sortOrderOf(version.metadata)?.fields.map(({ name }) => name) : undefined);
    }
    expect(sorted).toEqual(wanted);
  });

  it('I1 takes rows, changes and marks like any other, and knows its state', async () => {
    const table = await openTable('run-1');
    const full = { tags: ['x', 'ü'], owner: { id: 'u1', age: 7 } };
    await table.write([item('a', 1, full), item('b', 1)]);
    await table.commit(batch(1));
    await table.write([item('a', 2, full), item('c', 2)]);
    table.mark({ reason: 'vanished', where: { column: 'id', in: ['b'] }, exceptBatch: true });
    const committed = await table.commit(batch(2));
    expect(committed).toMatchObject({ written: 2, deleted: 1 });
    expect(committed.metadataLocation).toContain('/acme/items/metadata/');
    expect(await storedRows()).toMatchObject([
      { id: 'a', value: '2', tags: ['x', 'ü'], owner: { id: 'u1', age: 7 }, _deleted_at: null },
      { id: 'b', value: '1', _deleted_reason: 'vanished' },
      { id: 'c', value: '2', tags: null, owner: null },
    ]);
    const again = await openTable('run-2');
    expect(again.state).toEqual({ at: 2 });
    expect(again.currentSnapshotId).toBe(committed.snapshotId);
  });

  it('I12 of two runs at once lets one through; the other one writes over neither its rows nor its bookmark', async () => {
    const runs = await Promise.all(['one', 'two'].map(async (run) => ({ run, table: await openTable(run) })));
    const ended = await Promise.all(
      runs.map(async ({ run, table }) => {
        try {
          for (let number = 1; number <= 3; number += 1) {
            await table.write([item(`${run}-${number}`, number), item('both', number)]);
            table.mark({ reason: 'vanished', where: { column: 'id', notIn: ['both'] }, exceptBatch: true });
            await table.commit(batch(number, { run, number }, run));
          }
          return { run, error: null };
        } catch (error) {
          return { run, error };
        }
      }),
    );
    const [winner, loser] = ended.toSorted((a, b) => Number(a.error !== null) - Number(b.error !== null));
    expect(winner?.error).toBeNull();
    expect(loser?.error).toMatchObject({ kind: 'later', message: expect.stringContaining('Another run wrote table') });
    expect((await storedRows()).map(({ id, value, _deleted_at }) => [id, value, _deleted_at === null])).toEqual([
      ['both', '3', true],
      [`${winner?.run}-1`, '1', false],
      [`${winner?.run}-2`, '2', false],
      [`${winner?.run}-3`, '3', true],
    ]);
    const again = await openTable('again');
    expect(again.state).toEqual({ run: winner?.run, number: 3 });
    await again.write([item('late', 4)]);
    expect(await again.commit(batch(1, { at: 4 }, 'again'))).toMatchObject({ written: 1 });
  });

  it('I12 a bookmark that another run wrote without rows, which the service lets pass, is not written over', async () => {
    const first = await openTable('first');
    await first.write([item('a')]);
    await first.commit(batch(1, { at: 1 }, 'first'));
    const [slow, quick] = [await openTable('slow'), await openTable('quick')];
    await quick.commit(batch(1, { at: 3 }, 'quick'));
    await expect(slow.commit(batch(1, { at: 2 }, 'slow'))).rejects.toMatchObject({ kind: 'later' });
    expect((await openTable('again')).state).toEqual({ at: 3 });
  });

  it('I12 a run goes on beside maintenance, which makes versions of the same rows', async () => {
    const table = await openTable('run');
    const catalog = catalogAt(server.uri);
    for (const number of [1, 2, 3]) {
      await table.write([item('a', number)]);
      const version = await catalog.load(ITEMS.namespace, ITEMS.name);
      if (version)
        await catalog.commit(version, { operation: 'replace', add: [], remove: [], summary: takenOverState(version) });
      await table.commit(batch(number, { at: number }, 'run'));
    }
    expect(await storedRows()).toMatchObject([{ id: 'a', value: '3' }]);
  });

  it('goes on under the partition spec that others have given it', async () => {
    const table = await openTable('run-1');
    for (const number of [1, 2, 3]) {
      await table.write(Array.from({ length: 20 }, (_, row) => item(`${number}-${row}`, number)));
      await table.commit(batch(number));
    }
    const spec = {
      'spec-id': 1,
      fields: [{ 'source-id': 3, 'field-id': 1000, name: 'tens', transform: 'truncate[10]' }],
    };
    const updates = [
      { action: 'add-spec', spec },
      { action: 'set-default-spec', 'spec-id': -1 },
    ];
    const body = JSON.stringify({ requirements: [], updates });
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(`${server.uri}/v1/namespaces/acme/tables/items`, { method: 'POST', headers, body });
    expect(answer.status).toBe(200);
    const next = await openTable('run-2');
    await next.write([item('1-0', 42), item('new', -1)]);
    expect(await next.commit(batch(1, { at: 4 }, 'run-2'))).toMatchObject({ written: 2 });
    const catalog = catalogAt(server.uri);
    const version = await catalog.load(ITEMS.namespace, ITEMS.name);
    const { data, deletes } = version ? await catalog.files(version) : { data: [], deletes: [] };
    const placeOf = ({ partition }: (typeof data)[number]) => [partition.specId, ...partition.values.values()];
    expect(data.map(placeOf).slice(0, 2)).toEqual([
      [1, -10n],
      [1, 40n],
    ]);
    expect(deletes.map(placeOf)).toEqual([[0]]);
    expect(await storedRows()).toHaveLength(61);
  });

  it('I5 writes nothing twice when the answer to a commit is lost', async () => {
    const table = await openTable('run-1');
    await table.write([item('a')]);
    await table.commit(batch(1));
    const unlucky = await openTable('run-2', await accidentBefore(server.uri, 'answer lost'));
    await unlucky.write([item('b')]);
    expect(await unlucky.commit(batch(1, { at: 2 }, 'run-2'))).toMatchObject({ written: 1 });
    expect((await storedRows()).map(({ id }) => id)).toEqual(['a', 'b']);
    expect((await openTable('run-3')).state).toEqual({ at: 2 });
  });
});
