import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Simulator, startSimulator } from '../../simulator/simulator.js';
import { ALL, idsOf, momentOf, visitor } from './visitor.js';

let simulator: Simulator;
let site: ReturnType<typeof visitor>;
beforeAll(async () => {
  simulator = await startSimulator({ issues: 400, fixedClock: true });
  site = visitor(simulator);
});
afterAll(() => simulator.close());

const errorOf = async (jql: string): Promise<[number, string | undefined]> => {
  const { status, body } = await site.search({ jql });
  return [status, body.errorMessages?.[0]];
};

describe('page sizes', () => {
  it('gives 50 bare ids to a caller who names neither fields nor size', async () => {
    const { body } = await site.search({ jql: ALL });
    expect(body.issues).toHaveLength(50);
    expect(body.issues[0]).toEqual({ id: expect.any(String) });
    expect(Object.keys(body).sort()).toEqual(['isLast', 'issues', 'nextPageToken']);
  });

  it('cuts a page at 100 as soon as one field other than id and key is named', async () => {
    for (const fields of [['summary'], ['*all'], ['key', 'updated']]) {
      expect((await site.search({ jql: ALL, fields, maxResults: 5000 })).body.issues).toHaveLength(100);
    }
    const keys = await site.search({ jql: ALL, fields: ['key'], maxResults: 5000 });
    expect(keys.body.issues).toHaveLength(400);
    expect(keys.body).toMatchObject({ isLast: true });
    expect(keys.body).not.toHaveProperty('nextPageToken');
  });

  it('reads GET as it reads POST, with repeated and comma-separated fields', async () => {
    const query = `jql=${encodeURIComponent(ALL)}&fields=summary,status&fields=created&maxResults=3`;
    const got = await site.ask<{ issues: { fields: object }[] }>(`/rest/api/3/search/jql?${query}`);
    const posted = await site.search({ jql: ALL, fields: ['summary', 'status', 'created'], maxResults: 3 });
    expect(got.body).toEqual(posted.body);
    expect(Object.keys(got.body.issues[0]?.fields ?? {}).sort()).toEqual(['created', 'status', 'summary']);
  });
});

describe('pages', () => {
  it('walks every issue exactly once in the order asked for, ties included', async () => {
    const issues = await site.searchAll({ jql: ALL, fields: ['updated'], maxResults: 37 });
    expect(new Set(idsOf(issues)).size).toBe(400);
    const sorted = issues.toSorted(
      (a, b) => momentOf(a.fields.updated) - momentOf(b.fields.updated) || Number(a.id) - Number(b.id),
    );
    expect(idsOf(issues)).toEqual(idsOf(sorted));
    expect(new Set(issues.map(({ fields }) => fields.updated)).size).toBeLessThan(400);
  });

  it('refuses a token of another query and an altered one, but lets the page size change on the way', async () => {
    const { body } = await site.search({ jql: ALL, fields: ['key'], maxResults: 10 });
    const token = String(body.nextPageToken);
    expect((await site.search({ jql: 'project is not EMPTY', nextPageToken: token })).status).toBe(400);
    expect((await site.search({ jql: ALL, nextPageToken: `x${token}` })).status).toBe(400);
    const next = await site.search({ jql: ALL, fields: ['key'], maxResults: 5, nextPageToken: token });
    expect(next.body.issues).toHaveLength(5);
    expect(idsOf(body.issues)).not.toContain(next.body.issues[0]?.id);
  });

  it('shows an issue that is edited during the walk once more at the end, and loses none', async () => {
    const other = await startSimulator({ issues: 60 });
    const visit = visitor(other);
    const first = await visit.search({ jql: ALL, fields: ['key'], maxResults: 20 });
    const moved = String(first.body.issues[3]?.id);
    other.edit.updateIssue(moved, { summary: 'edited while somebody reads' });
    const rest: string[] = [];
    for (let token = first.body.nextPageToken; token !== undefined; ) {
      const page = await visit.search({ jql: ALL, fields: ['key'], maxResults: 20, nextPageToken: token });
      rest.push(...idsOf(page.body.issues));
      token = page.body.nextPageToken;
    }
    await other.close();
    expect(rest.at(-1)).toBe(moved);
    expect(new Set([...idsOf(first.body.issues), ...rest]).size).toBe(60);
  });
});

