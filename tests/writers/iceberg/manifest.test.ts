import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { avroType, decodeContainer, encodeContainer } from '../../../src/writers/iceberg/avro-container.js';
import { decodeManifest, encodeManifest, type ManifestEntry, STATUS } from '../../../src/writers/iceberg/manifest.js';
import {
  decodeManifestList,
  encodeManifestList,
  liveFiles,
  type ManifestRow,
  manifestRow,
} from '../../../src/writers/iceberg/manifest-list.js';
import { MANIFEST_FILE, manifestEntryWritten } from '../../../src/writers/iceberg/manifest-schema.js';
import type { DataFile, PrimitiveType } from '../../../src/writers/iceberg/model.js';
import { partitionType } from '../../../src/writers/iceberg/partition-record.js';
import { bindSpec, UNPARTITIONED } from '../../../src/writers/iceberg/partitions.js';
import { assignIds } from '../../../src/writers/iceberg/schema.js';
import { dataFile } from './files.js';

const TYPES = ['string', 'boolean', 'int', 'long', 'double', 'date', 'timestamptz'] as const;
const { schema } = assignIds(
  TYPES.map((type) => ({ name: type, type })),
  ['string'],
);
/** A field for each type, of names that Avro does not know. */
const spec = bindSpec(
  {
    specId: 3,
    fields: schema.fields.map(({ id, name }) => ({
      id: 1000 + id,
      name: `1. ${name}`,
      sourceId: id,
      transform: 'identity',
    })),
  },
  [schema],
);
const none = { schema, spec: bindSpec(UNPARTITIONED, [schema]) };
const MANIFEST_ENTRY = manifestEntryWritten(partitionType(none.spec));

const VALUES: Readonly<
  Record<(typeof TYPES)[number] & PrimitiveType, fc.Arbitrary<string | number | bigint | boolean>>
> = {
  string: fc.string({ unit: 'binary' }),
  boolean: fc.boolean(),
  int: fc.integer(),
  long: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  double: fc.double({ noNaN: true }),
  date: fc.integer(),
  timestamptz: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
};
const anyPartition = fc.tuple(...TYPES.map((type) => fc.option(VALUES[type]))).map((values) => ({
  specId: spec.specId,
  values: new Map(spec.fields.flatMap(({ id }, at) => (values[at] == null ? [] : [[id, values[at]] as const]))),
}));

const counts = fc.array(fc.tuple(fc.nat(), fc.nat())).map((pairs) => new Map(pairs));
const bounds = fc.array(fc.tuple(fc.nat(), fc.uint8Array())).map((pairs) => new Map(pairs));
const number = fc.maxSafeNat();
const anyFile: fc.Arbitrary<DataFile> = fc.record({
  content: fc.constantFrom('data', 'position-deletes'),
  location: fc.string({ unit: 'grapheme' }),
  partition: anyPartition,
  records: number,
  bytes: number,
  columnSizes: counts,
  valueCounts: counts,
  nullCounts: counts,
  nanCounts: counts,
  lowerBounds: bounds,
  upperBounds: bounds,
  splitOffsets: fc.option(fc.array(number)),
  sortOrderId: fc.option(fc.nat()),
  referencedDataFile: fc.option(fc.string()),
});
const snapshotId = fc.bigInt({ min: 1n, max: 2n ** 63n - 1n });
const anyEntry: fc.Arbitrary<ManifestEntry> = fc.record({
  status: fc.constantFrom(STATUS.existing, STATUS.added, STATUS.deleted),
  snapshotId: fc.option(snapshotId),
  sequenceNumber: fc.option(number),
  fileSequenceNumber: fc.option(number),
  file: anyFile,
});
const anyBound = fc.option(fc.uint8Array().map((bytes) => Buffer.from(bytes)));
const anySummary = fc.record({
  containsNull: fc.boolean(),
  containsNan: fc.option(fc.boolean()),
  lower: anyBound,
  upper: anyBound,
});
const tally = fc.record({ files: fc.nat(), rows: number });
const anyRow: fc.Arbitrary<ManifestRow> = fc.record({
  location: fc.string(),
  bytes: number,
  content: fc.constantFrom('data', 'deletes'),
  specId: fc.nat(),
  partitions: fc.option(fc.array(anySummary)),
  sequenceNumber: number,
  minSequenceNumber: number,
  addedSnapshotId: snapshotId,
  added: tally,
  existing: tally,
  deleted: tally,
});

function headerOf(bytes: Uint8Array, of: typeof MANIFEST_ENTRY): Record<string, string> {
  return Object.fromEntries(decodeContainer(bytes, () => avroType(of), 'test').header);
}

