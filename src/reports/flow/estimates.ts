/** What finished issues were estimated at when work on them began, beside how long they took and how many hours were logged. */

import { count } from '../../core/count.js';
import type { DataColumn, Section } from '../document.js';
import type { Row, Sources } from '../sources.js';
import { dayOf, type FlowAsked, inDays, linkOf, measured, numberOf, percentile, plain, textOf } from './asked.js';
import { boardNotes } from './board.js';
import { nothingFinished } from './empty.js';
import { type Estimation, estimationOf, placesOf } from './estimation.js';
import { begunNote, finishedNotes, finishedOf } from './finished.js';
import type { FlowAnswer } from './flow.js';
import { figure } from './group-table.js';
import { FEWEST, SHARES } from './leaving.js';
import { weeksOf } from './throughput.js';

const hours = (name: string, label: string) => figure(name, label, 1);

const columnsOf = ({ name }: Estimation): readonly DataColumn[] => [
  { name: 'issue_key', label: 'issue', kind: 'issue', link: 'url' },
  { name: 'issue_summary', label: 'summary', kind: 'text' },
  { name: 'issue_type_name', label: 'type', kind: 'text' },
  { name: 'started_at', label: 'begun', kind: 'moment' },
  { name: 'finished_at', label: 'finished', kind: 'moment' },
  { name: 'estimate', label: name, kind: 'number', decimals: 1 },
  figure('cycle_days', 'days'),
  hours('original_estimate_hours', 'hours estimated'),
  hours('spent_hours', 'hours logged'),
  hours('difference_hours', 'estimated − logged'),
];

export async function estimates(sources: Sources, asked: FlowAsked): Promise<FlowAnswer> {
  const estimation = await estimationOf(sources, asked);
  const rows = await sources.rows(estimatedSql(sources, asked, estimation));
  const begun = rows.filter((row) => row.started_at !== null);
  const estimated = begun.filter((row) => row.estimate !== null);
  const timed = rows.filter((row) => row.difference_hours !== null);
  const placed = placesOf(estimated.map((row) => numberOf(row, 'estimate')));
  const figures = placed.map(({ place, holds }) =>
    figuresOf(
      place,
      estimated.filter((row) => holds(numberOf(row, 'estimate'))),
    ),
  );
  const issues: Section = {
    id: 'estimates',
    heading: 'Estimates and what became of them',
    plot: {
      form: 'columns',
      title: `Days each finished issue took, by its estimate when work began (${estimation.name}); bands: what 50, 85 and 95 % of them took at most`,
      unit: 'days',
      columns: placed.map(({ place }) => place),
      bands: figures.filter(({ issues: all }) => all >= FEWEST).map(bandOf),
      lines: [],
      dots: estimated.map((row) => ({
        column: placed.find(({ holds }) => holds(numberOf(row, 'estimate')))?.place ?? '',
        value: numberOf(row, 'cycle_days'),
        mark: 'plain',
        href: linkOf(row),
        tip: `${textOf(row, 'issue_key')} ${textOf(row, 'issue_summary')}\nestimated at ${plain(numberOf(row, 'estimate'))}, ${dayOf(row, 'started_at')} to ${dayOf(row, 'finished_at')}: ${inDays(numberOf(row, 'cycle_days'))}`,
      })),
    },
    table: { columns: columnsOf(estimation), rows },
  };
  const answer =
    rows.length === 0
      ? await nothingFinished(sources, asked, 'No issue was finished in this period')
      : answerOf(rows.length, estimated.length, figures);
  return {
    answer: `${answer}${timed.length === 0 ? '' : ` ${hoursOf(timed)}`}`,
    sections: [
      issues,
      ...(figures.length === 0 ? [] : [byEstimate(figures, estimation)]),
      ...(timed.length === 0 ? [] : [byWeek(timed, weeksOf(asked))]),
    ],
    notes: [
      `The estimate is ${estimation.about}, as it was when work began, by its history; of what was finished without work, when it was finished.`,
      'Hours estimated are the original estimate of then, hours logged all that are logged on the issue itself until now; they are compared where there are both.',
      ...(asked.reopened === 'split'
        ? [
            'Which end an hour was logged for is not known: all of them count at the last end of an issue in the period.',
          ]
        : []),
      'Days are calendar days by UTC from when work began to the end, the first and the last included.',
      begunNote(asked),
      ...finishedNotes(asked),
      ...boardNotes(asked.board),
      ...leftOut(rows, begun, estimated),
    ],
  };
}

