/** The reader of manifests: whatever a file holds, it is a list of entries or an error that names the file. */
import fc from 'fast-check';
import { expect } from 'vitest';
import { ConnectorError } from '../../src/core/errors.js';
import { avroType, encodeContainer } from '../../src/writers/iceberg/avro-container.js';
import { decodeManifest, encodeManifest, STATUS } from '../../src/writers/iceberg/manifest.js';
import { decodeManifestList } from '../../src/writers/iceberg/manifest-list.js';
import { MANIFEST_FILE, manifestEntryWritten } from '../../src/writers/iceberg/manifest-schema.js';
import { partitionType } from '../../src/writers/iceberg/partition-record.js';
import { bindSpec } from '../../src/writers/iceberg/partitions.js';
import { assignIds } from '../../src/writers/iceberg/schema.js';
import { dataFile } from '../writers/iceberg/files.js';
import { fuzz } from './fuzz.js';

const { schema } = assignIds([{ name: 'id', type: 'string' }], ['id']);
const entry = { status: STATUS.added, snapshotId: 7n, sequenceNumber: 1, fileSequenceNumber: 1 };
const fields = [{ id: 1000, name: 'id', sourceId: 1, transform: 'truncate[3]' }];
const spec = bindSpec({ specId: 0, fields }, [schema]);
const MANIFEST_ENTRY = manifestEntryWritten(partitionType(spec));
const WHOLE = encodeManifest({ content: 'data', schema, spec }, [
  { ...entry, file: dataFile('/lake/acme/items/data/a.parquet') },
  { ...entry, status: STATUS.deleted, file: dataFile('/lake/acme/items/data/b.parquet') },
]);

/** Bytes overwritten, left out or put in. */
const changes = fc.array(
  fc.record({ at: fc.nat({ max: WHOLE.length }), cut: fc.nat({ max: 8 }), put: fc.uint8Array({ maxLength: 8 }) }),
  { minLength: 1, maxLength: 5 },
);

const changed = (bytes: Uint8Array, list: readonly { at: number; cut: number; put: Uint8Array }[]) =>
  list.reduce<Uint8Array>(
    (rest, { at, cut, put }) => Buffer.concat([rest.subarray(0, at), put, rest.subarray(at + cut)]),
    bytes,
  );

function read(bytes: Uint8Array): void {
  for (const decode of [decodeManifest, decodeManifestList]) {
    try {
      expect(decode(bytes, 's3://lake/m.avro')).toBeInstanceOf(Array);
    } catch (error) {
      expect(error).toBeInstanceOf(ConnectorError);
      expect(error).toMatchObject({ kind: 'failed', message: expect.stringContaining('s3://lake/m.avro') });
    }
  }
}

fuzz('Avro: any bytes are entries or an error that names the file', 300, fc.uint8Array({ maxLength: 300 }), read);

fuzz('Avro: a damaged manifest is entries or an error that names the file', 1000, changes, (list) =>
  read(changed(WHOLE, list)),
);

const primitive = fc.constantFrom('null', 'boolean', 'int', 'long', 'float', 'double', 'bytes', 'string');
const field = fc.record({
  name: fc.constantFrom('status', 'snapshot_id', 'data_file', 'manifest_path', 'manifest_length', 'content', 'x'),
  type: fc.oneof(
    primitive,
    primitive.map((type) => ['null', type]),
    primitive.map((items) => ({ type: 'array', items })),
    fc.constantFrom({ type: 'record', name: 'r2', fields: [] }, 'manifest_entry', { type: 'nothing' }, {}),
  ),
});
const foreignSchema = fc.uniqueArray(field, { selector: ({ name }) => name, maxLength: 7 }).map((fields) => ({
  type: 'record',
  name: 'manifest_entry',
  fields,
}));
const number = (value: bigint) => {
  const bytes: number[] = [];
  let rest = value * 2n;
  for (; rest > 0x7fn; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
  return Buffer.from([...bytes, Number(rest)]);
};
const text = (value: string) => Buffer.concat([number(BigInt(Buffer.byteLength(value))), Buffer.from(value)]);

/** A file of one block, which may say anything of itself. */
function container(schema: object, records: bigint, block: Uint8Array): Uint8Array {
  const header = [text('avro.schema'), text(JSON.stringify(schema)), text('avro.codec'), text('null')];
  const sync = Buffer.alloc(16);
  const size = number(BigInt(block.length));
  return Buffer.concat([
    Buffer.from('Obj\x01', 'latin1'),
    number(2n),
    ...header,
    number(0n),
    sync,
    number(records),
    size,
    block,
    sync,
  ]);
}

const weightless = fc.constantFrom<unknown>(
  { type: 'array', items: 'null' },
  { type: 'array', items: { type: 'record', name: 'empty', fields: [] } },
  { type: 'array', items: { type: 'record', name: 'outer', fields: [{ name: 'a', type: { type: 'null' } }] } },
  { type: 'array', items: { type: 'fixed', name: 'none', size: 0 } },
  { type: 'map', values: 'null' },
  'null',
);
const fieldsOf = (schema: unknown): readonly unknown[] => Object(schema).fields;
const count = fc.oneof(fc.bigInt({ min: 0n, max: 3n }), fc.bigInt({ min: 0n, max: 2n ** 60n }));

fuzz(
  'Avro: no block keeps the reader busy with lists that are longer than it',
  500,
  fc.tuple(fc.constantFrom(MANIFEST_ENTRY, MANIFEST_FILE), weightless, count, count, fc.uint8Array({ maxLength: 20 })),
  ([known, type, records, items, rest]) => {
    const fields = [{ name: 'foreign', type }, ...fieldsOf(known)];
    read(container({ ...Object(known), fields }, records, Buffer.concat([number(items), number(0n), rest])));
  },
);

const NULL = avroType('null');
const withSchema = (text: string, records: number) =>
  encodeContainer(
    'null',
    NULL,
    { 'avro.schema': text },
    Array.from({ length: records }, () => null),
  );

fuzz(
  "Avro: another writer's schema is understood or refused",
  500,
  fc.tuple(
    fc.oneof(
      foreignSchema.map((one) => JSON.stringify(one)),
      fc.json(),
      fc.string(),
    ),
    fc.nat({ max: 3 }),
  ),
  ([text, records]) => read(withSchema(text, records)),
);
