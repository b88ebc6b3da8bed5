import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse, stringify } from 'lossless-json';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Secret } from '../../../src/core/secret.js';
import { CATALOG_LIMITS } from '../../../src/writers/catalog/rest/client.js';
import { RestCatalog } from '../../../src/writers/catalog/rest-catalog.js';
import { CommitConflict } from '../../../src/writers/iceberg/errors.js';
import { firstMetadata, type TableMetadata } from '../../../src/writers/iceberg/metadata.js';
import type { CatalogAuth, S3Settings } from '../../../src/writers/storage/warehouse-settings.js';
import { type FaultServer, startFaultServer } from '../../helpers/fault-server.js';
import { dataFile } from '../iceberg/files.js';
import { append, ITEMS, setProperties } from './tables.js';

const TABLES = '/v1/namespaces/acme/tables';
const TABLE = `${TABLES}/items`;

let folder: string;
let service: FaultServer;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rest-'));
  service = await startFaultServer();
  service.script('/v1/config', { body: {} });
});
afterEach(async () => {
  await service.close();
  await rm(folder, { recursive: true, force: true });
});

function catalog(s3?: S3Settings, auth: CatalogAuth = { type: 'none' }): RestCatalog {
  const settings = { uri: service.url, auth };
  const limits = { ...CATALOG_LIMITS, retry: { ...CATALOG_LIMITS.retry, firstWaitMs: 1 } };
  return new RestCatalog({ settings, s3, cache: join(folder, 'cache'), limits });
}

/** What the service answers for a table, as text: ids may be too large for JSON.stringify. */
function served(change: Partial<TableMetadata> = {}, more: object = {}): string {
  const { schema, lastColumnId, properties } = ITEMS;
  const uuid = '8b0a3f5e-0000-4000-8000-000000000001';
  const first = firstMetadata({ uuid, location: `file:${folder}/items`, schema, lastColumnId, properties, now: 1000 });
  return stringify({ 'metadata-location': 'file:/m/1.json', metadata: { ...first, ...change }, ...more }) ?? '';
}

/** What a table says of itself that need not be one of ours. */
const made = (properties: object) => ({ metadata: { 'format-version': 3, properties } });

const sent = (method: string, path: string) =>
  service.seen.filter((seen) => seen.method === method && seen.url.split('?')[0] === path);
const NO_NAMESPACE = { status: 404, body: { error: { type: 'NoSuchNamespaceException', message: 'acme' } } };
const FORBIDDEN = { status: 403, body: { error: { type: 'ForbiddenException', message: 'no' } } };
const EXISTS = { status: 409, body: { error: { type: 'AlreadyExistsException', message: 'acme.items' } } };

