/** `every:` of the settings, from the file to what people read. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Simulator, startSimulator } from '../../simulator/simulator.js';
import { runMain } from './run-main.js';

let cwd: string;
let jira: Simulator;
beforeAll(async () => {
  cwd = mkdtempSync(join(tmpdir(), 'not-due-'));
  jira = await startSimulator({ issues: 5 });
  const auth = `{ type: basic, email: ${jira.email}, api_token: "\${TOKEN}" }`;
  const every = '{ priorities: 2d, group_members: always }';
  const one = `{ name: acme, url: "${jira.url}", auth: ${auth}, streams: [priorities, statuses, groups, group_members], every: ${every} }`;
  writeFileSync(join(cwd, 'sync.yaml'), `connections:\n  - ${one}\n`);
});
afterAll(async () => {
  await jira.close();
  rmSync(cwd, { recursive: true, force: true });
});

const run = (...argv: string[]) =>
  runMain(argv, { cwd, env: { TOKEN: jira.apiToken, CONNECTOR_REQUESTS_PER_SECOND: '50' } });
const lineOf = (text: string, stream: string) => text.split('\n').find((line) => line.includes(stream)) ?? '';

test('what is not due is said by sync, plan and status with its day, costs nothing, and is read when it is named', async () => {
  expect((await run('sync')).exitCode).toBe(0);
  const { exitCode, stdout } = await run('sync');
  expect(exitCode).toBe(0);
  expect(lineOf(stdout, 'priorities')).toMatch(/^priorities +not due until \d{4}-\d\d-\d\d +0 +0 +0$/);
  expect(lineOf(stdout, 'statuses')).toMatch(/^statuses +ok /);
  // Its own file says once a day, the settings in every run.
  expect(lineOf(stdout, 'group_members')).toMatch(/^group_members +(ok|empty) /);
  expect(lineOf((await run('plan')).stdout, 'priorities')).toMatch(/^priorities +0 +0 +not due until \d{4}-\d\d-\d\d$/);
  const status = await run('status');
  expect(lineOf(status.stdout, 'acme.priorities')).toMatch(/not due until \d{4}-\d\d-\d\d +[1-9]/);
  expect(
    Math.max(...[stdout, status.stdout].flatMap((text) => text.split('\n').map((line) => line.length))),
  ).toBeLessThanOrEqual(80);
  for (const command of ['plan', 'sync']) {
    const named = await run(command, '--stream', 'priorities');
    expect([command, lineOf(named.stdout, 'priorities')]).toEqual([command, expect.not.stringContaining('not due')]);
  }
});
