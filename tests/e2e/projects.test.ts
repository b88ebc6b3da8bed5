/** `projects:` means projects, not keys: a key that changes loses no row, deletes none, and reads no project of no concern. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { ProjectsTable } from '../../src/app/run-log/projects-table.js';
import { ConnectorError } from '../../src/core/errors.js';
import { openWarehouse } from '../../src/writers/warehouse.js';
import { type JiraAndWarehouse, jiraAndWarehouse, registry } from '../helpers/jira-and-warehouse.js';

let world: JiraAndWarehouse;
afterEach(() => world.close());

const HOUR = 3_600_000;
const STREAMS = ['issue_search', 'issue_comments', 'project_versions', 'project_components', 'board_issues'];
const ISSUES = ['issue_search', 'issue_comments'];
const keysIn = async (sql: string) => (await world.rows(sql)).map(({ k }) => k);

describe.each(['cloud', 'datacenter'] as const)('a project gets another key (%s)', (deployment) => {
  const begin = async () => {
    world = await jiraAndWarehouse({ deployment, issues: 150, boards: 4 });
    await world.sync(STREAMS, { scope: { projects: ['ENG', 'OPS'] } });
    world.jira.edit.advance(3 * HOUR);
    world.jira.edit.renameProject('ENG', 'CORE');
    world.jira.edit.advance(3 * HOUR);
  };

  test('named by its old key: its issues get their new keys, nothing is marked, others are not read again', async () => {
    await begin();
    const [counts] = await world.rows("select count(*) filter (project_key = 'ENG') eng, count(*) n from issue_search");
    const ran = await world.sync(STREAMS, { scope: { projects: ['ENG', 'OPS'] } });
    expect(ran.failures).toEqual([]);
    expect(ran.reports.map(({ rows_deleted }) => rows_deleted)).toEqual([0, 0, 0, 0, 0]);
    expect(ran.of('issue_search')).toMatchObject({ mode: 'incremental', rows_written: Number(counts?.eng) });
    expect(ran.of('issue_comments').rows_written).toBe(0);
    expect(await keysIn('select distinct project_key k from issue_search order by k')).toEqual(['CORE', 'OPS']);
    expect(await keysIn("select distinct split_part(key, '-', 1) k from issue_search order by k")).toEqual([
      'CORE',
      'OPS',
    ]);
    expect(await keysIn("select issue_key k from board_issues where issue_key like 'ENG-%'")).toEqual([]);
    const before = ran.requests;
    const again = await world.sync(STREAMS, { scope: { projects: ['CORE', 'OPS'] } });
    expect(again.of('issue_search').rows_written).toBe(0);
    expect(again.requests).toBeLessThan(before);
  });

  test('named by its new key, or by its id: the same', async () => {
    await begin();
    const ran = await world.sync(STREAMS, { scope: { projects: ['CORE', '10001'] } });
    expect(ran.failures).toEqual([]);
    expect(ran.reports.map(({ rows_deleted }) => rows_deleted)).toEqual([0, 0, 0, 0, 0]);
    expect(ran.of('issue_search').mode).toBe('incremental');
    expect(await keysIn('select distinct project_key k from issue_search order by k')).toEqual(['CORE', 'OPS']);
  });

  test('a run that fails after the walk leaves the new keys to the next one', async () => {
    await begin();
    const list = deployment === 'cloud' ? 'POST /rest/api/3/issue/bulkfetch' : /search/;
    world.jira.faults.add({ match: list, after: deployment === 'cloud' ? 0 : 2, times: 100, status: 403 });
    const broken = await world.sync(ISSUES, { scope: { projects: ['ENG', 'OPS'] } });
    expect(broken.of('issue_search').state).toBe('failed');
    world.jira.faults.clear();
    const ran = await world.sync(ISSUES, { scope: { projects: ['ENG', 'OPS'] } });
    expect(ran.failures).toEqual([]);
    expect(await keysIn('select distinct project_key k from issue_search order by k')).toEqual(['CORE', 'OPS']);
  });
});

describe.each(['cloud', 'datacenter'] as const)('no projects in the settings, and a key changes (%s)', (deployment) => {
  test('its issues get their new keys where the projects are read, too, and nobody else is read again', async () => {
    world = await jiraAndWarehouse({ deployment, issues: 150 });
    const streams = ['issue_search', 'project_search'];
    await world.sync(streams);
    world.jira.edit.advance(3 * HOUR);
    const quiet = await world.sync(streams);
    world.jira.edit.renameProject('ENG', 'CORE');
    const [counts] = await world.rows("select count(*) n from issue_search where project_key = 'ENG'");
    const ran = await world.sync(streams);
    expect(ran.failures).toEqual([]);
    expect(ran.of('issue_search').rows_written).toBe(Number(counts?.n));
    expect(
      await keysIn("select distinct split_part(key, '-', 1) k from issue_search where k in ('ENG', 'CORE')"),
    ).toEqual(['CORE']);
    expect(ran.requests).toBe(quiet.requests + Math.ceil(Number(counts?.n) / 100));
    expect((await world.sync(streams)).requests).toBe(quiet.requests);
  });

  test('a project that is no longer shown costs one request for its issues, and they stay as they are', async () => {
    world = await jiraAndWarehouse({ deployment, issues: 150 });
    const streams = ['issue_search', 'project_search'];
    await world.sync(streams);
    world.jira.edit.advance(3 * HOUR);
    const quiet = await world.sync(streams);
    const list = deployment === 'cloud' ? 'GET /rest/api/3/project/search' : 'GET /rest/api/2/project';
    const hide = (all: { key: string }[]) => all.filter(({ key }) => key !== 'ENG');
    const rewrite = (body: unknown) => {
      if (Array.isArray(body)) return hide(body);
      const page = body as { values: { key: string }[]; total: number };
      return { ...page, values: hide(page.values), total: page.total - 1 };
    };
    world.jira.faults.add({ match: list, times: 1, rewrite });
    const ran = await world.sync(streams);
    expect(ran.of('issue_search')).toMatchObject({ state: 'ok', rows_written: 0, rows_deleted: 0 });
    expect(ran.requests).toBe(quiet.requests + 1);
  });
});

test('an unknown project is named with the nearest key, the others are read, and the run does not end well', async () => {
  world = await jiraAndWarehouse({ issues: 60 });
  const ran = await world.sync([...ISSUES, 'priorities'], { scope: { projects: ['ENGG', 'OPS'] } });
  expect(ran.failures).toEqual(['failed', 'failed']);
  expect(ran.of('issue_search')).toMatchObject({
    state: 'incomplete',
    error: expect.stringMatching(/`ENGG` is no project.*Did you mean `ENG`\?/),
  });
  expect(ran.of('priorities').state).toBe('ok');
  expect(await keysIn('select distinct project_key k from issue_search')).toEqual(['OPS']);
});

test('the same on a Data Center, where all projects come in one answer', async () => {
  world = await jiraAndWarehouse({ deployment: 'datacenter', issues: 60, projects: 6 });
  const ran = await world.sync(['issue_search'], { scope: { projects: ['OPSS', 'ENG', 'GONE'] } });
  expect(ran.of('issue_search')).toMatchObject({
    state: 'incomplete',
    error: expect.stringMatching(/`OPSS` is no project .*Did you mean `OPS`\?.*`GONE` is no project/),
  });
  expect(await keysIn('select distinct project_key k from issue_search')).toEqual(['ENG']);
});

test('60 projects are looked up with two requests', async () => {
  world = await jiraAndWarehouse({ issues: 10, projects: 64 });
  const live = world.jira.site.directory.projects.filter(({ state }) => state === 'live').map(({ key }) => key);
  const scope = { projects: live.slice(0, 55) };
  expect((await world.sync(['priorities'], { scope })).failures).toEqual([]);
  expect(world.jira.requests.byRoute().get('GET /rest/api/3/project/search')).toBe(2);
});

test('a project that is gone from the site loses no row', async () => {
  world = await jiraAndWarehouse({ issues: 60 });
  const streams = ['project_versions', 'project_components', 'issue_search'];
  await world.sync(streams, { scope: { projects: ['ENG', 'OPS'] } });
  const gone = (body: unknown) => {
    const page = body as { values: { key: string }[] };
    const values = page.values.filter(({ key }) => key !== 'OPS');
    return { ...page, values, total: values.length };
  };
  const always = Number.POSITIVE_INFINITY;
  world.jira.faults.add({ match: 'GET /rest/api/3/project/search', times: always, rewrite: gone });
  world.jira.faults.add({ match: /project\/OPS/, times: always, status: 404 });
  const ran = await world.sync(streams, { scope: { projects: ['ENG', 'OPS'] }, fullRefresh: true });
  expect(ran.failures).toEqual(['failed', 'failed', 'failed']);
  expect(ran.reports.map(({ rows_deleted }) => rows_deleted)).toEqual([0, 0, 0]);
});

test('no project of the settings exists: what needs one is not read, everything else is', async () => {
  world = await jiraAndWarehouse({ issues: 30 });
  const ran = await world.sync(['issue_search', 'priorities'], { scope: { projects: ['NOPE'] } });
  expect(ran.of('issue_search')).toMatchObject({ state: 'failed', rows_read: 0 });
  expect(ran.of('priorities').state).toBe('ok');
});

test('a refused look-up of projects stops what needs them, and the next run reads nothing twice', async () => {
  world = await jiraAndWarehouse({ issues: 60 });
  const streams = ['worklog_updated', 'issue_search'];
  const scope = { projects: ['ENG'] };
  await world.sync(streams, { scope });
  world.jira.edit.advance(3 * HOUR);
  world.jira.faults.add({ match: 'GET /rest/api/3/project/search', times: 1, status: 403 });
  const refused = await world.sync(streams, { scope });
  expect(refused.of('issue_search').state).toBe('failed');
  expect(refused.of('worklog_updated')).toMatchObject({ state: 'ok', mode: 'incremental' });
  const ran = await world.sync(streams, { scope });
  expect(ran.failures).toEqual([]);
  expect(ran.reports.map(({ mode }) => mode)).toEqual(['incremental', 'incremental']);
});

test('projects that cannot be remembered stop the streams that need them, and no other', async () => {
  world = await jiraAndWarehouse({ issues: 30 });
  const held = () => Promise.reject(new ConnectorError('later', 'another run holds the table _projects'));
  const scope = { projects: ['ENG'] };
  for (const scopes of [
    { load: held, keep: held },
    { load: async () => [], keep: held },
  ]) {
    const ran = await world.sync(['issue_search', 'priorities'], { scope, scopes });
    expect(ran.failures).toEqual(['later']);
    expect(ran.of('issue_search')).toMatchObject({ state: 'paused', rows_written: 0 });
    expect(ran.of('priorities').state).toBe('ok');
  }
});

test('a state that an older version wrote, with keys in it, is taken over without a whole read', async () => {
  world = await jiraAndWarehouse({ issues: 60 });
  const scope = { projects: ['OPS', 'ENG'] };
  await world.sync(['issue_search'], { scope });
  const old = stateText().replace(/"scope":"projects [0-9a-f]+"/, '"scope":"project in (\\"ENG\\", \\"OPS\\")"');
  expect(old).toContain('project in');
  await writeState(old);
  world.jira.edit.advance(3 * HOUR);
  const ran = await world.sync(['issue_search'], { scope });
  expect(ran.of('issue_search')).toMatchObject({ mode: 'incremental', rows_written: 0 });
  expect(stateText()).toMatch(/"scope":"projects [0-9a-f]+"/);
});

test('without `projects` nothing is looked up and no table of projects comes into being', async () => {
  world = await jiraAndWarehouse({ issues: 30 });
  await world.sync(['issue_search']);
  expect(readdirSync(join(world.root, 'demo'))).not.toContain('_projects');
  expect(world.jira.requests.byRoute().get('GET /rest/api/3/project/search')).toBeUndefined();
  await world.sync(['issue_search'], { scope: { projects: ['ENG', 'OPS'] } });
  expect(world.jira.requests.byRoute().get('GET /rest/api/3/project/search')).toBe(1);
  const writer = await openWarehouse({ root: world.root, runId: 'look' });
  const kept = await new ProjectsTable(writer, 'demo', 'look').load();
  await writer.close();
  expect(kept.map(({ id, key }) => [id, key]).sort()).toEqual([
    ['10000', 'ENG'],
    ['10001', 'OPS'],
  ]);
});

const metadataFolder = () => join(world.root, 'demo', 'issue_search', 'metadata');

/** The state in the newest version of the table of issues. */
function stateText(): string {
  const [newest = ''] = readdirSync(metadataFolder())
    .filter((name) => name.endsWith('.metadata.json'))
    .sort((a, b) => Number(/\d+/.exec(b)?.[0]) - Number(/\d+/.exec(a)?.[0]));
  const metadata = JSON.parse(readFileSync(join(metadataFolder(), newest), 'utf8')) as {
    properties: Record<string, string>;
  };
  return metadata.properties['connector.state'] ?? '';
}

async function writeState(text: string): Promise<void> {
  const { tableSpecOf } = await import('../../src/runtime/rows/table-spec.js');
  const writer = await openWarehouse({ root: world.root, runId: 'older' });
  const table = await writer.open(tableSpecOf(registry.get('issue_search'), 'demo'));
  await table.commit({ state: JSON.parse(text), runId: 'older', batch: 1 });
  await table.close();
  await writer.close();
}
