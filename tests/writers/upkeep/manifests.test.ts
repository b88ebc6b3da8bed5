import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { CommitConflict } from '../../../src/writers/iceberg/errors.js';
import { decodeManifest, STATUS } from '../../../src/writers/iceberg/manifest.js';
import { manifestsOf } from '../../../src/writers/iceberg/manifest-files.js';
import { currentSnapshot } from '../../../src/writers/iceberg/metadata.js';
import type { LiveFile } from '../../../src/writers/iceberg/model.js';
import { toLocalPath } from '../../../src/writers/storage/local.js';
import { leaveOnlyCurrent } from '../../../src/writers/upkeep/leave-current.js';
import { packManifests } from '../../../src/writers/upkeep/pack-manifests.js';
import { rewriteRows } from '../../../src/writers/upkeep/rewrite-rows.js';
import { append, fileCatalog, ITEMS, make, setProperties } from '../catalog/tables.js';
import { dataFile } from '../iceberg/files.js';
import { loadTable, storedRows, temporaryFolder } from '../support/tables.js';
import { benchFor, contents, folderOf, missingFiles, snapshotsOf, TABLE, wornTable } from './support.js';

async function put(path: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, 'x');
}

/** A table of many commits; the files' names are enough for its books. */
async function grown(root: string, commits: number) {
  const catalog = await fileCatalog(root);
  let version = await make(catalog, ITEMS, append(dataFile('/1')));
  for (let number = 2; number <= commits; number += 1)
    version = await catalog.commit(version, append(dataFile(`/${number}`)));
  return { catalog, version };
}

async function manifests(root: string) {
  const { catalog, version } = await loadTable(root);
  const snapshot = currentSnapshot(version.metadata);
  const rows = snapshot ? await manifestsOf(catalog.storageOf(), snapshot) : [];
  const entries = await Promise.all(
    rows.map(async ({ location }) => decodeManifest(await readFile(toLocalPath(location)), location)),
  );
  return { rows, entries: entries.flat() };
}

const numbers = (files: readonly LiveFile[]) =>
  files
    .map(
      ({ location, sequenceNumber, fileSequenceNumber, snapshotId }) =>
        `${location} ${sequenceNumber} ${fileSequenceNumber} ${snapshotId}`,
    )
    .sort();

describe('manifests', () => {
  test('never become more than a hundred and one: the commit that makes too many packs them', async () => {
    const root = await temporaryFolder();
    const { catalog, version } = await grown(root, 101);
    const before = await catalog.files(version);
    expect((await manifests(root)).rows).toHaveLength(101);
    const next = await catalog.commit(version, append(dataFile('/new')));
    expect((await manifests(root)).rows).toHaveLength(2);
    const after = (await catalog.files(next)).data;
    expect(numbers(after.filter(({ location }) => location !== '/new'))).toEqual(numbers(before.data));
  });

  test('packed by maintenance name the same files under the same sequence numbers, and no file that is gone', async () => {
    const root = await temporaryFolder();
    const { catalog, version } = await grown(root, 30);
    const [first] = (await catalog.files(version)).data;
    const less = await catalog.commit(version, { operation: 'delete', add: [], remove: first ? [first] : [] });
    const before = await catalog.files(less);
    expect((await manifests(root)).entries.map(({ status }) => status)).toContain(STATUS.deleted);
    const report = await packManifests(await benchFor(root), less, false);
    expect(report).toMatchObject({ outcome: 'done', before: { count: 30 }, after: { count: 1 } });
    const { version: packed } = await loadTable(root);
    expect(numbers((await catalog.files(packed)).data)).toEqual(numbers(before.data));
    expect(new Set((await manifests(root)).entries.map(({ status }) => status))).toEqual(new Set([STATUS.existing]));
    expect(packed.history[0]?.summary).toMatchObject({ operation: 'replace', 'total-data-files': '29' });
  });

  test('of many removed files are written into one, not one for each', async () => {
    const root = await temporaryFolder();
    const { catalog, version } = await grown(root, 30);
    const { data } = await catalog.files(version);
    await catalog.commit(version, { operation: 'overwrite', add: [dataFile('/all')], remove: data });
    expect((await manifests(root)).rows).toHaveLength(2);
  });
});

