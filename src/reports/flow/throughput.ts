/** How many issues are finished in a week. Weeks without any stay; the week that is not over is pale, and counts in no mean. */
import { addDays, weekOf } from '../days.js';
import type { DataColumn, Section } from '../document.js';
import { count } from '../freshness.js';
import type { Sources } from '../sources.js';
import { during, type FlowAsked, numberOf, textOf, within } from './asked.js';
import type { FlowAnswer } from './flow.js';

const MOST_TYPES = 7;

export async function throughput(sources: Sources, asked: FlowAsked): Promise<FlowAnswer> {
  const rows = await sources.rows(
    `SELECT strftime(date_trunc('week', finished_at), '%Y-%m-%d') AS week, coalesce(issue_type_name, 'no type') AS type, count(*)::INT AS issues
     FROM main.cycle_time c WHERE ${during('finished_at', asked.span)} AND ${within(sources, 'cycle_time', 'c', asked)} GROUP BY ALL`,
  );
  const weeks = weeksOf(asked);
  const sizes = new Map<string, number>();
  for (const row of rows)
    sizes.set(textOf(row, 'type'), (sizes.get(textOf(row, 'type')) ?? 0) + numberOf(row, 'issues'));
  const ranked = [...sizes].sort(([, a], [, b]) => b - a).map(([type]) => type);
  const types = ranked.length > MOST_TYPES ? [...ranked.slice(0, MOST_TYPES), 'other'] : ranked;
  const typeOf = (type: string) => (types.includes(type) ? type : 'other');
  const table = weeks.map((week) => {
    const own = rows.filter((row) => row.week === week);
    const of = (type: string) =>
      own.filter((row) => typeOf(textOf(row, 'type')) === type).reduce((sum, row) => sum + numberOf(row, 'issues'), 0);
    const total = own.reduce((sum, row) => sum + numberOf(row, 'issues'), 0);
    return { week, finished: total, ...Object.fromEntries(types.map((type) => [type, of(type)])) };
  });
  const over = table.filter(({ week }) => addDays(week, 6) < asked.today);
  const totals = over.map(({ finished }) => finished);
  const mean = totals.length === 0 ? 0 : totals.reduce((sum, one) => sum + one, 0) / totals.length;
  const all = table.reduce((sum, { finished }) => sum + finished, 0);
  const answer =
    all === 0
      ? 'No issue was finished in this period.'
      : `${count(all, 'issue was', 'issues were')} finished in ${count(table.length, 'week')}: ${mean.toFixed(1)} a week, between ${Math.min(...totals, all)} and ${Math.max(...totals, 0)}.`;
  const columns: readonly DataColumn[] = [
    { name: 'week', label: 'week of', kind: 'day' },
    { name: 'finished', kind: 'number' },
    ...types.map((name): DataColumn => ({ name, kind: 'number' })),
  ];
  const section: Section = {
    id: 'throughput',
    heading: 'Throughput',
    plot: {
      form: 'bars',
      title: 'Issues finished in each week, by type',
      unit: 'issues',
      groups: types,
      bars: table.flatMap((row) =>
        types.map((type) => ({
          key: row.week,
          group: type,
          value: Number((row as Readonly<Record<string, unknown>>)[type] ?? 0),
          tip: `Week of ${row.week}\n${type}: ${(row as Readonly<Record<string, unknown>>)[type] ?? 0} of ${row.finished}`,
          pale: addDays(row.week, 6) >= asked.today,
        })),
      ),
      line: { value: mean, label: `mean ${mean.toFixed(1)}` },
    },
    table: { columns, rows: table },
  };
  return {
    answer,
    sections: [section],
    notes: [
      'An issue is finished on the day it last entered a status of the category done; reopened ones count once.',
      'The mean is that of whole weeks.',
    ],
  };
}

/** Mondays. */
export function weeksOf({ span }: FlowAsked): readonly string[] {
  const weeks: string[] = [];
  for (let week = weekOf(span.start, 'monday').start; week <= span.end; week = addDays(week, 7)) weeks.push(week);
  return weeks;
}
