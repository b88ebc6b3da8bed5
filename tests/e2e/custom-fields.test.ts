/** Custom fields as typed columns: what the site says of its fields is what the table has, and no value is lost on the way. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type JiraAndWarehouse, jiraAndWarehouse } from '../helpers/jira-and-warehouse.js';

vi.setConfig({ testTimeout: 90_000 });

let world: JiraAndWarehouse;
const HOUR = 3_600_000;
const ESTIMATE = 'customfield_10016';
const ANY = 'select id from issue_search order by id limit 1';

beforeEach(async () => {
  world = await jiraAndWarehouse({
    issues: 60,
    perIssue: { comments: 0, worklogs: 0, histories: 1 },
    fixedClock: true,
  });
});
afterEach(() => world.close());

interface Field {
  readonly name: string;
  readonly type: unknown;
  readonly doc?: string;
}

/** The columns of the newest metadata file, as any reader of the table meets them. */
function columns(): ReadonlyMap<string, Field> {
  const folder = join(world.root, 'demo', 'issue_search', 'metadata');
  const version = readFileSync(join(folder, 'version-hint.text'), 'utf8').trim();
  const file = readdirSync(folder).find((name) => name === `v${version}.metadata.json`) ?? '';
  const metadata = JSON.parse(readFileSync(join(folder, file), 'utf8')) as {
    readonly 'current-schema-id': number;
    readonly schemas: readonly { readonly 'schema-id': number; readonly fields: readonly Field[] }[];
  };
  const schema = metadata.schemas.find((one) => one['schema-id'] === metadata['current-schema-id']);
  return new Map(schema?.fields.map((field) => [field.name, field]));
}

const cell = async (column: string, id: string) =>
  (await world.rows(`select ${column} cell from issue_search where id = '${id}'`))[0]?.cell;

async function anyIssue(): Promise<string> {
  return String((await world.rows(ANY))[0]?.id);
}

/** Time goes on, the issue changes, and what changed is read. */
async function edited(id: string, fields: Readonly<Record<string, unknown>>) {
  world.jira.edit.advance(3 * HOUR);
  world.jira.edit.updateIssue(id, fields);
  return world.sync(['issue_search']);
}

test('every custom field of the site is a typed column with its display name, and no value of one is left in _extra', async () => {
  const ran = await world.sync(['issue_search']);
  expect(ran.of('issue_search')).toMatchObject({ state: 'ok', rows_written: 60, misfits: {} });
  const made = columns();
  expect(made.get(ESTIMATE)).toMatchObject({ type: 'double', doc: 'Story point estimate' });
  expect(made.get('customfield_10031')).toMatchObject({ type: 'string', doc: 'Acceptance criteria ✅' });
  expect(made.get('customfield_10031_text')?.doc).toBe('Acceptance criteria ✅ (plain text)');
  expect(made.get('customfield_10035_id')?.doc).toBe('Reviewer (account id)');
  expect(made.get('customfield_10035_name')?.doc).toBe('Reviewer (name)');
  // Two fields of one name.
  expect([made.get('customfield_10026')?.doc, made.get('customfield_10027')?.doc]).toEqual([
    'Story Points',
    'Story Points',
  ]);
  const listed = world.jira.site.directory.fields.filter(({ custom }) => custom).map(({ id }) => id);
  const names = [...made.keys()];
  expect(listed.filter((id) => !names.some((name) => name === id || name === `${id}_id`))).toEqual([]);
  const whole = ['10014', '10015', '10016', '10019', '10020', '10021', '10026', '10030', '10031', '10032', '10033'];
  const left = await world.rows(
    "select distinct unnest(json_keys(_extra::json, '$.fields')) field from issue_search where _extra is not null",
  );
  expect(left.map(({ field }) => field).filter((id) => whole.some((n) => id === `customfield_${n}`))).toEqual([]);
});

