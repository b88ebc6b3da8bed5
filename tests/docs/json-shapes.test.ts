/** Whoever parses a document of `--json` finds each of its fields on docs/operations.md. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Simulator, startSimulator } from '../../simulator/simulator.js';
import { runsTable } from '../../src/app/run-log/runs-table.js';
import { runMain } from '../cli/run-main.js';

const page = readFileSync(join(import.meta.dirname, '../../docs/operations.md'), 'utf8');
const cwd = mkdtempSync(join(tmpdir(), 'json-shapes-'));
let jira: Simulator;
beforeAll(async () => {
  jira = await startSimulator({ issues: 5, projects: 1 });
});
afterAll(async () => {
  await jira.close();
  rmSync(cwd, { recursive: true, force: true });
});

/** Their keys are columns, statuses and names of what was met. */
const COUNTS = new Set(['answers', 'misfits', 'anomalies', 'groups']);

function fieldsOf(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(fieldsOf);
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([name, inner]) => [name, ...(COUNTS.has(name) ? [] : fieldsOf(inner))]);
}

const lacking = (names: readonly string[]) =>
  [...new Set(names)].filter((name) => !new RegExp(`\\b${name}\\b`).test(page)).sort();

async function fields(apiToken: string, ...argv: string[]): Promise<readonly string[]> {
  const env = { JIRA_URL: jira.url, JIRA_EMAIL: jira.email, JIRA_API_TOKEN: apiToken };
  const { stdout } = await runMain([...argv, '--json'], {
    cwd,
    env: { ...env, CONNECTOR_REQUESTS_PER_SECOND: '100' },
  });
  return fieldsOf(JSON.parse(stdout));
}

test('sync, also of streams that are not due, plan, and check of a site that refuses', async () => {
  const said = [
    await fields(jira.apiToken, 'sync'),
    await fields(jira.apiToken, 'sync'),
    await fields(jira.apiToken, 'plan'),
    await fields(jira.apiToken, 'check'),
    await fields('wrong-token', 'check'),
  ];
  expect(said[1]).toContain('due_at');
  expect(said[4]).toContain('failure');
  expect(lacking(said.flat())).toEqual([]);
}, 120_000);

test('_runs, whose outcomes and census are told of together', () => {
  const alone = runsTable('x').columns.map(({ name }) => name.replace(/^(outcome|census)_/, ''));
  expect(lacking(alone)).toEqual([]);
});
