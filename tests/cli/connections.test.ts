/** Several connections in one run. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Simulator, type SimulatorOptions, startSimulator } from '../../simulator/simulator.js';
import { maxInWindow } from '../../simulator/throttle-check.js';
import type { RunReport } from '../../src/app/sync.js';
import { runMain } from './run-main.js';

let cwd: string;
/** The names of the sites, one for each request, in order of arrival. */
let asked: string[];
const sites: Simulator[] = [];
beforeEach(() => {
  asked = [];
  cwd = mkdtempSync(join(tmpdir(), 'connections-'));
});
afterEach(async () => {
  await Promise.all(sites.splice(0).map((site) => site.close()));
  rmSync(cwd, { recursive: true, force: true });
});

async function start(name: string, options: SimulatorOptions = {}): Promise<Simulator> {
  const site = await startSimulator({ issues: 20, latencyMs: 20, ...options });
  site.faults.add({ match: /./, times: Number.POSITIVE_INFINITY, before: () => asked.push(name) });
  sites.push(site);
  return site;
}

interface Told {
  readonly name: string;
  readonly site: Simulator;
  readonly token?: string;
  readonly more?: string;
}

function settings(told: readonly Told[], ...more: readonly string[]): void {
  const lines = told.map(
    ({ name, site, token = 'TOKEN', more = 'streams: [priorities, issue_search]' }) =>
      `  - { name: ${name}, url: "${site.url}", auth: { type: basic, email: ${site.email}, api_token: "$\{${token}}" }, ${more} }`,
  );
  writeFileSync(join(cwd, 'sync.yaml'), ['connections:', ...lines, ...more].join('\n'));
}

const run = (rate: number, ...argv: string[]) =>
  runMain(argv, {
    cwd,
    env: {
      CONNECTOR_REQUESTS_PER_SECOND: String(rate),
      TOKEN: 'simulated-api-token',
      WRONG: 'not-the-token',
      PATH: process.env.PATH,
    },
  });
const count = async (sql: string) => JSON.parse((await run(5, 'query', '--format', 'json', sql)).stdout);

describe('sites side by side', () => {
  test('the second is not kept waiting by the first, and the report keeps the order of the settings', async () => {
    const [a, b] = [await start('a', { seed: 1, latencyMs: 60 }), await start('b', { seed: 2 })];
    settings([
      { name: 'slow', site: a },
      { name: 'quick', site: b },
    ]);
    const { exitCode, stdout } = await run(50, 'sync', '--json');
    expect(exitCode).toBe(0);
    expect(asked.indexOf('b')).toBeLessThan(asked.lastIndexOf('a'));
    expect(asked.lastIndexOf('b')).toBeLessThan(asked.lastIndexOf('a'));
    const report = JSON.parse(stdout) as RunReport;
    expect(report.connections.map(({ name, site }) => [name, site])).toEqual([
      ['slow', a.url],
      ['quick', b.url],
    ]);
    expect(report.requests).toBe(asked.length);
  });

  test('I6 each has its own books in its own namespace, and every hook call is about its own tables, once', async () => {
    const [a, b] = [await start('a', { seed: 1, issues: 30 }), await start('b', { seed: 2, issues: 20 })];
    const said = join(cwd, 'said');
    const hook = `node -e "require('fs').appendFileSync('${said}', process.env.CONNECTOR_CONNECTION + '.' + process.env.CONNECTOR_STREAM + ' ')"`;
    settings(
      [
        { name: 'one', site: a },
        { name: 'two', site: b },
      ],
      `hooks: { after_commit: { command: [sh, -c, ${JSON.stringify(hook)}] } }`,
    );
    expect((await run(50, 'sync')).exitCode).toBe(0);
    expect(
      await count('SELECT _connection AS name, count(*) AS issues FROM main.issue_search GROUP BY ALL ORDER BY ALL'),
    ).toEqual([
      { name: 'one', issues: 30 },
      { name: 'two', issues: 20 },
    ]);
    for (const [name, site] of [
      ['one', a],
      ['two', b],
    ] as const)
      expect(await count(`SELECT stream, site FROM ${name}._runs ORDER BY stream`)).toEqual([
        { stream: 'issue_search', site: site.url },
        { stream: 'priorities', site: site.url },
      ]);
    const told = readFileSync(said, 'utf8').trim().split(' ').sort();
    expect(told, 'nobody waits for _runs').toEqual([
      'one.issue_search',
      'one.priorities',
      'two.issue_search',
      'two.priorities',
    ]);
  });

  test('I11 the alarm is raised although not even the warehouse can be opened, and a quiet run raises nothing', async () => {
    const [a, b] = [await start('a'), await start('b')];
    const said = join(cwd, 'said');
    const keep = `require('fs').appendFileSync('${said}', process.env.CONNECTOR_EVENT + ' ' + process.env.CONNECTOR_CONNECTION + '\\n')`;
    const hook = `{ command: [${JSON.stringify(process.execPath)}, -e, ${JSON.stringify(keep)}] }`;
    settings(
      [
        { name: 'one', site: a },
        { name: 'two', site: b },
      ],
      `hooks: { after_commit: ${hook}, on_failure: ${hook} }`,
    );
    writeFileSync(join(cwd, 'warehouse'), 'a file in the place of the folder');
    expect((await run(50, 'sync')).exitCode).toBe(1);
    expect(asked).toEqual([]);
    expect(readFileSync(said, 'utf8').trim().split('\n').sort()).toEqual(['failure one', 'failure two']);
    rmSync(join(cwd, 'warehouse'));
    expect((await run(50, 'sync', '--connection', 'one')).exitCode).toBe(0);
    rmSync(said);
    expect((await run(50, 'sync', '--connection', 'one', '--stream', 'priorities')).exitCode).toBe(0);
    expect(() => readFileSync(said)).toThrow('ENOENT');
  });

  test('at most four at once: twenty sites must not need the memory of twenty', async () => {
    const names = ['a', 'b', 'c', 'd', 'e'];
    for (const name of names) await start(name, { issues: 1 });
    settings(names.map((name, at) => ({ name, site: sites[at] as Simulator, more: 'streams: [priorities]' })));
    expect((await run(50, 'sync')).exitCode).toBe(0);
    const begun = asked.indexOf('e');
    const ended = names.slice(0, 4).filter((name) => asked.lastIndexOf(name) < begun);
    expect(begun).toBeGreaterThan(0);
    expect(ended).not.toEqual([]);
  });

  test('two connections to one site have one budget together', async () => {
    const site = await start('a');
    settings([
      { name: 'issues', site, more: 'streams: [issue_search, issue_comments]' },
      { name: 'lists', site, more: 'streams: [priorities, statuses, resolutions, project_search, dashboards]' },
    ]);
    expect((await run(5, 'sync')).exitCode).toBe(0);
    const arrivals = site.requests.log.map(({ at }) => at);
    // The process that notes arrivals is busy with the run as well, and some tens of milliseconds late.
    expect(maxInWindow(arrivals, 900)).toBeLessThanOrEqual(5);
    expect(site.requests.total()).toBeGreaterThan(8);
  });
});

