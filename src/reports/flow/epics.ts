/** Epics: how much of each is done, and when the rest may be, by the weeks in which issues of it were finished. */

import { count } from '../../core/count.js';
import type { DataColumn } from '../document.js';
import { type Row, type Sources, valueRows } from '../sources.js';
import { during, type FlowAsked, numberOf, placed, plain, textOf } from './asked.js';
import type { FlowAnswer } from './flow.js';
import { CONNECTION, daysNote, hasSeveral, PROGRESS_COLUMNS, progressPlot, withDays } from './progress.js';

const COLUMNS: readonly DataColumn[] = [
  { name: 'epic_key', label: 'epic', kind: 'issue', link: 'url' },
  { name: 'epic_summary', label: 'summary', kind: 'text' },
  ...PROGRESS_COLUMNS,
];

export async function epics(sources: Sources, asked: FlowAsked): Promise<FlowAnswer> {
  const rows = sources.has('epic_progress') ? await openEpics(sources, asked) : [];
  const sum = (name: string) => rows.reduce((all, row) => all + numberOf(row, name), 0);
  const answer =
    rows.length === 0
      ? 'No epic is open. Issues whose type stands one level above stories are epics, on Data Center those with an Epic Name; connector query "SELECT * FROM epic" lists them all.'
      : `${count(rows.length, 'epic is', 'epics are')} open: ${sum('issues_done').toLocaleString('en')} of ${count(sum('issues'), 'issue is', 'issues are')} done, ${plain(sum('points_done'))} of ${plain(sum('points'))} points.`;
  return {
    answer,
    sections: [
      {
        id: 'epics',
        heading: 'Epics',
        isOpen: true,
        plot: progressPlot(
          rows,
          'each open epic',
          (row) => `${textOf(row, 'epic_key')} ${textOf(row, 'epic_summary')}`,
        ),
        table: { columns: hasSeveral(rows) ? [CONNECTION, ...COLUMNS] : COLUMNS, rows },
      },
    ],
    notes: [
      "What is below an epic counts, by parents, else by Epic Link; the epic's own points do not, and neither do sub-tasks.",
      daysNote(asked, 'epic'),
    ],
  };
}

async function openEpics(sources: Sources, asked: FlowAsked): Promise<readonly Row[]> {
  const matched = asked.matched.map((pairs) => `(e._connection, e.epic_id) IN (SELECT * FROM ${valueRows(pairs, 2)})`);
  const rows = await sources.rows(
    `SELECT * FROM main.epic_progress e
     WHERE ${['NOT is_done', 'issues > 0', ...placed('e', asked), ...matched].join(' AND ')} ORDER BY issues DESC, length(epic_key), epic_key, _connection`,
  );
  return withDays(rows, await finishedBelow(sources, asked), 'epic_key', asked);
}

/** Issues finished below each epic, by the week of the period. */
function finishedBelow(sources: Sources, asked: FlowAsked): Promise<readonly Row[]> {
  return sources.rows(
    `SELECT i._connection, i.epic_key AS owner,
       (date_diff('day', DATE '${asked.span.start}', c.finished_at::DATE) // 7)::INT AS week, count(*)::INT AS issues
     FROM main.cycle_time c JOIN main.issue i ON i._connection = c._connection AND i.id = c.issue_id
     WHERE ${during('c.finished_at', asked.span)} AND NOT coalesce(c.issue_type_subtask, false) AND i.epic_key <> i.key GROUP BY ALL`,
  );
}
