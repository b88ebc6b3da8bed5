import { expect, test } from 'vitest';
import { parseMetadata, serializeMetadata } from '../../../src/writers/iceberg/metadata.js';

const text = (id: string) =>
  `{"format-version":2,"table-uuid":"u","location":"/t","last-sequence-number":1,"last-updated-ms":1,"last-column-id":1,` +
  `"current-schema-id":0,"schemas":[{"type":"struct","schema-id":0,"fields":[]}],"partition-specs":[{"spec-id":0,"fields":[]}],` +
  `"properties":{"digits":"12345678901234567890"},"current-snapshot-id":${id},"snapshots":[{"snapshot-id":${id},` +
  `"sequence-number":1,"timestamp-ms":1,"manifest-list":"/l","summary":{}}],"refs":{},"theirs":{"number":${id},"list":[null,true,"é"]}}`;

test.each([
  '7',
  '9007199254740991',
  '9007199254740993',
  '9223372036854775807',
])('an id of %s comes out of reading and writing as it was, among the keys we do not know, too', (id) => {
  const metadata = parseMetadata(Buffer.from(text(id)), '/t/metadata/v1.metadata.json');
  expect(metadata['current-snapshot-id']).toBe(BigInt(id));
  const written = Buffer.from(serializeMetadata(metadata)).toString().replaceAll(/\s+/g, '');
  expect(written.split(`:${id},`).length - 1 + (written.split(`:${id}}`).length - 1)).toBe(3);
  expect(written).toContain(`"theirs":{"number":${id},"list":[null,true,"é"]}`);
  expect(parseMetadata(Buffer.from(written), '/t')).toEqual(metadata);
});