function leftOut(rows: readonly Row[], begun: readonly Row[], estimated: readonly Row[]): readonly string[] {
  const told = (issues: number, words: string) =>
    issues === 0 ? [] : [`${count(issues, 'issue')} ${words}: in the table alone.`];
  return [
    ...told(rows.length - begun.length, 'finished without ever being in progress'),
    ...told(begun.length - estimated.length, 'had no estimate when work began'),
  ];
}

type Figures = ReturnType<typeof figuresOf>;

function figuresOf(estimate: string, rows: readonly Row[]) {
  const days = rows.map((row) => numberOf(row, 'cycle_days')).sort((a, b) => a - b);
  const share = (nth: number) => percentile(days, SHARES[nth]?.[0] ?? 1);
  return {
    ...{ estimate, issues: days.length, p50_days: share(0), p85_days: share(1), p95_days: share(2) },
    mean_days: days.reduce((sum, one) => sum + one, 0) / Math.max(1, days.length),
  };
}

const bandOf = ({ estimate, issues, p50_days, p85_days, p95_days }: Figures) => ({
  column: estimate,
  edges: [p50_days, p85_days, p95_days].map((value, nth) => {
    const label = SHARES[nth]?.[1] ?? '';
    return {
      value,
      label,
      tip: `estimated at ${estimate}\n${label} of ${count(issues, 'issue')} took at most ${inDays(value)}`,
    };
  }),
});

/** Told in the sentence: those that most issues were estimated at. */
const MOST_TOLD = 4;

function answerOf(finished: number, estimated: number, figures: readonly Figures[]): string {
  const [only] = figures;
  if (finished === 1)
    return only === undefined
      ? 'The one finished issue had no estimate when work on it began.'
      : `The one finished issue was estimated at ${only.estimate} when work on it began, and took ${inDays(only.p50_days)}.`;
  if (estimated === 0) return `None of ${count(finished, 'finished issue')} had an estimate when work on it began.`;
  const known = figures.filter(({ issues }) => issues >= FEWEST);
  const told = [...(known.length > 0 ? known : figures)].sort((a, b) => b.issues - a.issues).slice(0, MOST_TOLD);
  const own = figures.filter((one) => told.includes(one));
  const halves = own
    .filter(({ issues }) => issues > 1)
    .map(
      ({ estimate, p50_days }, nth) => `at ${estimate}${nth === 0 ? ' were finished' : ''} within ${inDays(p50_days)}`,
    );
  const ones = own
    .filter(({ issues }) => issues === 1)
    .map(({ estimate, p50_days }) => `the one estimated at ${estimate} took ${inDays(p50_days)}`);
  const sentence = [
    `${estimated.toLocaleString('en')} of ${count(finished, 'finished issue')} had an estimate when work began`,
    ...(halves.length === 0 ? [] : [`half of those estimated ${halves.join(', ')}`]),
    ...(ones.length === 0 ? [] : [ones.join(', ')]),
  ];
  return `${sentence.join('; ')}.`;
}

const sumOf = (rows: readonly Row[], name: string) => rows.reduce((sum, row) => sum + numberOf(row, name), 0);
const inHours = (value: number) => measured(value, 'hour');
const short = (value: number) => value.toLocaleString('en', { maximumFractionDigits: 1 });

function hoursOf(timed: readonly Row[]): string {
  const [planned, spent] = [sumOf(timed, 'original_estimate_hours'), sumOf(timed, 'spent_hours')];
  const over = timed.filter((row) => numberOf(row, 'difference_hours') < 0).length;
  const share = planned > 0 ? ` (${Math.round((100 * spent) / planned)} %)` : '';
  const most = over === 0 ? 'none' : over.toLocaleString('en');
  const more = timed.length === 1 ? (over === 1 ? '' : 'not ') : `${most} of them `;
  return `${count(timed.length, 'issue')} estimated at ${inHours(planned)} took ${short(spent)}${share}, ${more}more than estimated.`;
}

