/** What one process has written or read of manifests is not unpacked again at each of its commits, and is what the files say. */
import { expect, test, vi } from 'vitest';
import { FileCatalog } from '../../../src/writers/catalog/file-catalog.js';
import { knownManifests } from '../../../src/writers/iceberg/known-manifests.js';
import { assignIds } from '../../../src/writers/iceberg/schema.js';
import { LocalFileIO } from '../../../src/writers/storage/local.js';
import { temporaryFolder } from '../support/tables.js';
import { dataFile } from './files.js';

const NAME = { namespace: 'acme', name: 'items' };
const COMMITS = 8;

/** Commits of a file each; at every other one a file of before goes, whose manifest is written anew. */
async function commits(catalog: FileCatalog): Promise<void> {
  const { schema, lastColumnId } = assignIds([{ name: 'id', type: 'string' }], ['id']);
  let version = await catalog.draft({ ...NAME, schema, lastColumnId, properties: {} });
  for (let number = 1; number <= COMMITS; number += 1) {
    const { data } = await catalog.files(version);
    const remove = number % 2 === 0 ? data.slice(0, 1) : [];
    const add = [dataFile(`${version.location}/data/${number}.parquet`, number)];
    version = await catalog.commit(version, { operation: 'overwrite', add, remove });
  }
}

async function openCatalog(root: string) {
  const io = await LocalFileIO.open(root);
  const read = vi.spyOn(io, 'read');
  const manifestsRead = () => read.mock.calls.filter(([location]) => /-m\d+\.avro$/.test(location)).length;
  return { catalog: new FileCatalog({ io, root: io.root }), manifestsRead };
}

test('a run reads none of the manifests that it has written, and knows of them what another process reads', async () => {
  const root = await temporaryFolder();
  const own = await openCatalog(root);
  await commits(own.catalog);
  const version = await own.catalog.load(NAME.namespace, NAME.name);
  if (!version) throw new Error('no table');
  const known = await own.catalog.files(version);
  expect(own.manifestsRead()).toBe(0);
  const other = await openCatalog(root);
  const { data } = await other.catalog.files(version);
  expect(known.data.map((file) => file.location)).toEqual(data.map((file) => file.location));
  for (const [at, file] of data.entries()) expect(known.data[at]).toMatchObject(file);
  const once = other.manifestsRead();
  expect(once).toBeGreaterThan(1);
  await other.catalog.files(version);
  expect(other.manifestsRead()).toBe(once);
});

test('what is known stays within bounds, whatever a table has, and a file of another size is none that is known', async () => {
  const known = knownManifests(await LocalFileIO.open(await temporaryFolder()));
  for (let number = 0; number < 100; number += 1) known.set(`m${number}`, { bytes: 100_000, entries: [] });
  const left = Array.from({ length: 100 }, (_, number) => known.get(`m${number}`, 100_000)).filter((one) => one);
  expect(left).toHaveLength(20);
  expect(known.get('m99', 100_000)).toEqual([]);
  expect(known.get('m99', 100_001)).toBeUndefined();
});
