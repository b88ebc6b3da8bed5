/** How many issues are finished in a week. Weeks without any stay; one that is cut by the period or not over is pale, and in no mean. */

import { count } from '../../core/count.js';
import { addDays, weekOf } from '../days.js';
import type { DataColumn, Section } from '../document.js';
import type { Row, Sources } from '../sources.js';
import { type FlowAsked, textOf } from './asked.js';
import { boardNotes } from './board.js';
import { nothingFinished } from './empty.js';
import { finishedNotes, finishedOf } from './finished.js';
import type { FlowAnswer } from './flow.js';
import { apartFrom, asOfNotes, byGroup, type Grouped, groupNotes, issuesOf, MOST_GROUPS, restNotes } from './groups.js';

/** Told apart by colour. */
const MOST_COLOURS = 7;
const OWN = ['week', 'finished'];

const PLACE = { minimumFractionDigits: 1, maximumFractionDigits: 1 };

export async function throughput(sources: Sources, asked: FlowAsked): Promise<FlowAnswer> {
  const isTyped = asked.group === null;
  const rows = await sources.rows(
    `SELECT strftime(date_trunc('week', finished_at), '%Y-%m-%d') AS week, ${isTyped ? "coalesce(issue_type_name, 'no type')" : 'grp'} AS "group", count(*)::INT AS issues
     FROM ${finishedOf(sources, asked)} f GROUP BY ALL`,
  );
  const weeks = weeksOf(asked);
  const own = byGroup(rows, issuesOf, isTyped ? MOST_COLOURS : MOST_GROUPS);
  const columned = countsOf(own);
  const coloured = isTyped ? own : byGroup(rows, issuesOf, MOST_COLOURS);
  const drawn = countsOf(coloured);
  const totals = weekCounts(rows);
  const table = weeks.map((week) => ({
    ...{ week, finished: totals.get(week) ?? 0 },
    ...Object.fromEntries(columned.map(([group, counts]) => [columnOf(group), counts.get(week) ?? 0])),
  }));
  const isWhole = (week: string) =>
    week >= asked.span.start && addDays(week, 6) <= asked.span.end && addDays(week, 6) < asked.today;
  const whole = table.filter(({ week }) => isWhole(week)).map(({ finished }) => finished);
  const mean = whole.length === 0 ? null : whole.reduce((sum, one) => sum + one, 0) / whole.length;
  const all = table.reduce((sum, { finished }) => sum + finished, 0);
  const answer =
    all === 0
      ? await nothingFinished(sources, asked, 'No issue was finished in this period')
      : `${count(all, 'issue was', 'issues were')} finished in ${count(table.length, 'week')}${mean === null ? `, ${table.length === 1 ? 'which is not' : 'none of them'} whole` : `: ${mean.toLocaleString('en', PLACE)} a week, between ${Math.min(...whole).toLocaleString('en')} and ${Math.max(...whole).toLocaleString('en')}`}.`;
  const columns: readonly DataColumn[] = [
    { name: 'week', label: 'week of', kind: 'day' },
    { name: 'finished', kind: 'number' },
    ...columned.map(([group]): DataColumn => ({ name: columnOf(group), label: group, kind: 'number' })),
  ];
  const section: Section = {
    id: 'throughput',
    heading: 'Throughput',
    plot: {
      form: 'bars',
      title: `Issues finished in each week, by ${asked.group?.name ?? 'type'}`,
      unit: 'issues',
      groups: drawn.map(([group]) => group),
      hasRest: coloured.rest !== null,
      bars: table.flatMap(({ week, finished }) =>
        drawn.map(([group, counts]) => {
          const value = counts.get(week) ?? 0;
          return {
            ...{ key: week, group, value, pale: !isWhole(week) },
            tip: `Week of ${week}\n${group}: ${value} of ${finished}`,
          };
        }),
      ),
      ...(mean === null ? {} : { line: { value: mean, label: `mean ${mean.toLocaleString('en', PLACE)}` } }),
    },
    table: { columns, rows: table },
  };
  return {
    answer,
    sections: [section],
    notes: [
      ...finishedNotes(asked),
      ...(mean === null ? [] : ['The mean and the range are those of whole weeks.']),
      ...boardNotes(asked.board),
      ...groupNotes(asked),
      ...(isTyped ? [] : restNotes(own, 'a column')),
      ...asOfNotes(asked),
    ],
  };
}

const columnOf = (type: string) => apartFrom(OWN, type, 'group');

/** Issues by week. */
function weekCounts(rows: readonly Row[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const row of rows) counts.set(textOf(row, 'week'), (counts.get(textOf(row, 'week')) ?? 0) + issuesOf(row));
  return counts;
}

const countsOf = ({ rows }: Grouped) => [...rows].map(([group, own]) => [group, weekCounts(own)] as const);

/** Mondays. */
export function weeksOf({ span }: FlowAsked): readonly string[] {
  const weeks: string[] = [];
  for (let week = weekOf(span.start, 'monday').start; week <= span.end; week = addDays(week, 7)) weeks.push(week);
  return weeks;
}