const byEstimate = (rows: readonly Figures[], { name }: Estimation): Section => ({
  id: 'by-estimate',
  heading: 'Days by estimate',
  sentence: 'How long issues of one estimate took.',
  isOpen: true,
  table: {
    columns: [
      { name: 'estimate', label: name, kind: 'text' },
      figure('issues', 'issues'),
      ...SHARES.map(([share, label]) => figure(`p${share * 100}_days`, `${label} within days`)),
      figure('mean_days', 'mean days', 1),
    ],
    rows,
  },
});

function byWeek(timed: readonly Row[], weeks: readonly string[]): Section {
  const rows = weeks.map((week) => {
    const own = timed.filter((row) => row.week === week);
    const [planned, spent] = [sumOf(own, 'original_estimate_hours'), sumOf(own, 'spent_hours')];
    return {
      week,
      issues: own.length,
      estimated_hours: planned,
      spent_hours: spent,
      difference_hours: planned - spent,
    };
  });
  const groups = ['estimated', 'logged'];
  return {
    id: 'hours',
    heading: 'Hours estimated and logged',
    sentence: hoursOf(timed),
    plot: {
      ...{
        form: 'pairs',
        title: 'Hours that issues were estimated at and that were logged, by the week they were finished in',
      },
      ...{ unit: 'hours', groups, roles: ['todo', 'done'] },
      bars: rows.flatMap(({ week, issues, estimated_hours: planned, spent_hours: spent }) =>
        [planned, spent].map((value, nth) => ({
          ...{ key: week, group: groups[nth] ?? '', value },
          tip: `Week of ${week}\n${count(issues, 'issue')}: estimated at ${inHours(planned)}, logged ${short(spent)}`,
        })),
      ),
    },
    table: {
      columns: [
        { name: 'week', label: 'week of', kind: 'day' },
        figure('issues', 'issues'),
        hours('estimated_hours', 'hours estimated'),
        hours('spent_hours', 'hours logged'),
        hours('difference_hours', 'estimated − logged'),
      ],
      rows,
    },
  };
}

/** An estimate at the moment when work began, in brackets: _connection, issue_id, finished_at, value. */
const then = (sources: Sources, condition: string | null) =>
  condition === null || !sources.has('field_history')
    ? '(SELECT _connection, issue_id, finished_at, NULL::DOUBLE AS value FROM ended WHERE false)'
    : `(SELECT e._connection, e.issue_id, e.finished_at, max(TRY_CAST(h.value AS DOUBLE)) AS value FROM ended e JOIN main.field_history h
      ON h._connection = e._connection AND h.issue_id = e.issue_id AND (${condition}) AND h.valid_from <= e.begun AND coalesce(h.valid_until > e.begun, true) GROUP BY ALL)`;

function estimatedSql(sources: Sources, asked: FlowAsked, { field, isTime }: Estimation): string {
  const same = (alias: string) =>
    `${alias}._connection = e._connection AND ${alias}.issue_id = e.issue_id AND ${alias}.finished_at = e.finished_at`;
  // They are logged on the issue, which has a row for each of its ends.
  const isLast = 'e.finished_at = max(e.finished_at) OVER (PARTITION BY e._connection, e.issue_id)';
  const logged = `nullif(${sources.column('i', 'issue', 'time_spent_seconds', 'BIGINT')}, 0) / 3600`;
  const spent = `CASE WHEN ${isLast} THEN ${logged} END`;
  const original = 'nullif(o.value, 0) / 3600';
  return `WITH ended AS MATERIALIZED (SELECT *, coalesce(started_at, finished_at) AS begun FROM ${finishedOf(sources, asked)} f)
    SELECT e.issue_key, e.issue_summary, e.issue_type_name, e.started_at, e.finished_at, strftime(date_trunc('week', e.finished_at), '%Y-%m-%d') AS week,
      ${isTime ? original : 'p.value'} AS estimate, e.cycle_days, ${original} AS original_estimate_hours, ${spent} AS spent_hours, ${original} - ${spent} AS difference_hours, e.url
    FROM ended e JOIN main.issue i ON i._connection = e._connection AND i.id = e.issue_id
      LEFT JOIN ${then(sources, field)} p ON ${same('p')} LEFT JOIN ${then(sources, "h.field_id = 'timeoriginalestimate'")} o ON ${same('o')}
    ORDER BY e.finished_at, e.issue_key`;
}
