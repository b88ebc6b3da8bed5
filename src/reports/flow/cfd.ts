/** Cumulative flow: how many issues stood in each category at the end of each day. */
import { addDays, daysIn } from '../days.js';
import type { DataColumn } from '../document.js';
import type { Sources } from '../sources.js';
import { type FlowAsked, numberOf, textOf, within } from './asked.js';
import type { FlowAnswer } from './flow.js';

const BANDS = [
  { key: 'done', name: 'done', role: 'done' },
  { key: 'indeterminate', name: 'in progress', role: 'doing' },
  { key: 'new', name: 'to do', role: 'todo' },
  { key: 'unknown', name: 'unknown', role: 'flag' },
] as const;

const COLUMNS: readonly DataColumn[] = [
  { name: 'day', kind: 'day' },
  ...BANDS.map(({ name }): DataColumn => ({ name, kind: 'number' })),
];

export async function cfd(sources: Sources, asked: FlowAsked): Promise<FlowAnswer> {
  const last = asked.span.end < asked.today ? asked.span.end : asked.today;
  const days = daysIn({ start: asked.span.start, end: last });
  const rows = await sources.rows(
    `WITH days AS (SELECT unnest(generate_series(DATE '${asked.span.start}', DATE '${last}', INTERVAL 1 DAY))::DATE AS day),
       steps AS (SELECT v.category_key, v.entered_at, coalesce(v.left_at, TIMESTAMPTZ '9999-01-01') AS left_at
         FROM main.status_interval v JOIN main.issue i ON i._connection = v._connection AND i.id = v.issue_id
         WHERE ${within(sources, 'issue', 'i', asked, 'id')})
     SELECT strftime(day, '%Y-%m-%d') AS day, category_key, count(*)::INT AS issues FROM days
     JOIN steps ON entered_at < day::TIMESTAMPTZ + INTERVAL 1 DAY AND left_at >= day::TIMESTAMPTZ + INTERVAL 1 DAY
     GROUP BY ALL`,
  );
  const counts = new Map(
    rows.map((row) => [`${textOf(row, 'day')} ${textOf(row, 'category_key')}`, numberOf(row, 'issues')]),
  );
  const bands = BANDS.filter(({ key }) => key !== 'unknown' || rows.some((row) => row.category_key === key));
  const table = Array.from({ length: Math.max(0, days) }, (_, index) => {
    const day = addDays(asked.span.start, index);
    return {
      day,
      ...Object.fromEntries(bands.map(({ key, name }) => [name, counts.get(`${day} ${key}`) ?? 0])),
    } as Record<string, string | number>;
  });
  const [first, end] = [table[0], table.at(-1)];
  const grown = (name: string) => Number(end?.[name] ?? 0) - Number(first?.[name] ?? 0);
  const answer =
    end === undefined || rows.length === 0
      ? 'No issue was there in this period.'
      : `${Number(end['in progress'])} issues are in progress, ${signed(grown('in progress'))} since ${asked.span.start}; ${grown('done')} more are done, and ${signed(grown('to do'))} wait.`;
  return {
    answer,
    sections: [
      {
        id: 'cfd',
        heading: 'Cumulative flow',
        plot: {
          form: 'areas',
          title: 'Issues in each category at the end of each day',
          unit: 'issues',
          bands: bands.map(({ name, role }) => ({ name, role })),
          points: table.flatMap((row) =>
            bands.map(({ name }) => ({
              day: String(row.day),
              band: name,
              value: Number(row[name]),
              tip: `${row.day}\n${bands.map((band) => `${band.name}: ${row[band.name]}`).join('\n')}`,
            })),
          ),
        },
        table: {
          columns: COLUMNS.filter(({ name }) => name === 'day' || bands.some((band) => band.name === name)),
          rows: table,
        },
      },
    ],
    notes: [
      'Days end at midnight UTC. Issues that were deleted since are in no day.',
      'The category of a status is the one it has today.',
    ],
  };
}

const signed = (value: number) => (value > 0 ? `${value} more` : value < 0 ? `${-value} fewer` : 'as many');
