/** One record that no table takes stands for itself alone: its page, its run and the memory do not suffer from it. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Simulator, startSimulator } from '../../simulator/simulator.js';
import { startCli } from '../cli/cli-process.js';
import { runMain } from '../cli/run-main.js';

let cwd: string;
let jira: Simulator;
beforeEach(async () => {
  cwd = mkdtempSync(join(tmpdir(), 'large-record-'));
  jira = await startSimulator({ issues: 30, perIssue: { comments: 0, worklogs: 0, histories: 0 } });
});
afterEach(async () => {
  await jira.close();
  rmSync(cwd, { recursive: true, force: true });
});

/** A field that is one line of text. */
const TEXT = 'customfield_10030';
const LENGTH = 60_000_000;

test('I6 an issue of 60 MB is rejected alone, with its reason and its size, and the 29 others of its page are written within 1 GB', async () => {
  const id = jira.site.idOf(7);
  jira.edit.updateIssue(id, { [TEXT]: 'x'.repeat(LENGTH) });
  const env = {
    CONNECTOR_REQUESTS_PER_SECOND: '50',
    JIRA_URL: jira.url,
    JIRA_EMAIL: jira.email,
    JIRA_API_TOKEN: jira.apiToken,
  };
  const peak = join(cwd, 'peak');
  const loaded = new URL('../helpers/tell-peak.mjs', import.meta.url).href;
  const cli = startCli(['sync', '--stream', 'issue_search', '--json'], {
    cwd,
    env: { ...env, NODE_OPTIONS: `--import=${loaded}`, PEAK_FILE: peak },
  });
  expect(await cli.ended, cli.stderr()).toEqual({ code: 0, signal: null });
  const [report] = JSON.parse(cli.stdout()).connections[0].streams.filter(
    ({ stream }: { stream: string }) => stream === 'issue_search',
  );
  expect(report).toMatchObject({ state: 'ok', rows_read: 30, rows_written: 29, rows_rejected: 1 });
  expect(Number(readFileSync(peak, 'utf8'))).toBeLessThan(1e9);

  const ask = async (sql: string) => {
    const ran = await runMain(['query', '--format', 'json', sql], { cwd, env });
    expect(ran.exitCode, ran.stderr).toBe(0);
    return JSON.parse(ran.stdout);
  };
  expect(await ask(`SELECT count(*)::INT AS n, count_if(id = '${id}')::INT AS large FROM issue_search`)).toEqual([
    { n: 29, large: 0 },
  ]);
  const [reject] = await ask('SELECT stream, reason, record FROM jira._rejects');
  expect(reject).toMatchObject({ stream: 'issue_search', reason: 'it is larger than 32 MB as JSON' });
  // Cut, and it says so; what is left tells which issue it was.
  const [, came] = /… \(cut; (\d+) characters came\)$/.exec(reject.record) ?? [];
  expect(Number(came)).toBeGreaterThan(LENGTH);
  expect(reject.record.length).toBeLessThan(1_000_100);
  expect(reject.record).toContain(jira.site.keyOf(id));
}, 120_000);