describe('manifests', () => {
  it('survive a round trip with 63-bit snapshot ids that a number would corrupt, and partitions of every type', () => {
    fc.assert(
      fc.property(fc.array(anyEntry, { maxLength: 5 }), (entries) => {
        expect(decodeManifest(encodeManifest({ content: 'data', schema, spec }, entries), 'test')).toEqual(entries);
      }),
    );
  });

  it('are read when a partition field is called what Avro knows no name for, as others write it', () => {
    const partition = partitionType({ ...spec, fields: spec.fields.slice(0, 1) });
    const foreign = JSON.parse(JSON.stringify(manifestEntryWritten(partition)).replaceAll('_1_x2E_x20string', 'größe'));
    const entry = { status: STATUS.added, snapshotId: 1n, sequenceNumber: 1, fileSequenceNumber: 1 };
    const [raw] = decodeContainer(
      encodeManifest({ content: 'data', ...none }, [{ ...entry, file: dataFile('/a') }]),
      () => avroType(MANIFEST_ENTRY),
      'test',
    ).records as { data_file: object }[];
    const record = { ...raw, data_file: { ...raw?.data_file, partition: { gr_xF6_xDFe: 'value' } } };
    const bytes = encodeContainer(foreign, avroType(foreign), { 'partition-spec-id': '3' }, [record]);
    expect(bytes.toString()).toContain('größe');
    const [read] = decodeManifest(bytes, 'foreign');
    expect(read?.file.partition).toEqual({ specId: 3, values: new Map([[1001, 'value']]) });
  });

  it('carry the header keys that Snowflake needs, with the partition spec as a list of fields', () => {
    const header = headerOf(encodeManifest({ content: 'deletes', ...none }, []), MANIFEST_ENTRY);
    expect(Object.keys(header).sort()).toEqual([
      'avro.codec',
      'avro.schema',
      'content',
      'format-version',
      'partition-spec',
      'partition-spec-id',
      'schema',
      'schema-id',
    ]);
    expect(header).toMatchObject({
      content: 'deletes',
      'partition-spec': '[]',
      'format-version': '2',
      'schema-id': '0',
    });
    expect(JSON.parse(header.schema ?? '')).toMatchObject({ type: 'struct', 'identifier-field-ids': [1] });
  });

  it('keep field ids and map record names in the header, without which readers see nothing', () => {
    const text = headerOf(encodeManifest({ content: 'data', ...none }, []), MANIFEST_ENTRY)['avro.schema'] ?? '';
    for (const name of ['k117_v118', 'k119_v120', 'k121_v122', 'k138_v139', 'k126_v127', 'k129_v130']) {
      expect(text).toContain(`"name":"${name}"`);
    }
    const ids = Array.from(text.matchAll(/"(?:field|element)-id":(\d+)/g), ([, id]) => Number(id));
    expect(ids).toEqual(
      expect.arrayContaining([0, 1, 2, 3, 4, 100, 101, 102, 103, 104, 108, 125, 131, 133, 134, 136, 140]),
    );
  });

  it('are refused when cut at any byte, and never read as fewer files', () => {
    const entry = {
      status: STATUS.added,
      snapshotId: 1n,
      sequenceNumber: null,
      fileSequenceNumber: null,
      file: dataFile('/a'),
    };
    const bytes = encodeManifest({ content: 'data', ...none }, [entry]);
    const headerOnly = encodeManifest({ content: 'data', ...none }, []).length;
    for (let length = 0; length < bytes.length; length++) {
      // A file cut exactly behind its header is a whole Avro file without records: its size in the list tells.
      if (length === headerOnly) continue;
      expect(() => decodeManifest(bytes.subarray(0, length), 'cut')).toThrow('cut is not a whole Avro file');
    }
  });

  it('with equality deletes are refused: this writer would bring dead rows back to life', () => {
    const raw = decodeContainer(
      encodeManifest({ content: 'deletes', ...none }, [
        { status: STATUS.added, snapshotId: 1n, sequenceNumber: 1, fileSequenceNumber: 1, file: dataFile('/a') },
      ]),
      () => avroType(MANIFEST_ENTRY),
      'test',
    ).records as { data_file: { content: number } }[];
    for (const entry of raw) entry.data_file.content = 2;
    const bytes = encodeContainer(MANIFEST_ENTRY, avroType(MANIFEST_ENTRY), {}, raw);
    expect(() => decodeManifest(bytes, 'foreign')).toThrow('foreign lists a file of content 2 (equality deletes)');
  });
});

describe('manifest lists', () => {
  it('survive a round trip', () => {
    fc.assert(
      fc.property(fc.array(anyRow, { maxLength: 5 }), (rows) => {
        const of = { snapshotId: 2n ** 62n, parentId: null, sequenceNumber: 3 };
        expect(decodeManifestList(encodeManifestList(of, rows), 'test')).toEqual(rows);
      }),
    );
  });

  it('name snapshot, parent and sequence number in the header', () => {
    const of = { snapshotId: 2n ** 62n + 1n, parentId: 7n, sequenceNumber: 3 };
    expect(headerOf(encodeManifestList(of, []), MANIFEST_FILE)).toMatchObject({
      'snapshot-id': '4611686018427387905',
      'parent-snapshot-id': '7',
      'sequence-number': '3',
      'format-version': '2',
    });
    expect(headerOf(encodeManifestList({ ...of, parentId: null }, []), MANIFEST_FILE)['parent-snapshot-id']).toBe(
      'null',
    );
  });

  it('count entries by status and pass their numbers on to entries that have none', () => {
    const entry = { status: STATUS.added, snapshotId: null, sequenceNumber: null, fileSequenceNumber: null };
    const entries: ManifestEntry[] = [
      { ...entry, file: dataFile('/added', 3) },
      {
        ...entry,
        status: STATUS.existing,
        snapshotId: 2n,
        sequenceNumber: 4,
        fileSequenceNumber: 4,
        file: dataFile('/kept', 5),
      },
      {
        ...entry,
        status: STATUS.deleted,
        snapshotId: 9n,
        sequenceNumber: 1,
        fileSequenceNumber: 1,
        file: dataFile('/gone', 7),
      },
    ];
    const row = manifestRow(
      { location: '/m', bytes: 1, content: 'data', sequenceNumber: 8, addedSnapshotId: 9n },
      none.spec,
      entries,
    );
    expect(row).toMatchObject({
      added: { files: 1, rows: 3 },
      existing: { files: 1, rows: 5 },
      deleted: { files: 1, rows: 7 },
      minSequenceNumber: 4,
    });
    expect(liveFiles(row, entries)).toMatchObject([
      { location: '/added', sequenceNumber: 8, fileSequenceNumber: 8, snapshotId: '9' },
      { location: '/kept', sequenceNumber: 4, fileSequenceNumber: 4, snapshotId: '2' },
    ]);
  });
});
