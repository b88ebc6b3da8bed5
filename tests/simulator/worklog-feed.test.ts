import { afterEach, describe, expect, it } from 'vitest';
import { type Simulator, startSimulator } from '../../simulator/simulator.js';
import { type Json, visitor } from './visitor.js';

interface Feed {
  readonly values: readonly { worklogId: number; updatedTime: number }[];
  readonly until: number;
  readonly lastPage: boolean;
  readonly nextPage?: string;
}

const running: Simulator[] = [];
const start = async (options: Parameters<typeof startSimulator>[0]) => {
  const simulator = await startSimulator({ fixedClock: true, ...options });
  running.push(simulator);
  const { ask, post } = visitor(simulator);
  const feed = async (name: 'updated' | 'deleted', since: number): Promise<Feed> =>
    (await ask<Feed>(`/rest/api/3/worklog/${name}?since=${since}`)).body;
  return { simulator, post, feed };
};
afterEach(async () => {
  await Promise.all(running.splice(0).map((simulator) => simulator.close()));
});

describe('updated worklogs', () => {
  it('walks every worklog, oldest first, 1000 a page', async () => {
    const { feed } = await start({ issues: 500, perIssue: { comments: 0, worklogs: 5, histories: 0 } });
    const seen = new Set<number>();
    const times: number[] = [];
    let since = 0;
    for (let page = 0; page < 5; page += 1) {
      const { values, until, lastPage } = await feed('updated', since);
      expect(values.length).toBeLessThanOrEqual(1000);
      for (const { worklogId, updatedTime } of values) {
        seen.add(worklogId);
        times.push(updatedTime);
      }
      since = until;
      if (lastPage) break;
    }
    expect(seen.size).toBe(2500);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
  });

  it('leaves out the last minute, so that a bookmark at its end loses nothing', async () => {
    const { simulator, feed } = await start({ issues: 20 });
    const since = simulator.now();
    const id = Number(simulator.edit.addWorklog('10005'));
    expect(await feed('updated', since)).toMatchObject({ values: [], until: since, lastPage: true });
    simulator.edit.advance(61_000);
    expect((await feed('updated', since)).values).toEqual([{ worklogId: id, updatedTime: since, properties: [] }]);
  });

  it('shows an edited worklog at its new time only, and one of a deleted issue never again', async () => {
    const { simulator, feed } = await start({ issues: 20 });
    const [first, second] = simulator.site.worklogs.of(11);
    const now = simulator.now();
    simulator.edit.editWorklog(String(first?.id), { seconds: 60 });
    simulator.edit.advance(120_000);
    const hits = (await feed('updated', 0)).values.filter(({ worklogId }) => worklogId === first?.id);
    expect(hits).toEqual([expect.objectContaining({ updatedTime: now })]);
    simulator.edit.deleteIssue('10011');
    const left = (await feed('updated', 0)).values.map(({ worklogId }) => worklogId);
    expect(left).not.toContain(first?.id);
    expect(left).not.toContain(second?.id);
  });

  it('names those of an issue that the account may not see, which the list by id leaves out', async () => {
    const { simulator, feed, post } = await start({ issues: 20 });
    const [first] = simulator.site.worklogs.of(11);
    simulator.edit.hideIssue('10011');
    const ids = (await feed('updated', 0)).values.map(({ worklogId }) => worklogId);
    expect(ids).toContain(first?.id);
    expect((await post('/rest/api/3/worklog/list', { ids: [first?.id] })).body).toEqual([]);
    simulator.edit.showIssue('10011');
    expect((await post<Json[]>('/rest/api/3/worklog/list', { ids: [first?.id] })).body).toHaveLength(1);
  });
});

describe('deleted worklogs', () => {
  it('names a deleted worklog in the feed and drops it from the list by id', async () => {
    const { simulator, feed, post } = await start({ issues: 20 });
    const [first, second] = simulator.site.worklogs.of(11);
    const at = simulator.now();
    simulator.edit.deleteWorklog(String(first?.id));
    simulator.edit.advance(61_000);
    expect((await feed('deleted', 0)).values).toEqual([{ worklogId: first?.id, updatedTime: at, properties: [] }]);
    const list = await post<Json[]>('/rest/api/3/worklog/list', { ids: [first?.id, second?.id] });
    expect(list.body.map(({ id }) => id)).toEqual([String(second?.id)]);
  });
});

describe('worklogs by id', () => {
  it('refuses none and more than 1000', async () => {
    const { post } = await start({ issues: 5 });
    const ids = Array.from({ length: 1001 }, (_, n) => n + 1);
    expect((await post('/rest/api/3/worklog/list', { ids: [] })).status).toBe(400);
    expect((await post('/rest/api/3/worklog/list', { ids })).status).toBe(400);
    expect((await post('/rest/api/3/worklog/list', { ids: ids.slice(1) })).body).toEqual([]);
  });
});
