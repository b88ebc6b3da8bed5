import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { TableVersion } from '../../../src/writers/iceberg/version.js';
import { toLocalPath } from '../../../src/writers/storage/local.js';
import { compact } from '../../../src/writers/upkeep/compact.js';
import { expire } from '../../../src/writers/upkeep/expire.js';
import { append, fileCatalog, make, ITEMS as TABLE_OF_ONE_COLUMN } from '../catalog/tables.js';
import { dataFile } from '../iceberg/files.js';
import { batch, ITEMS, item, loadTable, temporaryFolder, testWarehouse } from '../support/tables.js';
import { benchFor, later, snapshotsOf } from './support.js';

async function table(root: string, commits: number): Promise<void> {
  const writer = await (await testWarehouse(root)).open(ITEMS);
  for (let number = 1; number <= commits; number += 1) {
    await writer.write([item('a', number)]);
    await writer.commit(batch(number));
  }
  await writer.close();
}

async function forge(version: TableVersion, from: string, to: string): Promise<void> {
  const text = await readFile(toLocalPath(version.metadataLocation), 'utf8');
  expect(text).toContain(from);
  await writeFile(toLocalPath(version.metadataLocation), text.replace(from, to));
}

test('a file that a kept snapshot names in other words than an old one does stays', async () => {
  const root = await temporaryFolder();
  const catalog = await fileCatalog(root);
  const path = join(root, 'acme', 'items', 'data', 'x.parquet');
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, 'x');
  const first = await make(catalog, TABLE_OF_ONE_COLUMN, append(dataFile(path)));
  const { data } = await catalog.files(first);
  const next = await catalog.commit(first, { operation: 'overwrite', add: [dataFile(`file://${path}`)], remove: data });
  const report = await expire(await benchFor(root, later(10)), next, { days: 5, snapshots: 1 }, false);
  expect(report).toMatchObject({ outcome: 'done', after: { count: 1 } });
  expect(await readFile(path, 'utf8')).toBe('x');
});

describe('I10 metadata that names files elsewhere', () => {
  test('makes expiry remove no file of another table', async () => {
    const root = await temporaryFolder();
    await table(root, 3);
    const [first] = await snapshotsOf(root);
    const list = first?.['manifest-list'] ?? '';
    const { version } = await loadTable(root);
    const theirs = join(root, 'acme', 'others', 'metadata', 'list.avro');
    await mkdir(dirname(theirs), { recursive: true });
    await copyFile(toLocalPath(list), theirs);
    await forge(version, list, `${version.location}/metadata/../../others/metadata/list.avro`);
    const forged = (await loadTable(root)).version;
    const report = await expire(await benchFor(root, later(10)), forged, { days: 5, snapshots: 1 }, false);
    expect(report).toMatchObject({ outcome: 'done', after: { count: 1 } });
    expect(await readFile(theirs)).toEqual(await readFile(toLocalPath(list)));
  });

  test('makes no reader of the table open a file outside the warehouse', async () => {
    const [root, outside] = [await temporaryFolder(), await temporaryFolder()];
    await table(root, 1);
    const { catalog, version } = await loadTable(root);
    const [own] = (await catalog.files(version)).data;
    const secret = join(outside, 'secret.parquet');
    await copyFile(toLocalPath(own?.location ?? ''), secret);
    const added = Array.from({ length: 60 }, () => dataFile(secret));
    const next = await catalog.commit(version, append(...added));
    await expect(compact(await benchFor(root), next)).rejects.toThrow('outside the warehouse');
    const writer = await (await testWarehouse(root, 'next')).open(ITEMS);
    await writer.write([item('a', 9)]);
    await expect(writer.commit(batch(1, null, 'next'))).rejects.toThrow('outside the warehouse');
  });
});
