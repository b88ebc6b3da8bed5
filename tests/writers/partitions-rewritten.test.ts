/** What writes files of partitioned tables anew: compaction, erasure of a person, a move to another place. */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { forget } from '../../src/writers/erase/forget.js';
import { relocate } from '../../src/writers/relocate/relocate.js';
import { filesWith } from './erase/every-byte.js';
import { ID, NAME, NOTES, note, TRACES, write as writeNotes } from './erase/traces.js';
import { partitionBy } from './support/foreign.js';
import { ids, manifests, mustKeepSpecsApart, places, THINGS, thing, threeFiles, write } from './support/partitioned.js';
import { liveFiles, storedRows, temporaryFolder } from './support/tables.js';
import { maintained } from './upkeep/support.js';

test('compaction works within partitions, brings older files under the present spec, and rests then', async () => {
  const root = await temporaryFolder();
  await threeFiles(root);
  await partitionBy(root, THINGS, [['project', 'identity']]);
  await write(root, [thing('a', 'P', '2024-01', 2), thing('n', 'N', '2024-01')]);
  await partitionBy(root, THINGS, [['project', 'truncate[1]']]);
  expect((await places(root)).deletes).toEqual(['0:']);
  const others = Array.from({ length: 20 }, (_, number) => thing(`b other ${number}`, 'Q', '1969-12', 2));
  // So many that the run itself sees to it.
  await write(root, [thing('a', 'Pq', '2024-01', 3), thing('b', 'R', '2024-01', 3), ...others]);
  const { data, deletes } = await places(root);
  expect(deletes).toEqual([]);
  // Each older file's rows for themselves; that of partition N had no dead rows and is alone there: it stays.
  expect(data).toEqual(['1: N', '2: P', '2: P', '2: Q', '2: Q', '2: R']);
  expect(await ids(root)).toEqual(['a Pq 3', 'b R 3', 'c P 1', 'n N 1']);
  expect((await maintained(root))[0]).toMatchObject({ step: 'compact', outcome: 'nothing' });
  await mustKeepSpecsApart(root);
  // What is written anew lies in the order of the key within its file.
  const lying = await storedRows(
    root,
    THINGS,
    `format('{} {:05d}', "#file", file_row_number) AS place, id, project, value`,
  );
  const keys = lying
    .filter(({ project, value }) => project === 'Q' && value === '1')
    .map(({ place, id }) => `${String(place).slice(0, -6)} ${id}`);
  expect(keys).toHaveLength(100);
  expect(keys).toEqual(keys.toSorted());
});

test('a table of very many small partitions is not compacted again and again', async () => {
  const root = await temporaryFolder();
  await threeFiles(root);
  await partitionBy(root, THINGS, [['project', 'identity']]);
  await write(
    root,
    Array.from({ length: 60 }, (_, number) => thing(`n${number}`, `N${number}`, '2024-01')),
  );
  const files = (await liveFiles(root, THINGS)).data.length;
  expect(files).toBe(63);
  expect((await maintained(root))[0]).toMatchObject({ step: 'compact', outcome: 'nothing' });
  expect((await liveFiles(root, THINGS)).data).toHaveLength(files);
});

test('a person by whom a table is partitioned leaves neither manifests nor their summaries with the id', async () => {
  const root = await temporaryFolder();
  const plain = Array.from({ length: 50 }, (_, at) => note(`plain-${at}`));
  for (const number of [1, 2, 3]) await writeNotes(root, NOTES, [note(`other-${number}`), ...plain], number);
  await partitionBy(root, NOTES, [
    ['author_id', 'identity'],
    ['body', 'truncate[40]'],
  ]);
  await writeNotes(root, NOTES, TRACES, 4);
  expect(await filesWith(root, [ID])).not.toEqual([]);
  const before = await storedRows(root, NOTES);
  const signal = new AbortController().signal;
  await forget({ root }, { accountId: ID, namespaces: [], dryRun: false, signal, onTable: () => undefined });
  expect(await filesWith(root, [ID, NAME])).toEqual([]);
  expect(await storedRows(root, NOTES)).toHaveLength(before.length);
  const authors = (await liveFiles(root, NOTES)).data.map(({ partition }) => String(partition.values.get(1010)));
  expect(authors.filter((author) => author.startsWith('forgotten-'))).toHaveLength(1);
});

test('a table moved to another place keeps the specs and partitions of its files, and is written there', async () => {
  const [from, to] = [await temporaryFolder(), join(await temporaryFolder(), 'new')];
  await threeFiles(from);
  await partitionBy(from, THINGS, [
    ['created', 'identity'],
    ['project', 'identity'],
  ]);
  // Its microseconds are more than a number can hold.
  await write(from, [thing('a', 'Q', '2300-02', 2), thing('new', null, '1969-12')]);
  await write(from, [thing('new', 'R', '1969-12', 2)]);
  const [before, rows] = [await places(from), await ids(from)];
  expect(before.deletes).toEqual(['0:', '1: -1425600000000']);
  expect(before.data).toContain(`1: ${BigInt(Date.parse('2300-02-15T12:00:00Z')) * 1000n} Q`);
  const signal = new AbortController().signal;
  await relocate({ root: from }, { root: to }, { dryRun: false, signal, onTable: () => undefined });
  expect([await places(to), await ids(to)]).toEqual([before, rows]);
  const summaries = async (root: string) => (await manifests(root)).map(({ row }) => row.partitions);
  expect(await summaries(to)).toEqual(await summaries(from));
  await write(to, [thing('new', 'S', '1969-12', 3)]);
  expect(await ids(to)).toEqual(['a Q 2', 'b P 1', 'c P 1', 'new S 3']);
  await mustKeepSpecsApart(to);
});
