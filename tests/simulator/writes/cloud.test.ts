/** A site that takes what Jira refuses, or forgets what it took, would let every test of writing pass. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Simulator, startSimulator } from '../../../simulator/simulator.js';
import { type Issue, type Json, visitor } from '../visitor.js';

let jira: Simulator;
let site: ReturnType<typeof visitor>;
beforeAll(async () => {
  jira = await startSimulator({ issues: 200, fixedClock: true, indexLagMs: 30_000 });
  site = visitor(jira);
  jira.writes.rules.perIssue = null;
});
afterAll(() => jira.close());

const API = '/rest/api/3';
const adf = (text: string) => ({
  ...{ version: 1, type: 'doc' },
  content: [{ type: 'paragraph', content: [{ type: 'text', text }] }],
});
const fields = (more: Json = {}) => ({ project: { key: 'ENG' }, issuetype: { name: 'Task' }, summary: 'Neu', ...more });
const issue = async (key: string, query = ''): Promise<Issue> =>
  (await site.ask<Issue>(`${API}/issue/${key}${query}`)).body;
const marker = { key: 'connector.action', value: { id: 'a-1', by: 'connector' } };
const made = async (more: Json = {}): Promise<Issue> =>
  (await site.post<Issue>(`${API}/issue`, { fields: fields(more) })).body;
const errorsOf = (body: unknown) => (body as { errors: Json }).errors;

describe('creating issues', () => {
  it('keeps every kind of value, and nothing that was not given', async () => {
    const [, other] = jira.site.directory.people;
    const { status, body } = await site.post<Issue>(`${API}/issue`, {
      fields: fields({
        ...{ description: adf('Größe'), labels: ['a', 'b'], priority: { name: 'High' }, duedate: '2026-12-24' },
        ...{ assignee: { accountId: other?.accountId }, fixVersions: [{ name: '1.0' }], customfield_10026: 3.5 },
        ...{ customfield_10032: { value: 'Mittel' }, customfield_10034: { value: 'Low', child: { value: 'n/a' } } },
        ...{ customfield_10037: '2026-03-02T09:00:00.000+0000', timetracking: { originalEstimate: '1d 2h' } },
      }),
    });
    expect(status).toBe(201);
    expect(Object.keys(body)).toEqual(['id', 'key', 'self']);
    expect((await issue(body.key)).fields).toMatchObject({
      ...{ summary: 'Neu', description: adf('Größe'), labels: ['a', 'b'], duedate: '2026-12-24' },
      ...{ priority: { name: 'High' }, assignee: { accountId: other?.accountId }, fixVersions: [{ name: '1.0' }] },
      ...{ customfield_10026: 3.5, customfield_10032: { value: 'Mittel' }, customfield_10027: null, components: [] },
      ...{ customfield_10034: { value: 'Low', child: { value: 'n/a' } }, timeoriginalestimate: 36_000 },
      ...{
        customfield_10037: '2026-03-02T10:00:00.000+0100',
        environment: null,
        creator: { displayName: 'Ada Lovelace' },
      },
    });
  });

  it('names every field that it refuses, at once, and makes nothing', async () => {
    const before = jira.site.table.size;
    const { status, body } = await site.post(`${API}/issue`, {
      fields: {
        ...{ project: { key: 'ENG' }, issuetype: { name: 'Task' }, labels: ['a b'], duedate: '24.12.2026' },
        ...{ priority: { name: 'Nope' }, description: 'plain', customfield_10026: '3', customfield_99: 1 },
      },
    });
    expect(status).toBe(400);
    expect(body.errorMessages).toEqual([]);
    expect(Object.keys(errorsOf(body)).sort()).toEqual(
      ['customfield_10026', 'customfield_99', 'description', 'duedate', 'labels', 'priority', 'summary'].sort(),
    );
    expect(jira.site.table.size).toBe(before);
  });

  it.each([
    ['a summary of two lines', { summary: 'a\r\nb' }, 'summary'],
    ['a summary of 256 characters', { summary: 'x'.repeat(256) }, 'summary'],
    ['a text without text', { description: adf('') }, 'description'],
    ['a text beyond the limit', { description: adf('x'.repeat(32_768)) }, 'description'],
    ['a project that is not there', { project: { key: 'NOPE' } }, 'project'],
    ['an issue type that is not there', { issuetype: { name: 'Nope' } }, 'issuetype'],
    ['a sub-task without a parent', { issuetype: { name: 'Sub-task' } }, 'parent'],
  ])('refuses %s', async (_, more, field) => {
    const { status, body } = await site.post(`${API}/issue`, { fields: fields(more) });
    expect([status, Object.keys(errorsOf(body))]).toEqual([400, [field]]);
  });

  it('makes those of a bulk that it can, and tells the others by their place', async () => {
    const issueUpdates = Array.from({ length: 50 }, (_, n) => ({
      fields: fields(n === 6 ? { summary: '' } : { summary: `Row ${n}` }),
      properties: [{ ...marker, value: { id: `bulk-${n}` } }],
    }));
    const { status, body } = await site.post<{ issues: Issue[]; errors: Json[] }>(`${API}/issue/bulk`, {
      issueUpdates,
    });
    expect([status, body.issues.length, body.errors.length]).toEqual([201, 49, 1]);
    expect(body.errors[0]).toMatchObject({
      failedElementNumber: 6,
      status: 400,
      elementErrors: { errors: { summary: expect.any(String) } },
    });
    expect(jira.site.extras.propertiesOf(Number(body.issues[6]?.id) - 10_000).get(marker.key)).toEqual({
      id: 'bulk-7',
    });
    const none = await site.post(`${API}/issue/bulk`, { issueUpdates: [{ fields: { summary: 'x' } }] });
    expect(none.status).toBe(400);
    expect((await site.post(`${API}/issue/bulk`, { issueUpdates: [...issueUpdates, {}] })).status).toBe(400);
  });

  it('is found by its marker only once the index has learned of it', async () => {
    jira.edit.advance(1000);
    const since = jira.now();
    const { body } = await site.post<Issue>(`${API}/issue`, { fields: fields(), properties: [marker] });
    const query = {
      jql: `project = ENG AND created >= ${since} AND creator = currentUser()`,
      ...{ fields: ['id', 'key'], properties: [marker.key] },
    };
    expect((await site.search(query)).body.issues.map(({ id }) => id)).not.toContain(body.id);
    jira.edit.advance(31_000);
    const found = (await site.search(query)).body.issues.find(({ id }) => id === body.id);
    expect(found).toMatchObject({ key: body.key, properties: { [marker.key]: marker.value } });
    expect((await site.search({ ...query, jql: `${query.jql} AND creator != currentUser()` })).body.issues).toEqual([]);
  });

  it('refuses properties, or passes over them, where its rules say so', async () => {
    jira.writes.rules.properties = 'refused';
    expect((await site.post(`${API}/issue`, { fields: fields(), properties: [marker] })).status).toBe(400);
    jira.writes.rules.properties = 'ignored';
    const { status, body } = await site.post<Issue>(`${API}/issue`, { fields: fields(), properties: [marker] });
    expect([status, (await site.ask(`${API}/issue/${body.key}/properties/${marker.key}`)).status]).toEqual([201, 404]);
    jira.writes.rules.properties = 'kept';
  });
});

describe('changing issues', () => {
  it('sets, adds and removes, writes one history, and moves `updated`', async () => {
    const { key, id } = await made({ labels: ['a', 'b'] });
    jira.edit.advance(5000);
    const { status } = await site.send('PUT', `${API}/issue/${key}`, {
      fields: { summary: 'Anders', customfield_10026: null },
      update: { labels: [{ add: 'c' }, { remove: 'a' }], comment: [{ add: { body: adf('und ein Wort') } }] },
      properties: [marker],
    });
    expect(status).toBe(204);
    const { fields: now, changelog } = await issue(key, '?expand=changelog');
    expect(now).toMatchObject({ summary: 'Anders', labels: ['b', 'c'], comment: { total: 1 } });
    expect(changelog.total).toBe(1);
    expect(jira.site.table.updated[Number(id) - 10_000]).toBe(jira.now());
    const whole = await site.send('PUT', `${API}/issue/${key}?returnIssue=true`, { fields: { labels: [] } });
    expect([whole.status, (whole.body as unknown as Issue).fields.labels]).toEqual([200, []]);
  });

  it('refuses what is in both forms, what is no field, and what may not be', async () => {
    const { key } = await made();
    const both = { fields: { labels: [] }, update: { labels: [{ add: 'x' }] } };
    expect(errorsOf((await site.send('PUT', `${API}/issue/${key}`, both)).body)).toHaveProperty('labels');
    expect((await site.send('PUT', `${API}/issue/${key}`, { fields: { nope: 1 } })).status).toBe(400);
    expect((await site.send('PUT', `${API}/issue/NOPE-1`, { fields: {} })).status).toBe(404);
    jira.writes.rules.permissions.EDIT_ISSUES = false;
    expect((await site.send('PUT', `${API}/issue/${key}`, { fields: { summary: 'x' } })).status).toBe(403);
    const asked = await site.ask<{ permissions: Json }>(`${API}/mypermissions?permissions=EDIT_ISSUES`);
    expect(asked.body.permissions.EDIT_ISSUES).toMatchObject({ havePermission: false });
    jira.writes.rules.permissions = {};
  });

  it('assigns somebody, nobody and the lead of the project, but no deactivated account', async () => {
    const { key } = await made();
    const { people, projects } = jira.site.directory;
    const assign = async (accountId: unknown) => {
      const { status } = await site.send('PUT', `${API}/issue/${key}/assignee`, { accountId });
      return [status, ((await issue(key)).fields.assignee as Json | null)?.accountId ?? null];
    };
    expect(await assign(people[1]?.accountId)).toEqual([204, people[1]?.accountId]);
    expect(await assign(null)).toEqual([204, null]);
    expect(await assign('-1')).toEqual([204, projects[0]?.leadId]);
    expect((await assign(people.find(({ active }) => !active)?.accountId))[0]).toBe(400);
  });

  it('deletes only with the permission, and sub-tasks only when told to', async () => {
    const { key } = await made();
    const { key: child } = await made({ issuetype: { name: 'Sub-task' }, parent: { key } });
    const remove = async (path: string) => (await site.send('DELETE', `${API}/issue/${path}`)).status;
    expect(await remove(key)).toBe(403);
    jira.writes.rules.permissions.DELETE_ISSUES = true;
    expect([await remove(key), (await issue(child)).key]).toEqual([400, child]);
    expect([await remove(`${key}?deleteSubtasks=true`), await remove(key)]).toEqual([204, 404]);
    expect((await site.ask(`${API}/issue/${child}`)).status).toBe(404);
    jira.writes.rules.permissions = {};
  });
});

describe('transitions', () => {
  interface Transitions {
    readonly transitions: readonly { id: string; name: string; looped: boolean; hasScreen: boolean; fields?: Json }[];
  }
  const listed = async (key: string, query = '') =>
    (await site.ask<Transitions>(`${API}/issue/${key}/transitions${query}`)).body.transitions;
  const go = async (key: string, name: string, more: Json = {}) => {
    const found = (await listed(key)).find((one) => one.name === name);
    return site.post(`${API}/issue/${key}/transitions`, { transition: { id: found?.id }, ...more });
  };

  it('moves by id, tells which one is looped, and sets the resolution and takes it away again', async () => {
    const { key } = await made();
    expect((await go(key, 'In Progress')).status).toBe(204);
    expect((await listed(key)).filter(({ looped }) => looped).map(({ name }) => name)).toEqual(['In Progress']);
    expect((await go(key, 'Done')).status).toBe(204);
    expect((await issue(key)).fields).toMatchObject({
      status: { name: 'Done' },
      resolution: { id: expect.any(String) },
    });
    expect((await go(key, 'Reopened')).status).toBe(204);
    expect((await issue(key)).fields).toMatchObject({ resolution: null, resolutiondate: null });
    expect((await site.post(`${API}/issue/${key}/transitions`, { transition: { id: '9999' } })).status).toBe(400);
  });

  it('demands what its screen demands, and takes nothing that is not on it', async () => {
    const { key } = await made();
    const closing = (await listed(key, '?expand=transitions.fields')).find(({ name }) => name === 'Closed');
    expect(closing).toMatchObject({ hasScreen: true, fields: { resolution: { required: true } } });
    expect(errorsOf((await go(key, 'Closed')).body)).toEqual({ resolution: 'Resolution is required.' });
    expect((await go(key, 'Closed', { fields: { resolution: { name: 'Duplicate' }, labels: [] } })).status).toBe(400);
    const update = { comment: [{ add: { body: adf('zu') } }] };
    expect((await go(key, 'Closed', { fields: { resolution: { name: 'Duplicate' } }, update })).status).toBe(204);
    expect((await issue(key)).fields).toMatchObject({ resolution: { name: 'Duplicate' }, comment: { total: 1 } });
    jira.writes.rules.permissions.TRANSITION_ISSUES = false;
    expect([await listed(key), (await go(key, 'Open')).status]).toEqual([[], 403]);
    jira.writes.rules.permissions = {};
  });
});

describe('comments', () => {
  it('are made with a marker that the list by ids shows, changed and deleted', async () => {
    const { key } = await made();
    const path = `${API}/issue/${key}/comment`;
    const { status, body } = await site.post<Issue>(path, { body: adf('eins'), properties: [marker] });
    expect([status, body]).toMatchObject([201, { body: adf('eins'), author: { displayName: 'Ada Lovelace' } }]);
    const newest = await site.ask<{ comments: Json[] }>(`${path}?orderBy=-created&maxResults=1`);
    expect(newest.body.comments[0]).not.toHaveProperty('properties');
    const byIds = await site.post<{ values: Json[] }>(`${API}/comment/list?expand=properties`, {
      ids: [Number(body.id)],
    });
    expect(byIds.body.values[0]).toMatchObject({ id: body.id, properties: [marker] });
    const changed = await site.send('PUT', `${path}/${body.id}`, { body: adf('zwei') });
    expect([changed.status, changed.body.body]).toEqual([200, adf('zwei')]);
    expect((await site.send('DELETE', `${path}/${body.id}`)).status).toBe(204);
    expect((await site.send('DELETE', `${path}/${body.id}`)).status).toBe(404);
    expect((await site.post(path, { body: adf('') })).status).toBe(400);
    jira.writes.rules.mostComments = 0;
    expect((await site.post(path, { body: adf('x') })).status).toBe(413);
    jira.writes.rules.mostComments = 5000;
  });
});

describe('worklogs', () => {
  const log = (more: Json = {}) => ({ started: '2026-03-02T09:00:00.000+0000', timeSpentSeconds: 5400, ...more });

  it('are made with a marker that the list of the issue shows, within the time it was started', async () => {
    const { key } = await made();
    const path = `${API}/issue/${key}/worklog`;
    const { status, body } = await site.post<Issue>(path, log({ comment: adf('Review'), properties: [marker] }));
    expect([status, body]).toMatchObject([201, { timeSpent: '1h 30m', comment: adf('Review'), properties: [marker] }]);
    const at = Date.parse('2026-03-02T09:00:00Z');
    const within = (from: number, to: number) =>
      site.ask<{ worklogs: Json[] }>(`${path}?startedAfter=${from}&startedBefore=${to}&expand=properties`);
    expect((await within(at - 1, at + 1)).body.worklogs).toMatchObject([{ id: body.id, properties: [marker] }]);
    expect((await within(at, at + 1)).body.worklogs).toEqual([]);
    const changed = await site.send('PUT', `${path}/${body.id}`, { timeSpent: '2h' });
    expect([changed.status, changed.body.timeSpentSeconds]).toEqual([200, 7200]);
    expect((await site.send('DELETE', `${path}/${body.id}`)).status).toBe(204);
    expect((await site.send('DELETE', `${path}/${body.id}`)).status).toBe(404);
    expect(jira.site.deletedWorklogs.map(({ worklogId }) => String(worklogId))).toContain(body.id);
  });

  it.each([
    ['auto', '', 32_400, 36_000],
    ['leave', '?adjustEstimate=leave', 36_000, 36_000],
    ['new', '?adjustEstimate=new&newEstimate=2h', 7200, 7200],
    ['manual', '?adjustEstimate=manual&reduceBy=2h&increaseBy=1h', 28_800, 32_400],
  ])('adjust the estimate: %s', async (_, query, afterMaking, afterDeleting) => {
    const { key } = await made({ timetracking: { originalEstimate: '10h' } });
    const { body } = await site.post<Issue>(`${API}/issue/${key}/worklog${query}`, log({ timeSpentSeconds: 3600 }));
    expect((await issue(key)).fields.timeestimate).toBe(afterMaking);
    await site.send('DELETE', `${API}/issue/${key}/worklog/${body.id}${query}`);
    expect((await issue(key)).fields.timeestimate).toBe(afterDeleting);
  });

  it.each([
    ['a moment with a colon in the offset', log({ started: '2026-03-02T09:00:00.000+00:00' })],
    ['a moment of ISO', log({ started: '2026-03-02T09:00:00Z' })],
    ['both forms of the time', log({ timeSpent: '1h' })],
    ['no time at all', { started: '2026-03-02T09:00:00.000+0000' }],
    ['less than a minute', log({ timeSpentSeconds: 59 })],
    ['text in place of a document', log({ comment: 'Review' })],
  ])('refuse %s', async (_, body) => {
    expect((await site.post(`${API}/issue/10001/worklog`, body)).status).toBe(400);
  });
});

describe('links', () => {
  it('are made once however often they are asked for, answered without an id, and told on both ends', async () => {
    const [one, two] = [await made(), await made()];
    const link = { type: { name: 'Blocks' }, inwardIssue: { key: one.key }, outwardIssue: { key: two.key } };
    const first = await site.post(`${API}/issueLink`, link);
    const second = await site.post(`${API}/issueLink`, link);
    expect([first.status, first.body, second.status]).toEqual([201, '', 201]);
    const links = (await issue(one.key)).fields.issuelinks as Json[];
    expect(links).toMatchObject([{ type: { name: 'Blocks' }, outwardIssue: { key: two.key } }]);
    expect((await issue(two.key)).fields.issuelinks).toMatchObject([{ inwardIssue: { key: one.key } }]);
    const path = `${API}/issueLink/${String(links[0]?.id)}`;
    expect((await site.ask(path)).body).toMatchObject({
      inwardIssue: { key: one.key },
      outwardIssue: { key: two.key },
    });
    expect([(await site.send('DELETE', path)).status, (await site.ask(path)).status]).toEqual([204, 404]);
    expect((await issue(two.key)).fields.issuelinks).toEqual([]);
    expect((await site.post(`${API}/issueLink`, { ...link, type: { name: 'Nope' } })).status).toBe(404);
  });
});

describe('bulk operations', () => {
  const finished = async (taskId: unknown): Promise<Json> => {
    const states = [];
    for (let n = 0; n < 2; n += 1) states.push((await site.ask(`${API}/bulk/queue/${String(taskId)}`)).body);
    expect(states.map(({ status }) => status)).toEqual(['RUNNING', 'COMPLETE']);
    return states[1] ?? {};
  };

  it('edit, transition and delete behind a task that tells what failed', async () => {
    jira.writes.rules.permissions.DELETE_ISSUES = true;
    const keys = [(await made({ labels: ['a'] })).key, (await made()).key];
    const edited = await site.post(`${API}/bulk/issues/fields`, {
      ...{ selectedIssueIdsOrKeys: [...keys, 'NOPE-1'], selectedActions: ['labels', 'priority'] },
      editedFieldsInput: {
        labelsFields: [{ fieldId: 'labels', bulkEditMultiSelectFieldOption: 'ADD', labels: [{ name: 'neu' }] }],
        priority: { priorityId: '1' },
      },
    });
    expect(edited.status).toBe(201);
    const ended = await finished(edited.body.taskId);
    expect(ended).toMatchObject({ invalidOrInaccessibleIssueCount: 1, totalIssueCount: 3, failedAccessibleIssues: {} });
    expect(ended.processedAccessibleIssues).toHaveLength(2);
    expect((await issue(keys[0] ?? '')).fields).toMatchObject({ labels: ['a', 'neu'], priority: { id: '1' } });
    const moved = await site.post(`${API}/bulk/issues/transition`, {
      bulkTransitionInputs: [
        { transitionId: '21', selectedIssueIdsOrKeys: [keys[0]] },
        { transitionId: '51', selectedIssueIdsOrKeys: [keys[1]] },
      ],
    });
    const id = (await issue(keys[1] ?? '')).id;
    expect(await finished(moved.body.taskId)).toMatchObject({
      failedAccessibleIssues: { [id]: [expect.stringContaining('resolution')] },
    });
    const gone = await site.post(`${API}/bulk/issues/delete`, { selectedIssueIdsOrKeys: keys });
    await finished(gone.body.taskId);
    expect((await site.ask(`${API}/issue/${keys[0]}`)).status).toBe(404);
    const many = Array.from({ length: 1001 }, () => 'ENG-1');
    expect((await site.post(`${API}/bulk/issues/delete`, { selectedIssueIdsOrKeys: many })).status).toBe(400);
    expect((await site.ask('/rest/api/2/bulk/queue/1')).status).toBe(404);
    jira.writes.rules.permissions = {};
  });
});

describe('what is read before writing', () => {
  it('tells the fields of new issues, with what is required and what may be chosen', async () => {
    jira.writes.rules.requiredFields = ['customfield_10032'];
    const types = await site.ask<{ issueTypes: { id: string; name: string }[] }>(
      `${API}/issue/createmeta/ENG/issuetypes`,
    );
    const type = types.body.issueTypes.find(({ name }) => name === 'Sub-task')?.id;
    const page = await site.ask<{ fields: Json[]; total: number }>(
      `${API}/issue/createmeta/ENG/issuetypes/${type}?maxResults=200`,
    );
    const required = page.body.fields.filter((field) => field.required).map(({ fieldId }) => fieldId);
    expect(required.sort()).toEqual(['customfield_10032', 'issuetype', 'parent', 'project', 'summary']);
    const severity = page.body.fields.find(({ fieldId }) => fieldId === 'customfield_10032');
    expect(severity?.allowedValues).toHaveLength(7);
    expect((await site.ask(`${API}/issue/createmeta/ENG/issuetypes/${type}?maxResults=5`)).body.fields).toHaveLength(5);
    expect(errorsOf((await site.post(`${API}/issue`, { fields: fields() })).body)).toEqual({
      customfield_10032: 'Severity is required.',
    });
    jira.writes.rules.requiredFields = [];
    const { key } = await made();
    expect((await site.ask<{ fields: Json }>(`${API}/issue/${key}/editmeta`)).body.fields).toHaveProperty('summary');
  });

  it('picks issues by key and by words, one account and one issue type by id', async () => {
    const { key, id } = await made({ summary: 'Rarely seen words' });
    const sections = (await site.ask<{ sections: { issues: Json[] }[] }>(`${API}/issue/picker?query=rarely%20seen`))
      .body.sections;
    expect(sections.flatMap(({ issues }) => issues)).toMatchObject([
      { id: Number(id), key, summaryText: 'Rarely seen words' },
    ]);
    const [owner] = jira.site.directory.people;
    expect((await site.ask(`${API}/user?accountId=${owner?.accountId}`)).body.displayName).toBe('Ada Lovelace');
    expect((await site.ask(`${API}/issuetype/10001`)).body.name).toBe('Story');
    expect((await site.ask(`${API}/issuetype/999`)).status).toBe(404);
  });
});

describe('limits and strangers', () => {
  it('answers 429 to the 21st write of one issue within two seconds, and goes on with the others', async () => {
    jira.writes.rules.perIssue = { writes: 20, ms: 60_000 };
    const [one, two] = [await made(), await made()];
    const write = (key: string) => site.post(`${API}/issue/${key}/comment`, { body: adf('x') });
    const statuses: number[] = [];
    for (let n = 0; n < 20; n += 1) statuses.push((await write(one.key)).status);
    expect(new Set(statuses)).toEqual(new Set([201]));
    const limited = await write(one.key);
    expect([limited.status, limited.headers.get('ratelimit-reason')]).toEqual([429, 'jira-per-issue-on-write']);
    expect((await write(two.key)).status).toBe(201);
    jira.writes.rules.perIssue = null;
  });

  it('lets no stranger write, and counts what it carried out', async () => {
    const before = [jira.requests.writes(), jira.writes.executed.length];
    expect((await visitor(jira, '').post(`${API}/issue`, { fields: fields() })).status).toBe(401);
    expect((await visitor(jira, 'Basic bm9wZTpub3Bl').send('DELETE', `${API}/issue/10001`)).status).toBe(401);
    await site.post(`${API}/issue`, { fields: fields() });
    await site.post(`${API}/search/jql`, { jql: 'project = ENG' });
    expect([jira.requests.writes(), jira.writes.executed.length]).toEqual([(before[0] ?? 0) + 3, (before[1] ?? 0) + 1]);
    expect(jira.writes.executed.at(-1)).toBe('POST /rest/api/3/issue');
  });
});
