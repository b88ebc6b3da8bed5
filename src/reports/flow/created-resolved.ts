/** Issues that came, that were finished and that were reopened, week by week, and what that adds up to. */

import { count } from '../../core/count.js';
import { addDays } from '../days.js';
import type { DataColumn } from '../document.js';
import { type Row, type Sources, valueRows } from '../sources.js';
import { during, endOfDay, type FlowAsked, numberOf, textOf, within } from './asked.js';
import { boardNotes } from './board.js';
import { nothingCreated } from './empty.js';
import { turnsOf } from './finished.js';
import type { FlowAnswer } from './flow.js';
import { groupColumns } from './group-table.js';
import { asOfNotes, byGroup, groupNotes, groupSql, issuesOf, MOST_GROUPS, restNotes } from './groups.js';
import { weeksOf } from './throughput.js';
import { elsewhereNotes, onBoard, visitsOf } from './visits.js';

const COLUMNS: readonly DataColumn[] = [
  { name: 'week', label: 'week of', kind: 'day' },
  { name: 'created', kind: 'number' },
  { name: 'finished', kind: 'number' },
  { name: 'reopened', kind: 'number' },
  { name: 'difference', label: 'created − finished + reopened', kind: 'number' },
  { name: 'cumulative', kind: 'number' },
  { name: 'open', label: 'open at the end', kind: 'number' },
  { name: 'mean_age_days', label: 'their mean age in days', kind: 'number', decimals: 1 },
  { name: 'mean_lead_days', label: 'mean days to be finished', kind: 'number', decimals: 1 },
];

export async function createdResolved(sources: Sources, asked: FlowAsked): Promise<FlowAnswer> {
  const weeks = weeksOf(asked);
  const rows = await sources.rows(countsSql(sources, asked, weeks));
  const table = linesOf(weeks, rows);
  const groups = byGroup(rows, issuesOf, MOST_GROUPS);
  const cumulative = table.at(-1)?.cumulative ?? 0;
  const sum = (name: 'created' | 'finished' | 'reopened') => table.reduce((total, row) => total + row[name], 0);
  const [came, went, again] = [sum('created'), sum('finished'), sum('reopened')];
  const isStill = came + went + again === 0;
  const answer = isStill
    ? await nothingCreated(sources, asked, 'No issue was created or finished in this period')
    : `${count(came, 'issue was', 'issues were')} created and ${count(went, 'was', 'were')} finished${again > 0 ? `, ${again.toLocaleString('en')} reopened` : ''}: ${cumulative === 0 ? 'as many are open as before' : `${count(Math.abs(cumulative), `${cumulative > 0 ? 'more' : 'fewer'} is`, `${cumulative > 0 ? 'more' : 'fewer'} are`)} open than before`}.`;
  const series = [
    { name: 'created', role: 'c2' },
    { name: 'finished', role: 'done' },
    { name: 'change of what is open', role: 'todo' },
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
          title: 'Issues created and finished in each week, and how many more are open since the period began',
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
        table: {
          columns: [...groupColumns(asked.group), ...COLUMNS],
          rows:
            asked.group === null
              ? table
              : [...groups.rows].flatMap(([group, own]) => linesOf(weeks, own).map((line) => ({ group, ...line }))),
        },
      },
    ],
    notes: [
      `Each ${ENDS[asked.doneBy]} counts in its week, each reopening in its own; a week begins on Monday, UTC.`,
      'The age of what is open at the end of a week, of the period or of today is since its creation, and so are the days until something was finished.',
      ...(again > 0
        ? ['A reopened issue that is finished again is finished twice here, and once in the throughput.']
        : []),
      ...boardNotes(asked.board),
      ...(await elsewhereNotes(sources, asked)),
      ...groupNotes(asked),
      ...restNotes(groups, 'rows'),
      ...asOfNotes(asked),
    ],
  };
}

const ENDS = { status: 'entry into done', resolution: 'time an issue got a resolution' } as const;

