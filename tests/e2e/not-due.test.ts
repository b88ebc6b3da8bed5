/** What is read at most every so often is left alone in between, and says so. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openRunHistory } from '../../src/query/run-history.js';
import { type JiraAndWarehouse, jiraAndWarehouse, NEVER, type Ran } from '../helpers/jira-and-warehouse.js';

const HOUR = 3_600_000;
/** The site's clock must stay behind the real one: the connector goes by the earlier of the two. */
const NOW = Date.UTC(2024, 2, 4, 9);
const STREAMS = ['boards', 'board_sprints', 'board_issues', 'groups', 'group_members', 'issue_link_types'];
/** As the stream files say, where the settings say nothing. */
const AS_FILED = { ...NEVER, every: new Map<string, number>() };

const statesOf = (ran: Ran) => Object.fromEntries(ran.reports.map(({ stream, state }) => [stream, state]));

describe('one warehouse, hour after hour', () => {
  let site: JiraAndWarehouse;
  beforeAll(async () => {
    site = await jiraAndWarehouse({ issues: 40, groups: 8, now: NOW, fixedClock: true });
    await site.sync(STREAMS, { schedule: AS_FILED });
  });
  afterAll(() => site.close());

  test('a stream is left out until its turn, at no request, and keeps its rows', async () => {
    const before = await site.rows('select count(*) as n from demo.group_members');
    site.jira.edit.advance(HOUR / 2);
    const ran = await site.sync(STREAMS, { schedule: AS_FILED });
    expect(statesOf(ran)).toEqual({
      ...{ boards: 'ok', groups: 'ok', issue_link_types: 'ok' },
      ...{ board_sprints: 'not_due', board_issues: 'not_due', group_members: 'not_due' },
    });
    expect(ran.failures).toEqual([]);
    expect(ran.of('group_members')).toMatchObject({ requests: 0, due_at: '2024-03-05T08:55:00.000Z' });
    expect(await site.rows('select count(*) as n from demo.group_members')).toEqual(before);
  });

  test('an hourly scheduler that comes a minute early does not halve the rhythm', async () => {
    site.jira.edit.advance(HOUR / 2 - 60_000);
    const ran = await site.sync(STREAMS, { schedule: AS_FILED });
    expect(statesOf(ran)).toMatchObject({ board_sprints: 'ok', board_issues: 'not_due' });
  });

  test('a full refresh, a rhythm of the settings, and settings that changed read what is not due', async () => {
    expect(statesOf(await site.sync(STREAMS, { schedule: AS_FILED, fullRefresh: true }))).toMatchObject({
      board_issues: 'ok',
    });
    const always = { ...NEVER, every: new Map([['board_issues', 0]]) };
    expect(statesOf(await site.sync(STREAMS, { schedule: always }))).toMatchObject({
      ...{ board_issues: 'ok', board_sprints: 'not_due' },
    });
    const otherwise = await site.sync(STREAMS, { schedule: AS_FILED, people: { mode: 'pseudonymous' } });
    expect(statesOf(otherwise)).toMatchObject({ board_issues: 'ok' });
  });

  test('a parent that is asked in any case, for a stream that is due, is written, too', async () => {
    const daily = {
      ...NEVER,
      every: new Map([
        ['groups', 24 * HOUR],
        ['group_members', 0],
      ]),
    };
    expect(statesOf(await site.sync(['groups', 'group_members'], { schedule: daily }))).toEqual({
      ...{ groups: 'ok', group_members: 'ok' },
    });
    const both = {
      ...NEVER,
      every: new Map([
        ['groups', 24 * HOUR],
        ['group_members', 24 * HOUR],
      ]),
    };
    expect(statesOf(await site.sync(['groups', 'group_members'], { schedule: both }))).toEqual({
      ...{ groups: 'not_due', group_members: 'not_due' },
    });
  });

  test('the figures of earlier runs tell which streams owe rows', async () => {
    const history = await openRunHistory({ root: site.root }, 'demo');
    expect(await history.owing()).toEqual(new Set());
    history.close();
  });
});
