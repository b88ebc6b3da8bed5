/** Who removes files of a table must know that no other table lies in its folder: a catalog may give a new table the place of a renamed one. */
import { expect, test } from 'vitest';
import { neighboursOf } from '../../../src/writers/upkeep/maintain.js';
import { isAlone } from '../../../src/writers/upkeep/orphans.js';

const ITEMS = { namespace: 'acme', name: 'items' };
const others = (...locations: readonly (string | null)[]) =>
  new Map([
    [ITEMS, 's3://lake/acme/items'],
    ...locations.map((location, at) => [{ namespace: 'acme', name: `other_${at}` }, location] as const),
  ]);

test.each<[string, readonly (string | null)[], boolean]>([
  ['no other', [], true],
  ['others beside it', ['s3://lake/acme/items_2', 's3://lake/beta/items'], true],
  ['one at the same place', ['s3://lake/beta/items', 's3://lake/acme/items'], false],
  ['one within it', ['s3://lake/acme/items/old'], false],
  ['one around it', ['s3://lake/acme'], false],
  ['one that could not be told', ['s3://lake/beta/items', null], false],
])('a table with %s', (_, locations, alone) => {
  const neighbours = neighboursOf(others(...locations), { ...ITEMS });
  expect(isAlone('s3://lake/acme/items', neighbours)).toBe(alone);
});
