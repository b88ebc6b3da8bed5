/** depth is a matter of one record. The simulated site plays a description that a program has nested absurdly. */
import { afterEach, expect, test } from 'vitest';
import type { Fault } from '../../simulator/faults.js';
import { noticesOf } from '../../src/app/notices.js';
import { Secret } from '../../src/core/secret.js';
import { type Change, type JiraAndWarehouse, jiraAndWarehouse } from '../helpers/jira-and-warehouse.js';

const open: JiraAndWarehouse[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

const LIST = '{"type":"bulletList","content":[{"type":"listItem","content":[';
const CORE =
  '{"type":"paragraph","content":[{"type":"text","text":"the very bottom"},{"type":"mention","attrs":{"id":"x","text":"@Grace Hopper"}}]}';

/** Lists in lists: each takes four levels of JSON. */
const lists = (depth: number) =>
  `{"type":"doc","version":1,"content":[${LIST.repeat(depth)}${CORE}${']}]}'.repeat(depth)}]}`;

/** As text, because not even the simulator's own JSON writer goes down there. */
const deepDescription = (depth: number): Fault => ({
  match: /search\/jql|issue\/bulkfetch/,
  times: Infinity,
  rewrite: (body) =>
    JSON.stringify(body, (key, value) => (key === 'description' && value !== null ? '@' : value)).replace(
      '"description":"@"',
      `"description":${lists(depth)}`,
    ),
});

async function read(depth: number, change: Change = {}) {
  const world = await jiraAndWarehouse({ issues: 60, faults: [deepDescription(depth)] });
  open.push(world);
  const ran = await world.sync(['issue_search'], change);
  const deep = await world.rows(
    "SELECT description, description_text FROM issue_search WHERE description LIKE '%bulletList%'",
  );
  return { report: ran.of('issue_search'), deep };
}

test('a description of 40 lists in each other arrives whole', async () => {
  const { report, deep } = await read(40);
  expect(report).toMatchObject({ state: 'ok', rows_written: 60, rows_rejected: 0, misfits: {} });
  expect(JSON.parse(String(deep[0]?.description))).toEqual(JSON.parse(lists(40)));
  expect(deep[0]?.description_text).toContain('the very bottom');
});

test.each([
  100, 2_500,
])('one of %i lists leaves the other issues as they are, is kept as text below and told of', async (depth) => {
  const { report, deep } = await read(depth);
  expect(report).toMatchObject({ state: 'ok', rows_written: 60, rows_rejected: 0 });
  expect(report.misfits).toEqual({ 'description.nested_too_deep': 1 });
  expect(deep).toHaveLength(1);
  expect(deep[0]?.description).toContain('nested_too_deep');
  expect(deep[0]?.description).toContain('the very bottom');
  expect(noticesOf(report)).toEqual([expect.stringContaining('1 values of description are nested too deeply')]);
});

test('where people are pseudonyms, what is too deep to be searched for them is withheld', async () => {
  const { report, deep } = await read(2_500, {
    people: { mode: 'pseudonymous', key: new Secret('a key') },
  });
  expect(report).toMatchObject({ state: 'ok', rows_written: 60 });
  expect(deep[0]?.description).toContain('withheld');
  expect(deep[0]?.description).not.toMatch(/Hopper|bottom/);
});
