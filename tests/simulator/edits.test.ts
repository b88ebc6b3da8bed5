import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Simulator, startSimulator } from '../../simulator/simulator.js';
import { type Issue, type Json, visitor } from './visitor.js';

let simulator: Simulator;
let site: ReturnType<typeof visitor>;
beforeAll(async () => {
  simulator = await startSimulator({ issues: 300, fixedClock: true });
  site = visitor(simulator);
});
afterAll(() => simulator.close());

const issue = async (idOrKey: string): Promise<Issue> => (await site.ask<Issue>(`/rest/api/3/issue/${idOrKey}`)).body;
const changedSince = async (at: number): Promise<string[]> =>
  (await site.searchAll({ jql: `updated >= ${at}`, fields: ['key'] })).map(({ id }) => id);

describe('updates', () => {
  it('changes fields, moves `updated` and writes one history', async () => {
    simulator.edit.advance(1000);
    const at = simulator.now();
    const before = simulator.site.histories.countOf(20);
    simulator.edit.updateIssue('10020', { summary: 'Neu ✏️', status: 'Done', assignee: null, customfield_10026: 13 });
    expect((await issue('10020')).fields).toMatchObject({
      summary: 'Neu ✏️',
      status: { name: 'Done' },
      assignee: null,
      customfield_10026: 13,
    });
    expect(await changedSince(at)).toEqual(['10020']);
    expect(simulator.site.histories.countOf(20)).toBe(before + 1);
  });

  it('keeps the history that was there, so that an edit of the status does not rewrite the past', async () => {
    const path = '/rest/api/3/issue/10013/changelog';
    const before = (await site.ask<{ values: Json[] }>(path)).body.values;
    simulator.edit.updateIssue('10013', { status: 'Closed' });
    expect((await site.ask<{ values: Json[] }>(path)).body.values).toEqual(before);
  });

  it('adds a new issue at the end of its project, with a key and children of its own', async () => {
    const id = simulator.edit.createIssue('OPS', { summary: 'Fresh' });
    expect(id).toBe('10300');
    expect(await issue(id)).toMatchObject({ key: simulator.site.keyOf(id), fields: { summary: 'Fresh' } });
    simulator.edit.addComment(id, 'first');
    simulator.edit.addWorklog(id, { seconds: 120, comment: 'typed' });
    expect((await issue(id)).fields).toMatchObject({
      comment: { total: 1 },
      worklog: { total: 1, worklogs: [{ timeSpentSeconds: 120 }] },
      timespent: 120,
    });
    for (let n = 0; n < 100; n += 1) simulator.edit.createIssue('ENG');
    expect((await site.searchAll({ jql: 'id >= 10300', fields: ['key'], maxResults: 50 })).length).toBe(101);
    expect(simulator.site.comments.get(10_000 + 5)?.issue).toBeGreaterThanOrEqual(0);
  });
});

describe('comments', () => {
  it('moves the issue for a new comment; an untouched deletion leaves no trace but the missing comment', async () => {
    simulator.edit.advance(1000);
    const at = simulator.now();
    const id = simulator.edit.addComment('10007', 'hello');
    expect(await changedSince(at)).toEqual(['10007']);
    simulator.edit.editComment(id, 'hello again');
    simulator.edit.advance(1000);
    simulator.edit.deleteComment(id);
    expect(await changedSince(at + 1)).toEqual([]);
    const { body } = await site.ask('/rest/api/3/issue/10007/comment?startAt=255');
    expect(body.total).toBe(260);
    expect(JSON.stringify(body)).not.toContain('hello');
  });
});

describe('deletions and moves', () => {
  it('takes a deleted issue and its sub-tasks out of every answer', async () => {
    const [parent, child] = parentWithChild(simulator);
    simulator.edit.deleteIssue(parent);
    expect((await site.ask(`/rest/api/3/issue/${parent}`)).status).toBe(404);
    expect((await site.ask(`/rest/api/3/issue/${child}`)).status).toBe(404);
    const all = await site.searchAll({ jql: 'project is not EMPTY', fields: ['key'], maxResults: 5000 });
    expect(all.map(({ id }) => id)).not.toContain(parent);
    expect(all.map(({ id }) => id)).not.toContain(child);
  });

  it('leaves the issues of a deleted epic without a parent', async () => {
    const { table, directory } = simulator.site;
    const isEpic = (place: number): boolean => (directory.issueTypes[table.type[place] ?? 0]?.hierarchyLevel ?? 0) > 0;
    const child = table.parent.findIndex((parent) => parent >= 0 && isEpic(parent));
    const id = String(10_000 + child);
    expect((await issue(id)).fields).toHaveProperty('parent');
    simulator.edit.deleteIssue(String(10_000 + (table.parent[child] ?? 0)));
    expect((await issue(id)).fields).not.toHaveProperty('parent');
  });

  it('brings an archived issue back when it is restored', async () => {
    simulator.edit.archiveIssue('10050');
    expect((await site.ask('/rest/api/3/issue/10050')).status).toBe(404);
    simulator.edit.restoreIssue('10050');
    expect((await site.ask('/rest/api/3/issue/10050')).status).toBe(200);
  });

  it('moves an issue: same id, new key, and the old key leads to the new one', async () => {
    const from = simulator.site.keyOf('10060');
    const target = from.startsWith('OPS') ? 'ENG' : 'OPS';
    simulator.edit.moveIssue('10060', target);
    const moved = await issue(from);
    expect(moved.id).toBe('10060');
    expect(moved.key).toMatch(new RegExp(`^${target}-\\d+$`));
    expect(moved.fields.project).toMatchObject({ key: target });
  });
});

describe('churn', () => {
  it('changes as much as was asked, each change at its own millisecond', async () => {
    const other = await startSimulator({ issues: 200, fixedClock: true });
    const at = other.now() + 1;
    other.edit.churn({ updates: 20, comments: 5, worklogs: 10, deletedWorklogs: 3, deletes: 2 });
    expect(other.now()).toBe(at - 1 + 40);
    expect(other.site.deletedWorklogs).toHaveLength(3);
    expect(other.site.table.visible.filter((visible) => visible === 0).length).toBeGreaterThanOrEqual(2);
    const touched = await visitor(other).searchAll({ jql: `updated >= ${at}`, fields: ['key'] });
    expect(touched.length).toBeGreaterThan(20);
    await other.close();
  });
});

function parentWithChild({ site: { table } }: Simulator): [string, string] {
  const parent = table.firstChild.findIndex((child) => child >= 0);
  return [String(10_000 + parent), String(10_000 + (table.firstChild[parent] ?? 0))];
}