describe('finding tables', () => {
  it('reads all pages, and leaves out what cannot be ours in a shared catalog', async () => {
    service.script(
      '/v1/namespaces',
      { body: { namespaces: [['acme'], ['Upper'], ['two', 'levels']], 'next-page-token': 'p2' } },
      { body: { namespaces: [['beta'], ['secret']], 'next-page-token': null } },
    );
    service.script(
      TABLES,
      { body: { identifiers: [{ namespace: ['acme'], name: 'b' }], 'next-page-token': 'x/y' } },
      {
        body: {
          identifiers: [
            { namespace: ['acme'], name: 'a' },
            { namespace: ['acme'], name: 'Not-Ours' },
            { namespace: ['acme'], name: 'others' },
            { namespace: ['acme'], name: 'hidden' },
          ],
        },
      },
    );
    for (const name of ['a', 'b']) service.script(`${TABLES}/${name}`, { body: made({ 'connector.commit-id': 'x' }) });
    service.script(`${TABLES}/others`, { body: made({ owner: 'somebody' }) });
    service.script(`${TABLES}/hidden`, FORBIDDEN);
    service.script('/v1/namespaces/beta/tables', NO_NAMESPACE);
    service.script('/v1/namespaces/secret/tables', FORBIDDEN);
    expect(await catalog().list()).toEqual([
      { namespace: 'acme', name: 'a' },
      { namespace: 'acme', name: 'b' },
    ]);
    expect(sent('GET', TABLES).map(({ url }) => url)).toEqual([`${TABLES}?pageToken=`, `${TABLES}?pageToken=x%2Fy`]);
    expect(sent('GET', '/v1/namespaces')).toHaveLength(2);
  });

  it('says that the account may look nowhere, instead of showing an empty catalog', async () => {
    service.script('/v1/namespaces', { body: { namespaces: [['acme'], ['beta']] } });
    for (const name of ['acme', 'beta']) service.script(`/v1/namespaces/${name}/tables`, FORBIDDEN);
    await expect(catalog().list()).rejects.toMatchObject({
      kind: 'credentials',
      message: expect.stringContaining('Could not list the tables of acme'),
    });
  });

  it('ends when a service names the same page for ever', async () => {
    service.script('/v1/namespaces', { body: { namespaces: [], 'next-page-token': 'again' } });
    expect(await catalog().list()).toEqual([]);
  });

  it('asks for all snapshots of a table, since the rows of a branch are not the whole history', async () => {
    service.script(TABLE, { body: served() });
    expect(await catalog().load('acme', 'items')).toMatchObject({ location: `file:${folder}/items`, history: [] });
    expect(sent('GET', TABLE).map(({ url }) => url)).toEqual([`${TABLE}?snapshots=all`]);
  });

  it.each([
    ['a table of another format', { 'format-version': 1 }],
    ['a partition field without a transform', { 'partition-specs': [{ 'spec-id': 0, fields: [{ 'source-id': 1 }] }] }],
  ])('refuses %s in words', async (_, change) => {
    service.script(TABLE, { body: served(change as Partial<TableMetadata>) });
    await expect(catalog().load('acme', 'items')).rejects.toThrow('Expected an Iceberg table of format version 2');
  });

  it('tells a refusal from a table that does not exist', async () => {
    service.script(TABLE, { status: 403, body: { error: { type: 'ForbiddenException', message: 'not you' } } });
    await expect(catalog().load('acme', 'items')).rejects.toMatchObject({
      kind: 'credentials',
      message: expect.stringContaining('Could not load table acme.items: '),
    });
  });
});

describe('beginning a table', () => {
  it('makes the namespace when there is none, also when somebody else makes it at the same time', async () => {
    service.script(TABLES, NO_NAMESPACE, { body: served() });
    service.script('/v1/namespaces', EXISTS);
    expect(await catalog().draft(ITEMS)).toMatchObject({ namespace: 'acme', name: 'items', currentSnapshotId: null });
    expect(sent('POST', '/v1/namespaces').map(({ body }) => JSON.parse(body))).toEqual([
      { namespace: ['acme'], properties: {} },
    ]);
    const [, body] = sent('POST', TABLES).map((seen) => JSON.parse(seen.body));
    expect(body).toMatchObject({
      name: 'items',
      schema: { type: 'struct', 'identifier-field-ids': [1] },
      properties: {
        'format-version': '2',
        comment: 'Things.',
        'write.metadata.delete-after-commit.enabled': 'true',
      },
    });
  });

  it.each([
    ['somebody else has made it', EXISTS],
    ['the answer was lost', { destroy: true }],
    ['a gateway gave up', { status: 504 }],
  ])('goes on with the table that is there when %s', async (_, reply) => {
    service.script(TABLES, reply);
    service.script(TABLE, { body: served() });
    expect(await catalog().draft(ITEMS)).toMatchObject({ location: `file:${folder}/items` });
    expect(sent('POST', TABLES)).toHaveLength(1);
  });

  it('tries once more when an unclear request has made no table', async () => {
    service.script(TABLES, { destroy: true }, { body: served() });
    expect(await catalog().draft(ITEMS)).toMatchObject({ name: 'items' });
  });

  it('says so when something else has the name', async () => {
    service.script(TABLES, EXISTS);
    await expect(catalog().draft(ITEMS)).rejects.toThrow('AlreadyExistsException: acme.items');
  });
});

