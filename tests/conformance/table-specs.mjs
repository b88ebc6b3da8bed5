// The tables of the conformance run: their columns, and how their rows are made.

export const types = {
  namespace: 'acme',
  name: 'types',
  doc: 'Every type.',
  mode: 'merge',
  primaryKey: ['id', 'part'],
  columns: [
    { name: 'id', type: 'string', doc: 'First half of the key.' },
    { name: 'part', type: 'long', doc: 'Second half of the key.' },
    { name: 'flag', type: 'boolean' },
    { name: 'small', type: 'int' },
    { name: 'big', type: 'long' },
    { name: 'real', type: 'double' },
    { name: 'day', type: 'date' },
    { name: 'instant', type: 'timestamptz', doc: 'A point in time, “UTC”.' },
    { name: 'labels', type: { list: 'string' } },
    {
      name: 'owner',
      type: {
        struct: [
          { name: 'id', type: 'string', doc: 'Account id.' },
          { name: 'name', type: 'string' },
        ],
      },
    },
    {
      name: 'versions',
      type: {
        list: {
          struct: [
            { name: 'id', type: 'string' },
            { name: 'at', type: 'timestamptz' },
            { name: 'ns', type: { list: 'long' } },
          ],
        },
      },
    },
  ],
};

export const typesRows = [
  {
    id: 'full',
    part: 9223372036854775807n,
    flag: true,
    small: -2147483648,
    big: -9223372036854775808n,
    real: -0.1,
    day: '1969-12-31',
    instant: '2025-01-01T10:00:00.123456Z',
    labels: ['a', null, '🚀 "x"'],
    owner: { id: 'o', name: null },
    versions: [{ id: 'v', at: '1969-12-31T23:59:59.999999Z', ns: [1, null] }, null],
    _extra: '{"more":1}',
  },
  { id: 'empty', part: 0n, labels: [], owner: {}, versions: [] },
  { id: 'nulls', part: 1n },
];

const ID = { name: 'id', type: 'string' };
const INSTANT = { name: 'instant', type: 'timestamptz' };

export const history = {
  namespace: 'acme',
  name: 'history',
  doc: 'Inserts, updates, deletions.',
  mode: 'merge',
  primaryKey: ['id'],
  columns: [ID, { name: 'number', type: 'int' }, INSTANT, { name: 'owner', type: { struct: [ID] } }],
};

/** As `history`, with a column and a member more and an int grown to long. */
export const wider = {
  ...history,
  columns: [
    ID,
    { name: 'number', type: 'long' },
    INSTANT,
    { name: 'owner', type: { struct: [ID, { name: 'age', type: 'long' }] } },
    { name: 'added', type: 'string', doc: 'Came later.' },
  ],
};

export const keyOf = (number) => `key-with-a-long-prefix-${String(number).padStart(6, '0')}`;

/** A row of `history`. */
export const row = (number, more = {}) => ({
  id: keyOf(number),
  number,
  instant: new Date(Date.UTC(2025, 0, 1) + number * 1000).toISOString(),
  owner: { id: `o${number}` },
  ...more,
});

export const rows = (from, to, more) => Array.from({ length: to - from }, (_, index) => row(from + index, more));

/** A table that pyiceberg will partition, and its rows: three projects over four months. */
export const partitioned = { ...wider, columns: [...wider.columns, { name: 'project', type: 'string' }] };
export const partitionedRow = (number, more = {}) =>
  row(number, {
    project: `P${number % 3}`,
    instant: new Date(Date.UTC(2024, 10 + (number % 4), 1)).toISOString(),
    ...more,
  });

/** Texts and numbers at which bounds go wrong: cut inside an emoji, no higher code point, two zeros, the ends of the calendar. */
export const edges = {
  namespace: 'acme',
  name: 'edges',
  doc: 'Värden med "citat", \\ och 🚀.',
  mode: 'merge',
  primaryKey: ['id'],
  columns: [
    { name: 'id', type: 'long', doc: 'Schlüssel: „äöü“, \'einfach\', "doppelt", \\, 🚀 and\na line end.' },
    { name: 'text', type: 'string' },
    { name: 'real', type: 'double' },
    { name: 'day', type: 'date' },
    { name: 'instant', type: 'timestamptz' },
    { name: 'select', type: 'string', doc: 'A reserved word as name.' },
    {
      name: 'deep',
      type: {
        struct: [
          {
            name: 'inner',
            type: {
              struct: [
                { name: 'leaf', type: 'string' },
                { name: 'flag', type: 'boolean' },
              ],
            },
          },
          { name: 'tags', type: { list: { list: 'string' } } },
        ],
      },
    },
    { name: 'always_null', type: { list: { struct: [{ name: 'a', type: 'double' }] } } },
    ...Array.from({ length: 200 }, (_, index) => ({ name: `empty_${index}`, type: index % 2 ? 'string' : 'double' })),
  ],
};

/** One file each: the bounds of every one of them are the value itself. */
export const edgesFiles = [
  [{ id: 1, text: '', real: 0, day: '0001-01-01', instant: '0001-01-01T00:00:00Z', select: "it's" }],
  [{ id: 2, text: `${'x'.repeat(15)}🚀🚀`, real: -0, day: '9999-12-31', instant: '9999-12-31T23:59:59.999999Z' }],
  [{ id: 3, text: '\u{10ffff}'.repeat(20), real: 1.7976931348623157e308, day: '1970-01-01' }],
  [{ id: 4, text: `${'x'.repeat(15)}\ud7ff more`, real: -5e-324, instant: '1970-01-01T00:00:00Z' }],
  [{ id: 5, text: 'ä'.repeat(300), real: 0.1, select: '"double"; -- \\ \n 🚀' }],
  [{ id: 6, deep: { inner: { leaf: 'Blatt 🍃', flag: false }, tags: [['a'], [], null, ['b', null]] } }],
  [{ id: 7, deep: { inner: null, tags: null } }],
];

/** As `edges`, grown at every depth: a member of a struct in a struct, a column of struct in list. */
export const edgesGrown = {
  ...edges,
  columns: [
    ...edges.columns.map((column) => (column.name === 'deep' ? { ...column, type: grownDeep(column.type) } : column)),
    {
      name: 'later',
      type: {
        list: {
          struct: [
            { name: 'id', type: 'string' },
            { name: 'at', type: 'date' },
          ],
        },
      },
    },
  ],
};

function grownDeep({ struct }) {
  const grown = struct.map((member) =>
    member.name === 'inner'
      ? { ...member, type: { struct: [...member.type.struct, { name: 'twig', type: 'int' }] } }
      : member,
  );
  return { struct: grown };
}