describe('one of them fails', () => {
  test('with refused credentials it is exit 3, names the connection, and the other is committed', async () => {
    const [a, b] = [await start('a'), await start('b')];
    settings([
      { name: 'wrong', site: a, token: 'WRONG' },
      { name: 'good', site: b },
    ]);
    const { exitCode, stdout } = await run(50, 'sync');
    expect(exitCode).toBe(3);
    expect(stdout).toMatch(/^wrong: .*401/m);
    expect(await count('SELECT count(*) AS n FROM good.issue_search')).toEqual([{ n: 20 }]);
    expect(await count('SELECT DISTINCT state FROM wrong._runs')).toEqual([{ state: 'failed' }]);
  });

  test('in the middle of its read, the other goes on to its end', async () => {
    const [a, b] = [await start('a'), await start('b', { latencyMs: 60 })];
    a.faults.clear();
    a.faults.add({ match: /search/, times: Number.POSITIVE_INFINITY, status: 400 });
    settings([
      { name: 'broken', site: a },
      { name: 'whole', site: b },
    ]);
    const { exitCode, stdout } = await run(50, 'sync', '--json');
    expect(exitCode).toBe(1);
    const states = (JSON.parse(stdout) as RunReport).connections.map(({ streams }) => streams.map((one) => one.state));
    expect(states[0]).toContain('failed');
    expect(states[1]).toEqual(['ok', 'ok']);
  });

  test('SIGINT ends all of them, and the next run finishes the work of all', async () => {
    const [a, b] = [await start('a', { issues: 150 }), await start('b', { issues: 150 })];
    settings([
      { name: 'one', site: a, more: 'streams: [issue_search, issue_comments, issue_changelog]' },
      { name: 'two', site: b, more: 'streams: [issue_search, issue_comments, issue_changelog]' },
    ]);
    const stop = new AbortController();
    const env = { CONNECTOR_REQUESTS_PER_SECOND: '5', TOKEN: 'simulated-api-token' };
    const running = runMain(['sync', '--json'], { cwd, env, signal: stop.signal });
    while (!asked.includes('a') || !asked.includes('b')) await new Promise((resolve) => setTimeout(resolve, 5));
    stop.abort();
    const { exitCode, stdout } = await running;
    expect(exitCode).toBe(130);
    const { connections } = JSON.parse(stdout) as RunReport;
    expect(connections.map(({ streams }) => streams.some(({ state }) => state === 'ok'))).toEqual([false, false]);
    expect((await run(50, 'sync')).exitCode).toBe(0);
    expect(await count('SELECT count(*) AS n FROM main.issue_search')).toEqual([{ n: 300 }]);
  });
});

test('--connection reads that one alone, and asks for no secret of the others', async () => {
  const [a, b] = [await start('a'), await start('b')];
  settings([
    { name: 'one', site: a, token: 'ABSENT' },
    { name: 'two', site: b },
  ]);
  const { exitCode, stdout } = await run(50, 'sync', '--connection', 'two', '--json');
  expect(exitCode).toBe(0);
  expect((JSON.parse(stdout) as RunReport).connections.map(({ name }) => name)).toEqual(['two']);
  expect(asked).not.toContain('a');
  expect(existsSync(join(cwd, 'warehouse', 'one'))).toBe(false);
  const wrong = await run(50, 'sync', '--connection', 'tow');
  expect(wrong.exitCode).toBe(2);
  expect(wrong.stderr).toContain('Did you mean `two`?');
});
