import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type OpenWarehouse, openForReading } from '../../src/query/open.js';
import { toJson } from '../../src/query/tables/cells.js';
import { putFieldStories } from './field-stories.js';
import { day } from './stories.js';

const root = mkdtempSync(join(tmpdir(), 'field-stories-'));
let warehouse: OpenWarehouse;
let server: OpenWarehouse;
beforeAll(async () => {
  const [cloud, datacenter] = [join(root, 'cloud'), join(root, 'datacenter')];
  await putFieldStories(cloud);
  await putFieldStories(datacenter, 'datacenter');
  warehouse = await openForReading({ root: cloud });
  server = await openForReading({ root: datacenter });
}, 60_000);
afterAll(() => {
  warehouse?.close();
  server?.close();
  rmSync(root, { recursive: true });
});

const rows = async (sql: string, of = warehouse) =>
  (await of.read(sql)).getRows().map((row) => row.map((cell) => toJson(cell)));
const history = (key: string, field: string) =>
  rows(`SELECT value_id, value, valid_from, valid_until, author_id FROM field_history
    WHERE issue_key = '${key}' AND field_id = '${field}' ORDER BY version_no`);

test('What was the priority when? Each value with its times, the present one last', async () => {
  expect(await history('F-1', 'priority')).toEqual([
    ['2', 'High', day(2), day(4), 'ada'],
    ['4', 'Low', day(4), day(10), 'bob'],
    ['3', 'Medium', day(10), null, 'bob'],
  ]);
  expect(
    await rows(
      "SELECT value FROM field_history WHERE issue_key = 'F-1' AND field_name = 'Priority' AND TIMESTAMPTZ '2026-03-05' BETWEEN valid_from AND valid_until",
    ),
  ).toEqual([['Low']]);
});

test('What was it called, due, and estimated at? Texts, days and numbers are spelled as the table has them', async () => {
  expect(await history('F-1', 'summary')).toEqual([
    [null, 'Pay', day(2), day(5), 'ada'],
    [null, 'Pay by card', day(5), null, 'bob'],
  ]);
  expect(await history('F-1', 'duedate')).toEqual([
    [null, null, day(2), day(6), 'ada'],
    [null, '2026-03-31', day(6), null, 'bob'],
  ]);
  expect(await history('F-1', 'customfield_10016')).toEqual([
    [null, null, day(2), day(7), 'ada'],
    [null, '3', day(7), day(9), 'bob'],
    [null, '5', day(9), null, 'bob'],
  ]);
});

test('Was it ever assigned to anybody? A field of Jira’s own that never had a value has one row', async () => {
  expect(await history('F-1', 'assignee')).toEqual([[null, null, day(2), null, 'ada']]);
  expect(await history('F-4', 'customfield_10016')).toEqual([]);
});

test('Which versions was it to be fixed in, and since when? Each element has its own times', async () => {
  expect(await history('F-2', 'fixVersions')).toEqual([
    ['31', '1.0', day(2), day(5), 'ada'],
    ['32', '2.0', day(5), null, 'bob'],
    ['33', '3.0', day(8), null, 'bob'],
  ]);
  expect(await history('F-2', 'components')).toEqual([['41', 'Web', day(2), null, 'ada']]);
});

test('Which labels did it carry, and which sprints was it in? Changes carry whole sets', async () => {
  expect(await history('F-3', 'labels')).toEqual([
    [null, 'ui', day(2), day(3), 'ada'],
    [null, 'api', day(3), null, 'bob'],
    [null, 'ui', day(4), null, 'bob'],
  ]);
  expect((await history('F-3', 'customfield_10020')).map(([id, , from, until]) => [id, from, until])).toEqual([
    ['11', day(6), null],
    ['12', day(12), null],
  ]);
});

test('Below which issue did it live? The change of a parent has no field’s id; an option that never changed counts since creation', async () => {
  expect(await history('F-4', 'parent')).toEqual([
    ['901', 'P-1', day(2), day(9), 'ada'],
    ['902', 'P-2', day(9), null, 'bob'],
  ]);
  expect(await history('F-4', 'customfield_10032')).toEqual([['7', 'Major', day(2), null, 'ada']]);
});

test('Which epic did it belong to? What the field holds, not the id that its change tells beside', async () => {
  expect(await history('F-6', 'customfield_10014')).toEqual([
    [null, 'P-1', day(2), day(6), 'ada'],
    [null, 'P-2', day(6), null, 'bob'],
  ]);
});

test('Whose history does not hold together? It is marked, and ends with the present value', async () => {
  expect(await history('F-5', 'priority')).toEqual([
    ['2', 'High', day(2), day(4), 'ada'],
    ['4', 'Low', day(4), day(20), 'bob'],
    ['2', 'High', day(20), null, null],
  ]);
  expect(await rows('SELECT DISTINCT issue_key, field_id FROM field_history WHERE history_broken')).toEqual([
    ['F-5', 'priority'],
  ]);
});

test('Is it the same on a site whose changes name their fields without ids? It is', async () => {
  const sql = 'SELECT * FROM field_history ORDER BY ALL';
  expect(await rows(sql, server)).toEqual(await rows(sql));
});
