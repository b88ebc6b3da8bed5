/** A first read is held against what it has put in itself, not against rows that grow with it. */
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { Field, LiveFile } from '../../../src/writers/iceberg/model.js';
import { Duck, type DuckSession } from '../../../src/writers/parquet/duckdb.js';
import { type BatchKeys, RunKeys } from '../../../src/writers/write/run-keys.js';
import { temporaryFolder } from '../support/tables.js';

const KEY: readonly Field[] = [
  { id: 1, name: 'issue', required: true, type: 'string' },
  { id: 2, name: 'entry', required: true, type: 'long' },
];
const file = (location: string) => ({ content: 'data', location }) as LiveFile;
const added = (...locations: string[]) => ({ operation: 'append' as const, add: locations.map(file), remove: [] });

async function inDuck<T>(work: (session: DuckSession, keys: RunKeys) => Promise<T>): Promise<T> {
  const root = await temporaryFolder();
  const duck = await Duck.open({ temporaryFolder: join(root, 'duck') });
  onTestFinished(() => duck.close());
  const keys = new RunKeys(async () => join(root, 'keys'));
  return duck.withSession((session) => work(session, keys));
}

const batchOf = (session: DuckSession, ...rows: readonly (readonly [string, number])[]) =>
  session.run(
    `CREATE OR REPLACE TEMP TABLE batch AS SELECT * FROM (VALUES ${rows.map(([issue, entry]) => `('${issue}', ${entry}::BIGINT)`).join(', ')}) rows(issue, entry)`,
  );

test('keys that came before in this run are found again, new ones need no look at stored rows', async () => {
  await inDuck(async (session, keys) => {
    await batchOf(session, ['a', 1], ['b', 1]);
    expect(await keys.areNew(session, [], KEY)).toBe(true);
    keys.add((await keys.putAside(session, 2000, [], KEY)) as BatchKeys, added('one'));
    await batchOf(session, ['a', 2], ['c', 1]);
    expect(await keys.areNew(session, [file('one')], KEY)).toBe(true);
    keys.add((await keys.putAside(session, 2000, [file('one')], KEY)) as BatchKeys, added('two'));
    await batchOf(session, ['d', 1], ['a', 1]);
    expect(await keys.areNew(session, [file('one'), file('two')], KEY)).toBe(false);
  });
});

test('rows of others, or of before this run, are looked at', async () => {
  await inDuck(async (session, keys) => {
    await batchOf(session, ['a', 1]);
    expect(await keys.areNew(session, [file('of before')], KEY)).toBe(false);
    expect(await keys.putAside(session, 2000, [file('of before')], KEY)).toBeNull();
    keys.add((await keys.putAside(session, 2000, [], KEY)) as BatchKeys, added('own'));
    await batchOf(session, ['b', 1]);
    expect(await keys.areNew(session, [file('own'), file('of another')], KEY)).toBe(false);
    expect(await keys.areNew(session, [file('of another')], KEY)).toBe(false);
  });
});

test('the keys of a small batch are not kept: most tables have no other', async () => {
  await inDuck(async (session, keys) => {
    await batchOf(session, ['a', 1]);
    expect(await keys.putAside(session, 1, [], KEY)).toBeNull();
  });
});

test('a batch that did not get into the table is not held against the next', async () => {
  await inDuck(async (session, keys) => {
    await batchOf(session, ['a', 1]);
    await keys.putAside(session, 2000, [], KEY);
    expect(await keys.areNew(session, [file('of whom?')], KEY)).toBe(false);
  });
});

test('a column of the key that has another type now is compared by its values', async () => {
  await inDuck(async (session, keys) => {
    await batchOf(session, ['a', 1]);
    keys.add((await keys.putAside(session, 2000, [], KEY)) as BatchKeys, added('own'));
    await batchOf(session, ['b', 1]);
    const narrower: Field[] = KEY.map((field) => (field.name === 'entry' ? { ...field, type: 'int' } : field));
    expect(await keys.areNew(session, [file('own')], narrower)).toBe(false);
  });
});
