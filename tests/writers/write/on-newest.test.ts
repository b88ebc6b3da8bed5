/** Work on a table that others write meanwhile: done again on a newer version, and told as what it was when that never helps. */
import { expect, test } from 'vitest';
import type { Catalog } from '../../../src/writers/iceberg/catalog.js';
import { onNewest } from '../../../src/writers/write/on-newest.js';

const TABLE = { namespace: 'acme', name: 'items' };

/** A catalog whose table has another version at each look, or always the same. */
function catalogOf(moves: boolean): Catalog {
  let looks = 0;
  const load = async () => ({ ...TABLE, metadataLocation: moves ? `v${looks++}` : 'v1' });
  return { load } as unknown as Catalog;
}

test('files that vanish under every attempt mean that others were faster: run again, nothing is broken here', async () => {
  let tries = 0;
  const work = onNewest({ catalog: catalogOf(true) }, TABLE, async () => {
    tries += 1;
    throw new Error('IO Error: No files found');
  });
  await expect(work).rejects.toMatchObject({ kind: 'later', message: expect.stringContaining('acme.items') });
  expect(tries).toBe(6);
});

test('an error on a table that nobody else changed is told as it is, at once', async () => {
  let tries = 0;
  const work = onNewest({ catalog: catalogOf(false) }, TABLE, async () => {
    tries += 1;
    throw new Error('the disk is full');
  });
  await expect(work).rejects.toThrow('the disk is full');
  expect(tries).toBe(1);
});
