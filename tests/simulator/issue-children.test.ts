import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Simulator, startSimulator } from '../../simulator/simulator.js';
import { type Json, momentOf, visitor } from './visitor.js';

let simulator: Simulator;
let site: ReturnType<typeof visitor>;
beforeAll(async () => {
  simulator = await startSimulator({ issues: 200, fixedClock: true });
  site = visitor(simulator);
});
afterAll(() => simulator.close());

interface HistoryPage {
  readonly issueChangeLogs: readonly { issueId: string; changeHistories: readonly { id: string; created: number }[] }[];
  readonly nextPageToken?: string;
}
const many = (count: number): string[] => Array.from({ length: count }, (_, n) => String(10_000 + n));

describe('changelog of one issue', () => {
  it('cuts pages at 100, oldest first, with ISO dates that have no colon in the offset', async () => {
    const path = '/rest/api/3/issue/10013/changelog';
    const { body } = await site.ask<{ values: Json[] }>(`${path}?maxResults=500`);
    expect(body).toMatchObject({ maxResults: 100, startAt: 0, total: 120, isLast: false });
    expect(body.values[0]?.created).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}[+-]\d{4}$/);
    const rest = await site.ask<{ values: Json[] }>(`${path}?startAt=100`);
    expect(rest.body).toMatchObject({ isLast: true, startAt: 100 });
    const moments = [...body.values, ...rest.body.values].map(({ created }) => momentOf(created));
    expect(moments).toHaveLength(120);
    expect(moments).toEqual(moments.toSorted((a, b) => a - b));
  });

  it('has items without a field id, and `toString` as a key of its own', async () => {
    const { body } = await site.ask<{ values: { items: Json[] }[] }>('/rest/api/3/issue/10013/changelog');
    const items = body.values.flatMap(({ items }) => items);
    expect(items.every((item) => Object.hasOwn(item, 'toString'))).toBe(true);
    expect(items.some((item) => !Object.hasOwn(item, 'fieldId'))).toBe(true);
  });
});

describe('changelogs in bulk', () => {
  it('pages by token, dates in epoch milliseconds, and lets one issue span pages', async () => {
    const pages: HistoryPage[] = [];
    for (let token: string | undefined, n = 0; n === 0 || token !== undefined; n += 1) {
      const body = {
        issueIdsOrKeys: many(50),
        maxResults: 60,
        ...(token === undefined ? {} : { nextPageToken: token }),
      };
      const page = (await site.post<HistoryPage>('/rest/api/3/changelog/bulkfetch', body)).body;
      pages.push(page);
      token = page.nextPageToken;
    }
    const rows = pages.flatMap((page) => page.issueChangeLogs.flatMap(({ changeHistories }) => changeHistories));
    const expected = many(50).flatMap((_, place) => simulator.site.histories.of(place)).length;
    expect(new Set(rows.map(({ id }) => id)).size).toBe(expected);
    expect(rows.every(({ created }) => Number.isInteger(created) && created > 1e11)).toBe(true);
    const pagesOfBusy = pages.filter((page) => page.issueChangeLogs.some(({ issueId }) => issueId === '10013'));
    expect(pagesOfBusy.length).toBeGreaterThan(1);
  });

  it('refuses more than 1000 issues, more than 10 fields and pages above 10000', async () => {
    const ask = (body: Json): Promise<{ status: number }> => site.post('/rest/api/3/changelog/bulkfetch', body);
    expect((await ask({ issueIdsOrKeys: many(1001) })).status).toBe(400);
    expect((await ask({ issueIdsOrKeys: [] })).status).toBe(400);
    expect((await ask({ issueIdsOrKeys: many(1), maxResults: 10_001 })).status).toBe(400);
    expect((await ask({ issueIdsOrKeys: many(1), fieldIds: many(11) })).status).toBe(400);
    expect((await ask({ issueIdsOrKeys: ['99999999', 'NO-1'] })).status).toBe(200);
  });
});

describe('issues in bulk', () => {
  it('answers in ascending order of ids, leaves out what does not exist, and takes keys', async () => {
    const key = simulator.site.keyOf('10002');
    const body = { issueIdsOrKeys: ['10009', key, '99999999', '10009'], fields: ['summary'] };
    const reply = await site.post<{ issues: { id: string }[] }>('/rest/api/3/issue/bulkfetch', body);
    expect(reply.body.issues.map(({ id }) => id)).toEqual(['10002', '10009']);
  });

  it('takes 1000 issues only for named fields with one value each', async () => {
    const status = async (fields: string[]): Promise<number> =>
      (await site.post('/rest/api/3/issue/bulkfetch', { issueIdsOrKeys: many(101), fields })).status;
    expect(await status(['summary', 'status'])).toBe(200);
    expect([await status(['*all']), await status(['summary', 'comment']), await status(['-summary'])]).toEqual([
      400, 400, 400,
    ]);
  });
});

describe('comments', () => {
  it('cuts pages at 100 and names no last page', async () => {
    const { body } = await site.ask<{ comments: Json[] }>('/rest/api/3/issue/10007/comment?maxResults=5000');
    expect(body).toMatchObject({ startAt: 0, maxResults: 100, total: 260 });
    expect(body.comments).toHaveLength(100);
    expect(body).not.toHaveProperty('isLast');
    const last = await site.ask<{ comments: Json[] }>('/rest/api/3/issue/10007/comment?startAt=200');
    expect(last.body.comments).toHaveLength(60);
  });

  it('are documents in version 3 and markup in version 2', async () => {
    const three = await site.ask<{ comments: Json[] }>('/rest/api/3/issue/10007/comment?maxResults=1');
    const two = await site.ask<{ comments: Json[] }>('/rest/api/2/issue/10007/comment?maxResults=1');
    expect(three.body.comments[0]?.body).toMatchObject({ type: 'doc', version: 1 });
    expect(two.body.comments[0]?.body).toEqual(expect.any(String));
  });

  it('are listed by id, 1000 at most and not none', async () => {
    const [first] = simulator.site.comments.of(7);
    const list = (ids: unknown[]): Promise<{ status: number; body: Json }> =>
      site.post('/rest/api/3/comment/list', { ids });
    expect((await list([first?.id, 99_999_999])).body).toMatchObject({ total: 1, values: [{ id: String(first?.id) }] });
    expect([(await list([])).status, (await list(many(1001))).status]).toEqual([400, 400]);
  });
});

describe('worklogs of an issue', () => {
  it('come all 45 at once, with the day worked and seconds', async () => {
    const { body } = await site.ask<{ worklogs: Json[] }>('/rest/api/3/issue/10011/worklog');
    expect(body).toMatchObject({ total: 45, startAt: 0, maxResults: 5000 });
    expect(body.worklogs).toHaveLength(45);
    expect(body.worklogs[0]).toMatchObject({ issueId: '10011', timeSpentSeconds: expect.any(Number) });
  });

  it('answers 404 for an issue that does not exist, in the shape of Jira errors', async () => {
    const { status, body } = await site.ask('/rest/api/3/issue/99999999/worklog');
    expect(status).toBe(404);
    expect(body).toEqual({ errorMessages: [expect.stringContaining('Issue does not exist')], errors: {} });
  });
});
