/** Tables that the platform's people have partitioned: written by their spec, so that no reader looks for a row elsewhere. */
import { expect, test } from 'vitest';
import { decodeBound } from '../../src/writers/iceberg/bounds.js';
import type { DataFile } from '../../src/writers/iceberg/model.js';
import { openWarehouse } from '../../src/writers/warehouse.js';
import { viewed } from './support/evolution.js';
import { partitionBy, replaceMetadata } from './support/foreign.js';
import {
  ids,
  isNamed,
  manifests,
  mustKeepSpecsApart,
  places,
  THINGS,
  thing,
  threeFiles,
  write,
} from './support/partitioned.js';
import { batch, liveFiles, loadTable, temporaryFolder } from './support/tables.js';
import { maintained } from './upkeep/support.js';

test('a row that moves is deleted under the spec and partition of its old file, and added under the present ones', async () => {
  const root = await temporaryFolder();
  await threeFiles(root);
  await partitionBy(root, THINGS, [
    ['created', 'month'],
    ['project', 'identity'],
  ]);
  await write(root, [thing('a', 'Q', '2024-02', 2), thing('new', null, '1969-12'), thing('b', 'Q', '2024-02', 2)]);
  expect(await places(root)).toEqual({ data: ['0:', '0:', '0:', '1: -1', '1: 649 Q'], deletes: ['0:', '0:'] });
  // Deletes under both specs in one commit: each has a manifest of its own.
  await write(root, [thing('a', 'R', '2024-02', 3), thing('c', 'R', '2024-02', 3)]);
  expect(await places(root)).toEqual({
    data: ['0:', '0:', '0:', '1: -1', '1: 649 Q', '1: 649 R'],
    deletes: ['0:', '0:', '0:', '1: 649 Q'],
  });
  const { data, deletes } = await liveFiles(root, THINGS);
  for (const { referencedDataFile, partition } of deletes)
    expect(data.find(({ location }) => location === referencedDataFile)?.partition).toEqual(partition);
  const rows = ['a R 3', 'b Q 2', 'c R 3', 'new null 1'];
  expect(await ids(root)).toEqual(rows);
  await mustKeepSpecsApart(root);
  const { version } = await loadTable(root, THINGS);
  expect(version.history[0]?.summary['changed-partition-count']).toBe('3');
});

test('a manifest list tells the bounds of partitions, nulls included, by which readers pass over manifests', async () => {
  const root = await temporaryFolder();
  await threeFiles(root);
  await partitionBy(root, THINGS, [
    ['created', 'month'],
    ['project', 'identity'],
  ]);
  await write(root, [thing('x', 'ﬀ', '1969-12'), thing('y', null, '2024-02'), thing('z', '😀', '2024-01')]);
  const [newest] = (await manifests(root)).filter(({ row }) => row.specId === 1);
  const [month, project] = newest?.row.partitions ?? [];
  const value = (type: 'int' | 'string', bytes: Uint8Array | null | undefined) => bytes && decodeBound(type, bytes);
  expect([value('int', month?.lower), value('int', month?.upper), month?.containsNull]).toEqual([-1, 649, false]);
  // By code point: JavaScript takes the second for the first.
  expect([value('string', project?.lower), value('string', project?.upper)]).toEqual(['ﬀ', '😀']);
  expect([project?.containsNull, project?.containsNan]).toEqual([true, false]);
});

