import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Row } from '../../src/contract/table.js';
import { openForReading } from '../../src/query/open.js';
import { statusOf } from '../../src/query/status.js';
import type { WarehouseSettings } from '../../src/writers/storage/warehouse-settings.js';
import { openWarehouse } from '../../src/writers/warehouse.js';
import {
  lacksS3,
  S3_KEYS,
  S3_START_MS,
  type S3Proxy,
  type S3Server,
  s3Settings,
  startS3,
  startS3Proxy,
} from '../helpers/s3-server.js';
import { board, boards, temporaryFolder } from './warehouse.js';

const ROWS = 400;

const lacking = lacksS3();
if (lacking !== null) console.warn(`tests/query/s3: skipped, ${lacking}`);

describe.skipIf(lacking !== null)('a lake in an object store', () => {
  let server: S3Server;
  let proxy: S3Proxy;
  let settings: WarehouseSettings;
  beforeAll(async () => {
    server = await startS3();
    proxy = await startS3Proxy(server.endpoint);
  }, S3_START_MS);
  afterAll(async () => {
    proxy?.close();
    await server?.stop();
  });

  /** Two tables; one is so large that a replaced row becomes a position delete. */
  beforeEach(async () => {
    const root = `s3://${await server.bucket()}/wäre house`;
    settings = { root, s3: s3Settings(proxy.endpoint), cache: temporaryFolder() };
    const long = () => randomBytes(24_000).toString('base64');
    const ids = Array.from({ length: ROWS }, (_, at) => String(at));
    await commit(
      'boards',
      ids.map((id) => board(id, { title: `old ${long()}` })),
    );
    await commit('boards', [board('7', { title: 'new' })]);
    await commit('statuses', [board('s', { title: 'To Do' })]);
    settings = { ...settings, cache: temporaryFolder() };
    proxy.seen.splice(0);
  });

  async function commit(name: string, rows: readonly Row[]): Promise<void> {
    const runId = crypto.randomUUID();
    const writer = await openWarehouse({ ...settings, runId });
    const table = await writer.open({ ...boards('acme'), name });
    await table.write(rows);
    await table.commit({ state: null, runId, batch: 1 });
    await writer.close();
  }

  async function ask(sql: string): Promise<readonly unknown[]> {
    const warehouse = await openForReading(settings);
    try {
      expect(warehouse.problems).toEqual([]);
      return (await warehouse.read(sql)).getRowsJson();
    } finally {
      warehouse.close();
    }
  }

  /** Of each data and delete file that was fetched, its table. */
  const tablesFetched = () =>
    proxy.seen
      .filter(({ method, path }) => method === 'GET' && path.endsWith('.parquet'))
      .map(({ path }) => /\/acme\/(\w+)\//.exec(path)?.[1]);

  test('a statement fetches the files of its tables alone, and of those nothing twice', async () => {
    const sql = 'SELECT left(title, 3), count(*)::INT, count(DISTINCT id)::INT FROM acme.boards GROUP BY 1 ORDER BY 1';
    const rows = [
      ['new', 1, 1],
      ['old', ROWS - 1, ROWS - 1],
    ];
    expect(await ask(sql)).toEqual(rows);
    expect(tablesFetched()).toEqual(['boards', 'boards', 'boards']);
    proxy.seen.splice(0);
    expect(await ask(sql)).toEqual(rows);
    expect(tablesFetched()).toEqual([]);
  });

  test('columns are told without fetching a file, rows by the metadata of tables where none was replaced', async () => {
    expect(await ask('DESCRIBE boards')).not.toEqual([]);
    expect(tablesFetched()).toEqual([]);
    const warehouse = await openForReading(settings);
    const { streams, problems } = await statusOf(warehouse, Date.now());
    warehouse.close();
    expect(problems).toEqual([]);
    expect(streams.map(({ stream, rows }) => [stream, rows])).toEqual([
      ['boards', ROWS],
      ['statuses', 1],
    ]);
    expect(new Set(tablesFetched())).toEqual(new Set(['boards']));
  });

  test('a store that goes away is said in words, without its keys', async () => {
    const warehouse = await openForReading(settings);
    proxy.accident = () => ({ status: 403, code: 'AccessDenied' });
    const refused = await warehouse.read('FROM acme.boards').catch((error: unknown) => String(error));
    proxy.accident = () => undefined;
    warehouse.close();
    expect(refused).toMatch(/denied/i);
    expect(refused).not.toContain(S3_KEYS.secret);
  });
});