test('values come back as the site has them, kind by kind', async () => {
  await world.sync(['issue_search']);
  const found = await world.rows(`select
    count(customfield_10016) as numbers, count(customfield_10015) as dates, count(customfield_10037) as moments,
    count(customfield_10032.value) as options, count(customfield_10034.child_value) as children,
    count(customfield_10035_id) as people, count(customfield_10036[1].name) as lists,
    count(customfield_10038[1]) as tags, count(customfield_10043.id) as teams, count(customfield_10047.key) as projects,
    count(customfield_10020[1].board_id) as sprints, count(customfield_10031_text) as texts
    from issue_search`);
  for (const [kind, count] of Object.entries(found[0] ?? {})) expect(Number(count), kind).toBeGreaterThan(0);
  const joined = await world.rows(
    'select count(*) n from issue_search where customfield_10035_id is not null and customfield_10035_name is null',
  );
  expect(joined).toEqual([{ n: '0' }]);
});

test('a new field is a column at once, a renamed one has its new name, a deleted one keeps its column', async () => {
  await world.sync(['issue_search']);
  const id = await anyIssue();
  const { fields } = world.jira.edit;
  const added = fields.add('', 'customfield_10026');
  fields.rename(ESTIMATE, '🚀'.repeat(4000));
  fields.remove('customfield_10046');
  await edited(id, { [added]: 7.5 });
  expect(await cell(added, id)).toBe(7.5);
  expect(columns().get(added)?.doc).toBe(added);
  expect([...(columns().get(ESTIMATE)?.doc ?? '')]).toHaveLength(255);
  expect(columns().get('customfield_10046')?.doc).toBe('Budget (€)');
  expect(await cell('customfield_10046', id)).toBeNull();
});

test('a field whose type changes loses no value: the run is well, tells it, and keeps the values in _extra', async () => {
  await world.sync(['issue_search']);
  const id = await anyIssue();
  // What changed within the lookback of the latest issue is read again, and its value with it.
  const old = `id <> '${id}' and updated < (select max(updated) - interval 2 hours from issue_search_all where id <> '${id}')`;
  const before = await world.rows(`select id, ${ESTIMATE} e from issue_search where ${old} order by id`);
  world.jira.edit.fields.changeType(ESTIMATE, 'customfield_10032');
  const value = { id: '7', value: 'Many' };
  const ran = await edited(id, { [ESTIMATE]: value });
  expect(ran.failures).toEqual([]);
  expect(ran.of('issue_search')).toMatchObject({
    state: 'ok',
    misfits: { [ESTIMATE]: expect.any(Number) },
    conflicts: [ESTIMATE],
  });
  expect(columns().get(ESTIMATE)?.type).toBe('double');
  expect(await cell(ESTIMATE, id)).toBeNull();
  expect(JSON.parse(String(await cell('_extra', id)))).toMatchObject({ [ESTIMATE]: value });
  expect(before.length).toBeGreaterThan(20);
  expect(await world.rows(`select id, ${ESTIMATE} e from issue_search where ${old} order by id`)).toEqual(before);
});

test('a value that is not of its field kind is kept in _extra and counted', async () => {
  await world.sync(['issue_search']);
  const id = await anyIssue();
  const ran = await edited(id, { [ESTIMATE]: 'five', customfield_10032: 'not an option' });
  expect(ran.of('issue_search').misfits).toEqual({ [ESTIMATE]: 1, customfield_10032: 1 });
  expect(ran.of('issue_search').conflicts).toBeUndefined();
  expect(JSON.parse(String(await cell('_extra', id)))).toMatchObject({ [ESTIMATE]: 'five' });
});

test('when the site does not tell its fields, the stream fails with a reason and no column turns to null', async () => {
  await world.sync(['issue_search']);
  const before = await world.rows(`select id, ${ESTIMATE} e from issue_search order by id`);
  world.jira.faults.add({ match: 'GET /rest/api/3/field', status: 403 });
  const ran = await world.sync(['issue_search', 'priorities'], { fullRefresh: true });
  expect(ran.of('issue_search')).toMatchObject({
    state: 'failed',
    rows_read: 0,
    error: expect.stringContaining('403'),
  });
  expect(ran.of('priorities').state).toBe('ok');
  expect(await world.rows(`select id, ${ESTIMATE} e from issue_search order by id`)).toEqual(before);
});

