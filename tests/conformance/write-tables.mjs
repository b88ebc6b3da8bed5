// Writes the tables that the readers expect: every type, updates, deletions, many commits, wider schemas, awkward values.
import { openWarehouse } from '../../dist/src/writers/warehouse.js';
import {
  edges,
  edgesFiles,
  edgesGrown,
  history,
  partitioned,
  partitionedRow,
  row,
  rows,
  types,
  typesRows,
  wider,
} from './table-specs.mjs';

const root = process.argv[2];
const DAY = 86_400_000;
let commits = 0;
// The clock moves a day with each commit, and stands still from the seventh on: moments in the metadata must grow all the same.
const now = () => new Date(Date.UTC(2025, 0, 1) + Math.min(commits, 6) * DAY);

async function withTable(spec, work, layout = undefined) {
  const writer = await openWarehouse({ root, runId: `run-${spec.name}`, now, layouts: () => layout });
  const table = await writer.open(spec);
  await work(table, async (state, more = {}) => {
    const done = await table.commit({ state, runId: `run-${spec.name}`, batch: commits + 1, ...more });
    commits += 1;
    return done;
  });
  await writer.close();
}

commits = 0;
await withTable(types, async (table, commit) => {
  await table.write(typesRows);
  await commit({ cursor: 'é' });
});

// Five files of a thousand rows, an update with deletions, a wider schema, and a commit without rows.
const fiveFiles = async (table, commit) => {
  for (let from = 0; from < 5000; from += 1000) {
    await table.write(rows(from, from + 1000));
    await commit({ upTo: from + 1000 });
  }
};
commits = 0;
await withTable(history, async (table, commit) => {
  await fiveFiles(table, commit);
  await table.write([...rows(990, 1010, { number: -1 }), ...rows(5000, 5010)]);
  table.mark({ reason: 'vanished', where: { column: 'id', in: [row(0).id, row(4999).id] }, exceptBatch: true });
  await commit({ upTo: 5010 });
});
await withTable(wider, async (table, commit) => {
  await table.write([row(2000, { number: 2n ** 40n, owner: { id: 'o', age: 7 }, added: 'x' })]);
  await commit({ upTo: 5011 });
  await commit({ upTo: 5012 });
});

// Tables that other tools will write to.
for (const name of ['visited_by_pyiceberg', 'visited_by_spark']) {
  commits = 0;
  await withTable({ ...history, name }, async (table, commit) => {
    await fiveFiles(table, commit);
    await table.write(rows(990, 1010, { number: -1 }));
    await commit({ upTo: 5000 });
  });
}
commits = 0;
await withTable({ ...history, name: 'small_visited_by_pyiceberg' }, async (table, commit) => {
  await table.write(rows(0, 10));
  await commit(1);
});

commits = 0;
await withTable({ ...partitioned, name: 'partitioned_by_pyiceberg' }, async (table, commit) => {
  for (let from = 0; from < 800; from += 200) {
    await table.write(Array.from({ length: 200 }, (_, index) => partitionedRow(from + index)));
    await commit({ upTo: from + 200 });
  }
});

commits = 0;
await withTable({ ...history, name: 'small', doc: 'Rewritten at each change.' }, async (table, commit) => {
  await table.write(rows(0, 10));
  await commit(1);
  await table.write(rows(5, 15, { number: 7 }));
  await commit(2);
});

commits = 0;
const log = { ...history, name: 'log', doc: 'Only grows.', mode: 'append', primaryKey: [] };
await withTable(log, async (table, commit) => {
  await table.write([row(1), row(1)]);
  await commit(1);
  await table.write([row(1)]);
  await commit(2);
});

commits = 0;
await withTable({ ...history, name: 'nothing', doc: 'A table without rows.' }, (_, commit) => commit(null));

// Read as a whole for the first time, under an order and a property that settings give.
commits = 0;
const inOrder = { sort: ['number', 'id'], targetFileSize: 64 * 1024 * 1024, properties: { 'user.team': 'data' } };
await withTable(
  { ...history, name: 'in_order', doc: 'Sorted as settings say.' },
  async (table, commit) => {
    await table.write(rows(0, 500));
    await commit({ upTo: 500 });
    await table.write(rows(500, 1000));
    await commit({ upTo: 1000 }, { firstWhole: true });
  },
  inOrder,
);

// More versions than a metadata log keeps, many manifests, and deletions that reach over many files: the target is so large
// that the writer itself does not make few of them.
commits = 0;
const many = async (table, commit) => {
  for (let number = 0; number < 45; number += 1) {
    await table.write(rows(number * 10, number * 10 + 10));
    if (number === 40) await table.write(Array.from({ length: 30 }, (_, file) => row(file * 10, { number: -1 })));
    if (number === 44) table.mark({ reason: 'vanished', where: { column: 'id', in: [row(7).id] }, exceptBatch: true });
    await commit({ upTo: number });
  }
  for (let number = 45; number < 105; number += 1) await commit({ upTo: number });
};
await withTable({ ...history, name: 'many', doc: 'Many commits.' }, many, { targetFileSize: 1024 ** 3 });

// So many files that the writer itself makes few of them when it is closed.
commits = 0;
await withTable({ ...history, name: 'compacted', doc: 'Compacted by the writer.' }, async (table, commit) => {
  for (let number = 0; number < 60; number += 1) {
    await table.write(rows(number * 10, number * 10 + 10));
    if (number === 55) await table.write(Array.from({ length: 30 }, (_, file) => row(file * 10, { number: -1 })));
    await commit({ upTo: number });
  }
});

commits = 0;
await withTable(edges, async (table, commit) => {
  for (const file of edgesFiles) {
    await table.write(file);
    await commit({ '„ä“': '🚀' });
  }
});
await withTable(edgesGrown, async (table, commit) => {
  await table.write([
    { id: 8, deep: { inner: { leaf: 'l', twig: 8 } }, later: [{ id: 'a', at: '2025-01-01' }, { id: 'b' }, null] },
    { id: 6, text: 'changed' },
  ]);
  await commit('grown');
});
