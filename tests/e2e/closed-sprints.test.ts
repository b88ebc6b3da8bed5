/** A closed sprint costs a request when something of it may have changed, and none otherwise; its rows stay meanwhile. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type JiraAndWarehouse, jiraAndWarehouse, NEVER, type Ran } from '../helpers/jira-and-warehouse.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const NOW = Date.UTC(2024, 2, 4, 9);
const BOARDS = ['boards', 'board_sprints', 'board_issues', 'sprint_issues'];
const STREAMS = [...BOARDS, 'issue_search'];
const AS_FILED = { ...NEVER, census: 'always' as const, every: new Map<string, number>() };

describe('one warehouse with closed sprints', () => {
  let site: JiraAndWarehouse;
  beforeAll(async () => {
    site = await jiraAndWarehouse({ issues: 100, sprints: 24, boards: 4, now: NOW, fixedClock: true });
    await sync();
  });
  afterAll(() => site.close());

  const sync = (streams: readonly string[] = STREAMS, change = {}): Promise<Ran> =>
    site.sync(streams, { schedule: AS_FILED, ...change });
  /** Sprints whose issues were asked for since. */
  const asked = (from: number) =>
    site.jira.requests.log
      .slice(from)
      .flatMap((request) => /\/sprint\/(\d+)\/issue/.exec(request.asked)?.[1] ?? [])
      .sort();
  const closed = async () =>
    (await site.rows("select distinct id from demo.board_sprints where state = 'closed' order by id")).map(({ id }) =>
      String(id),
    );
  const issueOf = async (sprint: string) =>
    String(
      (await site.rows(`select min(issue_id) as id from demo.sprint_issues where sprint_id = '${sprint}'`))[0]?.id,
    );
  const inSprint = async (sprint: string) =>
    (await site.rows(`select issue_id from demo.sprint_issues where sprint_id = '${sprint}' order by all`)).map(
      ({ issue_id: id }) => String(id),
    );
  const hourLater = async (edit: () => void = () => undefined, streams = STREAMS, ms = HOUR) => {
    site.jira.edit.advance(ms / 2);
    edit();
    site.jira.edit.advance(ms / 2);
    const from = site.jira.requests.log.length;
    const ran = await sync(streams);
    return { ran, asked: asked(from) };
  };

  test('without a change hardly any is read, in the hour of open sprints neither', async () => {
    const before = await site.rows('select * exclude (_synced_at) from demo.sprint_issues order by all');
    const found: string[] = [];
    for (const hours of [1, 5]) found.push(...(await hourLater(undefined, STREAMS, hours * HOUR)).asked);
    const all = await closed();
    expect(all.length).toBeGreaterThan(10);
    // A week has 28 times six hours.
    expect(found.filter((id) => all.includes(id)).length).toBeLessThan(4);
    expect(found.filter((id) => !all.includes(id)).length).toBeGreaterThan(0);
    expect(await site.rows('select * exclude (_synced_at) from demo.sprint_issues order by all')).toEqual(before);
  });

  test('an issue that leaves a closed sprint, and the one that it comes to, are read in the same hour', async () => {
    const [to = '', ...others] = await closed();
    const from = others.at(-1) ?? '';
    const issue = await issueOf(from);
    const { ran, asked: found } = await hourLater(() => site.jira.edit.updateIssue(issue, { sprint: to }));
    expect(found).toEqual(expect.arrayContaining([from, to]));
    expect(ran.of('sprint_issues').state).toBe('ok');
    expect(await inSprint(from)).not.toContain(issue);
    expect(await inSprint(to)).toContain(issue);
  });

  test('a sprint is read once after it was closed, and when it was edited', async () => {
    const [open] = (await site.rows("select min(id) as id from demo.board_sprints where state = 'active'")).map(
      ({ id }) => String(id),
    );
    const { asked: first } = await hourLater(() => site.jira.edit.directory.closeSprint(open ?? ''));
    expect(first).toContain(open);
    expect((await hourLater()).asked).not.toContain(open);
    const { asked: edited } = await hourLater(() => site.jira.edit.directory.renameSprint(open ?? '', 'Renamed'));
    expect(edited).toContain(open);
  });

  test('rows of an issue that is gone are marked here too, also where nothing was due', async () => {
    const [sprint = ''] = await closed();
    const issue = await issueOf(sprint);
    const { ran } = await hourLater(() => site.jira.edit.deleteIssue(issue));
    expect(ran.of('issue_search').rows_deleted).toBeGreaterThan(0);
    for (const table of ['sprint_issues', 'board_issues'])
      expect(await site.rows(`select 1 from demo.${table} where issue_id = '${issue}'`)).toEqual([]);
    expect(ran.of('board_issues')).toMatchObject({ state: 'ok', requests: 0 });
  });

  test('a week brings every closed sprint, a day does where the issues are not read along', async () => {
    const { asked: week } = await hourLater(undefined, STREAMS, 7 * DAY);
    expect(week).toEqual(expect.arrayContaining(await closed()));
    const { asked: day } = await hourLater(undefined, BOARDS, DAY);
    expect(day).toEqual(expect.arrayContaining(await closed()));
  });

  test('what was told while nobody listened is made good by reading all', async () => {
    await hourLater();
    const [sprint = ''] = await closed();
    const issue = await issueOf(sprint);
    await hourLater(() => site.jira.edit.updateIssue(issue, { sprint: null }), ['issue_search']);
    const { asked: found } = await hourLater(undefined, STREAMS, 6 * HOUR);
    expect(found).toEqual(expect.arrayContaining(await closed()));
    expect(await inSprint(sprint)).not.toContain(issue);
  });

  test('the tables are the site in the end', async () => {
    const before = await site.rows('select sprint_id, issue_id from demo.sprint_issues order by all');
    await sync(STREAMS, { fullRefresh: true });
    expect(await site.rows('select sprint_id, issue_id from demo.sprint_issues order by all')).toEqual(before);
  });
});
