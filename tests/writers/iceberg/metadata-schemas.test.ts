/** A schema that files or the history need must not go with those that nobody does. */
import { expect, test } from 'vitest';
import { parseMetadata } from '../../../src/writers/iceberg/metadata.js';
import { withoutUnusedSchemas } from '../../../src/writers/iceberg/unused-schemas.js';

const schema = (id: number, ...columns: readonly number[]) => ({
  ...{ type: 'struct', 'schema-id': id },
  fields: columns.map((column) => ({ id: column, name: `c${column}`, required: false, type: 'string' })),
});
const snapshot = (id: number, schemaId?: number) => ({
  ...{ 'snapshot-id': id, 'sequence-number': id, 'timestamp-ms': id, 'manifest-list': '/l', summary: {} },
  ...(schemaId === undefined ? {} : { 'schema-id': schemaId }),
});
const spec = (id: number, column: number) => ({
  'spec-id': id,
  fields: [{ name: 'p', transform: 'identity', 'field-id': 1000 + id, 'source-id': column }],
});

function keptOf(parts: Readonly<Record<string, unknown>>): readonly number[] {
  const table = {
    ...{ 'format-version': 2, 'table-uuid': 'u', location: '/t', 'last-sequence-number': 9, 'last-updated-ms': 1 },
    ...{ 'last-column-id': 9, 'partition-specs': [{ 'spec-id': 0, fields: [] }], 'current-snapshot-id': 9 },
    ...{ snapshots: [snapshot(9, 3)], refs: {}, 'current-schema-id': 3 },
    schemas: [schema(0, 1), schema(1, 1, 2), schema(2, 1, 2, 3), schema(3, 1, 3), schema(4, 1, 4)],
    ...parts,
  };
  const { schemas } = withoutUnusedSchemas(parseMetadata(Buffer.from(JSON.stringify(table)), '/t'));
  return schemas.map((one) => one['schema-id']);
}

test('the present one stays, and the one with the highest number, which no other may get', () =>
  expect(keptOf({})).toEqual([3, 4]));

test('those of snapshots stay; a snapshot of another program may name none', () =>
  expect(keptOf({ snapshots: [snapshot(7, 0), snapshot(8), snapshot(9, 3)] })).toEqual([0, 3, 4]));

test('a column that files were divided by and that is gone is found in the newest schema that had it', () =>
  expect(keptOf({ 'partition-specs': [spec(0, 2), spec(1, 1)] })).toEqual([2, 3, 4]));
