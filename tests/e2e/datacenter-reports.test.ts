/** A Cloud and a Data Center with the same issues: what the second tells otherwise, or not at all, changes no report. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { startSimulator } from '../../simulator/simulator.js';
import { flowReports } from '../../src/app/report/flow.js';
import { told, worklogsReport } from '../../src/app/report/worklogs.js';
import { registry, syncInto } from '../helpers/jira-and-warehouse.js';

vi.setConfig({ testTimeout: 90_000 });

const STREAMS = [
  ...['issue_search', 'issue_worklog', 'issue_changelog', 'statuses', 'fields'],
  ...['boards', 'board_configuration', 'board_sprints', 'users_search'],
];
const PERIOD = { start: '2015-01-01', end: '2030-12-31' };
const roots: string[] = [];
const of = (root: string) => ({ warehouse: { root }, labels: new Map<string, string>(), connections: () => [] });

beforeAll(async () => {
  for (const deployment of ['cloud', 'datacenter'] as const) {
    const per = { comments: 0, worklogs: 2, histories: 6 };
    const site = { issues: 150, projects: 3, boards: 3, sprints: 6, perIssue: per, fixedClock: true };
    const jira = await startSimulator({ ...site, deployment });
    const running = jira.site.directory.sprints.filter(({ state }) => state === 'active');
    for (const id of running.flatMap((sprint) => jira.site.idsOfSprint(sprint.id))) {
      jira.edit.advance(60_000);
      jira.edit.updateIssue(id, { customfield_10016: 40 });
    }
    const root = mkdtempSync(join(tmpdir(), 'lake-'));
    roots.push(root);
    try {
      expect((await syncInto(jira, root, registry, STREAMS)).failures).toEqual([]);
    } finally {
      await jira.close();
    }
  }
}, 90_000);
afterAll(() => {
  for (const root of roots) rmSync(root, { recursive: true, force: true });
});

test.each([
  'epic',
  'top',
])('hours roll up to the same %s, though no type has a level and no epic is a parent', async (rollup) => {
  const hours = (root: string, more: object) =>
    worklogsReport({ ...of(root), options: { ...PERIOD, by: ['issue'], columns: 'none', ...more } }, {}, async (made) =>
      (await (await told(made)).report.pivot()).total.rows.map(({ label, seconds }) => [label, seconds]),
    );
  const [cloud = '', server = ''] = roots;
  const all = await hours(cloud, { rollup });
  expect(all.length).toBeLessThan((await hours(cloud, {})).length);
  expect(await hours(server, { rollup })).toEqual(all);
});

test.each(['epics', 'burndown', 'sprint', 'velocity'] as const)('the report %s is the same', async (report) => {
  const shown = async (root: string) => {
    const [document] = await flowReports({
      ...of(root),
      reports: [report],
      options: { ...PERIOD, ...(report === 'epics' ? { seed: 1 } : {}) },
    });
    const rows = document?.sections.map(({ table }) => table.rows.map(({ url: _, ...row }) => row));
    return { answer: document?.answer, rows };
  };
  const [cloud = '', server = ''] = roots;
  const first = await shown(cloud);
  expect(first.rows?.[0]?.length).toBeGreaterThan(1);
  expect(await shown(server)).toEqual(first);
});
