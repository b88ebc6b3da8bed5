/** A commit must not write a manifest that our own reader refuses: the table would be locked for good. */
import { inflateRawSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { blockCheck } from '../../../src/writers/iceberg/avro-check.js';
import { LIMITS } from '../../../src/writers/iceberg/limits.js';
import { encodeManifest, type ManifestEntry, STATUS } from '../../../src/writers/iceberg/manifest.js';
import { readable } from '../../../src/writers/iceberg/manifest-packing.js';
import { manifestEntryWritten } from '../../../src/writers/iceberg/manifest-schema.js';
import { partitionType } from '../../../src/writers/iceberg/partition-record.js';
import { bindSpec, UNPARTITIONED } from '../../../src/writers/iceberg/partitions.js';
import { assignIds } from '../../../src/writers/iceberg/schema.js';
import { dataFile } from './files.js';

const COLUMNS = 1500;
const { schema } = assignIds(
  Array.from({ length: COLUMNS }, (_, at) => ({ name: `c${at}`, type: 'string' as const })),
  ['c0'],
);
const spec = bindSpec(UNPARTITIONED, [schema]);

/** A file of the columns of a site with 700 custom fields, of which this share has values. */
function entry(at: number, filled: number): ManifestEntry {
  const all = <T>(columns: number, value: T) => new Map(Array.from({ length: columns }, (_, id) => [id + 1, value]));
  const counts = { columnSizes: all(COLUMNS, 40), valueCounts: all(COLUMNS, 9), nullCounts: all(COLUMNS, 9) };
  const bounds = all(COLUMNS * filled, Buffer.from('a'));
  const file = { ...dataFile(`/${at}`), ...counts, lowerBounds: bounds, upperBounds: bounds };
  return { status: STATUS.added, snapshotId: 7n, sequenceNumber: null, fileSequenceNumber: null, file };
}

/** The one block of a manifest, unpacked. */
function blockOf(manifest: Uint8Array): Buffer {
  const bytes = Buffer.from(manifest);
  const mark = bytes.subarray(-16);
  let at = bytes.indexOf(mark) + mark.length;
  // Its number of records and its length come first.
  for (let number = 0; number < 2; number++) while (((bytes[at++] ?? 0) & 0x80) !== 0);
  return inflateRawSync(bytes.subarray(at, -16));
}

test.each([
  0, 0.1, 1,
])('as many files of wide rows as a reader takes lie in one, when this share of columns has values: %s', (filled) => {
  const entries = Array.from({ length: 12 }, (_, at) => entry(at, filled));
  const most = 60_000;
  const parts = [...readable(entries, most)];
  expect(parts.flat()).toEqual(entries);
  expect(parts.length).toBeGreaterThan(1);
  for (const some of parts) {
    const manifest = encodeManifest({ content: 'data', schema, spec }, some);
    const check = blockCheck(manifestEntryWritten(partitionType(spec)), most);
    expect(() => check(blockOf(manifest), some.length)).not.toThrow();
  }
});

test('one file is written whatever its size, and usual ones stay together', () => {
  expect([...readable([entry(1, 1), entry(2, 1)], 1)].map((some) => some.length)).toEqual([1, 1]);
  const usual = Array.from({ length: 5000 }, (_, at) => ({ ...entry(at, 0), file: dataFile(`/${at}`) }));
  expect([...readable(usual)]).toHaveLength(1);
  expect(LIMITS.manifestValues).toBeLessThan(10_000_000);
});
