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
