/** Issues that came, that were finished and that were reopened, week by week, and what that adds up to. */
import type { DataColumn } from '../document.js';
import { count } from '../freshness.js';
import type { Sources } from '../sources.js';
import { during, type FlowAsked, numberOf, textOf, within } from './asked.js';
import type { FlowAnswer } from './flow.js';
import { weeksOf } from './throughput.js';

const COLUMNS: readonly DataColumn[] = [
  { name: 'week', label: 'week of', kind: 'day' },
  { name: 'created', kind: 'number' },
  { name: 'finished', kind: 'number' },
  { name: 'reopened', kind: 'number' },
  { name: 'difference', label: 'created − finished + reopened', kind: 'number' },
  { name: 'cumulative', kind: 'number' },
];

export async function createdResolved(sources: Sources, asked: FlowAsked): Promise<FlowAnswer> {
  const steps = `(SELECT v.*, i.issue_type_subtask, lag(v.category_key) OVER (PARTITION BY v._connection, v.issue_id ORDER BY v.entered_at, coalesce(v.left_at, v.entered_at), v.is_current) AS before
    FROM main.status_interval v JOIN main.issue i ON i._connection = v._connection AND i.id = v.issue_id)`;
  const week = (moment: string) => `strftime(date_trunc('week', ${moment}), '%Y-%m-%d')`;
  const rows = await sources.rows(
    `SELECT ${week('entered_at')} AS week, CASE WHEN category_key = 'done' THEN 'finished' ELSE 'reopened' END AS kind, count(*)::INT AS issues FROM ${steps} s
     WHERE ((category_key = 'done' AND coalesce(before, '') <> 'done') OR (before = 'done' AND category_key <> 'done')) AND ${during('entered_at', asked.span)} AND ${within(sources, 'issue', 's', asked)} GROUP BY ALL
     UNION ALL SELECT ${week('created')}, 'created', count(*)::INT FROM main.issue i WHERE ${during('created', asked.span)} AND ${within(sources, 'issue', 'i', asked, 'id')} GROUP BY ALL`,
  );
  const of = (at: string, kind: string) =>
    numberOf(rows.find((row) => row.week === at && row.kind === kind) ?? {}, 'issues');
  let cumulative = 0;
  const table = weeksOf(asked).map((at) => {
    const [created, finished, reopened] = [of(at, 'created'), of(at, 'finished'), of(at, 'reopened')];
    cumulative += created - finished + reopened;
    return { week: at, created, finished, reopened, difference: created - finished + reopened, cumulative };
  });
  const sum = (name: 'created' | 'finished' | 'reopened') => table.reduce((total, row) => total + row[name], 0);
  const [came, went, again] = [sum('created'), sum('finished'), sum('reopened')];
  const answer = `${count(came, 'issue was', 'issues were')} created and ${count(went, 'was', 'were')} finished${again > 0 ? `, ${again} reopened` : ''}: ${cumulative === 0 ? 'as many are open as before' : `${Math.abs(cumulative)} ${cumulative > 0 ? 'more' : 'fewer'} are open than before`}.`;
  const series = [
    { name: 'created', role: 'c2' },
    { name: 'finished', role: 'done' },
    { name: 'open since the beginning', role: 'todo' },
  ] as const;
  const pointOf = (row: (typeof table)[number], name: string) =>
    name === 'created' ? row.created : name === 'finished' ? row.finished : row.cumulative;
  return {
    answer,
    sections: [
      {
        id: 'created-resolved',
        heading: 'Created and finished',
        plot: {
          form: 'lines',
          title: 'Issues created and finished in each week, and the open ones they add up to',
          unit: 'issues',
          between: ['created', 'finished'],
          series,
          points: table.flatMap((row) =>
            series.map(({ name }) => ({
              day: row.week,
              series: name,
              value: pointOf(row, name),
              tip: `Week of ${row.week}\ncreated ${row.created}, finished ${row.finished}, reopened ${row.reopened}\nadds up to ${row.cumulative}`,
            })),
          ),
        },
        table: { columns: COLUMNS, rows: table },
      },
    ],
    notes: [
      'Each entry into done counts in its week, each reopening in its own; a week begins on Monday, UTC.',
      ...(rows.some((row) => textOf(row, 'kind') === 'reopened')
        ? ['A reopened issue that is finished again is finished twice here, and once in the throughput.']
        : []),
    ],
  };
}
