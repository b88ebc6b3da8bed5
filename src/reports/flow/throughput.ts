/** How many issues are finished in a week. Weeks without any stay; one that is cut by the period or not over is pale, and in no mean. */
import { addDays, weekOf } from '../days.js';
import type { DataColumn, Section } from '../document.js';
import { count } from '../freshness.js';
import type { Row, Sources } from '../sources.js';
import { type FlowAsked, numberOf, textOf } from './asked.js';
import { boardNotes } from './board.js';
import { nothingFinished } from './empty.js';
import { finishedNotes, finishedOf } from './finished.js';
import type { FlowAnswer } from './flow.js';
import { apartFrom, asOfNotes, groupNotes, groupsOf, largest, MOST_GROUPS, OTHER } from './groups.js';

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
  const types = largest(groupsOf(rows, 'issues'), isTyped ? MOST_COLOURS : MOST_GROUPS);
  const drawn = isTyped ? types : largest(types, MOST_COLOURS);
  const table = weeks.map((week) => {
    const own = rows.filter((row) => row.week === week);
    const total = own.reduce((sum, row) => sum + numberOf(row, 'issues'), 0);
    const counts = types.map((type) => [columnOf(type), sumOf(own, type, types)]);
    return { week, finished: total, ...Object.fromEntries(counts) };
  });
  const isWhole = (week: string) =>
    week >= asked.span.start && addDays(week, 6) <= asked.span.end && addDays(week, 6) < asked.today;
  const totals = table.filter(({ week }) => isWhole(week)).map(({ finished }) => finished);
  const mean = totals.length === 0 ? null : totals.reduce((sum, one) => sum + one, 0) / totals.length;
  const all = table.reduce((sum, { finished }) => sum + finished, 0);
  const answer =
    all === 0
      ? await nothingFinished(sources, asked, 'No issue was finished in this period')
      : `${count(all, 'issue was', 'issues were')} finished in ${count(table.length, 'week')}${mean === null ? ', none of them whole' : `: ${mean.toLocaleString('en', PLACE)} a week, between ${Math.min(...totals).toLocaleString('en')} and ${Math.max(...totals).toLocaleString('en')}`}.`;
  const columns: readonly DataColumn[] = [
    { name: 'week', label: 'week of', kind: 'day' },
    { name: 'finished', kind: 'number' },
    ...types.map((type): DataColumn => ({ name: columnOf(type), label: type, kind: 'number' })),
  ];
  const section: Section = {
    id: 'throughput',
    heading: 'Throughput',
    plot: {
      form: 'bars',
      title: `Issues finished in each week, by ${asked.group?.name ?? 'type'}`,
      unit: 'issues',
      groups: drawn,
      bars: table.flatMap((row) =>
        drawn.map((type) => {
          const value = sumOf(
            rows.filter(({ week }) => week === row.week),
            type,
            drawn,
          );
          return {
            ...{ key: row.week, group: type, value, pale: !isWhole(row.week) },
            tip: `Week of ${row.week}\n${type}: ${value} of ${row.finished}`,
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
      ...(asked.group !== null && types.at(-1) === OTHER
        ? [`The ${MOST_GROUPS} largest groups have a column of their own; all others are ${OTHER}.`]
        : []),
      ...asOfNotes(asked),
    ],
  };
}

const columnOf = (type: string) => apartFrom(OWN, type, 'group');

/** OTHER is what has no name of its own among them. */
function sumOf(rows: readonly Row[], type: string, types: readonly string[]): number {
  const isIn = (row: Row) => textOf(row, 'group') === type || (type === OTHER && !types.includes(textOf(row, 'group')));
  return rows.filter(isIn).reduce((sum, row) => sum + numberOf(row, 'issues'), 0);
}

/** Mondays. */
export function weeksOf({ span }: FlowAsked): readonly string[] {
  const weeks: string[] = [];
  for (let week = weekOf(span.start, 'monday').start; week <= span.end; week = addDays(week, 7)) weeks.push(week);
  return weeks;
}
