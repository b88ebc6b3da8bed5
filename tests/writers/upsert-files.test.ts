import { copyFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { literal } from '../../src/core/quote.js';
import { encodeBound } from '../../src/writers/iceberg/bounds.js';
import type { Field, LiveFile, PrimitiveType } from '../../src/writers/iceberg/model.js';
import { sqlType } from '../../src/writers/parquet/column-sql.js';
import { Duck } from '../../src/writers/parquet/duckdb.js';
import { toLocalPath } from '../../src/writers/storage/local.js';
import { filesWithKeys } from '../../src/writers/write/key-bounds.js';
import { NO_PARTITION } from './iceberg/files.js';
import { batch, ITEMS, item, liveFiles, storedRows, temporaryFolder, testWarehouse } from './support/tables.js';

const FILE = {
  content: 'data',
  records: 1,
  bytes: 1,
  sequenceNumber: 1,
  fileSequenceNumber: 1,
  snapshotId: '1',
} as const;
const none = new Map<number, never>();

/** A file as a manifest tells it, with the bounds of these values of the key `id`. */
function fileOf(type: PrimitiveType, values: readonly string[], sort: (a: string, b: string) => number): LiveFile {
  const [lower, upper] = [values.toSorted(sort)[0] ?? '', values.toSorted(sort).at(-1) ?? ''];
  const bounds = (bound: Uint8Array | null) => new Map(bound ? [[1, bound] as const] : []);
  return {
    ...{ ...FILE, location: '/x.parquet', columnSizes: none, valueCounts: none, nullCounts: none, nanCounts: none },
    lowerBounds: bounds(encodeBound(type, lower, 'lower')),
    upperBounds: bounds(encodeBound(type, upper, 'upper')),
    partition: NO_PARTITION,
    splitOffsets: null,
    sortOrderId: null,
    referencedDataFile: null,
  };
}

async function chosen(type: PrimitiveType, files: readonly LiveFile[], keys: readonly string[]): Promise<number[]> {
  const key: Field = { id: 1, name: 'id', required: true, type };
  const duck = await Duck.open({ memoryLimit: '256MB', temporaryFolder: await temporaryFolder() });
  try {
    return await duck.withSession(async (session) => {
      const values = keys.map((value) => `(${literal(value)}::${sqlType(type)})`);
      await session.run(`CREATE TEMP TABLE batch AS SELECT * FROM (VALUES ${values.join(', ')}) v(id)`);
      return filesWithKeys(session, files, [key], 'batch');
    });
  } finally {
    await duck.close();
  }
}

const byBytes = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));
const byNumber = (a: string, b: string) => Number(BigInt(a) - BigInt(b));

describe('files that no key of a batch can be in', () => {
  test.each([
    [
      'string',
      fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }).filter((text) => !text.includes('\0')),
      byBytes,
    ],
    ['long', fc.bigInt({ min: -100n, max: 100n }).map(String), byNumber],
  ] as const)('a file that holds the key is never passed over: %s', async (type, arbitrary, sort) => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(arbitrary, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 5 }),
        fc.array(arbitrary, { minLength: 1, maxLength: 2 }),
        fc.nat(),
        async (contents, others, pick) => {
          const holder = pick % contents.length;
          const keys = [...others, contents[holder]?.[0] ?? ''];
          const files = contents.map((values) => fileOf(type, values, sort));
          expect(await chosen(type, files, keys)).toContain(holder);
        },
      ),
      { numRuns: 15 },
    );
  });

  test('files beside the keys are passed over, files without bounds are not', async () => {
    const files = [['a', 'b'], ['m'], ['z']].map((values) => fileOf('string', values, byBytes));
    const unbounded = { ...fileOf('string', ['m'], byBytes), lowerBounds: none };
    expect(await chosen('string', [...files, unbounded], ['aa', 'n', 'zz'])).toEqual([0, 3]);
    expect(await chosen('date', [fileOf('date', ['2025-01-01'], byBytes)], ['2026-01-01'])).toEqual([0]);
  });

  test('are not even opened: new keys of a growing table are found new without reading what is stored', async () => {
    const root = await temporaryFolder();
    const table = await (await testWarehouse(root)).open(ITEMS);
    for (const [index, id] of ['a', 'b', 'c', 'd'].entries()) {
      await table.write([item(id)]);
      await table.commit(batch(index + 1));
    }
    const { data } = await liveFiles(root);
    const folder = join(root, 'acme', 'items', 'data');
    expect(await readdir(folder)).toHaveLength(4);
    // Whoever reads one of them now, fails.
    const kept = new Map<string, string>();
    for (const { location: named, lowerBounds } of data) {
      const location = toLocalPath(named);
      if (Buffer.from(lowerBounds.get(1) ?? []).toString() === 'c') continue;
      kept.set(location, `${location}.kept`);
      await copyFile(location, `${location}.kept`);
      await copyFile(join(root, 'acme/items/metadata/version-hint.text'), location);
    }
    await table.write([item('c', 2), item('e')]);
    expect(await table.commit(batch(5))).toMatchObject({ written: 2 });
    for (const [location, copy] of kept) await copyFile(copy, location);
    expect((await storedRows(root)).map(({ id, value }) => `${id}${value}`)).toEqual(['a1', 'b1', 'c2', 'd1', 'e1']);
  });
});
