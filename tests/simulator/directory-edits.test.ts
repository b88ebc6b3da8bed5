/** What administrators do to a site, as callers then see it. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Simulator, startSimulator } from '../../simulator/simulator.js';
import { type Issue, type Json, visitor } from './visitor.js';

let jira: Simulator;
let site: ReturnType<typeof visitor>;
beforeEach(async () => {
  jira = await startSimulator({ issues: 200, fixedClock: true });
  site = visitor(jira);
});
afterEach(() => jira.close());

const idsOf = async (jql: string) => (await site.searchAll({ jql, fields: ['key'] })).map(({ id }: Issue) => id).sort();
const updatedOf = async (id: string) => (await site.ask<Issue>(`/rest/api/3/issue/${id}`)).body.fields.updated;

it('renames a project: new keys, the old ones lead there, and no issue is touched', async () => {
  const before = await idsOf('project = OPS');
  const [id = ''] = before;
  const [key, updated] = [jira.site.keyOf(id), await updatedOf(id)];
  jira.edit.advance(1000);
  jira.edit.renameProject('OPS', 'RUN');
  expect(jira.site.keyOf(id)).toBe(key.replace('OPS', 'RUN'));
  expect((await site.ask<Issue>(`/rest/api/3/issue/${key}`)).body.id).toBe(id);
  expect(await updatedOf(id)).toBe(updated);
  expect(await idsOf('project = OPS')).toEqual(before);
  expect(await idsOf('project = RUN')).toEqual(before);
  expect((await site.ask('/rest/api/3/project/OPS')).body.key).toBe('RUN');
  const { body } = await site.ask<{ values: Json[] }>('/rest/api/3/project/search');
  expect(body.values.map((project) => project.key)).toContain('RUN');
  expect((await site.ask<Issue>(`/rest/api/3/issue/${id}`)).body.fields.project).toMatchObject({ key: 'RUN' });
});

it.each([
  'archiveProject',
  'deleteProject',
] as const)('%s takes the issues along, and restoring brings back those that were there', async (end) => {
  const before = await idsOf('project = OPS');
  const [deleted = '', hidden = '', id = ''] = before.filter(
    (one) => jira.site.table.firstChild[Number(one) - 10_000] === -1,
  );
  const updated = await updatedOf(id);
  jira.edit.deleteIssue(deleted);
  jira.edit.hideIssue(hidden);
  jira.edit.advance(1000);
  jira.edit.directory[end]('OPS');
  expect((await site.ask(`/rest/api/3/issue/${id}`)).status).toBe(404);
  jira.edit.showIssue(hidden);
  expect((await site.ask(`/rest/api/3/issue/${hidden}`)).status).toBe(404);
  jira.edit.directory.restoreProject('OPS');
  expect(await idsOf('project = OPS')).toEqual(before.filter((one) => one !== deleted));
  expect(await updatedOf(id)).toBe(updated);
});

it('hides an issue by a security level and shows it again with all that hangs on it, untouched', async () => {
  const updated = await updatedOf('10011');
  jira.edit.hideIssue('10011');
  expect((await site.ask('/rest/api/3/issue/10011')).status).toBe(404);
  expect(await idsOf('id = 10012 or key > 10000')).not.toContain('10011');
  jira.edit.advance(60_000);
  jira.edit.showIssue('10011');
  expect(await updatedOf('10011')).toBe(updated);
  expect((await site.ask('/rest/api/3/issue/10011/worklog')).body).toMatchObject({ total: 45 });
});

it('lets an issue keep its children when it moves between projects', async () => {
  const comments = jira.site.comments.of(7).map(({ id }) => id);
  jira.edit.moveIssue('10007', jira.site.keyOf('10007').startsWith('OPS') ? 'ENG' : 'OPS');
  expect(jira.site.comments.of(7).map(({ id }) => id)).toEqual(comments);
  expect((await site.ask('/rest/api/3/issue/10007/comment')).body).toMatchObject({ total: comments.length });
});

it('closes a sprint without touching its issues, and changes boards, versions, components and people', async () => {
  const { directory } = jira.edit;
  const sprint = jira.site.directory.sprints.find(({ state }) => state === 'active');
  const [issue = ''] = jira.site.idsOfSprint(sprint?.id ?? '');
  const updated = await updatedOf(issue);
  jira.edit.advance(1000);
  directory.closeSprint(sprint?.id ?? '');
  directory.renameSprint(sprint?.id ?? '', 'Done with it');
  expect((await site.ask(`/rest/agile/1.0/sprint/${sprint?.id}`)).body).toMatchObject({
    state: 'closed',
    name: 'Done with it',
  });
  expect(await updatedOf(issue)).toBe(updated);
  const board = directory.addBoard('ENG', 'New board');
  directory.renameBoard(board, 'Newer board');
  expect((await site.ask(`/rest/agile/1.0/board/${board}`)).body).toMatchObject({ name: 'Newer board' });
  directory.removeBoard(board);
  expect((await site.ask(`/rest/agile/1.0/board/${board}`)).status).toBe(404);
  const version = directory.addVersion('ENG', '9.9');
  directory.renameVersion('ENG', version, '10.0');
  directory.addComponent('ENG', 'Fresh');
  const project = (await site.ask('/rest/api/3/project/ENG')).body;
  expect(JSON.stringify(project.versions)).toContain('"10.0"');
  expect(JSON.stringify(project.components)).toContain('"Fresh"');
  const person = jira.site.directory.people.find(({ active }) => active)?.accountId ?? '';
  directory.deactivate(person);
  const users = (await site.ask<Json[]>('/rest/api/3/users/search?maxResults=1000')).body;
  expect(users.find(({ accountId }) => accountId === person)).toMatchObject({ active: false });
});
