/** What hangs on an issue and is asked for issue by issue: the requests are the price, so parents that have nothing are not asked. */
import { afterEach, expect, test } from 'vitest';
import { type JiraAndWarehouse, jiraAndWarehouse, NEVER } from '../helpers/jira-and-warehouse.js';

let world: JiraAndWarehouse;
afterEach(() => world.close());

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const requestsOf = (route: string) =>
  world.jira.requests.byRoute().get(`GET /rest/api/3/issue/{issueIdOrKey}/${route}`) ?? 0;
const reread = (...streams: string[]) => ({ ...NEVER, reread: new Map(streams.map((stream) => [stream, 1])) });
const [WATCHED, PERSON] = ['10002', 3] as const;
const personAt = (place: number) => world.jira.site.directory.people[place]?.accountId ?? '';

const lines = async (table: string, columns: string) =>
  (await world.rows(`select ${columns} from ${table}`)).map((row) => Object.values(row).join(' ')).sort();
const watchersOnSite = () =>
  Array.from({ length: world.jira.site.table.size }, (_, place) => place)
    .filter((place) => world.jira.site.table.visible[place] === 1)
    .flatMap((place) =>
      world.jira.site.extras.watchersOf(place).map((person) => `${world.jira.site.idOf(place)} ${personAt(person)}`),
    )
    .sort();
const linksOnSite = () =>
  Array.from({ length: world.jira.site.table.size }, (_, place) => place)
    .filter((place) => world.jira.site.table.visible[place] === 1)
    .flatMap((place) => world.jira.site.extras.linksOf(place).map(({ id }) => `${world.jira.site.idOf(place)} ${id}`))
    .sort();

test('watchers of 10,000 issues of which 300 are watched cost at most 310 requests', async () => {
  world = await jiraAndWarehouse({
    issues: 10_000,
    watched: 0.03,
    perIssue: { comments: 0, worklogs: 0, histories: 0 },
    fixedClock: true,
  });
  const watched = new Set(watchersOnSite().map((line) => line.split(' ')[0])).size;
  const ran = await world.sync(['issue_watchers'], { perSecond: 2000 });
  expect(ran.failures).toEqual([]);
  expect(ran.requests - watched).toBeLessThanOrEqual(10);
  expect(requestsOf('watchers')).toBe(watched);
  expect(await lines('issue_watchers', 'issue_id, account_id')).toEqual(watchersOnSite());
}, 120_000);

test('watchers and votes that come and go without a trace are found by a whole read, alone or beside the issues', async () => {
  world = await jiraAndWarehouse({ issues: 40, watched: 0.5, voted: 0.4, fixedClock: true });
  const all = ['issue_search', 'issue_watchers', 'issue_votes'];
  await world.sync(all);
  expect(await lines('issue_watchers', 'issue_id, account_id')).toEqual(watchersOnSite());
  for (const streams of [all, ['issue_watchers', 'issue_votes'], ['issue_watchers']]) {
    world.jira.edit.advance(2 * DAY);
    const before = watchersOnSite();
    const [issue = '', person = ''] = (before[0] ?? '').split(' ');
    world.jira.edit.extras.watch(WATCHED, personAt(PERSON + streams.length));
    // The last watcher of an issue: it counts none afterwards, and a walk over watched issues does not meet it.
    for (const line of before)
      if (line.startsWith(`${issue} `)) world.jira.edit.extras.watch(issue, line.split(' ')[1] ?? '', false);
    expect(person).not.toBe('');
    world.jira.edit.advance(2 * DAY);
    await world.sync(streams);
    expect(await lines('issue_watchers', 'issue_id, account_id'), 'as old as the last whole read').toEqual(before);
    const ran = await world.sync(streams, { schedule: reread(...streams) });
    expect([streams, ran.failures]).toEqual([streams, []]);
    expect(await lines('issue_watchers', 'issue_id, account_id')).toEqual(watchersOnSite());
  }
});

test('an issue that lost its last watcher and then changed loses its rows with the next run, although nobody reads the issues', async () => {
  world = await jiraAndWarehouse({ issues: 40, watched: 0.5, fixedClock: true });
  await world.sync(['issue_watchers']);
  world.jira.edit.advance(2 * DAY);
  const [issue = ''] = (watchersOnSite()[0] ?? '').split(' ');
  for (const line of watchersOnSite().filter((one) => one.startsWith(`${issue} `)))
    world.jira.edit.extras.watch(issue, line.split(' ')[1] ?? '', false);
  world.jira.edit.updateIssue(issue, { summary: 'Nobody watches this' });
  world.jira.edit.advance(3 * HOUR);
  const before = requestsOf('watchers');
  const ran = await world.sync(['issue_watchers']);
  expect([ran.failures, requestsOf('watchers') - before]).toEqual([[], 0]);
  expect(await lines('issue_watchers', 'issue_id, account_id')).toEqual(watchersOnSite());
});

