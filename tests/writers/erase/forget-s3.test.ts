import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openLake } from '../../../src/writers/catalog/open-lake.js';
import { forget } from '../../../src/writers/erase/forget.js';
import type { LakeSettings } from '../../../src/writers/storage/lake.js';
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

  /** Every object of the lake as a file of a folder. */
  async function fetched({ root, ...lake }: LakeSettings): Promise<string> {
    const folder = await temporaryFolder();
    const storage = (await openLake({ root, ...lake })).catalog.storageOf({ namespace: 'acme', name: 'notes' });
    for (const location of await storage.list(root)) {
      const path = join(folder, location.slice(root.length + 1));
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, (await storage.read(location)) ?? '');
    }
    return folder;
  }

  test('no trace is left in the bucket, nor in the local copies of its files', { timeout: 60_000 }, async () => {
    const cache = await temporaryFolder();
    const lake = { root: `s3://${await server.bucket()}/lake`, s3: s3Settings(server.endpoint), cache };
    await write(lake, PEOPLE, [person(ID, NAME, ADDRESS)]);
    await write(lake, NOTES, [...TRACES, note('plain')]);
    await write(lake, NOTES, [note('plain', { body: `by ${NAME}` })], 2);
    const texts = [ID, NAME, ADDRESS];
    // Another machine has removed a file of which this one keeps a copy.
    const former = `${lake.root}/acme/notes/data/former.parquet`;
    const storage = (await openLake(lake)).catalog.storageOf({ namespace: 'acme', name: 'notes' });
    const [kept = ''] = await storage.list(`${lake.root}/acme/notes/data`);
    await storage.write(former, (await storage.read(kept)) ?? new Uint8Array());
    await storage.localPaths([former]);
    await (await openLake({ ...lake, cache: await temporaryFolder() })).catalog
      .storageOf({ namespace: 'acme', name: 'notes' })
      .delete([former]);
    expect(await filesWith(await fetched(lake), texts)).not.toEqual([]);
    expect(await filesWith(cache, texts)).not.toEqual([]);
    const signal = new AbortController().signal;
    await forget(lake, { accountId: ID, namespaces: [], dryRun: false, signal, onTable: () => undefined });
    expect(await filesWith(await fetched(lake), texts)).toEqual([]);
    expect(await filesWith(cache, texts)).toEqual([]);
  });
});
