import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { FileCatalog } from '../../../src/writers/catalog/file-catalog.js';
import { S3FileIO } from '../../../src/writers/storage/s3.js';
import {
  lacksS3,
  S3_START_MS,
  type S3Proxy,
  type S3Server,
  s3Settings,
  startS3,
  startS3Proxy,
} from '../../helpers/s3-server.js';
import { dataFile } from '../iceberg/files.js';
import { type Accident, catalogSuite } from './suite.js';
import { append, ITEMS, make } from './tables.js';

const lacking = lacksS3();
let server: S3Server;
let cache: string;
beforeAll(async () => {
  if (lacking !== null) return;
  cache = await mkdtemp(join(tmpdir(), 's3-suite-'));
  server = await startS3();
}, S3_START_MS);
afterAll(async () => {
  await server?.stop();
  if (lacking === null) await rm(cache, { recursive: true, force: true });
});

async function catalogAt(endpoint: string, root: string, now?: () => number): Promise<FileCatalog> {
  const io = await S3FileIO.open({ location: root, settings: s3Settings(endpoint), cache });
  return new FileCatalog({ io, root, now });
}

/** The store meets the accident at a table's next version. */
async function faultyEndpoint(accident: Accident): Promise<string> {
  const proxy = await startS3Proxy(server.endpoint);
  onTestFinished(() => proxy.close());
  meet(proxy, accident);
  return proxy.endpoint;
}

function meet(proxy: S3Proxy, accident: Accident): void {
  let happened = false;
  proxy.accident = ({ isConditional }) => {
    if (!isConditional || (happened && accident !== 'all requests lost')) return undefined;
    happened = true;
    // Sent twice is what the client makes of a lost answer.
    return accident === 'answer lost' || accident === 'request sent twice' ? 'answer lost' : 'request lost';
  };
}

catalogSuite(
  'files in an object store',
  async () => {
    const root = `s3://${await server.bucket()}/lake`;
    return {
      open: (now) => catalogAt(server.endpoint, root, now),
      openFaulty: async (accident) => catalogAt(await faultyEndpoint(accident), root),
    };
  },
  lacking,
);

describe.skipIf(lacking !== null)('a catalog that is nothing but objects', () => {
  it('a table is loaded by few requests, whatever lies beside its metadata', async () => {
    const proxy = await startS3Proxy(server.endpoint);
    onTestFinished(() => proxy.close());
    const root = `s3://${await server.bucket()}/lake`;
    const catalog = await catalogAt(proxy.endpoint, root);
    let version = await make(catalog, ITEMS, append(dataFile('/a')));
    for (const name of ['/b', '/c', '/d']) version = await catalog.commit(version, append(dataFile(name)));
    const asked = proxy.seen.length;
    expect(await (await catalogAt(proxy.endpoint, root)).load('acme', 'items')).toEqual(version);
    // The hint, the hinted version, the one after it (absent), and the version itself.
    expect(
      proxy.seen
        .slice(asked)
        .map(({ method }) => method)
        .sort(),
    ).toEqual(['GET', 'GET', 'HEAD', 'HEAD']);
  });
});
