// Writes the tables that read_tables.py expects: every type, updates, deletions, several snapshots, a wider schema.
import { openWarehouse } from '../../dist/src/writers/warehouse.js';

const root = process.argv[2];
const times = ['2025-01-01', '2025-01-02', '2025-01-03', '2025-01-04', '2025-01-05', '2025-01-06', '2025-01-07'];
let commits = 0;
const now = () => new Date(`${times[Math.min(commits, times.length - 1)]}T00:00:00Z`);

async function withTable(spec, work) {
  const writer = await openWarehouse({ root, runId: `run-${spec.name}`, now });
  const table = await writer.open(spec);
  await work(table, async (state) => {
    const done = await table.commit({ state, runId: `run-${spec.name}`, batch: commits + 1 });
    commits += 1;
    return done;
  });
  await writer.close();
}

const types = {
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

commits = 0;
await withTable(types, async (table, commit) => {
  await table.write([
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
  ]);
  await commit({ cursor: 'é' });
});

const history = {
  namespace: 'acme',
  name: 'history',
  doc: 'Inserts, updates, deletions.',
  mode: 'merge',
  primaryKey: ['id'],
  columns: [
    { name: 'id', type: 'string' },
    { name: 'number', type: 'int' },
    { name: 'instant', type: 'timestamptz' },
    { name: 'owner', type: { struct: [{ name: 'id', type: 'string' }] } },
  ],
};
const row = (number, more = {}) => ({
  id: `key-with-a-long-prefix-${String(number).padStart(6, '0')}`,
  number,
  instant: new Date(Date.UTC(2025, 0, 1) + number * 1000).toISOString(),
  owner: { id: `o${number}` },
  ...more,
});
const rows = (from, to, more) => Array.from({ length: to - from }, (_, index) => row(from + index, more));

commits = 0;
await withTable(history, async (table, commit) => {
  for (let from = 0; from < 5000; from += 1000) {
    await table.write(rows(from, from + 1000));
    await commit({ upTo: from + 1000 });
  }
  await table.write([...rows(990, 1010, { number: -1 }), ...rows(5000, 5010)]);
  table.mark({ reason: 'vanished', where: { column: 'id', in: [row(0).id, row(4999).id] }, spareBatch: true });
  await commit({ upTo: 5010 });
});
const wider = {
  ...history,
  columns: [
    { name: 'id', type: 'string' },
    { name: 'number', type: 'long' },
    { name: 'instant', type: 'timestamptz' },
    {
      name: 'owner',
      type: {
        struct: [
          { name: 'id', type: 'string' },
          { name: 'age', type: 'long' },
        ],
      },
    },
    { name: 'added', type: 'string', doc: 'Came later.' },
  ],
};
await withTable(wider, async (table, commit) => {
  await table.write([row(2000, { number: 2n ** 40n, owner: { id: 'o', age: 7 }, added: 'x' })]);
  await commit({ upTo: 5011 });
  await commit({ upTo: 5012 });
});

commits = 0;
await withTable({ ...history, name: 'small', doc: 'Rewritten at each change.' }, async (table, commit) => {
  await table.write(rows(0, 10));
  await commit(1);
  await table.write(rows(5, 15, { number: 7 }));
  await commit(2);
});

commits = 0;
await withTable(
  { ...history, name: 'log', doc: 'Only grows.', mode: 'append', primaryKey: [] },
  async (table, commit) => {
    await table.write([row(1), row(1)]);
    await commit(1);
    await table.write([row(1)]);
    await commit(2);
  },
);

commits = 0;
await withTable({ ...history, name: 'nothing', doc: 'A table without rows.' }, (_, commit) => commit(null));
