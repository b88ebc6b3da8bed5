import { afterEach, describe, expect, it } from 'vitest';
import { type Simulator, startSimulator } from '../../simulator/simulator.js';
import { type Json, visitor } from './visitor.js';

const running: Simulator[] = [];
const start = async (options: Parameters<typeof startSimulator>[0] = {}): Promise<Simulator> => {
  const simulator = await startSimulator({ deployment: 'datacenter', issues: 30, fixedClock: true, ...options });
  running.push(simulator);
  return simulator;
};
afterEach(async () => {
  await Promise.all(running.splice(0).map((simulator) => simulator.close()));
});

const basic = (password: string) => `Basic ${Buffer.from(`ada:${password}`).toString('base64')}`;

interface Found {
  readonly startAt: number;
  readonly maxResults: number;
  readonly total: number;
  readonly issues: readonly { readonly id: string; readonly fields: Json; readonly changelog: Json }[];
}

describe('where it answers', () => {
  it('knows version 2 and `latest` below its context path, and neither version 3 nor anything outside', async () => {
    const simulator = await start();
    const site = visitor(simulator);
    const origin = visitor({ ...simulator, url: new URL(simulator.url).origin });
    const statuses = await Promise.all([
      site.ask('/rest/api/2/myself'),
      site.ask('/rest/api/latest/myself'),
      site.ask('/rest/api/3/myself'),
      site.ask('/rest/api/2/search/jql'),
      site.ask('/rest/software/1.0/board/1/issue'),
      origin.ask('/rest/api/2/myself'),
      origin.ask('/rest/agile/1.0/board'),
    ]);
    expect(statuses.map(({ status }) => status)).toEqual([200, 200, 404, 404, 404, 404, 404]);
  });

  it('says what it is, and links to itself below its context path', async () => {
    const simulator = await start({ contextPath: '/tools/jira' });
    const { body } = await visitor(simulator).ask('/rest/api/2/serverInfo');
    expect(body).toMatchObject({ deploymentType: 'Server', version: '9.12.15', baseUrl: simulator.url });
    expect(simulator.url).toMatch(/\/tools\/jira$/);
    const [status] = (await visitor(simulator).ask<Json[]>('/rest/api/2/status')).body;
    expect(status?.self).toMatch(new RegExp(`^${simulator.url}/rest/api/2/status/`));
  });
});

describe('who may come in', () => {
  it('takes the password and the personal access token, and tells its rate limit on every answer', async () => {
    const simulator = await start();
    const byName = await visitor(simulator).ask('/rest/api/2/myself');
    const byToken = await visitor(simulator, `Bearer ${simulator.pat}`).ask('/rest/api/2/myself');
    expect([byName.status, byToken.status]).toEqual([200, 200]);
    expect(byName.body).toMatchObject({ key: 'JIRAUSER10100', name: 'ada' });
    expect(byName.body).not.toHaveProperty('accountId');
    expect(byName.headers.get('x-ratelimit-limit')).toBe('100');
    expect(byName.headers.get('retry-after')).toBe('0');
  });

  it('refuses strangers with 401 everywhere but at serverInfo: there is no empty 200', async () => {
    const simulator = await start();
    const differentAccount = visitor(simulator, '');
    const statuses = await Promise.all(
      ['serverInfo', 'myself', 'field', 'project', 'status'].map((path) => differentAccount.ask(`/rest/api/2/${path}`)),
    );
    expect(statuses.map(({ status }) => status)).toEqual([200, 401, 401, 401, 401]);
  });

  it('wants a CAPTCHA after three wrong passwords, even for the right one; tokens go on', async () => {
    const simulator = await start();
    const wrong = visitor(simulator, basic('wrong'));
    const seen = [];
    for (let n = 0; n < 4; n += 1) seen.push((await wrong.ask('/rest/api/2/myself')).status);
    expect(seen).toEqual([401, 401, 401, 403]);
    const right = await visitor(simulator).ask('/rest/api/2/myself');
    expect([right.status, right.headers.get('x-authentication-denied-reason')]).toEqual([
      403,
      expect.stringMatching(/^CAPTCHA_CHALLENGE; login-url=http/),
    ]);
    expect((await visitor(simulator, `Bearer ${simulator.pat}`).ask('/rest/api/2/myself')).status).toBe(200);
  });

  it('says "too many" with Retry-After and without the words of Cloud', async () => {
    const simulator = await start({ rate: { perSecond: 2 } });
    const site = visitor(simulator);
    const replies = await Promise.all([1, 2, 3, 4].map(() => site.ask('/rest/api/2/myself')));
    const refused = replies.find(({ status }) => status === 429);
    expect([refused?.headers.get('retry-after'), refused?.headers.get('ratelimit-reason')]).toEqual(['1', null]);
  });
});

