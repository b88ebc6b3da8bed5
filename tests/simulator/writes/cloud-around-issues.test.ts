/** What hangs on issues, many at once, and what is read before writing: taken and refused as Jira does. */
import { describe, expect, it } from 'vitest';
import { type Issue, type Json, visitor } from '../visitor.js';
import { API, adf, errorsOf, fields, issue, jira, made, marker, site } from './cloud-site.js';

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
