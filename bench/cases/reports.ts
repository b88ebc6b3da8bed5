/** `report worklogs` over a million worklogs, each format in a process of its own: what it costs, and what it holds in memory. */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { TableSpec } from '../../src/contract/table.js';
import { makeBigTable } from '../big-table.js';
import { command } from '../command.js';
import type { Figure } from '../table.js';
import { withWarehouse } from '../warehouse.js';

const table = (name: string, columns: TableSpec['columns']): TableSpec => ({
  ...{ namespace: 'bench', name, doc: `${name}.`, columns, primaryKey: ['id'], mode: 'merge' },
});
const strings = (...names: readonly string[]) => names.map((name) => ({ name, type: 'string' as const }));

const ISSUES = table('issue_search', [
  ...strings('id', 'key', 'project_key', 'project_name', 'summary', 'issue_type_name'),
]);
const ISSUE_CELLS = {
  id: '(10_000_000 + i)',
  key: "'P' || i % 20 || '-' || i",
  project_key: "'P' || i % 20",
  project_name: "'Project ' || i % 20",
  summary: 'md5(i::VARCHAR) || md5((-i)::VARCHAR)',
  issue_type_name: "'Story'",
};
const WORKLOGS = table('issue_worklog', [
  ...strings('id', 'issue_id', 'author_id', 'author_name', 'comment_text'),
  { name: 'started', type: 'timestamptz' },
  { name: 'started_date', type: 'date' },
  { name: 'time_spent_seconds', type: 'long' },
]);
const PER_ISSUE = 5;
const WORKLOG_CELLS = {
  id: '(10_000_000 + i)',
  issue_id: `(10_000_000 + i // ${PER_ISSUE})`,
  author_id: "'account-' || i % 997",
  author_name: "'Person ' || i % 997",
  comment_text: 'md5(i::VARCHAR) || md5((-i)::VARCHAR)',
  started: "TIMESTAMPTZ '2026-01-01T08:00:00Z' + to_seconds(i * 31)",
  started_date: "(TIMESTAMPTZ '2026-01-01T08:00:00Z' + to_seconds(i * 31))::DATE",
  time_spent_seconds: '900 * (1 + i % 32)',
};

const PEAK_MB = 500;
const FORMATS = ['json', 'ndjson', 'csv', 'xlsx', 'html', 'table'];

export function reports(rows = 1_000_000): Promise<readonly Figure[]> {
  return withWarehouse(async ({ root }) => {
    await makeBigTable(root, rows / PER_ISSUE, 4, ISSUES, ISSUE_CELLS);
    await makeBigTable(root, rows, 10, WORKLOGS, WORKLOG_CELLS);
    const figures: Figure[] = [];
    for (const format of FORMATS) figures.push(...(await figuresOf(root, rows, format)));
    return figures;
  });
}

async function figuresOf(root: string, rows: number, format: string): Promise<Figure[]> {
  const out = join(root, `worklogs.${format}`);
  const words = ['--warehouse', root, 'report', 'worklogs', '--period', '2026', '--day', 'utc', '--format', format];
  const { status, cpuSeconds, peakMb, seconds } = await command([...words, '--out', out]);
  const name = `${rows.toLocaleString('en')} worklogs as ${format}`;
  const problem = status === 0 ? undefined : `exit ${status}`;
  const size = status === 0 ? Math.round(statSync(out).size / 1_000_000) : 0;
  return [
    { name, value: `${cpuSeconds.toFixed(0)} s CPU`, floor: `${seconds.toFixed(0)} s, ${size} MB`, ok: true, problem },
    {
      name: `${name}, peak memory`,
      value: `${peakMb.toFixed(0)} MB`,
      limit: `${PEAK_MB} MB`,
      floor: 'resident, of the command',
      ok: peakMb <= PEAK_MB,
      problem,
    },
  ];
}
