import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Simulator, type SimulatorOptions, startSimulator } from '../../simulator/simulator.js';
import type { Checked } from '../../src/app/check.js';
import { registry } from '../helpers/jira-and-warehouse.js';
import { runMain } from './run-main.js';

const DEFAULTS = registry.enabled().length;
const ALL_READ = new RegExp(`good .*${DEFAULTS} of ${DEFAULTS} .* 100 days left`);

let cwd: string;
const sites: Simulator[] = [];
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'check-'));
});
afterEach(async () => {
  await Promise.all(sites.splice(0).map((site) => site.close()));
  rmSync(cwd, { recursive: true, force: true });
});

async function start(options: SimulatorOptions = {}): Promise<Simulator> {
  const site = await startSimulator({ issues: 5, ...options });
  sites.push(site);
  return site;
}

const line = (name: string, site: Simulator, more = '', token = 'TOKEN') =>
  `  - { name: ${name}, url: "${site.url}", auth: { type: basic, email: ${site.email}, api_token: "$\{${token}}"${more} } }`;
const settings = (...lines: string[]) => writeFileSync(join(cwd, 'sync.yaml'), ['connections:', ...lines].join('\n'));
const run = (...argv: string[]) =>
  runMain(argv, {
    cwd,
    env: { CONNECTOR_REQUESTS_PER_SECOND: '50', TOKEN: 'simulated-api-token', WRONG: 'no' },
  });
const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);

describe('several connections', () => {
  test('are lines of one table, in the order of the settings, and a refused one does not hide the others', async () => {
    const [a, b] = [await start({ seed: 1 }), await start({ seed: 2 })];
    settings(line('wrong', a, '', 'WRONG'), line('good', b, `, expires: ${inDays(100)}`));
    const { exitCode, stdout } = await run('check');
    expect(exitCode).toBe(3);
    const lines = stdout.split('\n');
    expect(lines.findIndex((one) => /wrong .*refused/.test(one))).toBeGreaterThan(0);
    expect(lines.findIndex((one) => ALL_READ.test(one))).toBeGreaterThan(
      lines.findIndex((one) => /wrong .*refused/.test(one)),
    );
    expect(stdout).toMatch(/^wrong: refused: .*\(401\)/m);
    expect(Math.max(...lines.slice(0, 3).map((one) => one.length))).toBeLessThanOrEqual(80);
    expect(stdout).toMatch(/^good: Cloud, time zone Europe\/Berlin$/m);
    const { stdout: wide } = await run('check', '--wide');
    expect(wide).toMatch(/good .*Cloud .*Europe\/Berlin/);
    expect(wide).not.toContain('good: Cloud');
  });

  test('a site without service management: its streams are told to be unreadable, by name of the product', async () => {
    settings(line('plain', await start({ features: { service: false } })));
    const { exitCode, stdout } = await run('check', '--json');
    const { connections } = JSON.parse(stdout) as { connections: Checked[] };
    const why = 'the site shows no Jira Service Management to this account';
    const service = ['organizations', 'request_types', 'service_desks'];
    expect([exitCode, connections[0]?.unreadable]).toEqual([0, service.map((stream) => ({ stream, why }))]);
  });

  test('are one JSON document with what the table says', async () => {
    const [a, b] = [await start({ seed: 1 }), await start({ seed: 2 })];
    settings(line('one', a, `, expires: ${inDays(-3)}`), line('two', b));
    const { connections } = JSON.parse((await run('check', '--json')).stdout) as { connections: Checked[] };
    expect(connections.map(({ name, site, ok }) => [name, site, ok])).toEqual([
      ['one', a.url, true],
      ['two', b.url, true],
    ]);
    expect(connections.map(({ days_left }) => days_left)).toEqual([-3, null]);
    expect(connections[0]?.warnings).toEqual([expect.stringContaining('ended')]);
    expect(connections[0]?.account?.displayName).toMatch(/\w/);
  });

  test('--connection asks that one alone', async () => {
    const [a, b] = [await start({ seed: 1 }), await start({ seed: 2 })];
    settings(line('one', a), line('two', b));
    expect((await run('check', '--connection', 'two')).exitCode).toBe(0);
    expect(a.requests.total()).toBe(0);
  });
});

test.each([
  ['asks to wait ten minutes', { status: 429, headers: { 'retry-after': '600' } }, 75, 1, 'asks to wait 600 s'],
  ['is out of order', { status: 503 }, 1, 2, 'answered with status 503'],
])('a site that %s is told at once: nobody sits before `check` for a quarter of an hour', async (...given) => {
  const [, fault, code, asked, says] = given;
  const site = await start();
  site.faults.add({ match: /./, times: Number.POSITIVE_INFINITY, body: {}, ...fault });
  settings(line('acme', site));
  const { exitCode, stdout } = await run('check');
  expect([exitCode, site.requests.total()]).toEqual([code, asked]);
  expect(stdout).toContain(says);
});

test('what stands in the way of many streams is said once', async () => {
  const site = await start();
  site.faults.add({ match: 'GET /rest/agile/1.0/board', status: 403, body: { errorMessages: ['no'] } });
  settings(line('acme', site));
  const { stdout } = await run('check');
  expect(stdout.match(/the site shows no Jira Software to this account/g)?.length).toBe(1);
  expect(stdout).toMatch(/^acme: not .*board_sprints.*sprint_issues/m);
});

test('another account is told in plain words before it could do harm', async () => {
  const site = await start();
  settings(line('acme', site));
  expect((await run('sync', '--stream', 'priorities')).exitCode).toBe(0);
  site.faults.add({
    match: /\/myself/,
    times: Number.POSITIVE_INFINITY,
    rewrite: (body) => ({ ...(body as object), accountId: 'somebody-else', displayName: 'Eve Other' }),
  });
  const { exitCode, stdout } = await run('check');
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/^acme: warning: .* now this is Eve Other \(somebody-else\).*--accept-deletes/m);
});

test('another site in the place of these tables is told, too', async () => {
  const [a, b] = [await start({ seed: 1 }), await start({ seed: 2 })];
  settings(line('acme', a));
  expect((await run('sync', '--stream', 'priorities')).exitCode).toBe(0);
  settings(line('acme', b));
  expect((await run('check')).stdout).toContain(`The tables belong to ${a.url}`);
});