describe('committing', () => {
  it('keeps ids of other writers to the last digit', async () => {
    const id = 9_007_199_254_740_993n;
    const snapshot = {
      'snapshot-id': id,
      'sequence-number': 1,
      'timestamp-ms': 1000,
      'manifest-list': 'file:/l',
      summary: {},
    };
    const theirs = {
      snapshots: [snapshot],
      'current-snapshot-id': id,
      refs: { main: { 'snapshot-id': id, type: 'branch' } },
    };
    service.script(TABLE, { body: served(theirs) });
    const one = catalog();
    const base = await one.load('acme', 'items');
    expect(base?.currentSnapshotId).toBe(String(id));
    if (base) await one.commit(base, setProperties({ state: '1' }));
    const [body = ''] = sent('POST', TABLE).map((seen) => seen.body);
    const { requirements } = parse(body, undefined, BigInt) as { requirements: unknown };
    expect(requirements).toContainEqual({ type: 'assert-ref-snapshot-id', ref: 'main', 'snapshot-id': id });
  });

  it("takes back that the service may remove metadata files, once a table's files are needed by others", async () => {
    const tidied = { 'write.metadata.delete-after-commit.enabled': 'true', 'gc.enabled': 'false' };
    service.script(TABLE, { body: served({ properties: tidied }) });
    const one = catalog();
    const base = await one.load('acme', 'items');
    if (base) await one.commit(base, setProperties({ state: '1' }));
    const [body = '{}'] = sent('POST', TABLE).map((seen) => seen.body);
    expect(JSON.parse(body).updates).toMatchObject([
      { action: 'set-properties', updates: { 'write.metadata.delete-after-commit.enabled': 'false' } },
    ]);
  });

  it('takes its files away when it may not commit, and says why', async () => {
    service.script(TABLE, { body: served() });
    const one = catalog();
    const base = await one.load('acme', 'items');
    if (!base) throw new Error('no table');
    service.script(TABLE, { status: 403, body: { error: { type: 'ForbiddenException', message: 'read only' } } });
    await expect(one.commit(base, append(dataFile('/a')))).rejects.toMatchObject({ kind: 'credentials' });
    expect(await one.storageOf({ namespace: 'acme', name: 'items' }).list(`${base.location}/metadata`)).toEqual([]);
  });

  it('I4 commits a version of another catalog object only on the very table that it was loaded from', async () => {
    service.script(TABLE, { body: served() });
    const base = await catalog().load('acme', 'items');
    if (!base) throw new Error('no table');
    service.script(TABLE, EXISTS, { body: served({ properties: { state: 'newer' } }) });
    await expect(catalog().commit(base, setProperties({}))).rejects.toBeInstanceOf(CommitConflict);
    const [body = '{}'] = sent('POST', TABLE).map((seen) => seen.body);
    expect(JSON.parse(body).requirements).toContainEqual({ type: 'assert-table-uuid', uuid: base.uuid });
  });
});

