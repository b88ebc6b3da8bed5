/** Work in progress by its age: what has been begun and is not finished, beside how long finished work took. */
import type { DataColumn } from '../document.js';
import { count } from '../freshness.js';
import type { Sources } from '../sources.js';
import { during, type FlowAsked, inDays, linkOf, numberOf, percentile, textOf, within } from './asked.js';
import { SHARES } from './cycle-time.js';
import type { FlowAnswer } from './flow.js';

const STALLED_DAYS = 5;

const COLUMNS: readonly DataColumn[] = [
  { name: 'issue_key', label: 'issue', kind: 'issue', link: 'url' },
  { name: 'summary', kind: 'text' },
  { name: 'status_name', label: 'status', kind: 'text' },
  { name: 'assignee_name', label: 'assignee', kind: 'text' },
  { name: 'age_days', label: 'age in days', kind: 'number' },
  { name: 'status_days', label: 'days in status', kind: 'number', decimals: 1 },
  { name: 'stalled', kind: 'text' },
];

export async function aging(sources: Sources, asked: FlowAsked): Promise<FlowAnswer> {
  const end = `TIMESTAMPTZ '${asked.today} 00:00:00+00' + INTERVAL 1 DAY`;
  const column = (name: string, type?: string) => sources.column('i', 'issue', name, type);
  const rows = await sources.rows(
    `WITH begun AS (SELECT _connection, issue_id, min(entered_at) AS started_at FROM main.status_interval WHERE category_key = 'indeterminate' GROUP BY ALL)
     SELECT v.issue_key, ${column('summary')} AS summary, v.status_name, ${column('assignee_name')} AS assignee_name,
       (date_diff('day', b.started_at, ${end} - INTERVAL 1 MILLISECOND) + 1)::INT AS age_days, v.days AS status_days,
       CASE WHEN ${column('updated', 'TIMESTAMPTZ')} < ${end} - INTERVAL ${STALLED_DAYS + 1} DAY THEN 'yes' ELSE '' END AS stalled, ${column('url')} AS url
     FROM main.status_interval v JOIN begun b ON b._connection = v._connection AND b.issue_id = v.issue_id
     JOIN main.issue i ON i._connection = v._connection AND i.id = v.issue_id
     WHERE v.is_current AND v.category_key = 'indeterminate' AND ${within(sources, 'issue', 'i', asked, 'id')}
     ORDER BY age_days DESC, v.issue_key`,
  );
  const finished = await sources.rows(
    `SELECT cycle_days FROM main.cycle_time c WHERE started_at IS NOT NULL AND ${during('finished_at', asked.span)} AND ${within(sources, 'cycle_time', 'c', asked)} ORDER BY 1`,
  );
  const sorted = finished.map((row) => numberOf(row, 'cycle_days'));
  const lines =
    sorted.length === 0
      ? []
      : SHARES.map(([share, label]) => ({
          value: percentile(sorted, share),
          label: `${label} finished within ${percentile(sorted, share)}`,
        }));
  const limit = percentile(sorted, 0.85);
  const old = rows.filter((row) => numberOf(row, 'age_days') > limit).length;
  const [oldest] = rows;
  const answer = !oldest
    ? 'Nothing is in progress.'
    : `${count(rows.length, 'issue is', 'issues are')} in progress, the oldest (${textOf(oldest, 'issue_key')}) for ${inDays(numberOf(oldest, 'age_days'))}${sorted.length === 0 ? '.' : `; ${old} of them for longer than 85 % of finished work took (${inDays(limit)}).`}`;
  const columns = [...new Set(rows.map((row) => textOf(row, 'status_name')))];
  return {
    answer,
    sections: [
      {
        id: 'aging',
        heading: 'Age of work in progress',
        plot: {
          form: 'columns',
          title: 'Age of each issue in progress, by status; lines: how long finished work took',
          unit: 'days',
          columns,
          lines,
          dots: rows.map((row) => ({
            column: textOf(row, 'status_name'),
            value: numberOf(row, 'age_days'),
            mark: row.stalled === 'yes' ? 'stalled' : 'plain',
            href: linkOf(row),
            tip: `${textOf(row, 'issue_key')} ${textOf(row, 'summary')}\n${textOf(row, 'status_name')}, ${inDays(numberOf(row, 'age_days'))}${row.stalled === 'yes' ? ', stalled' : ''}`,
          })),
        },
        table: { columns: COLUMNS, rows },
      },
    ],
    notes: [
      'Age is in calendar days since an issue first entered a status in progress, today included.',
      `Stalled is what did not change for ${STALLED_DAYS} days.`,
      sorted.length === 0
        ? 'Nothing was finished in the period that ages could be held against.'
        : `Held against ${count(sorted.length, 'issue')} finished from ${asked.span.start} to ${asked.span.end}.`,
    ],
  };
}
