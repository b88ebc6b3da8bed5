import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { FAILPOINT } from '../../../src/core/failpoints.js';
import { pathList } from '../../../src/core/quote.js';
import { openCatalog } from '../../../src/writers/catalog/open-catalog.js';
import { lacksS3, S3_START_MS, type S3Server, s3Settings, startS3 } from '../../helpers/s3-server.js';
import { runChild } from '../support/child.js';
import { threeBatches } from '../support/programs.js';

const lacking = lacksS3();
let server: S3Server;
let cache: string;
beforeAll(async () => {
  if (lacking === null) server = await startS3();
}, S3_START_MS);
afterAll(() => server?.stop());

const EXPECTED = [
  ['a', '3', null],
  ['b', '3', null],
  ['c', '3', null],
  ['only-1', '1', 'vanished'],
  ['only-2', '2', null],
  ['only-3', '3', null],
];

interface At {
  readonly root: string;
  readonly endpoint: string;
  readonly cache: string;
}

async function place(): Promise<At> {
  cache = await mkdtemp(join(tmpdir(), 's3-crash-'));
  onTestFinished(() => rm(cache, { recursive: true, force: true }));
  return { root: `s3://${await server.bucket()}/lake`, endpoint: server.endpoint, cache };
}

/** Rows and state of the table, read by whoever knows nothing of the writer but the catalog. */
async function contents({ root, endpoint, cache }: At) {
  const { catalog } = await openCatalog({ root, cache, s3: s3Settings(endpoint) });
  const version = await catalog.load('acme', 'items');
  if (!version) return { rows: [], state: null };
  const { data, deletes } = await catalog.files(version);
  expect(deletes, 'a table this small is written anew').toEqual([]);
  const paths = await catalog
    .storageOf({ namespace: 'acme', name: 'items' })
    .localPaths(data.map(({ location }) => location));
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  const sql = `SELECT id, value, _deleted_reason FROM read_parquet(${pathList([...paths.values()])}) ORDER BY 1`;
  const rows = (await connection.runAndReadAll(sql)).getRowsJson();
  connection.closeSync();
  instance.closeSync();
  return { rows, state: version.properties['connector.state'] };
}

// A lease is taken by an exclusive creation too, which passes these points first.
const LATER = new Set<string>([FAILPOINT.metadataPrepared, FAILPOINT.versionLinked]);
// Nothing has a prepared name here, and what is created is durable.
const NOWHERE = new Set<string>([FAILPOINT.preparedRemoved, FAILPOINT.versionDurable]);
const POINTS = Object.values(FAILPOINT).filter((point) => !NOWHERE.has(point));

describe.skipIf(lacking !== null)('dying at any place of a commit to an object store', { timeout: 60_000 }, () => {
  test.each(
    POINTS,
  )('I7 after SIGKILL at %s of the second batch a rerun ends like an uninterrupted run', async (point) => {
    const at = await place();
    const pass = LATER.has(point) ? 3 : 2;
    const killed = await runChild('threeBatches', { ...at, failpoint: `${point}:${pass}:kill` });
    expect(killed.signal, killed.errors).toBe('SIGKILL');
    const between = await contents(at);
    const a = between.rows.find(([id]) => id === 'a');
    expect(between.state, 'I1 rows and state are of one batch').toBe(`{"at":${a?.[1]}}`);
    await threeBatches({ ...at, failpoint: '' });
    expect(await contents(at)).toEqual({ rows: EXPECTED, state: '{"at":3}' });
  });

  test('I7 I12 a run that dies right after it took the lock does not keep the table', async () => {
    const at = await place();
    const killed = await runChild('threeBatches', { ...at, failpoint: `${FAILPOINT.versionLinked}:1:kill` });
    expect(killed.signal, killed.errors).toBe('SIGKILL');
    await threeBatches({ ...at, failpoint: '' });
    expect((await contents(at)).rows).toEqual(EXPECTED);
  });
});