/** Of one week: how many were created, finished, reopened and open; and the sums of days that means are made of. */
function linesOf(weeks: readonly string[], rows: readonly Row[]) {
  const byWeek = new Map(weeks.map((week): [string, Row[]] => [week, []]));
  for (const row of rows) byWeek.get(textOf(row, 'week'))?.push(row);
  let cumulative = 0;
  return [...byWeek].map(([week, own]) => {
    const sum = (kind: string, member: string) =>
      own.filter((row) => row.kind === kind).reduce((all, row) => all + numberOf(row, member), 0);
    const of = (kind: string) => sum(kind, 'issues');
    const mean = (kind: string) => (of(kind) === 0 ? null : sum(kind, 'days') / of(kind));
    const [created, finished, reopened] = [of('created'), of('finished'), of('reopened')];
    cumulative += created - finished + reopened;
    return {
      ...{ week, created, finished, reopened, difference: created - finished + reopened, cumulative },
      ...{ open: of('open'), mean_age_days: mean('open'), mean_lead_days: mean('finished') },
    };
  });
}

/** Columns: week, kind, group, issues, days (their ages, or how long they took). */
function countsSql(sources: Sources, asked: FlowAsked, weeks: readonly string[]): string {
  const week = (moment: string) => `strftime(date_trunc('week', ${moment}), '%Y-%m-%d')`;
  // Whole milliseconds: a sum of fractions depends on the order of the rows.
  const days = (from: string, until: string) => `sum(epoch_ms(${until}) - epoch_ms(${from}))::DOUBLE / 86400000`;
  const { sql: group, join } = groupSql(asked);
  const created = sources.column('i', 'issue', 'created', 'TIMESTAMPTZ');
  const there = [
    within(sources, 'issue', 'i', asked, 'id'),
    ...onBoard(asked),
    `${created} < ${endOfDay(asked.today)}`,
    ...(asked.board === null
      ? []
      : [`(i._connection, i.id) IN (SELECT _connection, issue_id FROM visit WHERE is_current AND stage <> 'unknown')`]),
  ];
  const begun = weeks.filter((monday) => monday <= asked.today);
  const last = asked.span.end < asked.today ? asked.span.end : asked.today;
  const ends = begun.map((monday) => [monday, addDays(monday, 6) < last ? addDays(monday, 6) : last]);
  return `WITH visit AS MATERIALIZED (SELECT _connection, issue_id, entered_at, nth, stage, stage_before, is_current, grp FROM ${visitsOf(sources, asked)}),
      there AS MATERIALIZED (SELECT i._connection, i.id AS issue_id, ${created} AS created, ${group} AS grp FROM main.issue i${join} WHERE ${there.join(' AND ')}),
      turn AS MATERIALIZED (SELECT * FROM ${turnsOf(sources, asked, 'visit')}),
      spell AS (SELECT *, lead(moment) OVER (PARTITION BY _connection, issue_id ORDER BY nth) AS until
        FROM (SELECT _connection, issue_id, moment, nth, is_end FROM turn UNION ALL SELECT _connection, issue_id, created, 0, false FROM there)),
      week_end AS (SELECT week, CAST(day AS DATE)::TIMESTAMPTZ + INTERVAL 1 DAY AS ends FROM ${valueRows(ends, 2)} t(week, day))
    SELECT ${week('moment')} AS week, CASE WHEN is_end THEN 'finished' ELSE 'reopened' END AS kind, t.grp AS "group", count(*)::INT AS issues, ${days('i.created', 't.moment')} AS days
      FROM turn t JOIN there i ON i._connection = t._connection AND i.issue_id = t.issue_id WHERE ${during('t.moment', asked.span)} GROUP BY ALL
    UNION ALL SELECT ${week('created')}, 'created', grp, count(*)::INT, NULL FROM there WHERE ${during('created', asked.span)} GROUP BY ALL
    UNION ALL SELECT w.week, 'open', i.grp, count(*)::INT, ${days('i.created', 'w.ends')}
      FROM week_end w JOIN spell s ON NOT s.is_end AND s.moment < w.ends AND (s.until IS NULL OR s.until >= w.ends)
      JOIN there i ON i._connection = s._connection AND i.issue_id = s.issue_id GROUP BY ALL`;
}
