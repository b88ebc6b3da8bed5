/** Rows that cannot be written are told, and a stream of nothing else is no success. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readStreamFiles } from '../../src/app/settings/package-files.js';
import { loadRegistry } from '../../src/runtime/streams/load.js';
import { type JiraAndWarehouse, jiraAndWarehouse } from '../helpers/jira-and-warehouse.js';

const labels = (from: string) => `
stream: labels
about: Labels that issues carry.
grain: one label
topic: words
docs: https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-labels/
needs: { product: jira, permission: Browse projects, scopes: { classic: [read:jira-work], granular: [] } }
primary_key: [label]
write: replace
routes:
  - name: all
    cost: 1 request per 1000 labels
    request: GET /rest/api/3/label
    page: { kind: offset, put: query.startAt, total: total, last: isLast, size: { put: query.maxResults, value: 1000 } }
    rows: values[]
columns:
  label: { type: string, from: ${from}, about: The label. }
`;
/** In place of the package's own file. */
const withLabels = (from: string) =>
  loadRegistry(
    readStreamFiles().map((one) => (one.file === 'streams/labels.yaml' ? { ...one, text: labels(from) } : one)),
  );

let world: JiraAndWarehouse;
beforeEach(async () => {
  world = await jiraAndWarehouse({ issues: 30 });
});
afterEach(() => world.close());

const answerLabels = (values: readonly unknown[]) =>
  world.jira.faults.add({
    match: /^GET \/rest\/api\/3\/label/,
    status: 200,
    body: { values, total: values.length, isLast: true },
  });

test('a stream whose rows were all rejected is no success', async () => {
  answerLabels(['backend', 'frontend']);
  const ran = await world.sync(['labels'], { registry: withLabels('name') });
  expect(ran.failures).toEqual(['failed']);
  expect(ran.of('labels')).toMatchObject({
    state: 'failed',
    rows_rejected: 2,
    error: expect.stringMatching(/^labels: 2 of 2 rows could not be written, .*the record is a string, not an object/),
  });
});

test('a list of plain texts arrives when a column takes the record itself; null and lists stay rejected', async () => {
  answerLabels(['backend', 'Ümläut ✓', '0', null, ['nested']]);
  const ran = await world.sync(['labels'], { registry: withLabels('$') });
  expect(ran.of('labels')).toMatchObject({ state: 'ok', rows_written: 3, rows_rejected: 2 });
  expect(ran.rejects.map(({ reason }) => reason)).toEqual([
    'the record is null, not an object',
    'the record is a list, not an object',
  ]);
  expect(await world.rows('select label, _extra from labels order by label')).toEqual([
    { label: '0', _extra: null },
    { label: 'backend', _extra: null },
    { label: 'Ümläut ✓', _extra: null },
  ]);
});

test('a tenth of the issues in a new form fails the stream, and the next run meets them again', async () => {
  const spoil = (body: unknown) => {
    const { issues } = body as { issues: { id?: string }[] };
    for (const issue of issues.slice(0, 10)) delete issue.id;
    return body;
  };
  world.jira.faults.add({ match: /search\/jql/, times: Number.POSITIVE_INFINITY, rewrite: spoil });
  const first = await world.sync(['issue_search']);
  expect(first.of('issue_search')).toMatchObject({ state: 'failed', rows_written: 20, rows_rejected: 10 });
  world.jira.faults.clear();
  const second = await world.sync(['issue_search']);
  expect(second.of('issue_search')).toMatchObject({ state: 'ok', rows_read: 30, rows_written: 10 });
});
