/** What a whole run calls: the alarm also for a run that cannot begin, and a sign of life only for one that went well. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Simulator, startSimulator } from '../../../simulator/simulator.js';
import { runMain } from '../../cli/run-main.js';

let cwd: string;
let jira: Simulator;
beforeEach(async () => {
  cwd = mkdtempSync(join(tmpdir(), 'run-hooks-'));
  jira = await startSimulator({ issues: 20 });
});
afterEach(async () => {
  await jira.close();
  rmSync(cwd, { recursive: true, force: true });
});

const KEEP = `let t='';process.stdin.on('data',d=>t+=d).on('end',()=>require('fs').appendFileSync(process.argv[1], t+'\\n'))`;

function settings(more = ''): void {
  const hook = `{ command: [${JSON.stringify(process.execPath)}, -e, ${JSON.stringify(KEEP)}, ${JSON.stringify(join(cwd, 'said'))}] }`;
  const site = (name: string) =>
    `  - { name: ${name}, url: "${jira.url}", auth: { type: pat, token: "$\{PAT_${name.toUpperCase()}}" }, streams: [priorities]${more} }\n`;
  const hooks = `hooks: { after_commit: ${hook}, on_failure: ${hook}, on_success: ${hook} }\n`;
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
