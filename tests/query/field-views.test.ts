import { expect, test } from 'vitest';
import type { Mark } from '../../src/contract/table.js';
import { ISSUE, NAMED, OPTION, put } from './people-tables.js';
import { opened, temporaryFolder } from './warehouse.js';

const SLA = JSON.stringify({
  id: '1',
  name: 'Time to resolution',
  completedCycles: [
    {
      startTime: { epochMillis: 1_767_225_600_000 },
      stopTime: { epochMillis: 1_767_229_200_000 },
      breached: false,
      goalDuration: { millis: 14_400_000 },
      elapsedTime: { millis: 3_600_000 },
      remainingTime: { millis: 10_800_000 },
    },
  ],
  ongoingCycle: {
    startTime: { epochMillis: 1_767_232_800_000 },
    breachTime: { epochMillis: 1_767_247_200_000 },
    breached: true,
    paused: true,
    withinCalendarHours: false,
    goalDuration: { millis: 14_400_000 },
    elapsedTime: { millis: 15_000_000 },
    remainingTime: { millis: -600_000 },
  },
});
const DEVELOPMENT =
  '{pullrequest={dataType=pullrequest, state=OPEN, stateCount=2}, json={"cachedValue":{"errors":[],"summary":{"pullrequest":' +
  '{"overall":{"count":2,"lastUpdated":"2026-01-02T00:00:00.000+0000","state":"OPEN"}},"branch":{"overall":{"count":0}}}},"isStale":true}}';

async function site() {
  const folder = temporaryFolder();
  const cascade = { struct: [...(OPTION as { struct: [] }).struct, ...childMembers] } as const;
  await put(
    folder,
    'acme.issue_search',
    {
      ...ISSUE,
      status_id: 'string',
      status_name: 'string',
      labels: { list: 'string' },
      customfield_10000: ['string', 'Development'],
      customfield_10016: ['double', 'Story Points'],
      customfield_10033: [{ list: OPTION }, 'Markets'],
      customfield_10034: [cascade, 'Region'],
      customfield_10035_id: ['string', 'Reviewer (account id)'],
      customfield_10035_name: ['string', 'Reviewer (name)'],
      customfield_10036: [NAMED, 'Team'],
      customfield_10037: ['string', 'Time to resolution'],
    },
    [
      {
        ...{ id: '1', key: 'A-1', project_key: 'A', status_id: '3', status_name: 'Old name', labels: ['x', 'x', 'y'] },
        ...{ customfield_10000: DEVELOPMENT, customfield_10016: 5, customfield_10037: SLA },
        customfield_10033: [
          { id: '1', value: 'DE' },
          { id: '1', value: 'DE' },
          { id: '2', value: 'FR' },
        ],
        customfield_10034: { id: '7', value: 'Europe', child_id: '8', child_value: 'Alsace' },
        customfield_10035_id: 'a1',
        customfield_10035_name: 'Ada Maiden',
        customfield_10036: { id: 't1', name: 'Blue' },
      },
      { id: '2', key: 'A-2', status_id: '3', status_name: 'New name', customfield_10037: '{"no": "Cycle"}' },
    ],
  );
  return folder;
}
const childMembers = [
  { name: 'child_id', type: 'string' },
  { name: 'child_value', type: 'string' },
] as const;

test('issue_field_value: a row for each value, a child choice below its parent, an id told twice once', async () => {
  const warehouse = await opened(await site());
  expect(warehouse.problems).toEqual([]);
  const read = await warehouse.read(
    "SELECT field_name, ordinal, value, value_id FROM issue_field_value WHERE field_id NOT IN ('customfield_10000', 'customfield_10037') ORDER BY field_id, ordinal",
  );
  expect(read.getRowsJson()).toEqual([
    ['Story Points', '1', '5.0', null],
    ['Markets', '1', 'DE', '1'],
    ['Markets', '2', 'FR', '2'],
    ['Region', '1', 'Europe', '7'],
    ['Region', '2', 'Alsace', '8'],
    ['Reviewer', '1', 'Ada Maiden', 'a1'],
    ['Team', '1', 'Blue', 't1'],
  ]);
  const options = await warehouse.read(
    'SELECT option_id, value, parent_id, issues FROM field_option_seen ORDER BY option_id',
  );
  expect(options.getRowsJson()).toEqual([
    ['1', 'DE', null, '1'],
    ['2', 'FR', null, '1'],
    ['7', 'Europe', null, '1'],
    ['8', 'Alsace', '7', '1'],
  ]);
  const teams = await warehouse.read('SELECT team_id, team_name, issues FROM team_seen');
  expect(teams.getRowsJson()).toEqual([['t1', 'Blue', '1']]);
  const labels = await warehouse.read('SELECT label FROM issue_label ORDER BY label');
  expect(labels.getRowsJson()).toEqual([['x'], ['y']]);
});