test('remote links are asked of all issues once, later only of those whose new history speaks of one', async () => {
  world = await jiraAndWarehouse({ issues: 40, fixedClock: true });
  const first = await world.sync(['issue_remote_links']);
  expect([first.of('issue_remote_links').route, requestsOf('remotelink')]).toEqual(['per_issue', 40]);
  expect(await lines('issue_remote_links', 'issue_id, id')).toEqual(linksOnSite());

  world.jira.edit.advance(3 * DAY);
  const added = world.jira.edit.extras.addRemoteLink('10001');
  world.jira.edit.advance(1);
  world.jira.edit.extras.addRemoteLink('10001');
  const [place = 0] = [...Array(40).keys()].filter(
    (one) => world.jira.site.extras.linksOf(one).length === 2 && one !== 1,
  );
  world.jira.edit.extras.removeRemoteLink(
    world.jira.site.idOf(place),
    String(world.jira.site.extras.linksOf(place)[0]?.id),
  );
  for (const id of ['10005', '10006', '10007']) world.jira.edit.updateIssue(id, { summary: 'Nothing linked' });
  world.jira.edit.advance(3 * HOUR);
  const second = await world.sync(['issue_remote_links']);
  expect([second.failures, second.of('issue_remote_links').route, requestsOf('remotelink')]).toEqual([
    [],
    'changed',
    42,
  ]);
  expect(await lines('issue_remote_links', 'issue_id, id')).toEqual(linksOnSite());

  // The same entries are no news in the run after next, though their issues change again.
  world.jira.edit.advance(DAY);
  await world.sync(['issue_remote_links']);
  world.jira.edit.advance(DAY);
  world.jira.edit.updateIssue('10001', { summary: 'Changed again' });
  world.jira.edit.advance(3 * HOUR);
  await world.sync(['issue_remote_links', 'issue_changelog', 'issue_search']);
  const before = requestsOf('remotelink');
  world.jira.edit.updateIssue('10001', { summary: 'And again' });
  world.jira.edit.advance(3 * HOUR);
  await world.sync(['issue_remote_links', 'issue_changelog', 'issue_search']);
  expect(requestsOf('remotelink')).toBe(before);

  // What leaves no history is found by a whole read.
  world.jira.edit.extras.addRemoteLink('10009', {}, { history: false });
  world.jira.edit.advance(3 * HOUR);
  await world.sync(['issue_remote_links'], { schedule: reread('issue_remote_links') });
  expect(requestsOf('remotelink')).toBe(before + 40);
  expect(await lines('issue_remote_links', 'issue_id, id')).toEqual(linksOnSite());
  expect((await world.rows(`select id from issue_remote_links where id = '${added}'`)).length).toBe(1);
});

test('up to five keys of properties ride on the search; a sixth has each issue asked, and reads them all anew', async () => {
  world = await jiraAndWarehouse({ issues: 40, fixedClock: true });
  const five = await world.sync(['issue_search', 'issue_properties']);
  expect([five.failures, five.of('issue_properties').requests]).toEqual([[], 0]);
  const keys = async () =>
    (await world.rows('select distinct "key" from issue_properties order by 1')).map((row) => row.key);
  expect(await keys()).toEqual(['request-channel-type', 'review.done', 'review.empty', 'review.notes', 'review.score']);
  const six = await world.sync(['issue_search', 'issue_properties'], {}, [
    'review.by',
    'review.score',
    'a',
    'b',
    'c',
    'd',
  ]);
  expect([six.failures, six.of('issue_properties').route]).toEqual([[], 'per_issue']);
  expect(world.jira.requests.byRoute().get('GET /rest/api/3/issue/{issueIdOrKey}')).toBe(40);
  expect(await keys()).toEqual(['review.by', 'review.score']);
});

test('a site that does not know the word of a query is walked without it: voting that is off is told as such', async () => {
  world = await jiraAndWarehouse({
    ...{ issues: 30, watched: 0.5, voted: 0.5, features: { voting: false }, fixedClock: true },
  });
  const statesOf = async (...streams: string[]) =>
    (await world.sync(streams)).reports.map(({ stream, state }) => `${stream} ${state}`).sort();
  expect(await statesOf('issue_votes')).toEqual(['issue_votes unsupported']);
  expect(await statesOf('issue_votes', 'issue_watchers')).toEqual(['issue_votes unsupported', 'issue_watchers ok']);
  expect(await lines('issue_watchers', 'issue_id, account_id')).toEqual(watchersOnSite());
});
