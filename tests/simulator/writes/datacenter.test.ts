/** Data Center is written to in version 2: wiki markup, login names, no bulk queue. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Simulator, startSimulator } from '../../../simulator/simulator.js';
import { type Issue, type Json, visitor } from '../visitor.js';

let jira: Simulator;
let site: ReturnType<typeof visitor>;
beforeAll(async () => {
  jira = await startSimulator({ issues: 60, deployment: 'datacenter', fixedClock: true });
  site = visitor(jira);
});
afterAll(() => jira.close());

const API = '/rest/api/2';
const WIKI = 'h1. Größe\n\n*fett* und [Link|https://example.com]\nzweite Zeile\n\n{code:sql}\nselect 1\n{code}';
const marker = { key: 'connector.action', value: { id: 'a-1' } };
const fields = (more: Json = {}) => ({ project: { key: 'ENG' }, issuetype: { name: 'Task' }, summary: 'Neu', ...more });

it('keeps wiki markup as it was sent, and people by login name', async () => {
  const made = await site.post<Issue>(`${API}/issue`, {
    fields: fields({ description: WIKI, assignee: { name: 'ada' } }),
    properties: [marker],
  });
  expect(made.status).toBe(201);
  const { body } = await site.ask<Issue>(`${API}/issue/${made.body.key}?properties=${marker.key}`);
  expect(body).toMatchObject({
    properties: { [marker.key]: marker.value },
    fields: { description: WIKI, assignee: { name: 'ada' }, creator: { name: 'ada' } },
  });
  const found = await site.ask<{ issues: Issue[] }>(
    `${API}/search?jql=${encodeURIComponent(`creator = currentUser() AND created >= ${jira.now()}`)}`,
  );
  expect(found.body.issues.map(({ key }) => key)).toContain(made.body.key);
  expect((await site.post(`${API}/issue`, { fields: fields({ description: { type: 'doc' } }) })).status).toBe(400);
  expect((await site.post(`${API}/issue`, { fields: fields({ assignee: { accountId: 'x' } }) })).status).toBe(400);
  const assigned = await site.send('PUT', `${API}/issue/${made.body.key}/assignee`, { name: null });
  expect(assigned.status).toBe(204);
});

it('shows the marker of a comment in the list of the issue, and keeps none of a worklog', async () => {
  const path = `${API}/issue/10001`;
  const { status, body } = await site.post<Issue>(`${path}/comment`, { body: '*x*', properties: [marker] });
  expect(status).toBe(201);
  const list = await site.ask<{ comments: Json[] }>(`${path}/comment?orderBy=-created&maxResults=1&expand=properties`);
  expect(list.body.comments[0]).toMatchObject({ id: body.id, body: '*x*', properties: [marker] });
  const work = { started: '2026-03-02T09:00:00.000+0000', timeSpent: '1h', comment: 'wiki', properties: [marker] };
  const logged = await site.post<Issue>(`${path}/worklog`, work);
  expect([logged.status, logged.body]).toMatchObject([201, { comment: 'wiki', timeSpentSeconds: 3600 }]);
  const kept = await site.ask<{ worklogs: Json[] }>(`${path}/worklog?expand=properties`);
  expect(kept.body.worklogs.find(({ id }) => id === logged.body.id)).not.toHaveProperty('properties');
});

it('has the metadata of its own frame, links, transitions and deletions, and neither the queue nor comments by ids', async () => {
  const types = await site.ask<{ values: { id: string }[]; isLast: boolean }>(`${API}/issue/createmeta/ENG/issuetypes`);
  expect([types.status, types.body.isLast]).toEqual([200, true]);
  const type = types.body.values[0]?.id;
  expect(
    (await site.ask<{ values: Json[] }>(`${API}/issue/createmeta/ENG/issuetypes/${type}`)).body.values.length,
  ).toBeGreaterThan(5);
  const link = { type: { name: 'Relates' }, inwardIssue: { key: 'ENG-1' }, outwardIssue: { key: 'ENG-2' } };
  expect((await site.post(`${API}/issueLink`, link)).status).toBe(201);
  expect((await site.post(`${API}/issue/ENG-1/transitions`, { transition: { id: '21' } })).status).toBe(204);
  expect((await site.ask(`${API}/user?username=ada`)).body.name).toBe('ada');
  expect((await site.post(`${API}/comment/list`, { ids: [1] })).status).toBe(404);
  expect((await site.post(`${API}/bulk/issues/delete`, { selectedIssueIdsOrKeys: ['ENG-1'] })).status).toBe(404);
  jira.writes.rules.permissions.DELETE_ISSUES = true;
  expect((await site.send('DELETE', `${API}/issue/ENG-2?deleteSubtasks=true`)).status).toBe(204);
});
