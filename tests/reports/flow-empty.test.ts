/** What reports say that have nothing to show: it is true, and what it advises helps; on the stories of March 2026. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openForReading } from '../../src/query/open.js';
import { UNASKED } from '../../src/reports/flow/asked.js';
import { noIssues, nothingCreated } from '../../src/reports/flow/empty.js';
import { Sources } from '../../src/reports/sources.js';
import { put } from '../query/people-tables.js';
import { day } from '../query/stories.js';
import { BOTH, MARCH, marchReports } from './march.js';

const { report } = marchReports();

test('the period that a forecast advises has a week to draw from, although weeks are counted back from yesterday', async () => {
  // S-2 was the last to be finished, on the 20th, which is the first, the third and the last day of a week.
  for (const asOf of ['2026-04-03', '2026-04-07', '2026-04-10']) {
    const { answer } = await report('forecast', { start: '2026-03-24', end: asOf, asOf });
    expect(answer).toBe(
      'At the rate of this period no issue will ever be finished, as none was in its whole weeks; the last one was finished on 2026-03-20: --start 2026-03-14.',
    );
    const advised = await report('forecast', { start: '2026-03-14', end: asOf, asOf });
    expect(advised.answer).toMatch(/issues? will be finished by 2026-/);
  }
});

test('a forecast does not advise the day of today, which is in no whole week', async () => {
  // S-1 and S-9 were the first to be finished, on the 5th.
  const { answer } = await report('forecast', { start: '2026-02-20', end: '2026-03-05', asOf: '2026-03-05' });
  expect(answer).toMatch(/as none was in its whole weeks, and none before\.$/);
});

test('--project-as-of then: a project whose issues are all elsewhere now had some', async () => {
  const options = { ...BOTH, projects: ['OLD'], projectAsOf: 'then', start: '2026-03-16' } as const;
  expect((await report('throughput', options)).answer).toMatch(
    /^No issue was finished in this period; the last one was finished on 2026-03-0\d: --start/,
  );
});

const TEXT = 'string' as const;

test('of sub-tasks alone and of a board it says what is so of them, not of the whole warehouse', async () => {
  const root = mkdtempSync(join(tmpdir(), 'flow-empty-'));
  const issue = { id: TEXT, key: TEXT, issue_type_subtask: 'boolean', created: 'timestamptz' } as const;
  await put(root, 'acme.issue_search', issue, [
    { id: '1', key: 'P-1', issue_type_subtask: false, created: day(2) },
    { id: '2', key: 'P-2', issue_type_subtask: false, created: day(9) },
    { id: '3', key: 'P-3', issue_type_subtask: true, created: day(9) },
  ]);
  await put(
    root,
    'acme.board_issues',
    { board_id: TEXT, issue_id: TEXT },
    [{ board_id: '7', issue_id: '1' }],
    ['board_id'],
  );
  const warehouse = await openForReading({ root });
  const sources = new Sources(warehouse);
  const all = { ...UNASKED, span: MARCH, today: MARCH.asOf };
  const tasks = { ...all, matched: [[['acme', '3']]] } as const;
  expect(await noIssues(sources, tasks)).toBe(
    'All issues of those that were asked for are sub-tasks: --subtasks counts them.',
  );
  expect(await noIssues(sources, { ...tasks, subtasks: true })).toBeNull();
  const board = { connection: 'acme', id: '7', name: 'Board', columns: [], knowsIssues: true, filter: null };
  expect(await nothingCreated(sources, { ...all, board }, 'None')).toContain('created on 2026-03-02');
  expect(await nothingCreated(sources, { ...all, today: '2026-03-08' }, 'None')).toContain('created on 2026-03-02');
  expect(await nothingCreated(sources, { ...all, today: '2026-03-01' }, 'None')).toBe('None, and none before.');
  warehouse.close();
  rmSync(root, { recursive: true });
}, 60_000);