describe("reaching a table's files", () => {
  const store = () => ({ 's3.endpoint': service.url, 's3.path-style-access': 'true', 'client.region': 'eu-west-1' });
  const lent = (id: string, more: object = {}) => ({ 's3.access-key-id': id, 's3.secret-access-key': 'x', ...more });
  const inStore = (config: object, more: object = {}) => served({ location: 's3://lake/items' }, { config, ...more });
  const readers = () =>
    sent('GET', '/lake/items/f').map(({ headers }) => /Credential=([^,]+)/.exec(headers.authorization ?? '')?.[1]);

  beforeEach(() => {
    service.script('/lake/items/f', { body: 'rows', headers: { 'content-type': 'application/octet-stream' } });
  });

  it('uses the credentials that the service lends for this very table, and asks for them', async () => {
    const special = { prefix: 's3://lake/items', config: lent('SPECIAL', { 's3.session-token': 'session' }) };
    const wide = { prefix: 's3://lake', config: lent('WIDE') };
    const other = { prefix: 's3://lake/items2', config: lent('OTHER') };
    service.script(TABLE, {
      body: inStore({ ...store(), ...lent('PLAIN') }, { 'storage-credentials': [special, other, wide] }),
    });
    const one = catalog();
    await one.load('acme', 'items');
    const bytes = await one.storageOf({ namespace: 'acme', name: 'items' }).read('s3://lake/items/f');
    expect(Buffer.from(bytes ?? []).toString()).toBe('rows');
    expect(readers()).toEqual([expect.stringMatching(/^SPECIAL\/\d+\/eu-west-1\/s3\/aws4_request$/)]);
    const [read] = sent('GET', '/lake/items/f');
    expect(read?.headers['x-amz-security-token']).toBe('session');
    expect(sent('GET', TABLE).map(({ headers }) => headers['x-iceberg-access-delegation'])).toEqual([
      'vended-credentials',
    ]);
  });

  it('loads the table again when lent credentials near their end', async () => {
    const ends = (at: number) => ({ 's3.session-token-expires-at-ms': String(at) });
    service.script(
      TABLE,
      { body: inStore({ ...store(), ...lent('FIRST', ends(Date.now() + 60_000)) }) },
      { body: inStore({ ...store(), ...lent('SECOND', ends(Date.now() + 3_600_000)) }) },
    );
    const one = catalog();
    await one.load('acme', 'items');
    const files = one.storageOf({ namespace: 'acme', name: 'items' });
    for (const _ of [1, 2, 3]) await files.read('s3://lake/items/f');
    expect(readers().map((credential) => credential?.split('/')[0])).toEqual(['SECOND', 'SECOND', 'SECOND']);
    expect(sent('GET', TABLE)).toHaveLength(2);
  });

  it("lets the settings' own credentials and address go before the service's", async () => {
    service.script(TABLE, { body: inStore({ 's3.endpoint': 'http://10.0.0.1', ...lent('LENT') }) });
    const credentials = { accessKeyId: 'OWN', secretAccessKey: new Secret('x') };
    const one = catalog({ endpoint: service.url, region: 'eu-north-1', pathStyle: true, credentials });
    await one.storageOf({ namespace: 'acme', name: 'items' }).read('s3://lake/items/f');
    expect(readers()).toEqual([expect.stringMatching(/^OWN\/\d+\/eu-north-1\//)]);
    expect(sent('GET', TABLE).map(({ headers }) => headers['x-iceberg-access-delegation'])).toEqual([undefined]);
  });

  it("reads with AWS's own credentials in the catalog's region when nobody says otherwise", async () => {
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'CHAIN');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'x');
    service.script(TABLE, { body: inStore({}) });
    const one = catalog(
      { endpoint: service.url, pathStyle: true },
      { type: 'sigv4', region: 'eu-west-3', service: 'glue' },
    );
    await one.storageOf({ namespace: 'acme', name: 'items' }).read('s3://lake/items/f');
    vi.unstubAllEnvs();
    expect(readers()).toEqual([expect.stringMatching(/^CHAIN\/\d+\/eu-west-3\/s3\//)]);
    const [load] = sent('GET', TABLE);
    expect(load?.headers.authorization).toMatch(/Credential=CHAIN\/\d+\/eu-west-3\/glue\//);
  });

  it('says where a table lies that cannot be reached', async () => {
    service.script(TABLE, { body: served({ location: 'gs://lake/items' }) });
    const read = catalog().storageOf({ namespace: 'acme', name: 'items' }).read('gs://lake/items/f');
    await expect(read).rejects.toMatchObject({ kind: 'usage', message: expect.stringContaining('gs://lake/items') });
  });
});
