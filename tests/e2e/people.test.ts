/** People as pseudonyms: nobody can be found in the tables, and everything that belongs together still does. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Secret } from '../../src/core/secret.js';
import { type JiraAndWarehouse, jiraAndWarehouse } from '../helpers/jira-and-warehouse.js';

vi.setConfig({ testTimeout: 180_000 });

let world: JiraAndWarehouse;
const HOUR = 3_600_000;
const PEOPLE = { people: { mode: 'pseudonymous' } } as const;
const ISSUES = ['issue_search', 'issue_comments', 'issue_worklog', 'issue_changelog'];

beforeEach(async () => {
  world = await jiraAndWarehouse({
    issues: 60,
    perIssue: { comments: 2, worklogs: 1, histories: 6 },
    fixedClock: true,
  });
});
afterEach(() => world.close());

const tables = () => readdirSync(join(world.root, 'demo'));

/** Every cell of every row that a table has, deleted ones included, as one text per table. */
async function cells(): Promise<ReadonlyMap<string, string>> {
  const each = tables().map((table) => `select '${table}' as name, to_json(t)::varchar as line from ${table}_all t`);
  const found = new Map<string, string>();
  for (const { name, line } of await world.rows(each.join(' union all ')))
    found.set(String(name), `${found.get(String(name)) ?? ''}${line}\n`);
  return found;
}

/** `table: word` for every word of a person that is in a table. */
async function traces(): Promise<readonly string[]> {
  const found: string[] = [];
  for (const [table, text] of await cells())
    for (const { accountId, displayName, emailAddress = accountId } of world.jira.site.directory.people)
      for (const word of [
        accountId,
        encodeURIComponent(accountId),
        JSON.stringify(displayName).slice(1, -1),
        emailAddress,
      ])
        if (text.includes(word)) found.push(`${table}: ${word}`);
  return [...new Set(found)];
}

test('of no person is an account id, a name or an address in any cell of any table, nor in its metadata', async () => {
  const ran = await world.sync(undefined, PEOPLE);
  expect(ran.failures).toEqual([]);
  expect(tables().length).toBeGreaterThan(30);
  expect(await traces()).toEqual([]);
  const metadata = tables().flatMap((table) => {
    const folder = join(world.root, 'demo', table, 'metadata');
    const files = readdirSync(folder).filter((name) => name.endsWith('.json'));
    return files.map((name) => readFileSync(join(folder, name), 'utf8'));
  });
  const ids = world.jira.site.directory.people.map(({ accountId }) => accountId);
  expect(ids.filter((id) => metadata.some((text) => text.includes(id)))).toEqual([]);
});

test('rejected records name nobody either', async () => {
  world.jira.faults.add({
    match: 'POST /rest/api/3/search/jql',
    rewrite: (body) => {
      for (const { fields } of (body as { issues: { fields: Record<string, unknown> }[] }).issues)
        fields.updated = 'soon';
      return body;
    },
    times: 9,
  });
  const { rejects } = await world.sync(['issue_search'], PEOPLE);
  expect(rejects).toHaveLength(60);
  const text = JSON.stringify(rejects);
  const { people } = world.jira.site.directory;
  expect(people.filter(({ accountId }) => text.includes(accountId))).toEqual([]);
  expect(people.filter(({ emailAddress }) => emailAddress && text.includes(emailAddress))).toEqual([]);
});

