/** Taking back must not do more than what was done: no other person, no other reader, no mail, no project and no action that the settings leave out. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { settable } from '../../../src/actions/values/same.js';
import { type RunJob, retryFailed, undo } from '../../../src/app/write/runs.js';
import type { Written } from '../../../src/app/write/written.js';
import { ACTIONS, idOf, keysIn, placeOf, rowsOf, type Writing, writing } from '../../helpers/writing.js';

let cloud: Writing;
let server: Writing;
beforeAll(async () => {
  [cloud, server] = await Promise.all([writing(), writing({ deployment: 'datacenter' })]);
});
afterAll(() => Promise.all([cloud.close(), server.close()]));

const undone = (site: Writing, { report }: Written, more: Partial<RunJob> = {}) =>
  undo({ ...site.job('', []), runId: report.run_id, send: true, ...more }, { clock: site.clock });
const sentQuery = async (site: Writing, { report }: Written) => {
  const [row] = await site.rows(
    `SELECT CAST(request AS VARCHAR) AS request FROM demo._actions WHERE run_id = '${report.run_id}'`,
  );
  return (JSON.parse(String(row?.request)) as { query: Record<string, string> }).query;
};

test('a person of Data Center is set again by login name: by key alone, the undo of an assignment assigned nobody', async () => {
  const [, first] = server.jira.site.directory.people;
  server.jira.edit.updateIssue(idOf(server, 'ENG-1'), { assignee: first?.accountId });
  const ours = await server.send('assign_issue', rowsOf([{ issue: 'ENG-1', assignee: 'ada' }]));
  expect((await undone(server, ours)).report).toMatchObject({ done: 1 });
  expect(server.jira.site.table.assignee[placeOf(server, 'ENG-1')]).toBe(1);
  const shown = { key: 'JIRAUSER1', name: 'ada', displayName: 'Ada' };
  expect(settable(shown)).toEqual({ name: 'ada' });
  expect(settable({ key: 'ENG', name: 'Engineering' })).toEqual({ key: 'ENG' });
});

test('a comment and a worklog of one group are for that group when they are made again', async () => {
  const { comments, worklogs } = cloud.jira.site;
  const issue = idOf(cloud, 'ENG-2');
  const comment = cloud.jira.edit.addComment(issue, 'for some');
  const worklog = cloud.jira.edit.addWorklog(issue, { comment: 'for some' });
  for (const [list, id] of [
    [comments, comment],
    [worklogs, worklog],
  ] as const) {
    const found = list.get(Number(id));
    if (found) (list.replace as (record: typeof found) => void)({ ...found, group: 1 });
  }
  cloud.jira.writes.rules.permissions = { DELETE_ALL_COMMENTS: true, DELETE_ALL_WORKLOGS: true };
  for (const [action, cells] of [
    ['delete_comment', { issue: 'ENG-2', comment }],
    ['delete_worklog', { issue: 'ENG-2', worklog }],
  ] as const)
    expect((await undone(cloud, await cloud.send(action, rowsOf([cells]), { confirm: 1 }))).report).toMatchObject({
      done: 1,
    });
  expect(comments.of(placeOf(cloud, 'ENG-2')).at(-1)).toMatchObject({ group: 1 });
  expect(worklogs.of(placeOf(cloud, 'ENG-2')).at(-1)).toMatchObject({ group: 1 });
});

test('a comment that customers could not read is made again as one that they cannot', async () => {
  const comment = cloud.jira.edit.addComment(idOf(cloud, 'ENG-3'), 'internal');
  cloud.jira.faults.add({
    match: new RegExp(`/comment/${comment}$`),
    times: Number.POSITIVE_INFINITY,
    rewrite: (body) => ({ ...(body as object), jsdPublic: false }),
  });
  const deleted = await cloud.send('delete_comment', rowsOf([{ issue: 'ENG-3', comment }]), { confirm: 1 });
  cloud.jira.faults.clear();
  expect((await undone(cloud, deleted)).report).toMatchObject({ done: 1 });
  const made = cloud.jira.site.comments.of(placeOf(cloud, 'ENG-3')).at(-1);
  expect(made?.properties).toContainEqual({ key: 'sd.public.comment', value: { internal: true } });
});

test('Data Center says by a property that customers may not read a comment, and it is read', async () => {
  const { comments } = server.jira.site;
  const comment = server.jira.edit.addComment(idOf(server, 'ENG-3'), 'internal');
  const found = comments.get(Number(comment));
  if (found) comments.replace({ ...found, properties: [{ key: 'sd.public.comment', value: { internal: true } }] });
  server.jira.writes.rules.permissions = { DELETE_ALL_COMMENTS: true };
  const deleted = await server.send('delete_comment', rowsOf([{ issue: 'ENG-3', comment }]), { confirm: 1 });
  expect((await undone(server, deleted)).report).toMatchObject({ done: 1 });
  const made = comments.of(placeOf(server, 'ENG-3')).at(-1);
  expect(made?.properties).toContainEqual({ key: 'sd.public.comment', value: { internal: true } });
});

test('an issue that was moved to another project since is left alone', async () => {
  const sent = await cloud.send(
    'update_issue',
    rowsOf([
      { issue: 'ENG-4', summary: 'ours 4' },
      { issue: 'ENG-5', summary: 'ours 5' },
    ]),
  );
  const foreign = cloud.jira.site.directory.projects.find(({ key }) => key !== 'ENG' && key !== 'OPS')?.key ?? '';
  cloud.jira.edit.moveIssue(idOf(cloud, 'ENG-5'), foreign);
  const { report } = await undone(cloud, sent);
  expect(report.rows).toMatchObject([
    { issue: 'ENG-4', state: 'done' },
    { issue: 'ENG-5', state: 'skipped', error: expect.stringContaining(`${foreign}-`) },
  ]);
});

test.each([
  'parent',
  'customfield_10014',
])('an undo hangs no issue below one of a project that may not be touched, nor below one that is gone: %s', async (field) => {
  const { directory, table } = cloud.jira.site;
  const foreign = directory.projects.find(({ key }) => key !== 'ENG' && key !== 'OPS')?.key ?? '';
  const aboves = [...keysIn(cloud, foreign).slice(0, 2), ...keysIn(cloud, 'OPS').slice(0, 1)];
  const [epic, task] = [(level: number) => level > 0, (level: number) => level === 0].map((is) =>
    directory.issueTypes.findIndex(({ hierarchyLevel }) => is(hierarchyLevel)),
  );
  const isFree = (key: string) => directory.issueTypes[table.type[placeOf(cloud, key)] ?? 0]?.subtask === false;
  const below = keysIn(cloud, 'ENG').slice(11).filter(isFree).slice(0, 3);
  for (const [at, key] of below.entries()) {
    table.type[placeOf(cloud, aboves[at] ?? '')] = epic ?? 0;
    table.type[placeOf(cloud, key)] = task ?? 0;
    cloud.jira.edit.updateIssue(idOf(cloud, key), { parent: idOf(cloud, aboves[at] ?? '') });
  }
  const sent = await cloud.send('update_issue', rowsOf(below.map((issue) => ({ issue, [field]: null }))));
  expect(sent.report).toMatchObject({ done: 3 });
  cloud.jira.edit.hideIssue(idOf(cloud, aboves[1] ?? ''));
  expect((await undone(cloud, sent)).report.rows).toMatchObject([
    { state: 'skipped', error: expect.stringContaining(`below ${aboves[0]} again`) },
    { state: 'skipped', error: expect.stringContaining('is not there') },
    { state: 'done' },
  ]);
});

test('a link to an issue that has moved is undone, whether it was made by the old key or moved later', async () => {
  const [made, later] = ['ENG-20', 'ENG-21'];
  cloud.jira.edit.moveIssue(idOf(cloud, made), 'OPS');
  const link = { issue: 'ENG-6', type: 'Blocks' };
  const sent = await cloud.send('create_issue_link', rowsOf([made, later].map((other) => ({ ...link, other }))));
  expect(sent.report).toMatchObject({ done: 2 });
  const again = await cloud.look('create_issue_link', rowsOf([{ ...link, other: made }]), { again: 'look' });
  expect(again.report.rows).toMatchObject([{ state: 'skipped', error: 'it is like that already' }]);
  cloud.jira.edit.moveIssue(idOf(cloud, later), 'OPS');
  expect((await undone(cloud, sent, { confirm: 2 })).report).toMatchObject({ done: 2 });
});

test('a deletion that the settings do not name is none by undo either, and max_rows holds for it', async () => {
  const sent = await cloud.send('add_comment', rowsOf([1, 2].map((n) => ({ issue: 'ENG-6', text: `c ${n}` }))));
  const before = cloud.executed().length;
  const write = { actions: ['add_comment'], projects: ['ENG'], maxRows: 10, files: null };
  await expect(undone(cloud, sent, { write, confirm: 2 })).rejects.toThrow('delete_comment');
  await expect(undone(cloud, sent, { write: { ...write, actions: ACTIONS, maxRows: 1 }, confirm: 2 })).rejects.toThrow(
    'max_rows',
  );
  expect(cloud.executed()).toHaveLength(before);
});

test('an undo sends mail when the run did or when it is told to, and a set that was silent stays silent', async () => {
  const silent = await cloud.send('update_issue', rowsOf([{ issue: 'ENG-7', summary: 'silent' }]));
  expect(await sentQuery(cloud, await undone(cloud, silent))).toMatchObject({ notifyUsers: 'false' });
  const told = await cloud.send('update_issue', rowsOf([{ issue: 'ENG-7', summary: 'told' }]));
  expect(await sentQuery(cloud, await undone(cloud, told, { notify: true }))).toMatchObject({ notifyUsers: 'true' });
});

test('an undo does to the remaining estimate what the run did: leave stays leave, and new has no number to go back to', async () => {
  const worklog = { issue: 'ENG-8', started: '2026-03-02', time: '1h', adjust_estimate: 'new', new_estimate: '2d' };
  const made = await cloud.send('create_worklog', rowsOf([worklog]));
  const taken = await undone(cloud, made, { confirm: 1 });
  expect(taken.report.rows).toMatchObject([{ state: 'done', error: expect.stringContaining('remaining estimate') }]);
  expect(await sentQuery(cloud, taken)).toMatchObject({ adjustEstimate: 'leave' });
  const id = cloud.jira.edit.addWorklog(idOf(cloud, 'ENG-8'));
  const changed = await cloud.send('update_worklog', rowsOf([{ issue: 'ENG-8', worklog: id, time: '3h' }]));
  expect(await sentQuery(cloud, await undone(cloud, changed))).toMatchObject({ adjustEstimate: 'leave' });
});

test('a single worklog that failed is sent again as it was: its estimate follows, and people get mail', async () => {
  cloud.jira.faults.add({ match: 'writes', status: 403, unworked: true, body: { errorMessages: ['Not today'] } });
  const rows = rowsOf([{ issue: 'ENG-9', started: '2026-03-02', time: '1h', text: 'once' }]);
  const failed = await cloud.send('create_worklog', rows, { single: true });
  expect(failed.report).toMatchObject({ failed: 1 });
  const job = { ...cloud.job('', []), runId: failed.report.run_id, send: true };
  const again = await retryFailed(job, { clock: cloud.clock });
  expect(again.report).toMatchObject({ done: 1 });
  expect(await sentQuery(cloud, again)).toMatchObject({ adjustEstimate: 'auto', notifyUsers: 'true' });
});

test('an undo whose outcome is in doubt is not sent again: a comment would be made a second time', async () => {
  const { edit, faults, writes, site } = cloud.jira;
  writes.rules.permissions = { DELETE_ALL_COMMENTS: true };
  const comment = edit.addComment(idOf(cloud, 'ENG-4'), 'deleted, and made again');
  const removed = await cloud.send('delete_comment', rowsOf([{ issue: 'ENG-4', comment }]), { confirm: 1 });
  const before = site.comments.countOf(placeOf(cloud, 'ENG-4'));
  faults.add({ match: 'writes', destroyAfterWork: true });
  faults.add({ match: /GET .*\/comment\?/, times: Number.POSITIVE_INFINITY, status: 403, body: {} });
  expect((await undone(cloud, removed)).report).toMatchObject({ unknown: 1 });
  const again = await undone(cloud, removed);
  expect(again.report.rows).toMatchObject([{ state: 'unknown', error: expect.stringContaining('in doubt') }]);
  expect(again.failures).toEqual(['failed']);
  faults.clear();
  expect((await undone(cloud, removed)).report.rows).toMatchObject([{ state: 'skipped', error: 'it is undone' }]);
  expect(site.comments.countOf(placeOf(cloud, 'ENG-4')) - before).toBe(1);
});
