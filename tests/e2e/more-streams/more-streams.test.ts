/** Every stream beside the first 39: its rows are the site's, over several pages, and a refusal is told for what it is. */
import { afterEach, expect, test } from 'vitest';
import type { SimulatorOptions } from '../../../simulator/simulator.js';
import { readStreamFiles } from '../../../src/app/settings/package-files.js';
import { loadRegistry } from '../../../src/runtime/streams/load.js';
import { FIRST_39 } from '../../helpers/first-streams.js';
import { type JiraAndWarehouse, jiraAndWarehouse, registry } from '../../helpers/jira-and-warehouse.js';
import { CONFIGURATION_TRUTHS } from '../../helpers/stream-truths/configuration-truths.js';
import { ISSUE_TRUTHS } from '../../helpers/stream-truths/issue-truths.js';
import { SITE_TRUTHS } from '../../helpers/stream-truths/site-truths.js';
import { caseCell, type Row } from '../../helpers/stream-truths/truth-case.js';
import { FAULTS as CONFIGURATION_FAULTS } from './configuration-cases.js';
import { FAULTS as ISSUE_FAULTS } from './issue-cases.js';
import { FAULTS as SITE_FAULTS } from './site-cases.js';

const TRUTHS = [...SITE_TRUTHS, ...CONFIGURATION_TRUTHS, ...ISSUE_TRUTHS];
const FAULTS = [...SITE_FAULTS, ...CONFIGURATION_FAULTS, ...ISSUE_FAULTS];

/** Tested before there was this table. */
const ELSEWHERE = new Set([
  ...FIRST_39,
  'cloud_instances',
  'audit_records',
  'priority_schemes',
  'development',
  'development_counts',
  'development_issues',
]);

/** On by default. */
const SERVICE = ['service_desks', 'request_types', 'organizations'];

/** Two service desks, and team-managed projects; a third of the issues has votes. */
const SITE: SimulatorOptions = {
  issues: 60,
  projects: 12,
  voted: 0.3,
  perIssue: { comments: 1, worklogs: 1, histories: 2 },
};

/** Pages of two records: a stream that stops after its first page does not have its rows. */
const smallPages = loadRegistry(
  readStreamFiles().map((file) => {
    const isNew = TRUTHS.some(({ stream }) => file.file.endsWith(`/${stream}.yaml`));
    return isNew ? { ...file, text: file.text.replace(/(size: \{ put: \S+, value: )\d+/g, '$12') } : file;
  }),
);

let world: JiraAndWarehouse | undefined;
afterEach(() => world?.close());

const same = (rows: readonly Row[]) => rows.map((row) => JSON.stringify(Object.entries(row).sort())).sort();

const asCase = (row: Readonly<Record<string, unknown>>): Row =>
  Object.fromEntries(Object.entries(row).map(([name, cell]) => [name, caseCell(cell)]));

test('each table holds what the site holds, over several pages, and nothing lands in _extra', async () => {
  world = await jiraAndWarehouse(SITE, smallPages);
  for (const { arrange } of TRUTHS) arrange?.(world.jira);
  const ran = await world.sync(TRUTHS.map(({ stream }) => stream));
  expect(ran.failures).toEqual([]);
  for (const { stream, truth } of TRUTHS) {
    const expected = truth(world.jira);
    const [first = {}] = expected;
    const columns = Object.keys(first).map((name) => `"${name}"`);
    const found = await world.rows(`select ${columns.join(', ')} from ${stream}`);
    expect([stream, same(found.map(asCase))]).toEqual([stream, same(expected)]);
    expect([stream, ran.of(stream).rows_rejected, ran.of(stream).misfits]).toEqual([stream, 0, {}]);
    const [extra] = await world.rows(`select count(_extra)::INT as rows, any_value(_extra) as one from ${stream}`);
    expect([stream, extra]).toEqual([stream, { rows: 0, one: null }]);
  }
  const again = await world.sync(TRUTHS.map(({ stream }) => stream));
  expect(again.reports.filter(({ rows_written, rows_deleted }) => rows_written + rows_deleted > 0)).toEqual([]);
}, 120_000);

const rounds = new Set(FAULTS.map(({ when }) => when));

test.each([
  ...rounds,
])('%s: each stream ends in the right state, with the right counts, and none of them fails the run', async (when) => {
  const cases = FAULTS.filter((one) => one.when === when);
  const site = Object.assign({}, SITE, ...cases.map((one) => one.site)) as SimulatorOptions;
  const features = Object.assign({}, ...cases.map((one) => one.site?.features)) as SimulatorOptions['features'];
  world = await jiraAndWarehouse({ ...site, features, faults: cases.flatMap(({ faults }) => faults ?? []) });
  const ran = await world.sync(
    cases.map(({ stream }) => stream),
    { explicit: new Set() },
  );
  for (const { stream, state, written = 0, outcomes = {} } of cases) {
    const report = ran.of(stream);
    const told = Object.fromEntries(Object.entries(report.outcomes).filter(([, count]) => count > 0));
    const rows = typeof written === 'number' ? written : written(world.jira);
    expect([stream, report.state, report.rows_written, told, report.error]).toEqual([
      stream,
      state,
      rows,
      outcomes,
      undefined,
    ]);
  }
  expect(ran.failures).toEqual([]);
}, 60_000);

test('on Data Center each stream has the rows of the site, or says why it has none', async () => {
  world = await jiraAndWarehouse({ ...SITE, deployment: 'datacenter' });
  const cases = SITE_TRUTHS.map((one) => ({ ...one, absent: registry.get(one.stream).not_on?.datacenter }));
  const ran = await world.sync(
    cases.map(({ stream }) => stream),
    { explicit: new Set() },
  );
  expect(ran.failures).toEqual([]);
  for (const { stream, absent, truth } of cases) {
    const { state, rows_written, reason } = ran.of(stream);
    const expected = absent ? ['unsupported', 0, absent] : ['ok', truth(world.jira).length, undefined];
    expect([stream, state, rows_written, reason]).toEqual([stream, ...expected]);
  }
}, 60_000);

test('a site without service management pays at most 8 requests more than for the first 39 streams, and its run ends well', async () => {
  const cost = async (streams?: readonly string[]) => {
    world = await jiraAndWarehouse({ issues: 20, features: { service: false } });
    const ran = await world.sync(streams, { explicit: new Set() });
    expect(ran.failures).toEqual([]);
    if (!streams) expect(SERVICE.map((stream) => ran.of(stream).state)).toEqual(SERVICE.map(() => 'unsupported'));
    await world.close();
    return ran.requests;
  };
  expect((await cost()) - (await cost(FIRST_39))).toBeLessThanOrEqual(8);
}, 60_000);

test('a stream that is read when named brings the streams it hangs on, and writes none of them', async () => {
  world = await jiraAndWarehouse(SITE);
  const ran = await world.sync(['queues']);
  expect(ran.reports.map(({ stream, state, requests }) => [stream, state, requests])).toEqual([['queues', 'ok', 3]]);
  expect(await world.rows('select count(*)::INT as queues from queues')).toEqual([{ queues: 8 }]);
});

test('no stream is without a case: every one beside the first 39 that could be tried has its truth and a refusal', () => {
  const known = [...registry.streams.keys()].filter((stream) => !ELSEWHERE.has(stream));
  expect(known.filter((stream) => !TRUTHS.some((one) => one.stream === stream))).toEqual([]);
  expect(known.filter((stream) => !FAULTS.some((one) => one.stream === stream))).toEqual([]);
});
