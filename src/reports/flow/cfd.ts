/** Cumulative flow: how many issues stood in each category, or in each column of a board, at the end of each day. */

import { count } from '../../core/count.js';
import { eachDay } from '../days.js';
import type { DataColumn, Role } from '../document.js';
import type { Row, Sources } from '../sources.js';
import { type Board, type FlowAsked, inDays, numberOf, textOf } from './asked.js';
import { boardNotes } from './board.js';
import { nothingCreated } from './empty.js';
import type { FlowAnswer } from './flow.js';
import { groupColumns } from './group-table.js';
import { apartFrom, asOfNotes, byGroup, groupNotes, issuesOf, MOST_GROUPS, restNotes } from './groups.js';
import { visitsOf } from './visits.js';

interface Band {
  /** From left to right; null: in no column. */
  readonly place: number | null;
  readonly name: string;
  readonly stage: 'new' | 'indeterminate' | 'done' | null;
  readonly role: Role;
}

/** From the bottom up. */
const CATEGORIES: readonly Band[] = [
  { place: 3, name: 'done', stage: 'done', role: 'done' },
  { place: 2, name: 'in progress', stage: 'indeterminate', role: 'doing' },
  { place: 1, name: 'to do', stage: 'new', role: 'todo' },
  { place: null, name: 'unknown', stage: null, role: 'flag' },
];
const OWN = ['day', 'group'];

export async function cfd(sources: Sources, asked: FlowAsked): Promise<FlowAnswer> {
  const last = asked.span.end < asked.today ? asked.span.end : asked.today;
  const days = last < asked.span.start ? [] : eachDay({ start: asked.span.start, end: last });
  const rows = await sources.rows(countsSql(sources, asked, last));
  const bands = (asked.board === null ? CATEGORIES : bandsOf(asked.board)).filter(
    ({ place }) => place !== null || rows.some((row) => row.place === null),
  );
  const whole = linesOf(days, bands, rows);
  const [first, end] = [whole[0], whole.at(-1)];
  const standing = (stage: Band['stage'], line: Row | undefined) =>
    bands.filter((band) => band.stage === stage).reduce((sum, { name }) => sum + numberOf(line ?? {}, name), 0);
  const grown = (stage: Band['stage']) => standing(stage, end) - standing(stage, first);
  const answer =
    end === undefined || rows.length === 0
      ? await nothingCreated(sources, asked, 'No issue was there in this period')
      : `${count(standing('indeterminate', end), 'issue is', 'issues are')} in progress, ${grown('indeterminate') === 0 ? 'as many as' : `${signed(grown('indeterminate'))} than`} on ${asked.span.start}; ${signed(grown('done'))} ${isOne(grown('done')) ? 'is' : 'are'} done, and ${signed(grown('new'))} ${isOne(grown('new')) ? 'waits' : 'wait'}.`;
  const isDone = bands.filter(({ stage }) => stage === 'done').map(({ name }) => name);
  const leads = leadDays(
    whole.map((row) => ({
      all: bands.reduce((sum, { name }) => sum + numberOf(row, name), 0),
      done: isDone.reduce((sum, name) => sum + numberOf(row, name), 0),
    })),
  );
  const where = asked.board === null ? 'category' : 'column';
  const groups = byGroup(rows, issuesOf, MOST_GROUPS);
  const columns: readonly DataColumn[] = [
    { name: 'day', kind: 'day' },
    ...groupColumns(asked.group),
    ...bands.map(({ name }): DataColumn => ({ name, kind: 'number' })),
  ];
  return {
    answer,
    sections: [
      {
        id: 'cfd',
        heading: 'Cumulative flow',
        plot: {
          form: 'areas',
          title: asked.furthest
            ? `Issues by the furthest ${where} they had reached at the end of each day`
            : `Issues in each ${where} at the end of each day`,
          unit: 'issues',
          bands: bands.map(({ name, role }) => ({ name, role })),
          points: whole.flatMap((row, index) =>
            bands.map(({ name }) => ({
              day: String(row.day),
              band: name,
              value: Number(row[name]),
              tip: `${row.day}\n${bands.map((band) => `${band.name}: ${row[band.name]}`).join('\n')}\n${leadWords(leads[index] ?? null, index)}`,
            })),
          ),
        },
        table: { columns, rows: asked.group === null ? whole : groupedLines(days, bands, groups.rows) },
      },
    ],
    notes: [
      'Days end at midnight UTC. Issues that were deleted since are in no day.',
      ...(asked.board === null ? ['The category of a status is the one it has today.'] : boardNotes(asked.board)),
      ...(asked.furthest
        ? [
            `An issue that moved back stays in the furthest ${where} it had reached, so that no band of work done shrinks.`,
          ]
        : []),
      ...groupNotes(asked),
      ...restNotes(groups, 'rows'),
      ...asOfNotes(asked),
    ],
  };
}