test('request_sla: cycles as Jira counted them; what runs is told with the time of reading, and no other text is taken for a clock', async () => {
  const warehouse = await opened(await site());
  const read = await warehouse.read(
    `SELECT sla_name, cycle, ongoing, started, breach_time, breached, paused, goal_ms, elapsed_ms, remaining_ms, as_of IS NOT NULL
     FROM request_sla ORDER BY ongoing`,
  );
  const name = 'Time to resolution';
  const [start, again, breach] = ['2026-01-01 00:00:00+00', '2026-01-01 02:00:00+00', '2026-01-01 06:00:00+00'];
  expect(read.getRowsJson()).toEqual([
    [name, '1', false, start, null, false, null, '14400000', '3600000', '10800000', true],
    [name, null, true, again, breach, true, true, '14400000', '15000000', '-600000', true],
  ]);
});

test('development_summary: kinds that an issue has some of', async () => {
  const warehouse = await opened(await site());
  const read = await warehouse.read('SELECT issue_key, kind, count, state FROM development_summary');
  expect(read.getRowsJson()).toEqual([['A-1', 'pullrequest', '2', 'OPEN']]);
});

test('a report by status does not fall in two: names in views are those of the small table, the table keeps what was sent', async () => {
  const folder = await site();
  await put(folder, 'acme.statuses', { id: 'string', name: 'string' }, [{ id: '3', name: 'New name' }]);
  await put(
    folder,
    'acme.users_search',
    { account_id: 'string', display_name: 'string' },
    [{ account_id: 'a1', display_name: 'Ada Married' }],
    ['account_id'],
  );
  const warehouse = await opened(folder);
  const read = async (sql: string) => (await warehouse.read(sql)).getRowsJson();
  expect(await read('SELECT status_name, count(*) FROM issue GROUP BY ALL')).toEqual([['New name', '2']]);
  expect(await read('SELECT count(DISTINCT status_name) FROM issue_search')).toEqual([['2']]);
  expect(await read("SELECT reviewer FROM issue WHERE key = 'A-1'")).toEqual([['Ada Married']]);
  expect(await read("SELECT value FROM issue_field_value WHERE value_id = 'a1'")).toEqual([['Ada Married']]);
});

test('a link to an issue that is known to be deleted is not shown; one to an issue that is not known is', async () => {
  const folder = temporaryFolder();
  const members = [
    'id',
    'type_name',
    'inward',
    'outward',
    'outward_issue_id',
    'outward_issue_key',
    'inward_issue_id',
    'inward_issue_key',
  ];
  const issue_links = { list: { struct: members.map((name) => ({ name, type: 'string' as const })) } };
  const nothing = Object.fromEntries(members.map((name) => [name, null]));
  const link = (id: string, to: string) => ({
    ...nothing,
    id,
    outward: 'blocks',
    outward_issue_id: to,
    outward_issue_key: `OLD-${to}`,
  });
  const rows = [
    { id: '1', key: 'A-1', issue_links: [link('10', '2'), link('11', '3'), link('12', '99')] },
    { id: '2', key: 'A-2' },
    { id: '3', key: 'A-3' },
  ];
  const deleted: Mark = {
    reason: 'vanished',
    where: { column: 'id', in: ['3'] },
    exceptBatch: false,
  };
  await put(folder, 'acme.issue_search', { ...ISSUE, issue_links }, rows);
  await put(folder, 'acme.issue_search', { ...ISSUE, issue_links }, [], ['id'], [deleted]);
  const read = await (await opened(folder)).read(
    'SELECT link_id, phrase, direction, other_issue_key FROM issue_link ORDER BY link_id',
  );
  expect(read.getRowsJson()).toEqual([
    ['10', 'blocks', 'outward', 'A-2'],
    ['12', 'blocks', 'outward', 'OLD-99'],
  ]);
});