describe('fields', () => {
  it('leaves out what is excluded, and everything but comments and worklogs is navigable', async () => {
    const fieldsOf = async (fields: string[]): Promise<string[]> => {
      const { body } = await site.search({ jql: 'id = 10007', fields });
      return Object.keys(body.issues[0]?.fields ?? {});
    };
    const all = await fieldsOf(['*all']);
    expect(all).toEqual(expect.arrayContaining(['comment', 'worklog', 'customfield_10020', 'summary']));
    expect(await fieldsOf(['*all', '-comment'])).toEqual(all.filter((id) => id !== 'comment'));
    expect(await fieldsOf(['*navigable'])).not.toContain('worklog');
    expect(await fieldsOf(['no_such_field', 'summary'])).toEqual(['summary']);
  });

  it('refuses a query that names an issue which does not exist, or is deleted, in whatever words', async () => {
    const other = await startSimulator({ issues: 20 });
    const key = other.site.keyOf('10003');
    other.edit.deleteIssue('10003');
    const { search, post } = visitor(other);
    for (const [jql, said] of [
      ['project is not EMPTY AND id in (10001, 10003)', "A value with ID '10003' does not exist for the field 'id'."],
      ['issue = 99999', "A value with ID '99999' does not exist for the field 'issue'."],
      [`key in (${key})`, `An issue with key '${key}' does not exist for field 'key'.`],
    ] as const) {
      const { status, body } = await search({ jql });
      expect([status, body.errorMessages]).toEqual([400, [said]]);
    }
    const asked = { issueIdsOrKeys: ['10001', '10003', '99999'], fields: ['key'] };
    const { body } = await post<{ issues: unknown[]; issueErrors: object[] }>('/rest/api/3/issue/bulkfetch', asked);
    const errorMessage = 'Issue does not exist or you do not have permission to see it.';
    expect(body.issues).toHaveLength(1);
    expect(body.issueErrors).toEqual(['10003', '99999'].map((id) => ({ id, errorMessage })));
    await other.close();
  });

  it('shows 20 comments and 20 worklogs of many, with the true total', async () => {
    const { body } = await site.search({ jql: 'id in (10007, 10011) ORDER BY id ASC', fields: ['comment', 'worklog'] });
    const [talkative, busy] = body.issues;
    expect(talkative?.fields.comment).toMatchObject({ total: 260, startAt: 0, maxResults: 20 });
    expect((talkative?.fields.comment as { comments: unknown[] }).comments).toHaveLength(20);
    expect(busy?.fields.worklog).toMatchObject({ total: 45, maxResults: 20 });
    expect((busy?.fields.worklog as { worklogs: unknown[] }).worklogs).toHaveLength(20);
  });

  it('expands 40 histories of many, newest first, with the true total', async () => {
    const { body } = await site.search({ jql: 'id = 10013', fields: ['key'], expand: 'changelog,names' });
    const changelog = body.issues[0]?.changelog;
    expect(changelog).toMatchObject({ total: 120, startAt: 0 });
    const moments = changelog?.histories.map(({ created }) => momentOf(created)) ?? [];
    expect(moments).toHaveLength(40);
    expect(moments).toEqual(moments.toSorted((a, b) => b - a));
    expect(body).toHaveProperty('names');
  });
});

