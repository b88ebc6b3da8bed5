/** What a whole run calls: the alarm also for a run that cannot begin, and a sign of life only for one that went well. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Simulator, startSimulator } from '../../../simulator/simulator.js';
import { tableSpecOf } from '../../../src/runtime/rows/table-spec.js';
import { openWarehouse } from '../../../src/writers/warehouse.js';
import { runMain } from '../../cli/run-main.js';
import { registry } from '../../helpers/jira-and-warehouse.js';

let cwd: string;
let jira: Simulator;
beforeEach(async () => {
  cwd = mkdtempSync(join(tmpdir(), 'run-hooks-'));
  jira = await startSimulator({ issues: 20, perIssue: { comments: 30, worklogs: 0, histories: 0 } });
});
afterEach(async () => {
  await jira.close();
  rmSync(cwd, { recursive: true, force: true });
});

const KEEP = `let t='';process.stdin.on('data',d=>t+=d).on('end',()=>require('fs').appendFileSync(process.argv[1], t+'\\n'))`;

function settings(streams = 'priorities', afterCommit?: string): void {
  const hook = `{ command: [${JSON.stringify(process.execPath)}, -e, ${JSON.stringify(KEEP)}, ${JSON.stringify(join(cwd, 'said'))}] }`;
  const site = (name: string) =>
    `  - { name: ${name}, url: "${jira.url}", auth: { type: pat, token: "$\{PAT_${name.toUpperCase()}}" }, streams: [${streams}] }\n`;
  const hooks = `hooks: { after_commit: ${afterCommit ?? hook}, on_failure: ${hook}, on_success: ${hook} }\n`;
  writeFileSync(join(cwd, 'sync.yaml'), `connections:\n${site('one')}${site('two')}${hooks}`);
}

interface Said {
  readonly event: string;
  readonly connection?: string;
  readonly error?: string;
}

function said(): Said[] {
  try {
    return readFileSync(join(cwd, 'said'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Said);
  } catch {
    return [];
  } finally {
    rmSync(join(cwd, 'said'), { force: true });
  }
}

const both = () => ({ PAT_ONE: jira.pat, PAT_TWO: jira.pat, CONNECTOR_REQUESTS_PER_SECOND: '50' });
const sync = (env: Record<string, string>, ...argv: string[]) => runMain(['sync', ...argv], { cwd, env });

test('I11 a missing secret raises the alarm of its connection, and of every one when the run cannot begin', async () => {
  settings();
  const { PAT_TWO: _, ...env } = both();
  expect((await sync(env)).exitCode).toBe(2);
  expect(said()).toMatchObject([
    { event: 'commit', connection: 'one' },
    { event: 'failure', connection: 'two', error: expect.stringContaining('PAT_TWO is not set') },
  ]);
  expect((await sync({})).exitCode).toBe(2);
  expect(said()).toMatchObject([
    { event: 'failure', connection: 'one', error: expect.stringContaining('PAT_ONE is not set'), streams: [] },
    { event: 'failure', connection: 'two', error: expect.stringContaining('PAT_TWO is not set'), streams: [] },
  ]);
  expect((await sync(env, '--connection', 'one')).exitCode).toBe(0);
  expect(said().map(({ event }) => event)).toEqual(['success']);
});

test('I11 a stream that does not exist and a proxy that is none raise it, too', async () => {
  settings();
  expect((await sync(both(), '--stream', 'prioritys', '--connection', 'two')).exitCode).toBe(2);
  expect(said()).toMatchObject([{ event: 'failure', connection: 'two', error: expect.stringContaining('prioritys') }]);
  expect((await sync({ ...both(), HTTPS_PROXY: 'socks5://x' })).exitCode).toBe(2);
  expect(said()).toHaveLength(2);
});

test('I11 exit 1 raises it whatever the state is called: a named stream that is refused, rows that are owed', async () => {
  settings('boards');
  jira.faults.add({ match: 'GET /rest/agile/1.0/board', status: 403, times: 99 });
  expect((await sync(both(), '--connection', 'one')).exitCode).toBe(1);
  expect(said()).toMatchObject([
    { event: 'failure', connection: 'one', streams: [{ stream: 'boards', state: 'forbidden' }] },
  ]);
  settings('issue_search, issue_comments');
  jira.faults.add({ match: new RegExp(`/issue/${jira.site.idOf(7)}/comment`), status: 403 });
  expect((await sync(both(), '--connection', 'one')).exitCode).toBe(1);
  const failures = said().filter(({ event }) => event === 'failure');
  expect(failures).toMatchObject([{ streams: [{ stream: 'issue_comments', state: 'incomplete' }] }]);
  expect(failures[0]?.error).toMatch(/^issue_comments: .* are owed/);
});

test('I11 a run that cannot be recorded raises it, and so does a hook that others wait for', async () => {
  settings('priorities', '{ command: ["false"] }');
  mkdirSync(join(cwd, 'warehouse', 'one'), { recursive: true });
  writeFileSync(join(cwd, 'warehouse', 'one', '_runs'), '');
  expect((await sync(both(), '--connection', 'one')).exitCode).toBe(1);
  const [alarm, ...more] = said();
  expect([alarm, more]).toMatchObject([{ event: 'failure', connection: 'one', streams: [] }, []]);
  expect(alarm?.error).toContain('the run could not be recorded: ');
  expect(alarm?.error).toContain('The hook after_commit failed for one.priorities');
});

test('exit 75 raises none: the next run does what this one could not', async () => {
  settings();
  const other = await openWarehouse({ root: join(cwd, 'warehouse'), runId: 'other' });
  const held = await other.open(tableSpecOf(registry.get('priorities'), 'one'));
  try {
    expect((await sync(both(), '--connection', 'one')).exitCode).toBe(75);
    expect(said()).toEqual([]);
  } finally {
    await held.close();
    await other.close();
  }
});

test('a sign of life comes once for a run, when all of it went well, and tells of all connections', async () => {
  settings();
  const { exitCode, stdout } = await sync(both(), '--json');
  expect(exitCode).toBe(0);
  const { run_id, requests } = JSON.parse(stdout) as { run_id: string; requests: number };
  const events = said();
  expect(events.map(({ event }) => event)).toEqual(['commit', 'commit', 'success']);
  expect(events[2]).toMatchObject({ event: 'success', run_id, requests, connections: ['one', 'two'] });
  expect((await sync({ ...both(), PAT_TWO: 'wrong' })).exitCode).toBe(3);
  expect(said().map(({ event }) => event)).toEqual(['failure']);
});

test('a variable that a hook is to get and that is not there is a mistake in the settings', async () => {
  settings();
  writeFileSync(
    join(cwd, 'sync.yaml'),
    `${readFileSync(join(cwd, 'sync.yaml'), 'utf8').split('hooks:')[0]}hooks: { on_success: { command: ["true"], env: [NO_SUCH] } }\n`,
  );
  const { exitCode, stderr } = await sync(both());
  expect(exitCode).toBe(2);
  expect(stderr).toContain('the environment variable NO_SUCH is not set');
});
