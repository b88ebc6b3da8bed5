/** How long issues stay in each status: visits that ended in the period, and those that go on. */

import { count } from '../../core/count.js';
import type { DataColumn } from '../document.js';
import type { Row, Sources } from '../sources.js';
import { during, type FlowAsked, inDays, numberOf, textOf } from './asked.js';
import { boardNotes } from './board.js';
import { nothingLeft } from './empty.js';
import { CATEGORY_ORDER, type FlowAnswer, roleOf } from './flow.js';
import { groupColumns } from './group-table.js';
import { asOfNotes, groupNotes } from './groups.js';
import { visitsOf } from './visits.js';

const COLUMNS: readonly DataColumn[] = [
  { name: 'status_name', label: 'status', kind: 'text' },
  {
    name: 'status_category_key',
    label: 'category',
    kind: 'text',
    names: { new: 'to do', indeterminate: 'in progress' },
  },
  { name: 'visits', kind: 'number' },
  { name: 'issues', kind: 'number' },
  { name: 'median_days', kind: 'number', decimals: 1 },
  { name: 'p85_days', label: '85 % within days', kind: 'number', decimals: 1 },
  { name: 'mean_days', kind: 'number', decimals: 1 },
  { name: 'total_days', kind: 'number', decimals: 1 },
  { name: 'ongoing', kind: 'number' },
];

export async function timeInStatus(sources: Sources, asked: FlowAsked): Promise<FlowAnswer> {
  const ended = `left_at IS NOT NULL AND ${during('left_at', asked.span)}`;
  const status = "coalesce(status_name, 'unknown')";
  const all = await sources.rows(
    `SELECT * FROM (SELECT grp AS "group", grouping(grp) = 1 AS is_whole, ${status} AS status_name, stage AS status_category_key,
       count(*) FILTER (WHERE ${ended})::INT AS visits, count(DISTINCT (_connection, issue_id)) FILTER (WHERE ${ended})::INT AS issues,
       quantile_disc(seconds, 0.5) FILTER (WHERE ${ended}) / 86400 AS median_days, quantile_disc(seconds, 0.85) FILTER (WHERE ${ended}) / 86400 AS p85_days,
       avg(seconds) FILTER (WHERE ${ended}) / 86400 AS mean_days, (sum(seconds) FILTER (WHERE ${ended}))::DOUBLE / 86400 AS total_days,
       count(*) FILTER (WHERE is_current)::INT AS ongoing
     FROM ${visitsOf(sources, asked)} s WHERE is_current OR ${ended} GROUP BY GROUPING SETS ((${status}, stage), (grp, ${status}, stage)))
     ORDER BY "group", ${CATEGORY_ORDER}, total_days DESC NULLS LAST, status_name`,
  );
  const isElsewhere = (row: Row) => asked.board !== null && row.status_category_key === 'unknown';
  const rows = all.filter((row) => row.is_whole === true && !isElsewhere(row));
  const grouped = all.filter((row) => row.is_whole !== true && !isElsewhere(row));
  const elsewhere = all.filter((row) => row.is_whole === true && isElsewhere(row));
  const working = rows.filter((row) => row.status_category_key === 'indeterminate' && numberOf(row, 'visits') > 0);
  const [longest] = [...working].sort((a, b) => numberOf(b, 'total_days') - numberOf(a, 'total_days'));
  const answer = longest
    ? `Of the work in progress most time was spent in ${textOf(longest, 'status_name')}: ${visitsTook(longest)}.`
    : await nothingLeft(sources, asked, 'No visit to a status in progress ended in this period');
  const shown = rows.filter((row) => numberOf(row, 'visits') > 0);
  return {
    answer,
    sections: [
      {
        id: 'time-in-status',
        heading: 'Time in status',
        plot: {
          form: 'ranges',
          title: 'Median days of a visit to each status; the tick is what 85 % of the visits stay within',
          unit: 'days',
          ranges: shown.map((row) => ({
            key: textOf(row, 'status_name'),
            value: numberOf(row, 'median_days'),
            tick: numberOf(row, 'p85_days'),
            role: roleOf(textOf(row, 'status_category_key')),
            tip: `${textOf(row, 'status_name')}\nmedian ${numberOf(row, 'median_days').toFixed(1)}, 85 % within ${numberOf(row, 'p85_days').toFixed(1)} days, ${count(numberOf(row, 'visits'), 'visit')}`,
          })),
        },
        table: {
          columns: [...groupColumns(asked.group), ...COLUMNS],
          rows: asked.group === null ? rows : grouped,
        },
      },
    ],
    notes: [
      'A visit counts in the period in which it ended, with its whole length; visits that go on are counted apart.',
      ...(asked.board === null
        ? ['The category of a status is the one it has today: Jira keeps no history of it.']
        : boardNotes(asked.board)),
      ...leftOut(elsewhere),
      ...groupNotes(asked),
      ...asOfNotes(asked),
    ],
  };
}

function visitsTook(row: Row): string {
  const [visits, median] = [numberOf(row, 'visits'), inDays(Math.round(numberOf(row, 'median_days') * 10) / 10)];
  return visits === 1 ? `one visit of ${median}` : `half of its ${count(visits, 'visit')} took at most ${median}`;
}

/** What a board's columns leave out. */
function leftOut(rows: readonly Row[]): readonly string[] {
  const sum = (name: string) => rows.reduce((total, row) => total + numberOf(row, name), 0);
  return rows.length === 0
    ? []
    : [
        `Left out: ${count(sum('visits'), 'visit')} to statuses in no column of the board, and ${sum('ongoing')} that go on there.`,
      ];
}