test('what belonged together still does: joins over pseudonyms find what joins over account ids find', async () => {
  const joins = `select
    (select count(*) from issue_search i join users_search u on u.account_id = i.assignee_id) as assigned,
    (select count(*) from issue_worklog w join group_members m on m.account_id = w.author_id) as grouped,
    (select count(*) from project_search p join users_search u on u.account_id = p.lead_id) as led,
    (select count(*) from (select unnest(items) item from issue_changelog) c
       join users_search u on u.account_id = c.item.to_value where c.item.field = 'assignee') as changed,
    (select count(*) from issue_search i join users_search u on u.account_id = i.customfield_10035_id
       and u.display_name = i.customfield_10035_name) as reviewed,
    (select count(distinct author_id) from issue_comments) as authors`;
  const streams = [...ISSUES, 'users_search', 'groups', 'group_members', 'project_search'];
  await world.sync(streams, PEOPLE);
  const masked = await world.rows(joins);
  expect(await world.rows("select count(*) n from issue_search where description_text like '%@p-%'")).not.toEqual([
    { n: '0' },
  ]);
  await world.close();
  world = await jiraAndWarehouse({
    issues: 60,
    perIssue: { comments: 2, worklogs: 1, histories: 6 },
    fixedClock: true,
  });
  await world.sync(streams);
  expect(masked).toEqual(await world.rows(joins));
  for (const [join, count] of Object.entries(masked[0] ?? {})) expect(Number(count), join).toBeGreaterThan(0);
});

test('a table that named people is read anew when they become pseudonyms, and costs what changed from then on', async () => {
  const streams = ['issue_search', 'issue_comments', 'users_search'];
  await world.close();
  world = await jiraAndWarehouse({ issues: 60, users: 150, perIssue: { comments: 2, worklogs: 1, histories: 6 } });
  await world.sync(streams);
  expect(await traces()).not.toEqual([]);
  world.jira.edit.advance(3 * HOUR);
  const ran = await world.sync(streams, PEOPLE);
  expect(ran.failures).toEqual([]);
  expect(ran.of('issue_search')).toMatchObject({ mode: 'full', rows_read: 60, rows_written: 60, rows_deleted: 0 });
  expect(ran.of('issue_comments')).toMatchObject({ mode: 'full', rows_deleted: 0 });
  // Rows keyed by account are other rows now; those of before are marked.
  expect(ran.of('users_search')).toMatchObject({ rows_written: 150, rows_deleted: 150 });
  const live = JSON.stringify([
    await world.rows('from issue_search'),
    await world.rows('from issue_comments'),
    await world.rows('from users_search'),
  ]);
  const { people } = world.jira.site.directory;
  expect(people.filter(({ accountId }) => live.includes(accountId))).toEqual([]);
  const next = await world.sync(streams, PEOPLE);
  expect(next.of('issue_search')).toMatchObject({ mode: 'incremental', rows_written: 0 });
  expect(next.of('users_search')).toMatchObject({ rows_written: 0, rows_deleted: 0 });
});

test('people as they are come back as they are; pseudonyms of another key are another reading, by an account that may be another one', async () => {
  await world.sync(['issue_search'], PEOPLE);
  const back = await world.sync(['issue_search']);
  expect(back.failures).toEqual([]);
  expect(back.of('issue_search')).toMatchObject({ mode: 'full', rows_written: 60 });
  await world.sync(['issue_search'], PEOPLE);
  const withKey = (key: string) => ({ people: { mode: 'pseudonymous', key: new Secret(key) } }) as const;
  const keyed = await world.sync(['issue_search'], withKey('one'));
  expect(keyed.of('issue_search')).toMatchObject({ mode: 'full', rows_written: 60, state: 'ok' });
  const other = await world.sync(['issue_search'], withKey('two'));
  expect(other.of('issue_search')).toMatchObject({ mode: 'full', rows_written: 60, state: 'failed' });
  expect(other.of('issue_search').error).toContain('--accept-deletes');
  const accepted = await world.sync(['issue_search'], { ...withKey('two'), acceptDeletes: true });
  expect(accepted.of('issue_search').state).toBe('ok');
  const next = await world.sync(['issue_search'], withKey('two'));
  expect(next.of('issue_search')).toMatchObject({ state: 'ok', mode: 'incremental' });
});

test('pseudonyms cost no request', async () => {
  await world.sync(['issue_search']);
  const plain = world.jira.requests.byRoute();
  await world.close();
  world = await jiraAndWarehouse({
    issues: 60,
    perIssue: { comments: 2, worklogs: 1, histories: 6 },
    fixedClock: true,
  });
  await world.sync(['issue_search'], PEOPLE);
  expect(world.jira.requests.byRoute()).toEqual(plain);
});