test('a file holds rows of one partition only, whatever their values look like', async () => {
  const root = await temporaryFolder();
  await threeFiles(root);
  await partitionBy(root, THINGS, [
    ['project', 'identity'],
    ['id', 'bucket[3]'],
    ['value', 'truncate[10]'],
    ['tags', 'void'],
  ]);
  const projects = [null, '', 'null', "a'b", 'a/b=c', '"[x]"', '😀', 'x'.repeat(2000), 'a\\u0000b', 'line\nend'];
  const rows = projects.flatMap((project, at) =>
    [-11, 3, 4].map((value) => thing(`${at}${value}`, project, '2024-01', value)),
  );
  await write(root, rows);
  const { data } = await liveFiles(root, THINGS);
  const own = data.filter(({ partition }) => partition.specId === 1);
  expect(own.reduce((sum, { records }) => sum + records, 0)).toBe(rows.length);
  const project = (file: DataFile) => file.partition.values.get(1010) ?? null;
  expect(new Set(own.map(project))).toEqual(new Set(projects));
  for (const file of own) {
    const [lower, upper] = [file.lowerBounds, file.upperBounds].map((bounds) => bounds.get(3));
    if (!lower || !upper) throw new Error('a file without bounds of its values');
    const tens = [lower, upper].map((bound) => Math.floor(Number(decodeBound('long', bound)) / 10) * 10);
    expect(tens.map(BigInt)).toEqual([file.partition.values.get(1012), file.partition.values.get(1012)]);
  }
  expect(await ids(root)).toHaveLength(3 + rows.length);
});

test('copy-on-write puts the rows of older files under the present spec, and leaves the other files where they are', async () => {
  const root = await temporaryFolder();
  await threeFiles(root);
  await partitionBy(root, THINGS, [['project', 'identity']]);
  await write(root, [thing('a', 'Q', '2024-01', 2)], { upserts: () => 'copy-on-write' });
  expect(await places(root)).toEqual({ data: ['0:', '0:', '1: Q'], deletes: [] });
  expect(await ids(root)).toEqual(['a Q 2', 'b P 1', 'c P 1']);
  await mustKeepSpecsApart(root);
});

test('files of a spec whose column is gone are carried on, and their rows replaced', async () => {
  const root = await temporaryFolder();
  await threeFiles(root);
  await partitionBy(root, THINGS, [['parent_id', 'identity']]);
  await write(root, [thing('a', 'P', '2024-01', 2), thing('d', 'P', '2024-01')]);
  await partitionBy(root, THINGS, [['project', 'identity']]);
  const spec = { ...THINGS, columns: THINGS.columns.filter(({ name }) => name !== 'parent_id') };
  await replaceMetadata(
    root,
    (metadata) => {
      const [schema] = metadata.schemas as unknown as { fields: { name: string }[]; 'schema-id': number }[];
      const fields = schema?.fields.filter(({ name }) => name !== 'parent_id');
      const schemas = [...metadata.schemas, { ...schema, fields, 'schema-id': 1 }];
      return { ...metadata, schemas, 'current-schema-id': 1 };
    },
    THINGS,
  );
  const writer = await openWarehouse({ root, runId: 'after' });
  const table = await writer.open(spec);
  const { parent_id: _, ...row } = thing('a', 'Q', '2024-01', 3);
  await table.write([row]);
  await table.commit(batch(1, { at: 'after' }, 'after'));
  await writer.close();
  expect(await places(root)).toEqual({ data: ['0:', '0:', '0:', '1: p', '2: Q'], deletes: ['0:', '1: p'] });
  await maintained(root, { days: 0, snapshots: 1, now: () => Date.now() + 1e9 });
  const shown = (await viewed(root, 'id, project, value')).map((row) => Object.values(row).join(' '));
  expect(shown.filter(isNamed)).toEqual(['a Q 3', 'b P 1', 'c P 1', 'd P 1']);
});

test('a sort order that others have set stays, and files are told to be unsorted', async () => {
  const root = await temporaryFolder();
  await threeFiles(root);
  const orders = [
    { 'order-id': 0, fields: [] },
    {
      'order-id': 1,
      fields: [{ transform: 'identity', 'source-id': 3, direction: 'desc', 'null-order': 'nulls-last' }],
    },
  ];
  await replaceMetadata(
    root,
    (metadata) => ({ ...metadata, 'sort-orders': orders, 'default-sort-order-id': 1 }),
    THINGS,
  );
  await write(root, [thing('a', 'Q', '2024-01', 2), thing('n', 'N', '2024-01')]);
  const { version } = await loadTable(root, THINGS);
  expect(version.metadata).toMatchObject({ 'sort-orders': orders, 'default-sort-order-id': 1 });
  const { data } = await liveFiles(root, THINGS);
  expect(data.map(({ sortOrderId }) => sortOrderId)).toEqual([0, 0, 0, 0]);
});
