import { expect, test } from 'vitest';
import { decodeBound } from '../../../src/writers/iceberg/bounds.js';
import { batch, ITEMS, item, liveFiles, loadTable, temporaryFolder, testWarehouse } from '../support/tables.js';

test('a file is described by field id: counts and bounds of columns and members, none of what lies inside lists', async () => {
  const root = await temporaryFolder();
  const table = await (await testWarehouse(root)).open(ITEMS);
  await table.write([
    item('a'.repeat(20), -5, { tags: ['x', 'y', 'z'], owner: { id: 'm', age: 3 } }),
    item('b', null, { tags: [], owner: { id: null, age: 9 } }),
    item('c', 7),
  ]);
  await table.commit(batch(1));
  const { fields } = (await loadTable(root)).version.schema;
  const [file] = (await liveFiles(root)).data;
  const field = (name: string) => fields.find((candidate) => candidate.name === name);
  const id = (name: string) => field(name)?.id ?? 0;
  const bound = (type: 'string' | 'long' | 'int', bytes: Uint8Array | undefined) => bytes && decodeBound(type, bytes);

  expect(file).toMatchObject({ content: 'data', records: 3 });
  expect(file?.nullCounts.get(id('value'))).toBe(1);
  expect(file?.valueCounts.get(id('value'))).toBe(3);
  expect(bound('long', file?.lowerBounds.get(id('value')))).toBe(-5n);
  expect(bound('long', file?.upperBounds.get(id('value')))).toBe(7n);
  expect(bound('string', file?.lowerBounds.get(id('id')))).toBe('a'.repeat(16));
  expect(bound('string', file?.upperBounds.get(id('id')))).toBe('c');
  const owner = field('owner')?.type;
  const age = typeof owner === 'object' && owner.kind === 'struct' ? owner.fields[1] : undefined;
  expect(bound('int', file?.upperBounds.get(age?.id ?? 0))).toBe(9);
  expect(file?.nullCounts.get(age?.id ?? 0)).toBe(1);
  const tags = field('tags')?.type;
  const element = typeof tags === 'object' && tags.kind === 'list' ? tags.elementId : 0;
  expect(file?.columnSizes.get(element)).toBeGreaterThan(0);
  for (const numbers of [file?.valueCounts, file?.nullCounts, file?.lowerBounds])
    expect(numbers?.has(element)).toBe(false);
});

test('bounds of a position-delete file are whole paths, by which readers find it', async () => {
  const root = await temporaryFolder();
  const table = await (await testWarehouse(root)).open(ITEMS);
  for (let number = 1; number <= 3; number += 1) {
    await table.write([item(`k${number}`)]);
    await table.commit(batch(number));
  }
  await table.write([item('k2', 2)]);
  await table.commit(batch(4));
  const { data, deletes } = await liveFiles(root);
  const [file] = deletes;
  const text = (bytes: Uint8Array | undefined) => Buffer.from(bytes ?? []).toString();
  expect(data.map(({ location }) => location)).toContain(text(file?.lowerBounds.get(2147483546)));
  expect(text(file?.upperBounds.get(2147483546))).toBe(text(file?.lowerBounds.get(2147483546)));
});
