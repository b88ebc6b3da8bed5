import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openCatalog } from '../../../src/writers/catalog/open-catalog.js';
import { forget } from '../../../src/writers/erase/forget.js';
import type { WarehouseSettings } from '../../../src/writers/storage/warehouse-settings.js';
import { lacksS3, S3_START_MS, type S3Server, s3Settings, startS3 } from '../../helpers/s3-server.js';
import { temporaryFolder } from '../support/tables.js';
import { filesWith } from './every-byte.js';
import { ADDRESS, ID, NAME, NOTES, note, PEOPLE, person, TRACES, write } from './traces.js';

describe.skipIf(lacksS3() !== null)('tables in an object store', () => {
  let server: S3Server;
  beforeAll(async () => {
    server = await startS3();
  }, S3_START_MS);
  afterAll(() => server?.stop());

  /** Every object of the warehouse as a file of a folder. */
  async function fetched({ root, ...warehouse }: WarehouseSettings): Promise<string> {
    const folder = await temporaryFolder();
    const storage = (await openCatalog({ root, ...warehouse })).catalog.storageOf({ namespace: 'acme', name: 'notes' });
    for (const location of await storage.list(root)) {
      const path = join(folder, location.slice(root.length + 1));
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, (await storage.read(location)) ?? '');
    }
    return folder;
  }

  test('no trace is left in the bucket, nor in the local copies of its files', { timeout: 60_000 }, async () => {
    const cache = await temporaryFolder();
    const warehouse = { root: `s3://${await server.bucket()}/lake`, s3: s3Settings(server.endpoint), cache };
    await write(warehouse, PEOPLE, [person(ID, NAME, ADDRESS)]);
    await write(warehouse, NOTES, [...TRACES, note('plain')]);
    await write(warehouse, NOTES, [note('plain', { body: `by ${NAME}` })], 2);
    const texts = [ID, NAME, ADDRESS];
    // Another machine has removed a file of which this one keeps a copy.
    const former = `${warehouse.root}/acme/notes/data/former.parquet`;
    const storage = (await openCatalog(warehouse)).catalog.storageOf({ namespace: 'acme', name: 'notes' });
    const [kept = ''] = await storage.list(`${warehouse.root}/acme/notes/data`);
    await storage.write(former, (await storage.read(kept)) ?? new Uint8Array());
    await storage.localPaths([former]);
    await (await openCatalog({ ...warehouse, cache: await temporaryFolder() })).catalog
      .storageOf({ namespace: 'acme', name: 'notes' })
      .delete([former]);
    expect(await filesWith(await fetched(warehouse), texts)).not.toEqual([]);
    expect(await filesWith(cache, texts)).not.toEqual([]);
    const signal = new AbortController().signal;
    await forget(warehouse, { accountId: ID, namespaces: [], dryRun: false, signal, onTable: () => undefined });
    expect(await filesWith(await fetched(warehouse), texts)).toEqual([]);
    expect(await filesWith(cache, texts)).toEqual([]);
  });
});