test('a site with 700 custom fields has 700 columns', async () => {
  await world.close();
  world = await jiraAndWarehouse({ issues: 12, moreFields: 670 });
  const ran = await world.sync(['issue_search']);
  expect(ran.of('issue_search').error).toBeUndefined();
  expect(ran.of('issue_search')).toMatchObject({ state: 'ok', rows_written: 12, misfits: {} });
  const ids = new Set([...columns().keys()].flatMap((name) => /^customfield_\d+/.exec(name) ?? []));
  expect(ids.size).toBeGreaterThanOrEqual(700);
  expect(await world.rows('select count(*) n from issue_search where customfield_20669 is not null')).toHaveLength(1);
});

test('streams that have no columns of custom fields do not ask for them', async () => {
  await world.sync(['issue_worklog', 'issue_changelog']);
  expect(world.jira.requests.byRoute().get('GET /rest/api/3/field')).toBeUndefined();
});

test('excluded fields are not asked for, have no column, and are in neither _extra nor the history', async () => {
  const exclude = ['Story Points', 'description', ESTIMATE, 'customfield_99999'];
  const streams = ['issue_search', 'issue_changelog'];
  await world.close();
  world = await jiraAndWarehouse({ issues: 60, perIssue: { comments: 0, worklogs: 0, histories: 6 } });
  const sent = new Set<string>();
  world.jira.faults.add({
    match: 'POST /rest/api/3/search/jql',
    rewrite: (body) => {
      for (const { fields = {} } of (body as { issues: { fields?: Record<string, unknown> }[] }).issues) {
        for (const id of Object.keys(fields)) sent.add(id);
        // A site that sends one all the same.
        fields[ESTIMATE] = 'SENT ALL THE SAME';
      }
      return body;
    },
    times: 99,
  });
  const ran = await world.sync(streams, { columns: { issue_search: { exclude } } });
  expect(ran.failures).toEqual([]);
  const made = columns();
  for (const name of [ESTIMATE, 'customfield_10026', 'customfield_10027', 'description', 'description_text'])
    expect(made.has(name), name).toBe(false);
  expect(made.has('customfield_10030')).toBe(true);
  expect(['customfield_10030', 'customfield_10026', ESTIMATE, 'description'].filter((id) => sent.has(id))).toEqual([
    'customfield_10030',
  ]);
  expect(await world.rows("select count(*) n from issue_search where _extra like '%SENT ALL%'")).toEqual([{ n: '0' }]);
  const told = await world.rows(
    "select distinct f from (select unnest(items).field_id f from issue_changelog) where f in ('customfield_10026', 'description')",
  );
  expect(told).toEqual([]);
  expect(ran.of('issue_changelog').left_out).toBeGreaterThan(0);
});

test('a field excluded later has no value in rows written from then on, and the rest of the table stays', async () => {
  await world.sync(['issue_search']);
  const [{ id } = {}] = await world.rows('select id from issue_search where description is not null limit 1');
  world.jira.edit.advance(3 * HOUR);
  world.jira.edit.updateIssue(String(id), { summary: 'changed', description: 'not for us' });
  const ran = await world.sync(['issue_search'], { columns: { issue_search: { exclude: ['description'] } } });
  expect(ran.of('issue_search')).toMatchObject({ state: 'ok', rows_written: 1 });
  expect(await cell('description', String(id))).toBeNull();
  expect(await cell('_extra', String(id))).not.toContain('not for us');
  expect(await world.rows('select count(summary) s, count(*) n from issue_search')).toEqual([{ s: '60', n: '60' }]);
});

test('a name that no field has is refused, and so is a field without which nothing can be read', async () => {
  await expect(
    world.sync(['issue_search'], { columns: { issue_search: { exclude: ['Story Point'] } } }),
  ).rejects.toMatchObject({
    kind: 'usage',
    message: expect.stringMatching(/no field `Story Point`.*Story Points/s),
  });
  await expect(
    world.sync(['issue_search'], { columns: { issue_search: { exclude: ['Updated'] } } }),
  ).rejects.toMatchObject({ kind: 'usage' });
});
