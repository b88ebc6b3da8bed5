/** `connector report worklogs` as a person calls it: files, exit codes, and what it asks of a site. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type FaultServer, startFaultServer } from '../helpers/fault-server.js';
import { put } from '../query/people-tables.js';
import { runMain } from './run-main.js';

let folder = '';
let site: FaultServer;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'report-cli-'));
  site = await startFaultServer();
  const warehouse = join(folder, 'warehouse');
  await put(warehouse, 'jira.issue_search', { id: 'string', key: 'string', summary: 'string' }, [
    { id: '1', key: 'ENG-1', summary: 'One' },
    { id: '2', key: 'ENG-2', summary: 'Two' },
  ]);
  await put(
    warehouse,
    'jira.issue_worklog',
    {
      id: 'string',
      issue_id: 'string',
      author_id: 'string',
      author_name: 'string',
      started: 'timestamptz',
      time_spent_seconds: 'long',
    },
    ['1', '2'].map((id) => ({
      id,
      issue_id: id,
      author_id: 'ada',
      author_name: 'Ada\u001b[31m',
      started: `2026-02-0${id}T10:00:00.000000Z`,
      time_spent_seconds: 3600,
    })),
  );
  await put(
    warehouse,
    'jira.server_info',
    { base_url: 'string', deployment_type: 'string' },
    [{ base_url: site.url, deployment_type: 'Cloud' }],
    ['base_url'],
  );
});

afterAll(async () => {
  await site.close();
  rmSync(folder, { recursive: true, force: true });
});

const report = (...argv: readonly string[]) =>
  runMain(['report', 'worklogs', '--period', '2026-02', ...argv], {
    cwd: folder,
    env: { JIRA_URL: site.url, JIRA_EMAIL: 'a@example.org', JIRA_API_TOKEN: 'x'.repeat(40) },
  });

describe('files', () => {
  test('several formats in one run go to a file each, and leave nothing beside them', async () => {
    expect((await report('--format', 'csv', '--out', 'a.csv', '--format', 'json', '--out', 'a.json')).exitCode).toBe(0);
    expect(readFileSync(join(folder, 'a.csv'), 'utf8').split('\n')).toHaveLength(4);
    expect(JSON.parse(readFileSync(join(folder, 'a.json'), 'utf8'))).toHaveLength(2);
    expect(readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  test('a file that exists is kept, until it may be replaced', async () => {
    writeFileSync(join(folder, 'mine.csv'), 'mine');
    const refused = await report('--format', 'csv', '--out', 'mine.csv');
    expect([refused.exitCode, readFileSync(join(folder, 'mine.csv'), 'utf8')]).toEqual([2, 'mine']);
    expect((await report('--format', 'csv', '--out', 'mine.csv', '--force')).exitCode).toBe(0);
    expect(readFileSync(join(folder, 'mine.csv'), 'utf8')).toContain('worklog_id');
  });

  test.each([
    [['--format', 'csv', '--format', 'json'], '2 formats need as many files'],
    [['--missing'], 'add --expected 8'],
    [['--layout', 'time-tracker'], 'add --format csv'],
    [
      ['--missing', '--expected', '8', '--format', 'csv'],
      '--expected is for table, html, xlsx, not for csv: the others',
    ],
    [['--expected', '8', '--format', 'json', '--out', 'x', '--format', 'ndjson', '--out', 'y'], 'not for json, ndjson'],
    [['--days-off', 'x.ics'], '--days-off has no meaning without --expected: add --expected 8'],
    [['--round-mode', 'up'], 'add --round 15m'],
    [['--hours-per-day', '7'], 'add --unit d'],
    [['--weekends', 'hide', '--columns', 'month'], '--weekends hide has no meaning where columns are by month'],
    [['--raw-csv'], '--raw-csv is for csv, not for table'],
    [['--raw-csv', '--format', 'csv', '--layout', 'time-tracker'], '--raw-csv is for csv, not for time-tracker'],
    [['--more-fields', 'key', '--format', 'html'], '--more-fields is for xlsx, json, ndjson, csv'],
    [['--rates', 'x.csv', '--format', 'json'], '--rates is for table, html, xlsx'],
    [['--round', 'often'], 'Expected 90s, 15m, 6h or 2d.'],
    [['--rollup', 'nowhere'], '--rollup nowhere is none of'],
  ])('%j is exit 2 before anything is made', async (argv, words) => {
    const { exitCode, stderr } = await report(...argv);
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining(words)]);
  });
});

test('an option that one of two formats shows is taken', async () => {
  const argv = ['--expected', '8', '--format', 'html', '--out', 'e.html', '--format', 'csv', '--out', 'e.csv'];
  expect((await report(...argv)).exitCode).toBe(0);
});

test('a flow report does not take --raw-csv for a format that has no such sign', async () => {
  const { exitCode, stderr } = await runMain(['report', 'throughput', '--raw-csv'], { cwd: folder });
  expect([exitCode, stderr]).toEqual([2, expect.stringContaining('--raw-csv is for csv, not for table')]);
});

test('the terminal shows no escape of a name, and the sums', async () => {
  const { stdout } = await report('--by', 'person');
  expect(stdout).toContain('Ada\\u001b[31m');
  expect(stdout).toContain('1 person logged 2.00 hours in 2 worklogs on 2 issues.');
});

test('worklogs older than asked are exit 75: a job goes on only with fresh ones', async () => {
  const { exitCode, stderr } = await report('--max-age', '6h');
  expect([exitCode, stderr]).toEqual([75, expect.stringContaining('connector sync --stream issue_worklog')]);
});

describe('what is asked of the site', () => {
  const SEARCH = '/rest/api/3/search/jql';

  test('nothing for a report from the tables', async () => {
    await report();
    expect(site.seen).toEqual([]);
  });

  test('one request for a filter, and only its issues are in the report', async () => {
    site.script(SEARCH, { body: { issues: [{ id: '2', key: 'ENG-2' }], isLast: true } });
    const { stdout } = await report('--filter', '10200', '--format', 'ndjson');
    expect(
      stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line).issue_key),
    ).toEqual(['ENG-2']);
    expect(site.seen.map(({ url, body }) => [url, JSON.parse(body)])).toEqual([
      [
        SEARCH,
        expect.objectContaining({
          jql: expect.stringMatching(/^\(filter = 10200\) /),
          maxResults: 5000,
          fields: ['key'],
        }),
      ],
    ]);
  });

  test('a filter the account may not see is named, and is exit 2', async () => {
    site.script(SEARCH, {
      status: 400,
      body: { errorMessages: ["A value with ID '10200' does not exist for the field 'filter'."] },
    });
    const { exitCode, stderr } = await report('--filter', '10200');
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining('--filter 10200: the site does not take it')]);
  });
});
