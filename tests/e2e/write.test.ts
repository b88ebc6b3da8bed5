/** Writing back to a simulated site: nothing twice, nothing unseen, nothing without leave. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { WriteSettings } from '../../src/app/settings/write-settings.js';
import { undo } from '../../src/app/write/runs.js';
import { registry, syncInto } from '../helpers/jira-and-warehouse.js';
import { keysIn, losing, rowsOf, type Writing, writing } from '../helpers/writing.js';

let site: Writing;
beforeAll(async () => {
  site = await writing();
  site.jira.writes.rules.perIssue = null;
  site.jira.writes.rules.permissions = { DELETE_ISSUES: true };
});
afterAll(() => site.close());

test('what was written is in the tables at once, and the bookmark stays where it was', async () => {
  const own = await writing({ indexLagMs: 3_600_000 });
  try {
    const tables = ['issue_search', 'issue_comments', 'issue_worklog'];
    await syncInto(own.jira, own.root, registry, tables);
    const [before] = await own.rows('SELECT count(*) AS n FROM demo.issue_search');
    await own.send('create_issue', rowsOf([{ project: 'ENG', issue_type: 'Task', summary: 'brand new' }]));
    await own.send('add_comment', rowsOf([{ issue: 'ENG-1', text: 'just said' }]));
    await own.send('update_issue', rowsOf([{ issue: 'ENG-2', summary: 'renamed' }]));
    const { report } = await own.send(
      'create_worklog',
      rowsOf([{ issue: 'ENG-3', started: '2026-03-02', time: '2h' }]),
    );
    expect(report.notices.filter((notice) => notice.includes('not read again'))).toEqual([]);
    expect(await own.rows("SELECT summary FROM demo.issue_search WHERE summary = 'brand new'")).toHaveLength(1);
    expect(await own.rows("SELECT 1 FROM demo.issue_search WHERE key = 'ENG-2' AND summary = 'renamed'")).toHaveLength(
      1,
    );
    expect(await own.rows("SELECT 1 FROM demo.issue_comments WHERE body_text LIKE '%just said%'")).toHaveLength(1);
    expect(await own.rows('SELECT 1 FROM demo.issue_worklog WHERE time_spent_seconds = 7200')).not.toHaveLength(0);
    const [after] = await own.rows('SELECT count(*) AS n FROM demo.issue_search');
    expect(Number(after?.n) - Number(before?.n)).toBe(1);
    const next = await syncInto(own.jira, own.root, registry, tables);
    expect(next.of('issue_search')).toMatchObject({ state: 'ok', mode: 'incremental' });
  } finally {
    await own.close();
  }
});

test('tables are made true by one request for each hundred issues', async () => {
  const own = await writing({ issues: 400, writing: { perIssue: null } });
  try {
    await syncInto(own.jira, own.root, registry, ['issue_search']);
    const keys = [...keysIn(own, 'ENG'), ...keysIn(own, 'OPS')].slice(0, 120);
    expect(keys).toHaveLength(120);
    const { report } = await own.send('update_issue', rowsOf(keys.map((issue) => ({ issue, labels: 'true' }))));
    expect(report).toMatchObject({ done: 120 });
    const { log } = own.jira.requests;
    const after = log.slice(log.findLastIndex(({ writes }) => writes) + 1);
    const of = (path: string) => after.filter((one) => one.path.endsWith(path)).length;
    expect([of('/issue/bulkfetch'), of('/issue/{issueIdOrKey}'), of('/search/jql')]).toEqual([2, 0, 0]);
    const found = await own.rows("SELECT count(*) AS n FROM demo.issue_search WHERE contains(labels::VARCHAR, 'true')");
    expect(found).toEqual([{ n: '120' }]);
  } finally {
    await own.close();
  }
});

test('the look says whether mail is left out: Jira does so for those alone who administer the project', async () => {
  const notices = async (more: object = {}) => {
    const rows = rowsOf([{ issue: 'ENG-12', summary: 'quiet' }]);
    return (await site.look('update_issue', rows, more)).report.notices;
  };
  const without = (body: unknown) =>
    JSON.parse(JSON.stringify(body).replaceAll('"havePermission":true', '"havePermission":false'));
  expect(await notices()).toContain('Nobody gets mail about it (--notify sends it).');
  site.jira.faults.add({ match: /\/mypermissions/, rewrite: without });
  expect((await notices()).join()).toContain(
    'this account does not administer the project, so Jira sends it all the same',
  );
  expect((await notices({ notify: true })).join()).toContain('People get mail');
  site.jira.faults.clear();
});

const issues = (count: number, name: string) =>
  rowsOf(Array.from({ length: count }, (_, at) => ({ project: 'ENG', issue_type: 'Task', summary: `${name} ${at}` })));
const worklogs = (count: number, name: string) =>
  rowsOf(
    Array.from({ length: count }, (_, at) => ({
      issue: `ENG-${(at % 5) + 1}`,
      started: '2026-03-02T09:00',
      time: '1h30m',
      text: `${name} ${at}`,
    })),
  );
const since = (before: number) => site.executed().slice(before);
const made = (before: number, route: RegExp) => since(before).filter((one) => route.test(one)).length;

test('a dry run asks and changes nothing, and the same rows sent twice are written once', async () => {
  const rows = worklogs(12, 'twice');
  const before = site.executed().length;
  const asked = site.jira.requests.writes();
  const { report } = await site.look('create_worklog', rows);
  expect(report).toMatchObject({ dry_run: true, rows_in: 12, ready: 12, invalid: 0 });
  expect(site.jira.requests.writes()).toBe(asked);
  const first = await site.send('create_worklog', rows);
  expect(first.report).toMatchObject({ ok: true, done: 12, failed: 0, unknown: 0, skipped: 0 });
  const second = await site.send('create_worklog', rows);
  expect(second.report).toMatchObject({ ok: true, done: 0, skipped: 12 });
  expect(second.report.rows[0]?.error).toContain(first.report.run_id);
  expect(since(before)).toHaveLength(12);
});

test('answers that are lost after the work was done make no doubles: every third of 60', async () => {
  for (const [action, rows] of [
    ['create_worklog', worklogs(60, 'lost')],
    [
      'add_comment',
      worklogs(60, 'lost').map(({ line, cells }) => ({
        line,
        cells: { issue: cells.issue ?? '', text: cells.text ?? '' },
      })),
    ],
  ] as const) {
    const before = site.executed().length;
    losing(site.jira);
    const { report } = await site.send(action, rows);
    site.jira.faults.clear();
    expect(report).toMatchObject({ ok: true, done: 60, unknown: 0 });
    expect(since(before)).toHaveLength(60);
  }
});

test('issues made fifty at a time, with answers lost: each is there once', async () => {
  const before = site.jira.site.table.size;
  site.jira.faults.add({ match: 'writes', times: 2, every: 2, destroyAfterWork: true });
  const { report } = await site.send('create_issue', issues(120, 'bulk'));
  site.jira.faults.clear();
  expect(report).toMatchObject({ ok: true, done: 120, unknown: 0 });
  expect(site.jira.site.table.size - before).toBe(120);
  const keys = await site.rows(
    "SELECT count(DISTINCT issue_key) AS n FROM demo._actions WHERE action = 'create_issue' AND state = 'done'",
  );
  expect(keys).toEqual([{ n: '120' }]);
  expect(made(0, /issue\/bulk/)).toBeGreaterThan(0);
});

test('row 7 of 50 that Jira refuses is named by its line, in the words of Jira, and the other 49 are made', async () => {
  const rows = issues(50, 'refused').map((row, at) =>
    at === 6 ? { ...row, cells: { ...row.cells, summary: 'x'.repeat(300) } } : row,
  );
  const before = site.jira.site.table.size;
  const { report, failures } = await site.send('create_issue', rows);
  expect(failures).toEqual(['failed']);
  expect(report).toMatchObject({ ok: false, done: 49, failed: 1 });
  expect(report.rows.filter(({ state }) => state === 'failed')).toMatchObject([
    { line: 8, error: expect.stringContaining('Summary must be less than 255 characters') },
  ]);
  expect(site.jira.site.table.size - before).toBe(49);
});

test('undo restores what still has our value, and leaves what somebody has changed since', async () => {
  const [first, second] = ['ENG-7', 'ENG-8'];
  const { report } = await site.send(
    'update_issue',
    rowsOf([first, second].map((issue) => ({ issue: issue ?? '', summary: `ours ${issue}`, labels: 'one,two' }))),
  );
  expect(report).toMatchObject({ done: 2 });
  await site.send('update_issue', rowsOf([{ issue: 'ENG-8', summary: 'theirs' }]));
  const job = site.job('update_issue', []);
  const seen = await undo({ ...job, runId: report.run_id }, { clock: site.clock });
  expect(seen.report).toMatchObject({ dry_run: true, ready: 2 });
  const done = await undo({ ...job, runId: report.run_id, send: true }, { clock: site.clock });
  expect(done.report).toMatchObject({ done: 2, failed: 0 });
  expect(done.report.rows.find(({ issue }) => issue === 'ENG-8')?.error).toMatch(
    /summary: we wrote "ours ENG-8", now it is "theirs"/,
  );
  const now = await site.send('update_issue', rowsOf([{ issue: 'ENG-8', summary: 'theirs' }]), { again: 'look' });
  expect(now.report.rows[0]?.error).toBe('it is like that already');
  const again = await undo({ ...job, runId: report.run_id, send: true }, { clock: site.clock });
  expect(again.report).toMatchObject({ done: 0, skipped: 2 });
});

test('what was made is deleted by undo only when its number is confirmed', async () => {
  const { report } = await site.send('add_comment', rowsOf([{ issue: 'ENG-3', text: 'to be undone' }]));
  const job = { ...site.job('add_comment', []), runId: report.run_id, send: true };
  await expect(undo(job, { clock: site.clock })).rejects.toThrow('--confirm 1');
  const undone = await undo({ ...job, confirm: 1 }, { clock: site.clock });
  expect(undone.report).toMatchObject({ ok: true, done: 1 });
  expect(await site.rows(`SELECT state FROM demo._actions WHERE run_id = '${report.run_id}'`)).toEqual([
    { state: 'undone' },
  ]);
  const repeated = await site.send('add_comment', rowsOf([{ issue: 'ENG-3', text: 'to be undone' }]));
  expect(repeated.report).toMatchObject({ done: 0, skipped: 1 });
});

test('a transition by name is refused before it is sent when a field of its screen is missing', async () => {
  const before = site.executed().length;
  const looked = await site.look('transition', rowsOf([{ issue: 'ENG-9', to: 'Resolved' }]));
  expect(looked.report.rows[0]?.error).toMatch(/needs Resolution \(resolution\)/);
  expect(site.executed()).toHaveLength(before);
});

test('assign, transition, link, delete: each is sent once, and told apart from what is like that already', async () => {
  const [, person] = site.jira.site.directory.people;
  const assign = rowsOf([{ issue: 'ENG-10', assignee: person?.displayName ?? '' }]);
  expect((await site.send('assign_issue', assign)).report).toMatchObject({ done: 1 });
  expect((await site.send('assign_issue', assign, { again: 'x' })).report).toMatchObject({ done: 0, skipped: 1 });
  const link = rowsOf([{ issue: 'ENG-10', type: 'Blocks', other: 'ENG-11' }]);
  site.jira.faults.add({ match: 'writes', destroyAfterWork: true });
  expect((await site.send('create_issue_link', link)).report).toMatchObject({ done: 1 });
  expect((await site.send('create_issue_link', link, { again: 'x' })).report).toMatchObject({ done: 0, skipped: 1 });
  const made = await site.send('create_issue', issues(1, 'doomed'));
  const remove = rowsOf([{ issue: made.report.rows[0]?.issue ?? '' }]);
  await expect(site.send('delete_issue', remove)).rejects.toThrow('--confirm 1');
  site.jira.faults.add({ match: 'writes', destroyAfterWork: true });
  expect((await site.send('delete_issue', remove, { confirm: 1 })).report.rows).toMatchObject([
    { error: null, state: 'done' },
  ]);
  expect((await site.send('delete_issue', remove, { confirm: 1 })).report).toMatchObject({ done: 0, skipped: 1 });
});

test('subtasks that go with an issue are counted as deletions, once, also those that are rows of their own', async () => {
  const own = await writing({ writing: { permissions: { DELETE_ISSUES: true } } });
  try {
    const create = async (cells: object) =>
      (await own.send('create_issue', rowsOf([{ project: 'ENG', summary: 'x', ...cells }]))).report.rows[0]?.issue ??
      '';
    const above = await create({ issue_type: 'Task' });
    const below: string[] = [];
    for (let at = 0; at < 3; at++)
      below.push(await create({ issue_type: 'Sub-task', parent: above, summary: `x ${at}` }));
    const alone = rowsOf([{ issue: above, subtasks: 'true' }]);
    const looked = await own.look('delete_issue', alone);
    expect(looked.report.notices).toContainEqual(expect.stringContaining('3 subtasks are deleted'));
    await expect(own.send('delete_issue', alone, { confirm: 1 })).rejects.toThrow('say --confirm 4');
    const write = { ...own.job('', []).write, maxRows: 3 } as WriteSettings;
    await expect(own.send('delete_issue', alone, { confirm: 4, write })).rejects.toThrow('4 rows and subtasks');
    const kept = await own.look('delete_issue', rowsOf([{ issue: above }]));
    expect(kept.report.notices.join()).not.toContain('subtask');
    const both = rowsOf([{ issue: above, subtasks: 'true' }, ...below.slice(1).map((issue) => ({ issue }))]);
    await expect(own.send('delete_issue', both, { confirm: 3 })).rejects.toThrow('say --confirm 4');
    expect((await own.send('delete_issue', alone, { confirm: 4 })).report).toMatchObject({ done: 1 });
    // Sent again, they are as many as before.
    expect((await own.send('delete_issue', alone, { confirm: 4 })).report).toMatchObject({ skipped: 1 });
  } finally {
    await own.close();
  }
});
