/** What epics and versions have in common: parts that are done, and when the rest may be, by the weeks of the period. */
import { addDays, daysIn } from '../days.js';
import type { DataColumn, PlotSpec } from '../document.js';
import type { Row } from '../sources.js';
import { type FlowAsked, numberOf, percentile, textOf } from './asked.js';
import { weeksUntil } from './forecast.js';

/** Bars that are drawn, and rows that get days; the table has all. */
export const MOST = 25;

export const PROGRESS_COLUMNS: readonly DataColumn[] = [
  { name: 'issues_done', label: 'done', kind: 'number' },
  { name: 'issues_in_progress', label: 'in progress', kind: 'number' },
  { name: 'issues_to_do', label: 'to do', kind: 'number' },
  { name: 'points_done', label: 'points done', kind: 'number', decimals: 1 },
  { name: 'points', label: 'of points', kind: 'number', decimals: 1 },
  { name: 'unestimated_issues', label: 'without estimate', kind: 'number' },
  { name: 'half', label: 'finished by, half of the runs', kind: 'day' },
  { name: 'most', label: 'by, 85 %', kind: 'day' },
];

/** Where there are several. */
export const CONNECTION: DataColumn = { name: '_connection', label: 'connection', kind: 'text' };
export const hasSeveral = (rows: readonly Row[]): boolean =>
  new Set(rows.map((row) => textOf(row, '_connection'))).size > 1;

const PARTS = [
  { member: 'issues_done', name: 'done', role: 'done' },
  { member: 'issues_in_progress', name: 'in progress', role: 'doing' },
  { member: 'issues_to_do', name: 'to do', role: 'todo' },
] as const;

/** @param what in the plural, as in the title. @param label of a row; two connections may have one of the same */
export function progressPlot(rows: readonly Row[], what: string, label: (row: Row) => string): PlotSpec {
  const several = hasSeveral(rows);
  return {
    form: 'stacks',
    title: `Issues done, in progress and to do of ${what}${rows.length > MOST ? `; the first ${MOST} of ${rows.length} are drawn` : ''}`,
    unit: 'issues',
    parts: PARTS,
    bars: rows.slice(0, MOST).flatMap((row) =>
      PARTS.map(({ member, name }) => ({
        key: several ? `${textOf(row, '_connection')} ${label(row)}` : label(row),
        part: name,
        value: numberOf(row, member),
        tip: `${label(row)}\n${numberOf(row, member)} of ${numberOf(row, 'issues')} ${name}`,
      })),
    ),
  };
}

/**
 * Adds `half` and `most` to the first rows: ten thousand runs each for hundreds of rows would take minutes.
 * @param finished with `_connection`, `owner`, `week` of the period, and `issues`
 * @param owner of a row
 */
export function withDays(
  rows: readonly Row[],
  finished: readonly Row[],
  owner: string,
  { span, today, seed }: FlowAsked,
): readonly Row[] {
  const keyOf = (row: Row, name: string) => JSON.stringify([row._connection, row[name]]);
  const weeks = new Map<string, number[]>();
  const none = () => Array.from({ length: Math.max(1, Math.floor(daysIn(span) / 7)) }, () => 0);
  for (const row of finished) {
    const own = weeks.get(keyOf(row, 'owner')) ?? none();
    const week = numberOf(row, 'week');
    if (week < own.length) own[week] = (own[week] ?? 0) + numberOf(row, 'issues');
    weeks.set(keyOf(row, 'owner'), own);
  }
  return rows.map((row, index) => {
    const left = numberOf(row, 'issues') - numberOf(row, 'issues_done');
    const samples = weeks.get(keyOf(row, owner));
    const runs = left > 0 && samples && index < MOST ? weeksUntil(left, samples, seed) : null;
    const by = (share: number) => (runs === null ? null : addDays(today, 7 * percentile(runs, share)));
    return { ...row, half: by(0.5), most: by(0.85) };
  });
}

/** How the days came about. */
export const daysNote = ({ span, seed }: FlowAsked, one: string): string =>
  `The days are those of 10,000 runs of weeks drawn from ${span.start} to ${span.end}, with the issues of the ${one} that were finished in them; without any there is no day, nor beyond the first ${MOST}. Seed ${seed}.`;
