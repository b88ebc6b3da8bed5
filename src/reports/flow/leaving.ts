/** How old finished issues were when they left each column of work for good: what the age of open ones is held against. */

import { count } from '../../core/count.js';
import type { Section } from '../document.js';
import type { Row, Sources } from '../sources.js';
import { type FlowAsked, inDays, numberOf, textOf } from './asked.js';
import { boardStatuses } from './board.js';
import { finishedOf } from './finished.js';
import { figure } from './group-table.js';
import { visitsOf } from './visits.js';

export const SHARES = [
  [0.5, '50 %'],
  [0.85, '85 %'],
  [0.95, '95 %'],
] as const;

/** Of fewer issues, 85 and 95 % are the oldest one. */
export const FEWEST = 5;

/** Ages in days that 50, 85 and 95 % did not exceed. */
export interface Ages {
  readonly finished: number;
  readonly edges: readonly number[];
}

export interface Leaving {
  /** From begun to finished. */
  readonly whole: Ages;
  /** By the name of a column of the board, from left to right; else of a status, those left early first. */
  readonly columns: ReadonlyMap<string, Ages>;
}

export async function leavingOf(sources: Sources, asked: FlowAsked): Promise<Leaving> {
  const rows = await sources.rows(leavingSql(sources, asked));
  const agesOf = (row: Row): Ages => ({
    finished: numberOf(row, 'finished'),
    edges: SHARES.map((_, nth) => numberOf(row, `p${nth}`)),
  });
  const [whole] = rows.filter((row) => row.name === null);
  return {
    whole: agesOf(whole ?? {}),
    columns: new Map(rows.flatMap((row) => (row.name === null ? [] : [[textOf(row, 'name'), agesOf(row)]]))),
  };
}

/** Columns: name (null: the whole), finished, p0, p1, p2. */
function leavingSql(sources: Sources, asked: FlowAsked): string {
  const same = 'v._connection = e._connection AND v.issue_id = e.issue_id AND v.entered_at <= e.finished_at';
  // What was left before work began (the last time, or since the reopening) would count as left on its first day.
  const isWork =
    "v.stage = 'indeterminate' AND (v.entered_at >= e.started_at OR v.left_at IS NULL OR v.left_at > e.started_at)";
  // Of a board every finished issue counts in every column, those that it skipped, too: else a later column could look faster than an earlier one.
  const passed =
    asked.board === null
      ? `SELECT e.*, v.status_name AS name, 0 AS place, v.left_at FROM ended e JOIN visit v ON ${same} AND ${isWork}`
      : `SELECT e.*, c.column_name AS name, c.place, v.left_at
         FROM ended e CROSS JOIN (SELECT DISTINCT column_name, place FROM ${boardStatuses(asked.board)} WHERE stage = 'indeterminate') c
         LEFT JOIN visit v ON ${same} AND v.place <= c.place`;
  const gone = `coalesce(max(least(coalesce(p.left_at, p.finished_at), p.finished_at)), p.started_at)`;
  const edges = SHARES.map(([share], nth) => `quantile_disc(age, ${share}) AS p${nth}`).join(', ');
  return `WITH ended AS MATERIALIZED (SELECT _connection, issue_id, started_at, finished_at, cycle_days FROM ${finishedOf(sources, asked)} f WHERE started_at IS NOT NULL),
      visit AS (SELECT _connection, issue_id, coalesce(status_name, 'unknown') AS status_name, stage, place, entered_at, left_at FROM ${visitsOf(sources, asked)} v),
      age AS (SELECT name, place, date_diff('day', started_at, greatest(started_at, gone)) + 1 AS age
        FROM (SELECT p.name, p.place, p.started_at, ${gone} AS gone FROM (${passed}) p GROUP BY p._connection, p.issue_id, p.finished_at, p.started_at, p.name, p.place)
        UNION ALL SELECT NULL, NULL, cycle_days FROM ended)
    SELECT name, count(*)::INT AS finished, ${edges} FROM age GROUP BY name, place ORDER BY place, count(*) < ${FEWEST}, p0, p1, p2, name`;
}

/** The largest share of finished issues that had left at a lower age; null: less than half of them, or too few are known. */
export function beyond(age: number, ages: Ages | undefined): number | null {
  if (ages === undefined || ages.finished < FEWEST) return null;
  const share = SHARES.findLast((_, nth) => age > (ages.edges[nth] ?? Number.POSITIVE_INFINITY));
  return share === undefined ? null : Math.round(share[0] * 100);
}

/** Those that are known well enough. */
export const bandsOf = (columns: readonly string[], leaving: Leaving) =>
  columns.flatMap((column) => {
    const { finished = 0, edges = [] } = leaving.columns.get(column) ?? {};
    if (finished < FEWEST) return [];
    const tip = (label: string, value: number) =>
      `${column}\n${label} of ${count(finished, 'finished issue')} had left it by ${inDays(value)}`;
    return [
      {
        column,
        edges: SHARES.map(([, label], nth) => ({ value: edges[nth] ?? 0, label, tip: tip(label, edges[nth] ?? 0) })),
      },
    ];
  });

/** @param open by column the issues that are there, with `age_days` and `beyond_percent` */
export function leavingSection(columns: readonly string[], open: readonly Row[], leaving: Leaving): Section {
  const rows = columns.map((column) => {
    const own = open.filter((row) => row.column_name === column);
    const { finished = 0, edges = [] } = leaving.columns.get(column) ?? {};
    const known = finished < FEWEST ? [] : edges;
    const shares = SHARES.map(([share], nth) => [`p${share * 100}_days`, known[nth] ?? null]);
    const old = own.filter((row) => numberOf(row, 'beyond_percent') >= 85).length;
    return { column, open: own.length, finished, ...Object.fromEntries(shares), old: known.length === 0 ? null : old };
  });
  const few = rows.filter(({ finished }) => finished < FEWEST).map(({ column }) => column);
  return {
    id: 'leaving',
    heading: 'Age at which finished issues had left each column',
    sentence: `Days since the first work until an issue had left a column, or status, for good${few.length === 0 ? '.' : `. Fewer than ${FEWEST} finished issues are known of ${few.join(', ')}: no percentiles there.`}`,
    isOpen: true,
    table: {
      columns: [
        { name: 'column', kind: 'text' },
        figure('finished', 'finished issues'),
        ...SHARES.map(([share, label]) => figure(`p${share * 100}_days`, `${label} within days`)),
        figure('open', 'open there'),
        figure('old', 'beyond 85 %'),
      ],
      rows,
    },
  };
}