describe('JQL', () => {
  it('refuses an unbounded query, eight sort fields, unknown fields and unknown projects', async () => {
    const unbounded = 'Unbounded JQL queries are not allowed here. Please add a search restriction to your query.';
    expect(await errorOf('order by key desc')).toEqual([400, unbounded]);
    expect(await errorOf('')).toEqual([400, unbounded]);
    const eight = 'updated, created, id, key, project, status, priority, rank';
    expect(await errorOf(`project = ENG order by ${eight}`)).toEqual([400, 'JQL can be ordered by at most 7 fields.']);
    expect(await errorOf('colour = red')).toEqual([400, expect.stringContaining("Field 'colour' does not exist")]);
    expect((await errorOf('constructor = 1 order by toString'))[0]).toBe(400);
    expect(await errorOf('project = NOPE')).toEqual([400, "The value 'NOPE' does not exist for the field 'project'."]);
    expect((await errorOf('project = ENG AND (status = Open'))[0]).toBe(400);
  });

  it('combines clauses with AND, OR, NOT and parentheses', async () => {
    const idsBy = async (jql: string): Promise<string[]> =>
      idsOf(await site.searchAll({ jql, fields: ['key'], maxResults: 5000 })).sort();
    const eng = await idsBy('project = ENG');
    const ops = await idsBy('project = "OPS"');
    expect(eng.length).toBeGreaterThan(0);
    expect(await idsBy('project in (ENG, "OPS")')).toEqual([...eng, ...ops].sort());
    expect(await idsBy('NOT project = ENG AND (project = ENG OR project = OPS)')).toEqual(ops);
    expect(await idsBy('project = ENG AND project = OPS OR id = 10005')).toEqual(['10005']);
    expect(await idsBy('id >= 10390')).toHaveLength(10);
  });

  it('takes unquoted digits as epoch milliseconds, exact to the millisecond', async () => {
    const [issue] = await site.searchAll({ jql: 'id = 10100', fields: ['updated'] });
    const updated = momentOf(issue?.fields.updated);
    const hits = async (clause: string): Promise<number> =>
      (await site.searchAll({ jql: `id = 10100 AND updated ${clause}`, fields: ['key'] })).length;
    expect([await hits(`>= ${updated}`), await hits(`> ${updated}`), await hits(`<= ${updated}`)]).toEqual([1, 0, 1]);
    expect((await errorOf(`updated >= "${updated}"`))[0]).toBe(400);
  });

  it('reads quoted dates in the time zone of the caller, to the minute and no finer', async () => {
    const [issue] = await site.searchAll({ jql: 'id = 10100', fields: ['updated'] });
    // The caller and the site are both in Berlin, so the clock time as rendered is the one to quote.
    const minute = String(issue?.fields.updated).slice(0, 16).replace('T', ' ');
    const hits = async (clause: string): Promise<number> =>
      (await site.searchAll({ jql: `id = 10100 AND updated ${clause}`, fields: ['key'] })).length;
    expect(await hits(`>= "${minute}"`)).toBe(1);
    const utcMinute = new Date(momentOf(issue?.fields.updated) + 60_000).toISOString().slice(0, 16).replace('T', ' ');
    expect(await hits(`>= "${utcMinute}"`)).toBe(1);
    expect((await errorOf(`updated >= "${minute}:30"`))[0]).toBe(400);
    expect(await hits('>= -4000d')).toBe(1);
  });

  it('counts what a search finds', async () => {
    const { body } = await site.post('/rest/api/3/search/approximate-count', { jql: 'project = ENG' });
    expect(body.count).toBe((await site.searchAll({ jql: 'project = ENG', fields: ['key'] })).length);
    expect((await site.post('/rest/api/3/search/approximate-count', { jql: 'order by id' })).status).toBe(400);
  });

  it('answers 410 on the search that Atlassian removed', async () => {
    const { status, body } = await site.ask('/rest/api/3/search?jql=project=ENG');
    expect([status, String(body.errorMessages)]).toEqual([410, expect.stringContaining('/rest/api/3/search/jql')]);
  });
});

describe('index lag', () => {
  it('answers from before a change until the lag has passed, unless asked to reconcile', async () => {
    const slow = await startSimulator({ issues: 30, indexLagMs: 60_000, fixedClock: true });
    const visit = visitor(slow);
    const since = slow.now();
    slow.edit.updateIssue('10004', { summary: 'too fresh' });
    const jql = `updated >= ${since}`;
    expect((await visit.search({ jql })).body.issues).toEqual([]);
    slow.edit.updateIssue('10005', { summary: 'also fresh' });
    expect((await visit.search({ jql, reconcileIssues: [10005] })).body.issues).toEqual([{ id: '10005' }]);
    slow.edit.advance(60_000);
    expect(idsOf((await visit.search({ jql })).body.issues).sort()).toEqual(['10004', '10005']);
    await slow.close();
  });
});