describe('a table that has to forget', () => {
  test('keeps its rows as rewritten and nothing of what was before, in no file', async () => {
    const root = await temporaryFolder();
    await wornTable(root, 3);
    const tools = await benchFor(root);
    const rewritten = await rewriteRows(tools, (await loadTable(root)).version, {
      operation: 'overwrite',
      choose: async (_stored, data) => new Set(data),
      select: async (rows) => `SELECT * REPLACE ('someone' AS parent_id) FROM (${rows})`,
    });
    expect(rewritten?.added.map(({ records }) => records)).toEqual([200]);
    const rows = await contents(root);
    await leaveOnlyCurrent(tools, TABLE);
    expect(await contents(root)).toBe(rows);
    expect(new Set((await storedRows(root)).map((row) => row.parent_id))).toEqual(new Set(['someone']));
    expect(await snapshotsOf(root)).toHaveLength(1);
    expect(await missingFiles(root)).toEqual([]);
    expect((await manifests(root)).entries.map(({ status }) => status)).not.toContain(STATUS.deleted);
    const files = await folderOf(root);
    expect(files.filter((file) => /parquet$/.test(file))).toHaveLength(1);
    expect(files.filter((file) => /avro$/.test(file))).toHaveLength(2);
    expect(files.filter((file) => /metadata\.json$/.test(file))).toHaveLength(1);
  });

  test('I12 takes no file of a commit that began after its own: that one is not refused, and needs its files', async () => {
    const root = await temporaryFolder();
    await grown(root, 2);
    const tools = await benchFor(root);
    const { catalog } = tools;
    // The last look into the folder comes when another writer, who took no lease, has put a file there.
    const original = catalog.load.bind(catalog);
    const underWay = join(root, 'acme', 'items', 'data', 'under-way.parquet');
    let loads = 0;
    catalog.load = async (...of) => {
      loads += 1;
      if (loads === 2) await put(underWay);
      return original(...of);
    };
    await put(join(root, 'acme', 'items', 'data', 'former.parquet'));
    await leaveOnlyCurrent(tools, TABLE);
    expect(await snapshotsOf(root)).toHaveLength(1);
    expect((await folderOf(root)).filter((file) => file.endsWith('.parquet'))).toEqual(['data/under-way.parquet']);
  });

  test('I12 refuses a first commit that is under way, whose files it takes', async () => {
    const root = await temporaryFolder();
    const catalog = await fileCatalog(root);
    const empty = await make(catalog, ITEMS, setProperties({ 'connector.state': '{"at":1}' }));
    await put(join(root, 'acme', 'items', 'data', 'under-way.parquet'));
    await leaveOnlyCurrent(await benchFor(root), TABLE);
    expect((await folderOf(root)).filter((file) => file.endsWith('.parquet'))).toEqual([]);
    await expect(catalog.commit(empty, append(dataFile('/under-way')))).rejects.toThrow(CommitConflict);
    expect((await loadTable(root)).version).toMatchObject({ properties: { 'connector.state': '{"at":1}' } });
  });

  test('is left alone when a tag keeps an old snapshot: the tag would go on showing it', async () => {
    const root = await temporaryFolder();
    const { version } = await grown(root, 2);
    const text = await readFile(toLocalPath(version.metadataLocation), 'utf8');
    const [first] = await snapshotsOf(root);
    const tag = `"refs": { "audit": { "snapshot-id": ${first?.['snapshot-id']}, "type": "tag" },`;
    await writeFile(toLocalPath(version.metadataLocation).replace('v2', 'v3'), text.replace('"refs": {', tag));
    await expect(leaveOnlyCurrent(await benchFor(root), TABLE)).rejects.toThrow(/tag audit/);
    expect(await snapshotsOf(root)).toHaveLength(2);
  });
});
