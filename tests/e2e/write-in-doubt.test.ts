/** What a lost or an unclear answer leaves in doubt is looked up: nothing counts as done that was not, and nothing of others is ours. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { rowsOf, type Writing, writing } from '../helpers/writing.js';

let site: Writing;
beforeAll(async () => {
  site = await writing({ writing: { perIssue: null } });
});
afterAll(() => site.close());

const since = (before: number) => site.executed().slice(before);

const linkBetween = async (issue: string, other: string): Promise<string> => {
  const { report } = await site.send('create_issue_link', rowsOf([{ issue, type: 'Blocks', other }]));
  expect(report).toMatchObject({ done: 1 });
  const { site: issues } = site.jira;
  const [from, to] = [issues.find(issue) ?? 0, issues.find(other) ?? 0];
  const link = issues.links.of(from).find((one) => one.from === from && one.to === to);
  return String(link?.id ?? '');
};

test('a link that this account may not delete is not called deleted: Jira refuses that with 404', async () => {
  const link = await linkBetween('ENG-10', 'ENG-11');
  site.jira.writes.rules.permissions.LINK_ISSUES = false;
  const before = site.executed().length;
  const { report } = await site.send('delete_issue_link', rowsOf([{ link }]), { confirm: 1 });
  site.jira.writes.rules.permissions.LINK_ISSUES = true;
  expect(report.rows).toMatchObject([{ state: 'failed', error: 'No Link Issue Permission for issue.' }]);
  expect(since(before)).toEqual([]);
  const again = await site.send('delete_issue_link', rowsOf([{ link }]), { confirm: 1 });
  expect(again.report).toMatchObject({ done: 1, failed: 0 });
});

test('a link and a worklog are not called deleted where links and time tracking were switched off meanwhile', async () => {
  const { jira } = site;
  const link = await linkBetween('ENG-12', 'ENG-13');
  const off = () => {
    jira.writes.rules.issueLinking = false;
  };
  const unlinked = (body: unknown) => JSON.parse(JSON.stringify(body).replaceAll('"issuelinks"', '"other"'));
  jira.faults.add({ match: /bulkfetch/, times: 2, rewrite: unlinked });
  jira.faults.add({ match: /DELETE .*issueLink/, before: off });
  const links = await site.send('delete_issue_link', rowsOf([{ link }]), { confirm: 1 });
  expect(links.report.rows).toMatchObject([{ state: 'failed', error: 'Issue linking is currently disabled.' }]);
  jira.writes.rules.issueLinking = true;
  jira.faults.clear();

  const logged = await site.send('create_worklog', rowsOf([{ issue: 'ENG-12', started: '2026-03-02', time: '1h' }]));
  const body = { errorMessages: ['Time tracking is disabled.'] };
  jira.faults.add({ match: /DELETE .*worklog/, status: 404, unworked: true, body });
  jira.faults.add({ match: /GET .*worklog/, after: 1, times: 2, status: 404, unworked: true, body });
  const worklog = logged.report.rows[0]?.result_id ?? '';
  const { report } = await site.send('delete_worklog', rowsOf([{ issue: 'ENG-12', worklog }]), { confirm: 1 });
  jira.faults.clear();
  expect(report.rows).toMatchObject([{ state: 'failed', error: 'Time tracking is disabled.' }]);
});

test('what somebody else has deleted meanwhile is gone: the 404 to its deletion is no failure', async () => {
  const { report } = await site.send('add_comment', rowsOf([{ issue: 'ENG-14', text: 'short-lived' }]));
  const comment = report.rows[0]?.result_id ?? '';
  const remove = () => void site.jira.edit.deleteComment(comment);
  site.jira.faults.add({ match: 'writes', before: remove });
  const removed = await site.send('delete_comment', rowsOf([{ issue: 'ENG-14', comment }]), { confirm: 1 });
  expect(removed.report).toMatchObject({ done: 1, failed: 0 });
});

test('a value that somebody has set since the answer was lost is not written over by the next run of the same rows', async () => {
  const { jira } = site;
  const rows = rowsOf([{ issue: 'ENG-15', summary: 'ours' }]);
  const theirs = () => void jira.edit.updateIssue(jira.site.idOf(jira.site.find('ENG-15') ?? 0), { summary: 'theirs' });
  jira.faults.add({ match: 'writes', destroyAfterWork: true });
  jira.faults.add({ match: /bulkfetch/, after: 1, before: theirs });
  const first = await site.send('update_issue', rows);
  const conflict = [{ state: 'failed', error: expect.stringContaining('somebody has set another value since') }];
  expect(first.report.rows).toMatchObject(conflict);
  const before = site.executed().length;
  expect((await site.look('update_issue', rows)).report).toMatchObject({ ready: 0, failed: 1 });
  expect((await site.send('update_issue', rows)).report.rows).toMatchObject(conflict);
  await expect(site.send('update_issue', rows, { single: true })).rejects.toThrow('somebody has set another value');
  expect(since(before)).toEqual([]);
  expect((await site.send('update_issue', rows, { again: 'over theirs' })).report).toMatchObject({ done: 1 });
});

test('a site that refuses who we are at the look at what is in doubt leaves a report of all rows, and the next run looks', async () => {
  const rows = rowsOf(['first', 'second'].map((text) => ({ issue: 'ENG-16', text })));
  site.jira.faults.add({ match: 'writes', after: 1, destroyAfterWork: true });
  site.jira.faults.add({ match: /GET .*\/comment/, times: Number.POSITIVE_INFINITY, status: 401 });
  const { report, failures } = await site.send('add_comment', rows);
  site.jira.faults.clear();
  expect(report.rows).toMatchObject([{ state: 'done' }, { state: 'unknown' }]);
  expect(failures).toEqual(['credentials', 'failed']);
  const before = site.executed().length;
  expect((await site.send('add_comment', rows)).report).toMatchObject({ skipped: 2 });
  expect(since(before)).toEqual([]);
});

const MINUTE = 60_000;

/** As the same account does it in a browser: without a marker. */
async function byHand(route: string, body: object): Promise<void> {
  const { url, email, apiToken } = site.jira;
  const authorization = `Basic ${Buffer.from(`${email}:${apiToken}`).toString('base64')}`;
  const headers = { authorization, 'content-type': 'application/json' };
  const answer = await fetch(`${url}${route}`, { method: 'POST', headers, body: JSON.stringify(body) });
  expect(answer.status).toBe(201);
}
const issueByHand = (summary: string) =>
  byHand('/rest/api/3/issue', { fields: { project: { key: 'OPS' }, issuetype: { name: 'Task' }, summary } });

