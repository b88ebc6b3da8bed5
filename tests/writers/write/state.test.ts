import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { TableVersion } from '../../../src/writers/iceberg/version.js';
import { currentState } from '../../../src/writers/write/state.js';
import { batch, ITEMS, item, loadTable, storedRows, temporaryFolder, testWarehouse } from '../support/tables.js';

describe('state and rows', () => {
  test('I1 one metadata file brings both the rows and the state that belongs to them', async () => {
    const root = await temporaryFolder();
    const table = await (await testWarehouse(root)).open(ITEMS);
    await table.write([item('a')]);
    await table.commit(batch(1, { cursor: '2025' }));
    const folder = join(root, 'acme/items/metadata');
    expect((await readdir(folder)).filter((name) => name.endsWith('.json'))).toEqual(['v1.metadata.json']);
    const metadata = JSON.parse(await readFile(join(folder, 'v1.metadata.json'), 'utf8'));
    expect(metadata.properties['connector.state']).toBe('{"cursor":"2025"}');
    expect(metadata.snapshots).toHaveLength(1);
    expect(metadata.snapshots[0].summary).toMatchObject({
      'connector.run-id': 'run-1',
      'connector.batch': '1',
      'connector.state': '{"cursor":"2025"}',
      'added-records': '1',
    });
  });

  test('I3 a batch that is in the history already is not committed again, and says what it did', async () => {
    const root = await temporaryFolder();
    const writer = await testWarehouse(root);
    const spec = { ...ITEMS, mode: 'append' as const, primaryKey: [] };
    const table = await writer.open(spec);
    await table.write([item('a'), item('b')]);
    const first = await table.commit(batch(1));
    await table.write([item('a'), item('b')]);
    expect(await table.commit(batch(1))).toEqual(first);
    expect(table.pending).toBe(0);
    await table.close();
    const again = await writer.open(spec);
    await again.write([item('a'), item('b')]);
    expect(await again.commit(batch(1))).toEqual(first);
    expect(await storedRows(root)).toHaveLength(2);
  });

  test('I2 a state that does not fit is refused before anything is committed, naming its size', async () => {
    const root = await temporaryFolder();
    const table = await (await testWarehouse(root)).open(ITEMS);
    await table.write([item('a')]);
    await expect(table.commit(batch(1, 'é'.repeat(2048)))).rejects.toThrow(/4098 bytes.*4096/);
    expect(table.pending).toBe(1);
    await table.commit(batch(1, 'é'.repeat(2047)));
    expect((await loadTable(root)).version.properties['connector.state']).toHaveLength(2049);
  });

  test('a table keyed otherwise, or with a key of another kind, is refused when it is opened', async () => {
    const root = await temporaryFolder();
    const writer = await testWarehouse(root);
    const table = await writer.open(ITEMS);
    await table.commit(batch(1));
    await table.close();
    await expect(writer.open({ ...ITEMS, primaryKey: ['parent_id'] })).rejects.toThrow(
      /keyed by \(id\).*\(parent_id\)/,
    );
    const columns = [{ name: 'id', type: 'long' as const }, ...ITEMS.columns.slice(1)];
    await expect(writer.open({ ...ITEMS, columns })).rejects.toThrow(/id is string/);
    await (await writer.open(ITEMS)).close();
  });
});

describe('the state after somebody rolled the table back', () => {
  const snapshot = (number: number) => ({
    snapshotId: String(number),
    sequenceNumber: number,
    timestampMs: number,
    summary: {
      'connector.run-id': 'r',
      'connector.batch': String(number),
      'connector.state': JSON.stringify({ at: number }),
    },
  });
  const foreign = { snapshotId: '99', sequenceNumber: 9, timestampMs: 9, summary: { operation: 'append' } };
  const properties = { 'connector.state': '{"at":3}', 'connector.state-of': 'r/3', 'connector.state-at': '3' };
  const stateOf = (version: Pick<TableVersion, 'history' | 'properties'>) => currentState(version as TableVersion);

  test('the property counts while its snapshot is an ancestor, also below the snapshots of others', () => {
    expect(stateOf({ properties, history: [foreign, snapshot(3), snapshot(2)] })).toEqual({ at: 3 });
  });

  test('else the newest ancestor that carries a state counts, so that no row is skipped', () => {
    expect(stateOf({ properties, history: [foreign, snapshot(2), snapshot(1)] })).toEqual({ at: 2 });
  });

  test('another tool that compacts and lets all our snapshots expire does not cost a whole read', () => {
    expect(stateOf({ properties, history: [foreign] })).toEqual({ at: 3 });
    expect(stateOf({ properties, history: [{ ...foreign, sequenceNumber: 2 }] })).toBeNull();
  });

  test('without any such ancestor the table is read anew', () => {
    expect(stateOf({ properties, history: [] })).toBeNull();
  });

  test('a property that is no JSON any more gives way to the summary', () => {
    expect(stateOf({ properties: { ...properties, 'connector.state': '{"at":' }, history: [snapshot(3)] })).toEqual({
      at: 3,
    });
  });
});
