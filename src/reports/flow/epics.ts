/** Epics: how much of each is done, and when the rest may be, by the weeks in which issues of it were finished. */
import { literal } from '../../core/quote.js';
import { addDays, daysIn } from '../days.js';
import type { DataColumn } from '../document.js';
import { count } from '../freshness.js';
import type { Row, Sources } from '../sources.js';
import { during, type FlowAsked, numberOf, percentile, textOf } from './asked.js';
import type { FlowAnswer } from './flow.js';
import { weeksUntil } from './forecast.js';
import { plain } from './sprint-sources.js';

/** Bars that are drawn; the table has all. */
const MOST = 25;

const COLUMNS: readonly DataColumn[] = [
  { name: 'epic_key', label: 'epic', kind: 'issue', link: 'url' },
  { name: 'summary', kind: 'text' },
  { name: 'issues_done', label: 'done', kind: 'number' },
  { name: 'issues_in_progress', label: 'in progress', kind: 'number' },
  { name: 'issues_to_do', label: 'to do', kind: 'number' },
  { name: 'points_done', label: 'points done', kind: 'number', decimals: 1 },
  { name: 'points', label: 'of points', kind: 'number', decimals: 1 },
  { name: 'unestimated_issues', label: 'without estimate', kind: 'number' },
  { name: 'half', label: 'finished by, half of the runs', kind: 'day' },
  { name: 'most', label: 'by, 85 %', kind: 'day' },
];

const PARTS = [
  { member: 'issues_done', name: 'done', role: 'done' },
  { member: 'issues_in_progress', name: 'in progress', role: 'doing' },
  { member: 'issues_to_do', name: 'to do', role: 'todo' },
] as const;

export async function epics(sources: Sources, asked: FlowAsked): Promise<FlowAnswer> {
  const rows = sources.has('epic_progress') ? await openEpics(sources, asked) : [];
  const sum = (name: string) => rows.reduce((all, row) => all + numberOf(row, name), 0);
  const answer =
    rows.length === 0
      ? 'No epic is open. Issues whose type stands one level above stories are epics; connector query "SELECT * FROM epic" lists them all.'
      : `${count(rows.length, 'epic is', 'epics are')} open: ${sum('issues_done')} of ${count(sum('issues'), 'issue')} are done, ${plain(sum('points_done'))} of ${plain(sum('points'))} points.`;
  return {
    answer,
    sections: [
      {
        id: 'epics',
        heading: 'Epics',
        isOpen: true,
        plot: {
          form: 'stacks',
          title: `Issues done, in progress and to do of each open epic${rows.length > MOST ? `; the first ${MOST} are drawn` : ''}`,
          unit: 'issues',
          parts: PARTS,
          bars: rows.slice(0, MOST).flatMap((row) =>
            PARTS.map(({ member, name }) => ({
              key: `${textOf(row, 'epic_key')} ${textOf(row, 'summary')}`,
              part: name,
              value: numberOf(row, member),
              tip: `${textOf(row, 'epic_key')} ${textOf(row, 'summary')}\n${numberOf(row, member)} of ${numberOf(row, 'issues')} ${name}`,
            })),
          ),
        },
        table: { columns: COLUMNS, rows },
      },
    ],
    notes: [
      "What is below an epic counts, by parents, else by Epic Link; the epic's own points do not, and neither do sub-tasks.",
      `The days are those of 10,000 runs of weeks drawn from ${asked.span.start} to ${asked.span.end}, with the issues of the epic that were finished in them; without any there is no day. Seed ${asked.seed}.`,
    ],
  };
}

async function openEpics(sources: Sources, asked: FlowAsked): Promise<readonly Row[]> {
  const among = (column: string, names: readonly string[] | null) =>
    names === null ? '' : ` AND ${column} IN (${names.map(literal).join(', ')})`;
  const rows = await sources.rows(
    `SELECT *, epic_summary AS summary FROM main.epic_progress
     WHERE NOT is_done AND issues > 0${among('_connection', asked.connections)}${among('project_key', asked.projects)} ORDER BY issues DESC, length(epic_key), epic_key`,
  );
  const finished = await finishedBelow(sources, asked);
  const weeks = Math.max(1, Math.floor(daysIn(asked.span) / 7));
  return rows.map((row) => {
    const own = finished.filter((one) => one._connection === row._connection && one.epic_key === row.epic_key);
    const samples = Array.from({ length: weeks }, (_, week) =>
      own.filter((one) => numberOf(one, 'week') === week).reduce((all, one) => all + numberOf(one, 'issues'), 0),
    );
    const left = numberOf(row, 'issues') - numberOf(row, 'issues_done');
    const runs = left > 0 ? weeksUntil(left, samples, asked.seed) : null;
    const by = (share: number) => (runs === null ? null : addDays(asked.today, 7 * percentile(runs, share)));
    return { ...row, half: by(0.5), most: by(0.85) };
  });
}

/** Issues finished below each epic, by the week of the period. */
function finishedBelow(sources: Sources, asked: FlowAsked): Promise<readonly Row[]> {
  const of = (alias: string, name: string, type?: string) => sources.column(alias, 'issue', name, type);
  const level = (alias: string) => of(alias, 'issue_type_hierarchy_level', 'INTEGER');
  const parent = (alias: string, from: string) =>
    `LEFT JOIN main.issue ${alias} ON ${alias}._connection = i._connection AND ${alias}.id = ${of(from, 'parent_id')}`;
  return sources.rows(
    `SELECT i._connection, CASE WHEN ${level('p')} = 1 THEN p.key WHEN ${level('g')} = 1 THEN g.key ELSE ${of('i', 'epic_link')} END AS epic_key,
       (date_diff('day', DATE '${asked.span.start}', c.finished_at::DATE) // 7)::INT AS week, count(*)::INT AS issues
     FROM main.cycle_time c JOIN main.issue i ON i._connection = c._connection AND i.id = c.issue_id ${parent('p', 'i')} ${parent('g', 'p')}
     WHERE ${during('c.finished_at', asked.span)} AND NOT coalesce(c.issue_type_subtask, false) GROUP BY ALL`,
  );
}