test("a person's issue of the same name, made before the lost request, is not its result: undo would delete it", async () => {
  await issueByHand('Weekly report');
  site.jira.edit.advance(3 * MINUTE);
  site.jira.faults.add({ match: 'writes', destroy: true });
  const rows = rowsOf([{ project: 'OPS', issue_type: 'Task', summary: 'Weekly report' }]);
  expect((await site.send('create_issue', rows)).report).toMatchObject({ done: 0, unknown: 1 });
  site.jira.edit.advance(16 * MINUTE);
  expect((await site.send('create_issue', rows)).report).toMatchObject({ done: 1 });
});

test('one made after it, without the marker that was sent, is neither claimed nor doubled: a person looks at it', async () => {
  const rows = rowsOf([{ project: 'OPS', issue_type: 'Task', summary: 'Monthly report' }]);
  // No issue in sight shows that the site keeps markers.
  site.jira.edit.advance(16 * MINUTE);
  site.jira.faults.add({ match: 'writes', destroy: true });
  expect((await site.send('create_issue', rows)).report).toMatchObject({ unknown: 1 });
  site.jira.edit.advance(MINUTE);
  await issueByHand('Monthly report');
  site.jira.edit.advance(16 * MINUTE);
  const before = site.executed().length;
  const { report } = await site.send('create_issue', rows);
  expect(report.rows).toMatchObject([{ state: 'unknown', error: expect.stringContaining('without the mark') }]);
  expect(since(before)).toEqual([]);
  expect((await site.send('create_issue', rows, { again: 'mine' })).report).toMatchObject({ done: 1 });
});

test('a comment of the same words, written shortly before the lost one, is not its result', async () => {
  const { site: issues, edit, faults, writes } = site.jira;
  const rows = rowsOf([{ issue: 'OPS-2', text: 'done' }]);
  writes.rules.properties = 'ignored';
  const place = issues.find('OPS-2') ?? 0;
  const before = issues.comments.countOf(place);
  await byHand('/rest/api/2/issue/OPS-2/comment', { body: 'done' });
  edit.advance(30_000);
  faults.add({ match: 'writes', destroy: true });
  const { report } = await site.send('add_comment', rows);
  writes.rules.properties = 'kept';
  expect(report).toMatchObject({ done: 1 });
  expect(issues.comments.countOf(place) - before).toBe(2);
});

test('a single change that was sent under another name a minute ago is refused without one', async () => {
  const rows = rowsOf([{ issue: 'ENG-20', text: 'once a day' }]);
  const single = { single: true } as const;
  expect((await site.send('add_comment', rows, { ...single, again: 'first' })).report).toMatchObject({ done: 1 });
  await expect(site.send('add_comment', rows, single)).rejects.toThrow('--again NAME');
  site.jira.edit.advance(25 * 60 * MINUTE);
  expect((await site.send('add_comment', rows, single)).report).toMatchObject({ done: 1 });
});
