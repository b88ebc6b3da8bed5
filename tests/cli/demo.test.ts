import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { packageRoot } from '../../src/core/engine.js';
import { registry } from '../helpers/jira-and-warehouse.js';
import { runMain } from './run-main.js';

let cwd: string;
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'demo-'));
});
afterEach(() => rmSync(cwd, { recursive: true, force: true }));

test('the demo reads every enabled stream and answers three questions with rows', async () => {
  const env = { CONNECTOR_REQUESTS_PER_SECOND: '60' };
  const { exitCode, stdout, stderr } = await runMain(['demo', '--issues', '80', '--port', '0'], { cwd, env });
  expect(stderr).not.toContain('"level":"error"');
  expect(exitCode).toBe(0);
  expect(stdout.match(/^[a-z_]+ +(ok|empty) +[0-9,]+/gm)?.length).toBe(registry.enabled().length);
  expect(stdout.match(/\n[1-9]\d* rows?\.\n/g)?.length).toBe(3);
  expect(stdout.split('\n').filter((line) => line.length > 80 && !line.endsWith('overview.html'))).toEqual([]);
  // Its last line is a command, and README asks these tables first.
  const example = /^ {2}npx (\S+) query "(.*)"\n$/m.exec(stdout.split('Ask your own:\n').at(-1) ?? '');
  expect(example?.[1]).toBe('jira-iceberg-connector');
  const first = /^npx connector query "(.*)"$/m.exec(readFileSync(join(packageRoot(), 'README.md'), 'utf8'));
  for (const sql of [example?.[2], first?.[1]]) {
    const asked = await runMain(['query', '--format', 'json', sql ?? ''], { cwd, env });
    expect([sql, asked.exitCode, JSON.parse(asked.stdout).length > 0]).toEqual([sql, 0, true]);
  }
  // Of another size and on another port, it begins anew and says so; tables beside its own stay.
  mkdirSync(join(cwd, 'warehouse', 'acme'));
  const second = await runMain(['demo', '--issues', '30', '--port', '0'], { cwd, env });
  expect(second.exitCode).toBe(0);
  expect(second.stderr).toContain('The tables of the demo before (demo) are replaced');
  expect(`${second.stdout}${second.stderr}`).not.toContain('--accept-deletes');
  expect(second.stdout).toMatch(/^issue_search +ok +30 /m);
  expect(existsSync(join(cwd, 'warehouse', 'acme'))).toBe(true);
}, 90_000);

test('a Cloud and a Data Center site stand side by side in one answer', async () => {
  const env = { CONNECTOR_REQUESTS_PER_SECOND: '60' };
  const argv = ['demo', '--two-sites', '--issues', '40', '--port', '0'];
  const { exitCode, stdout, stderr } = await runMain(argv, { cwd, env });
  expect(stderr).not.toContain('"level":"error"');
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/│ demo +│ +\d+ +│/);
  expect(stdout).toMatch(/│ onprem +│ +\d+ +│/);
  const absent = registry.enabled().filter(({ not_on }) => not_on?.datacenter !== undefined);
  expect(stdout.match(/^[a-z_]+ +unsupported +/gm)?.length).toBe(absent.length);
}, 90_000);

test('a port that is taken is told as such', async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const { exitCode, stderr } = await runMain(['simulate', '--port', String(port)], { cwd });
  server.close();
  expect(exitCode).toBe(2);
  expect(stderr).toContain(`Port ${port} is taken`);
});
