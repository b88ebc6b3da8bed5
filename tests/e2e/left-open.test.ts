/** Who opens closes, on every way out: newer Node ends the process for a file handle that is collected unclosed. */
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startSimulator } from '../../simulator/simulator.js';
import { runChild } from '../writers/support/child.js';
import type { AfterEach } from './left-open.js';

test.runIf(process.platform === 'linux')(
  'however a command ends, it leaves no file, no connection, no process and no handle for the collector',
  async () => {
    const jira = await startSimulator({ issues: 300, latencyMs: 100 });
    const cwd = realpathSync(mkdtempSync(join(tmpdir(), 'left-open-')));
    try {
      const login = { JIRA_URL: jira.url, JIRA_EMAIL: jira.email, JIRA_API_TOKEN: jira.apiToken };
      const env = { CONNECTOR_REQUESTS_PER_SECOND: '50', PATH: process.env.PATH ?? '', ...login };
      const programs = new URL('./left-open.ts', import.meta.url);
      const { code, errors, result } = await runChild('leaveInEveryWay', { cwd, env }, ['--expose-gc'], programs);
      expect(code, errors).toBe(0);
      const { ends, ...seen } = result as { collects: boolean; warnings: string[]; ends: AfterEach[] };
      expect(seen).toEqual({ collects: true, warnings: [] });
      expect(ends.filter(({ open }) => open.length > 0)).toEqual([]);
      expect(Object.fromEntries(ends.map(({ end, exitCode }) => [end, exitCode]))).toMatchObject({
        well: 0,
        'with wrong credentials': 3,
        'without a stream': 2,
        'a query': 0,
        'a mistaken query': 2,
        upkeep: 0,
      });
    } finally {
      await jira.close();
      rmSync(cwd, { recursive: true, force: true });
    }
  },
  120_000,
);
