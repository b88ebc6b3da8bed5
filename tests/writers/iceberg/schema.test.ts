import { describe, expect, it } from 'vitest';
import type { Column } from '../../../src/contract/table.js';
import { assignIds, evolveSchema, highestId } from '../../../src/writers/iceberg/schema.js';
import { schemaFromJson, schemaToJson } from '../../../src/writers/iceberg/schema-json.js';

const COLUMNS: readonly Column[] = [
  { name: 'id', type: 'string', doc: 'The id.' },
  {
    name: 'status',
    type: {
      struct: [
        { name: 'id', type: 'string' },
        { name: 'rank', type: 'int', doc: 'Order.' },
      ],
    },
  },
  { name: 'labels', type: { list: 'string' } },
  { name: 'versions', type: { list: { struct: [{ name: 'name', type: 'string' }] } } },
  { name: 'seconds', type: 'int' },
];

describe('assignIds', () => {
  it('counts ids over members and elements, so that no later column gets one of theirs', () => {
    const { schema, lastColumnId } = assignIds(COLUMNS, ['id']);
    expect(schema.fields.map((field) => field.id)).toEqual([1, 2, 3, 4, 5]);
    expect(lastColumnId).toBe(10);
    expect(highestId(schema.fields)).toBe(10);
  });

  it('makes key columns required, and no other, because identifier fields must be', () => {
    const { schema } = assignIds(COLUMNS, ['id']);
    expect(schema.identifierFieldIds).toEqual([1]);
    expect(schema.fields.filter((field) => field.required).map((field) => field.name)).toEqual(['id']);
  });

  it.each([
    ['a struct', 'status'],
    ['a list', 'labels'],
    ['a column that is not there', 'ghost'],
  ])('refuses %s as key instead of making a table no reader can merge', (_, key) => {
    expect(() => assignIds(COLUMNS, [key])).toThrow(/Primary key .* cannot be a key/);
  });

  it('refuses names that differ only in case, at every level, because Snowflake and DuckDB take them for one', () => {
    const twins = [
      { name: 'id', type: 'string' },
      { name: 'ID', type: 'string' },
    ] as const;
    expect(() => assignIds(twins, [])).toThrow('Columns id and ID have the same name');
    expect(() => assignIds([{ name: 's', type: { struct: twins } }], [])).toThrow('Columns id and ID');
  });
});

describe('schema JSON', () => {
  it('keeps ids, docs, nesting and identifier fields on the way there and back', () => {
    const { schema } = assignIds(COLUMNS, ['id']);
    expect(schemaFromJson(JSON.parse(JSON.stringify(schemaToJson(schema))))).toEqual(schema);
  });

  it('refuses a type it cannot write rather than dropping the column', () => {
    const field = { id: 1, name: 'price', required: false, type: 'decimal(9,2)' };
    expect(() => schemaFromJson({ type: 'struct', fields: [field] })).toThrow(/column price has type "decimal\(9,2\)"/);
  });
});

describe('evolveSchema', () => {
  const { schema: old, lastColumnId } = assignIds(COLUMNS, ['id']);

  it('returns the same schema when nothing is new, so that no commit is made for nothing', () => {
    expect(evolveSchema(old, COLUMNS, lastColumnId)).toEqual({
      ...{ schema: old, lastColumnId, changed: false },
      conflicts: [],
    });
  });

  it('adds columns and struct members under new ids and keeps every old id', () => {
    const grown = evolveSchema(old, [
      ...COLUMNS.filter(({ name }) => name !== 'status'),
      { name: 'status', type: { struct: [{ name: 'name', type: 'string' }] } },
      { name: 'added', type: { list: 'long' } },
    ]);
    expect(grown.changed).toBe(true);
    expect(grown.schema.fields.slice(2, 5)).toEqual(old.fields.slice(2, 5));
    const members = grown.schema.fields[1]?.type;
    expect(members).toMatchObject({ fields: [{ id: 6 }, { id: 7, name: 'rank' }, { id: 11, name: 'name' }] });
    expect(grown.schema.fields[5]).toMatchObject({ id: 12, required: false, type: { kind: 'list', elementId: 13 } });
    expect(grown.lastColumnId).toBe(13);
  });

  it('never gives the id of a column that another tool has dropped', () => {
    const grown = evolveSchema(old, [...COLUMNS, { name: 'added', type: 'string' }], 20);
    expect(grown.schema.fields.at(-1)?.id).toBe(21);
  });

  it('keeps a column that is no longer declared: its old rows stay readable', () => {
    const grown = evolveSchema(old, COLUMNS.slice(0, 2));
    expect(grown.changed).toBe(false);
    expect(grown.schema.fields).toHaveLength(5);
  });

  it('widens int to long, and does not narrow it back', () => {
    const long = COLUMNS.map((column) => (column.name === 'seconds' ? ({ ...column, type: 'long' } as const) : column));
    const widened = evolveSchema(old, long);
    expect(widened.schema.fields[4]).toMatchObject({ id: 5, type: 'long' });
    expect(evolveSchema(widened.schema, COLUMNS).changed).toBe(false);
  });

  it('carries a changed description into the table', () => {
    const grown = evolveSchema(old, [{ name: 'id', type: 'string', doc: 'Another.' }, ...COLUMNS.slice(1)]);
    expect(grown.schema.fields[0]?.doc).toBe('Another.');
    expect(grown.lastColumnId).toBe(lastColumnId);
  });

  it('widens float to double, which only other tools declare', () => {
    const fields = old.fields.map((field) =>
      field.name === 'seconds' ? ({ ...field, type: 'float' } as const) : field,
    );
    const stored = { ...old, fields };
    expect(schemaFromJson(schemaToJson(stored))).toEqual(stored);
    const grown = evolveSchema(stored, [{ name: 'seconds', type: 'double' }]);
    expect(grown.schema.fields[4]).toMatchObject({ id: 5, type: 'double' });
    expect(grown.conflicts).toEqual([]);
  });

  it.each([
    ['seconds', { name: 'seconds', type: 'string' }, 'seconds is int in the table but declared string'],
    ['labels', { name: 'labels', type: 'string' }, 'labels is list in the table but declared string'],
    [
      'status',
      {
        name: 'status',
        type: {
          struct: [
            { name: 'added', type: 'string' },
            { name: 'rank', type: 'double' },
          ],
        },
      },
      'status.rank is int in the table but declared double',
    ],
    [
      'versions',
      { name: 'versions', type: { list: { struct: [{ name: 'name', type: 'long' }] } } },
      'versions.element.name is string in the table but declared long',
    ],
  ] as const)('keeps the type of %s in place and tells the conflict, because old files hold the old one', (column, declared, what) => {
    const grown = evolveSchema(old, [declared], lastColumnId);
    expect(grown).toEqual({ schema: old, lastColumnId, changed: false, conflicts: [{ column, what }] });
  });
});