describe('search', () => {
  const search = async (simulator: Simulator, body: Json) =>
    (await visitor(simulator).post<Found>('/rest/api/2/search', body)).body;

  it('pages by offset with a total, at most 1000 whatever is asked', async () => {
    const simulator = await start({ issues: 1100, perIssue: { comments: 0, worklogs: 0, histories: 0 } });
    const jql = 'project is not EMPTY ORDER BY key ASC';
    const first = await search(simulator, { jql, fields: ['key'], maxResults: 5000 });
    const rest = await search(simulator, { jql, fields: ['key'], startAt: 1000, maxResults: 5000 });
    expect([first.total, first.maxResults, first.issues.length, rest.issues.length]).toEqual([1100, 1000, 1000, 100]);
    expect(new Set([...first.issues, ...rest.issues].map(({ id }) => id)).size).toBe(1100);
  });

  it('shows the whole history and all comments inside an issue, and text as wiki markup', async () => {
    const simulator = await start({ issues: 2, perIssue: { comments: 60, worklogs: 30, histories: 70 } });
    const jql = 'project is not EMPTY';
    const { issues } = await search(simulator, { jql, fields: ['*all'], expand: ['changelog'] });
    const fields = issues[0]?.fields as Record<string, { readonly [list: string]: readonly Json[] }>;
    expect(fields.comment?.comments).toHaveLength(60);
    expect(fields.worklog?.worklogs).toHaveLength(20);
    expect(issues[0]?.changelog.histories).toHaveLength(70);
    const [comment] = fields.comment?.comments ?? [];
    expect([typeof comment?.body, (comment?.author as Json).key]).toEqual([
      'string',
      expect.stringMatching(/^JIRAUSER\d+$/),
    ]);
  });

  it('tells no level of a type and no id of a changed field; an epic has a name, and is linked but no parent', async () => {
    const simulator = await start({ issues: 80 });
    const names = ['issuetype', 'parent', 'customfield_10011', 'customfield_10014'];
    const body = { jql: 'project is not EMPTY', fields: names, expand: ['changelog'], maxResults: 100 };
    const { issues } = await search(simulator, body);
    const told = JSON.stringify(issues);
    expect([told.includes('"fieldtype"'), told.includes('fieldId'), told.includes('hierarchyLevel')]).toEqual([
      true,
      false,
      false,
    ]);
    const { table, directory } = simulator.site;
    for (const { id, fields } of issues) {
      const type = directory.issueTypes[table.type[simulator.site.find(id) ?? 0] ?? 0];
      expect([id, typeof fields.customfield_10011]).toEqual([id, type?.hierarchyLevel === 1 ? 'string' : 'object']);
      expect([id, 'parent' in fields]).toEqual([id, type?.subtask]);
    }
    expect(issues.filter(({ fields }) => fields.customfield_10014 !== null).length).toBeGreaterThan(5);
  });

  it('refuses an id that does not exist, unless the query is not to be validated', async () => {
    const simulator = await start();
    const jql = `id in (${simulator.site.idOf(0)}, 999999)`;
    const strict = await visitor(simulator).post('/rest/api/2/search', { jql });
    expect(strict.status).toBe(400);
    expect((await search(simulator, { jql, validateQuery: false })).issues).toHaveLength(1);
  });
});

describe('lists of its own', () => {
  it('names 20 groups however many are asked for, counts them all, and knows no second page', async () => {
    const simulator = await start({ groups: 25 });
    const picked = async (query: string) =>
      (await visitor(simulator).ask<{ total: number; groups: Json[] }>(`/rest/api/2/groups/picker?${query}`)).body;
    const [usual, second, all] = [await picked(''), await picked('startAt=20'), await picked('maxResults=1000')];
    expect([usual.total, usual.groups.length, all.groups.length]).toEqual([25, 20, 20]);
    expect(second.groups).toEqual(usual.groups);
    expect(all.groups[0]).not.toHaveProperty('groupId');
  });

  it('shows archived projects only when asked, and deleted ones never', async () => {
    const simulator = await start({ projects: 6 });
    const count = async (query: string) =>
      (await visitor(simulator).ask<Json[]>(`/rest/api/2/project${query}`)).body.length;
    expect([await count(''), await count('?includeArchived=true')]).toEqual([4, 5]);
  });
});
