/** One Cloud site for the tests of a file that write to it, and what they write again and again. */
import { afterAll, beforeAll } from 'vitest';
import { type Simulator, startSimulator } from '../../../simulator/simulator.js';
import { type Issue, type Json, visitor } from '../visitor.js';

export let jira: Simulator;
export let site: ReturnType<typeof visitor>;
beforeAll(async () => {
  jira = await startSimulator({ issues: 200, fixedClock: true, indexLagMs: 30_000 });
  site = visitor(jira);
  jira.writes.rules.perIssue = null;
});
afterAll(() => jira.close());

export const API = '/rest/api/3';
export const adf = (text: string) => ({
  ...{ version: 1, type: 'doc' },
  content: [{ type: 'paragraph', content: [{ type: 'text', text }] }],
});
export const fields = (more: Json = {}) => ({
  project: { key: 'ENG' },
  issuetype: { name: 'Task' },
  summary: 'Neu',
  ...more,
});
export const issue = async (key: string, query = ''): Promise<Issue> =>
  (await site.ask<Issue>(`${API}/issue/${key}${query}`)).body;
export const marker = { key: 'connector.action', value: { id: 'a-1', by: 'connector' } };
export const made = async (more: Json = {}): Promise<Issue> =>
  (await site.post<Issue>(`${API}/issue`, { fields: fields(more) })).body;
export const errorsOf = (body: unknown) => (body as { errors: Json }).errors;