function countsSql(sources: Sources, asked: FlowAsked, last: string): string {
  const place = asked.furthest ? `max(place) OVER (PARTITION BY _connection, issue_id ORDER BY nth)` : 'place';
  return `WITH days AS (SELECT unnest(generate_series(DATE '${asked.span.start}', DATE '${last}', INTERVAL 1 DAY))::DATE AS day),
       steps AS (SELECT ${place} AS place, grp, entered_at, coalesce(left_at, TIMESTAMPTZ '9999-01-01') AS until FROM ${visitsOf(sources, asked)} v)
     SELECT strftime(day, '%Y-%m-%d') AS day, place, grp AS "group", count(*)::INT AS issues FROM days
     JOIN steps ON entered_at < day::TIMESTAMPTZ + INTERVAL 1 DAY AND until >= day::TIMESTAMPTZ + INTERVAL 1 DAY
     GROUP BY ALL`;
}

function bandsOf({ columns }: Board): readonly Band[] {
  let colours = 0;
  const bands = columns.map(({ name, stage }, index): Band => {
    const role: Role = stage === 'done' ? 'done' : stage === 'new' ? 'todo' : `c${(colours++ % 7) + 1}`;
    return { place: index + 1, name: apartFrom(OWN, name, 'column'), stage, role };
  });
  return [
    ...bands.reverse(),
    {
      place: null,
      name: apartFrom(
        columns.map(({ name }) => name),
        'elsewhere',
        'no column',
      ),
      stage: null,
      role: 'flag',
    },
  ];
}

function linesOf(days: readonly string[], bands: readonly Band[], rows: readonly Row[]): readonly Row[] {
  const counts = new Map<string, number>();
  for (const row of rows) {
    const key = `${textOf(row, 'day')} ${row.place}`;
    counts.set(key, (counts.get(key) ?? 0) + numberOf(row, 'issues'));
  }
  return days.map((day) => ({
    day,
    ...Object.fromEntries(bands.map(({ place, name }) => [name, counts.get(`${day} ${place}`) ?? 0])),
  }));
}

const groupedLines = (
  days: readonly string[],
  bands: readonly Band[],
  groups: ReadonlyMap<string, readonly Row[]>,
): readonly Row[] =>
  [...groups].flatMap(([group, rows]) => linesOf(days, bands, rows).map((line) => ({ ...line, group })));

const isOne = (value: number) => Math.abs(value) === 1;
const signed = (value: number) =>
  value === 0 ? 'as many' : `${Math.abs(value).toLocaleString('en')} ${value > 0 ? 'more' : 'fewer'}`;

/** Days from the top of the bands across to where as many are done: how long ago as many had come as are done now. Null: before the first day. */
export function leadDays(days: readonly { readonly all: number; readonly done: number }[]): readonly (number | null)[] {
  return days.map(({ done }, index) => {
    const came = days.slice(0, index + 1).findLastIndex(({ all }) => all <= done);
    return came < 0 ? null : index - came;
  });
}

const leadWords = (days: number | null, index: number) =>
  `mean lead time read off: ${days === null ? `more than ${inDays(index)}` : inDays(days)}`;
