/** A site that takes what Jira refuses, or forgets what it took, would let every test of writing pass. */
import { describe, expect, it } from 'vitest';
import type { Issue, Json } from '../visitor.js';
import { API, adf, errorsOf, fields, issue, jira, made, marker, site } from './cloud-site.js';

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
