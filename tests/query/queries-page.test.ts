import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { VIEWS } from '../../src/query/business-views/views-for-people.js';
import { type OpenWarehouse, openForReading } from '../../src/query/open.js';
import { type JiraAndWarehouse, jiraAndWarehouse } from '../helpers/jira-and-warehouse.js';
import { rowsOf } from './warehouse.js';

const PAGE = readFileSync(join(import.meta.dirname, '../../docs/queries.md'), 'utf8');
const STATEMENTS = [...PAGE.matchAll(/\n(.+)\n\n```sql\n([^`]+)```/g)].map(([, question = '', sql = '']) => ({
  question,
  sql,
}));

let site: JiraAndWarehouse;
let warehouse: OpenWarehouse;
beforeAll(async () => {
  site = await jiraAndWarehouse();
  const onIssues = ['issue_search', 'issue_worklog', 'issue_comments', 'issue_changelog'];
  await site.sync([...onIssues, 'boards', 'board_sprints', 'sprint_issues']);
  warehouse = await openForReading({ root: site.root });
}, 60_000);
afterAll(async () => {
  warehouse?.close();
  await site?.close();
});

test('the page names every view with the words of its definition', () => {
  for (const { name, row, of } of VIEWS)
    expect(PAGE).toContain(`| \`${name}\` | ${row} | ${of.map((table) => `\`${table}\``).join(', ')} |`);
});

test('the page has ten questions', () => {
  expect(STATEMENTS.length).toBe(10);
});

test.each(STATEMENTS)('a statement that the page shows answers its question: $question', async ({ sql }) => {
  expect((await rowsOf(warehouse, sql)).length).toBeGreaterThan(0);
});

test('a view has one row for each row of its table: a join neither drops nor doubles any', async () => {
  const counts = await warehouse.read(`SELECT
    (SELECT count(*) FROM issue) = (SELECT count(*) FROM issue_search),
    (SELECT count(*) FROM worklog) = (SELECT count(*) FROM issue_worklog),
    (SELECT count(*) FROM comment) = (SELECT count(*) FROM issue_comments),
    (SELECT count(*) FROM history) = (SELECT sum(len(items)) FROM issue_changelog),
    (SELECT count(*) FROM sprint) = (SELECT count(DISTINCT id) FROM board_sprints)`);
  expect(counts.getRowsJson()).toEqual([[true, true, true, true, true]]);
});

test('the custom fields of a site have the names that the page promises', async () => {
  const columns = (await warehouse.read('DESCRIBE issue')).getRows().map(([name]) => name);
  expect(columns).toEqual(
    expect.arrayContaining([
      'story_points',
      'story_points_10027',
      'sprint',
      'sprints',
      'epic_link',
      'zielmarkte',
      'region',
      'region_child',
      'reviewer',
      'reviewer_id',
      'customfield_10050',
    ]),
  );
  expect(columns.filter((name, at) => columns.indexOf(name) !== at)).toEqual([]);
});
