import {
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { TableSpec } from '../../../src/contract/table.js';
import { openCatalog } from '../../../src/writers/catalog/open-catalog.js';
import { type RelocatedTable, relocate } from '../../../src/writers/relocate/relocate.js';
import { toLocalPath } from '../../../src/writers/storage/local.js';
import { runChild } from '../support/child.js';
import { batch, item, loadTable, storedRows, temporaryFolder, testWarehouse } from '../support/tables.js';
import { historyOf, MANY, manyVersions, WIDER } from './versions.js';

async function move(from: string, to: string, dryRun = false): Promise<readonly RelocatedTable[]> {
  const seen: RelocatedTable[] = [];
  const signal = new AbortController().signal;
  await relocate({ root: from }, { root: to }, { dryRun, signal, onTable: (table) => seen.push(table) });
  return seen;
}

/** Every file beneath a folder with its content, but for leases. */
function filesOf(folder: string): Map<string, string> {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  const files = names.filter((name) => !name.startsWith('.locks') && statSync(join(folder, name)).isFile());
  return new Map(files.map((name) => [name, readFileSync(join(folder, name), 'latin1')]));
}

/** Whether any metadata in the folder, unpacked, still speaks of a place. */
async function speaksOf(root: string, place: string, spec: TableSpec): Promise<boolean> {
  const { catalog, version } = await loadTable(root, spec);
  const metadata = JSON.stringify(version.metadata, (_, value) => (typeof value === 'bigint' ? String(value) : value));
  const { data, deletes } = await catalog.files(version);
  return [metadata, ...[...data, ...deletes].map(({ location }) => location)].some((text) => text.includes(place));
}

describe('a table with updates, deletes over several files, a wider schema and six snapshots', () => {
  test('moved to another folder reads the same at every snapshot when the old folder is gone', async () => {
    const [parent, before] = [await temporaryFolder(), await temporaryFolder()];
    const [from, to] = [join(before, 'old'), join(parent, "new é's [1]")];
    await manyVersions(from);
    const expected = await historyOf(from);
    expect(expected.length).toBeGreaterThanOrEqual(6);
    const kept = filesOf(from);
    const [moved] = await move(from, to);
    expect(moved).toMatchObject({ name: 'items', outcome: 'moved', snapshots: expected.length });
    expect(filesOf(from)).toEqual(kept);
    rmSync(from, { recursive: true });
    expect(await historyOf(to)).toEqual(expected);
    expect(await speaksOf(to, from, MANY)).toBe(false);
    expect(readdirSync(to).filter((name) => name.endsWith('.json'))).toEqual([]);
  });

  test('keeps identity, sequence numbers, statistics, state and keys of other tools', async () => {
    const folder = await temporaryFolder();
    const [from, to] = [join(folder, 'old'), join(folder, 'new')];
    await manyVersions(from);
    const old = await loadTable(from, MANY);
    const file = toLocalPath(old.version.metadataLocation);
    const known = JSON.parse(readFileSync(file, 'utf8'));
    writeFileSync(
      file,
      readFileSync(file, 'utf8').replace('{', `{"x-foreign": {"deep": ["kept", "${old.version.location}/x"]},`),
    );
    await move(from, to);
    const moved = await loadTable(to, MANY);
    const metadata = JSON.parse(readFileSync(toLocalPath(moved.version.metadataLocation), 'utf8'));
    expect(metadata['x-foreign']).toEqual({ deep: ['kept', `${moved.version.location}/x`] });
    for (const key of [
      'table-uuid',
      'current-snapshot-id',
      'last-sequence-number',
      'snapshot-log',
      'schemas',
      'refs',
      'sort-orders',
    ])
      expect(metadata[key], key).toEqual(known[key]);
    expect(metadata.properties['connector.state']).toBe(known.properties['connector.state']);
    expect(metadata['metadata-log']).toEqual([]);
    const [was, is] = [await old.catalog.files(old.version), await moved.catalog.files(moved.version)];
    const under = (root: string, files: typeof was.data) =>
      files.map((one) => ({ ...one, location: one.location.replace(root, '') }));
    expect(under(to, is.data)).toEqual(under(from, was.data));
    expect(is.deletes.map(({ sequenceNumber, records }) => [sequenceNumber, records])).toEqual(
      was.deletes.map(({ sequenceNumber, records }) => [sequenceNumber, records]),
    );
    const total = [...is.data, ...is.deletes].reduce((sum, { bytes }) => sum + bytes, 0);
    expect(moved.version.history[0]?.summary['total-files-size'], 'totals go on from here').toBe(String(total));
    for (const { location, bytes, lowerBounds } of is.deletes) {
      expect(statSync(toLocalPath(location)).size).toBe(bytes);
      expect(Buffer.from(lowerBounds.get(2147483546) ?? []).toString()).toMatch(
        new RegExp(`^file://${to}/acme/items/data/`),
      );
    }
  });

  test('goes on being written at the new place: a row that an old delete file hid stays hidden, and replaced rows go', async () => {
    const folder = await temporaryFolder();
    const [from, to] = [join(folder, 'old'), join(folder, 'new')];
    await manyVersions(from);
    await move(from, to);
    const table = await (await testWarehouse(to, 'later')).open(WIDER);
    expect(table.state).toEqual({ at: 6 });
    await table.write([item('row-00001', 777)]);
    expect(await table.commit(batch(7, { at: 7 }, 'later'))).toMatchObject({ written: 1 });
    const rows = await storedRows(to, MANY, 'id, value');
    expect(rows).toHaveLength((await storedRows(from, MANY, 'id')).length);
    expect(rows.find(({ id }) => id === 'row-00001')).toMatchObject({ value: '777' });
  });
});

describe('a warehouse moved by hand', () => {
  test('says which command mends it, and reads the same after it', async () => {
    const folder = await temporaryFolder();
    const [from, to] = [join(folder, 'old'), join(folder, "it's new")];
    await manyVersions(from);
    const expected = await historyOf(from);
    renameSync(from, to);
    await expect(loadTable(to, MANY)).rejects.toThrow(`connector relocate '${to.replace("'", "'\\''")}'`);
    const [mended] = await move(to, to);
    expect(mended).toMatchObject({ outcome: 'moved', snapshots: expected.length });
    expect(await historyOf(to)).toEqual(expected);
    const { catalog, version } = await loadTable(to, MANY);
    const metadata = readdirSync(join(to, 'acme/items/metadata'));
    expect(
      metadata.filter((name) => name.endsWith('.metadata.json')),
      'old versions are gone',
    ).toHaveLength(1);
    const { deletes } = await catalog.files(version);
    const parquet = readdirSync(join(to, 'acme/items/data')).filter((name) => name.includes('deletes'));
    expect(parquet).toHaveLength(deletes.length);
    expect(await move(to, to)).toMatchObject([{ outcome: 'there' }]);
  });

  test('can be moved further in one go', async () => {
    const folder = await temporaryFolder();
    const [from, between, to] = [join(folder, 'a'), join(folder, 'b'), join(folder, 'c')];
    await manyVersions(from);
    const expected = await historyOf(from);
    renameSync(from, between);
    await move(between, to);
    rmSync(between, { recursive: true });
    expect(await historyOf(to)).toEqual(expected);
  });

  test('moved by hand there and back, mended each time, still reads the same', async () => {
    const folder = await temporaryFolder();
    const [a, b] = [join(folder, 'a'), join(folder, 'b')];
    await manyVersions(a);
    const expected = await historyOf(a);
    for (const [one, other] of [
      [a, b],
      [b, a],
      [a, b],
    ] as const) {
      renameSync(one, other);
      await move(other, other);
      expect(await historyOf(other)).toEqual(expected);
    }
  });
});

describe('dying in the middle', () => {
  test.each([
    ['FP2:2', 'new'],
    ['FP5:1', 'new'],
    ['FP7:1', 'new'],
    ['FP2:2', 'old'],
    ['FP5:1', 'old'],
    ['FP7:1', 'old'],
  ])(
    'I7 after SIGKILL at %s a rerun ends like an uninterrupted move, to a place that is %s',
    { timeout: 60_000 },
    async (point, place) => {
      const folder = await temporaryFolder();
      await manyVersions(join(folder, 'made'));
      const expected = await historyOf(join(folder, 'made'));
      const from = join(folder, 'old');
      renameSync(join(folder, 'made'), from);
      if (place === 'new') await move(from, from);
      const to = join(folder, place);
      const killed = await runChild('moveWarehouse', { from, to, failpoint: `${point}:kill` });
      expect(killed.signal, killed.errors).toBe('SIGKILL');
      const half = await loadTable(to, MANY).catch((error: Error) => error.message);
      if (typeof half !== 'string') expect(await historyOf(to)).toEqual(expected);
      await move(from, to);
      expect(await historyOf(to)).toEqual(expected);
      expect(readdirSync(to).filter((name) => name.endsWith('.json'))).toEqual([]);
    },
  );

  test('a source that was written after the kill is moved with its new rows', { timeout: 60_000 }, async () => {
    const folder = await temporaryFolder();
    const [from, to] = [join(folder, 'old'), join(folder, 'new')];
    await manyVersions(from);
    const killed = await runChild('moveWarehouse', { from, to, failpoint: 'FP7:1:kill' });
    expect(killed.signal, killed.errors).toBe('SIGKILL');
    const table = await (await testWarehouse(from, 'later')).open(WIDER);
    await table.write([item('new', 5)]);
    await table.commit(batch(1, { at: 7 }, 'later'));
    await table.close();
    await move(from, to);
    expect(await historyOf(to)).toEqual(await historyOf(from));
  });
});

describe('refusals', () => {
  test('a target that holds anything is left alone', async () => {
    const folder = await temporaryFolder();
    const [from, to] = [join(folder, 'old'), await temporaryFolder()];
    await manyVersions(from);
    writeFileSync(join(to, 'diary.txt'), 'mine');
    await expect(move(from, to)).rejects.toMatchObject({
      kind: 'usage',
      message: expect.stringContaining('diary.txt'),
    });
    expect([...filesOf(to).keys()]).toEqual(['diary.txt']);
  });

  test('nothing is moved into itself, and an empty source is no success', async () => {
    const folder = await temporaryFolder();
    await manyVersions(join(folder, 'old'));
    await expect(move(join(folder, 'old'), join(folder, 'old/new'))).rejects.toMatchObject({ kind: 'usage' });
    await expect(move(join(folder, 'old'), folder)).rejects.toMatchObject({ kind: 'usage' });
    await expect(move(join(folder, 'nothing'), join(folder, 'new'))).rejects.toThrow('no tables');
    expect(existsSync(join(folder, 'new'))).toBe(false);
  });

  test('I12 a table that is being written is not moved, and neither are the others', async () => {
    const folder = await temporaryFolder();
    const [from, to] = [join(folder, 'old'), join(folder, 'new')];
    await manyVersions(from);
    const lease = await (await openCatalog({ root: from })).lease('acme', 'items', new Date());
    await expect(move(from, to)).rejects.toMatchObject({ kind: 'later' });
    await lease.release();
    expect(existsSync(join(to, 'acme'))).toBe(false);
    expect(await move(from, to)).toMatchObject([{ outcome: 'moved' }]);
  });

  test('a damaged file stops the move before its table can be seen', async () => {
    const folder = await temporaryFolder();
    const [from, to] = [join(folder, 'old'), join(folder, 'new')];
    await manyVersions(from);
    const { catalog, version } = await loadTable(from, MANY);
    const [file] = (await catalog.files(version)).data;
    truncateSync(toLocalPath(file?.location ?? ''), 100);
    await expect(move(from, to)).rejects.toThrow('has 100 bytes');
    await expect(loadTable(to, MANY)).rejects.toThrow('no table');
  });

  test('a dry run tells the same numbers and writes nothing', async () => {
    const folder = await temporaryFolder();
    const [from, to] = [join(folder, 'old'), join(folder, 'new')];
    await manyVersions(from);
    const kept = filesOf(from);
    const told = await move(from, to, true);
    expect(existsSync(to)).toBe(false);
    expect(filesOf(from)).toEqual(kept);
    expect(told).toEqual(await move(from, to));
  });
});
