/** Versions that are to be released: how much of each is done, beside the day it is planned for. */

import { count } from '../../core/count.js';
import type { DataColumn } from '../document.js';
import type { Row, Sources } from '../sources.js';
import { during, type FlowAsked, numberOf, placed, textOf, within } from './asked.js';
import type { FlowAnswer } from './flow.js';
import { CONNECTION, daysNote, hasSeveral, PROGRESS_COLUMNS, progressPlot, withDays } from './progress.js';

const COLUMNS: readonly DataColumn[] = [
  { name: 'version', kind: 'text' },
  { name: 'project_key', label: 'project', kind: 'text' },
  { name: 'release_date', label: 'planned for', kind: 'day' },
  ...PROGRESS_COLUMNS,
];

export async function versions(sources: Sources, asked: FlowAsked): Promise<FlowAnswer> {
  const has = sources.has('version_progress');
  const rows = has ? await openVersions(sources, asked) : [];
  const sum = (name: string) => rows.reduce((all, row) => all + numberOf(row, name), 0);
  const late = rows.filter((row) => typeof row.release_date === 'string' && row.release_date < asked.today);
  return {
    answer: !has
      ? 'No versions were read yet: connector sync --stream project_versions.'
      : rows.length === 0
        ? 'No version with issues is to be released; connector query "SELECT * FROM version_progress" lists them all.'
        : `${count(rows.length, 'version is', 'versions are')} to be released: ${sum('issues_done').toLocaleString('en')} of ${count(sum('issues'), 'issue is', 'issues are')} done${late.length === 0 ? '' : `; ${rows.length === 1 ? 'it' : `${late.length.toLocaleString('en')} of them`} should have been released by now`}.`,
    sections: [
      {
        id: 'versions',
        heading: 'Versions',
        isOpen: true,
        plot: progressPlot(
          rows,
          'each version to be released',
          (row) => `${textOf(row, 'project_key')} ${textOf(row, 'version')}`,
        ),
        table: { columns: hasSeveral(rows) ? [CONNECTION, ...COLUMNS] : COLUMNS, rows },
      },
    ],
    notes: [
      'Issues count for each version they are to be fixed in; sub-tasks do not. Released and archived versions are left out.',
      ...(asked.matched.length > 0
        ? [
            '--filter and --jql choose the versions that such an issue is to be fixed in; their numbers are of all issues.',
          ]
        : []),
      daysNote(asked, 'version'),
    ],
  };
}

async function openVersions(sources: Sources, asked: FlowAsked): Promise<readonly Row[]> {
  const fixed = `SELECT x._connection, x.version_id FROM main.issue_fix_version x WHERE ${within(sources, 'issue_fix_version', 'x', { ...asked, connections: null, projects: null })}`;
  const matched = asked.matched.length > 0 ? [`(v._connection, v.version_id) IN (${fixed})`] : [];
  const rows = await sources.rows(
    `SELECT *, coalesce(version_name, version_id) AS version FROM main.version_progress v
     WHERE ${['NOT coalesce(released, false)', 'NOT coalesce(archived, false)', 'issues > 0', ...placed('v', asked), ...matched].join(' AND ')}
     ORDER BY release_date NULLS LAST, issues DESC, version_id, _connection`,
  );
  const finished = sources.has('issue_fix_version')
    ? await sources.rows(
        `SELECT c._connection, x.version_id AS owner, (date_diff('day', DATE '${asked.span.start}', c.finished_at::DATE) // 7)::INT AS week, count(*)::INT AS issues
         FROM main.cycle_time c JOIN main.issue_fix_version x ON x._connection = c._connection AND x.issue_id = c.issue_id
         WHERE ${during('c.finished_at', asked.span)} AND NOT coalesce(c.issue_type_subtask, false) GROUP BY ALL`,
      )
    : [];
  return withDays(rows, finished, 'version_id', asked);
}
