/**
 * What flow reports count: the times that issues were in a status, with the stage that a board or the status's category makes of
 * it. Every report reads this one set, so that none can disagree with another about what is begun or done.
 */

import { count } from '../../core/count.js';
import { literal } from '../../core/quote.js';
import { type Sources, valueRows } from '../sources.js';
import { endOfDay, type FlowAsked, numberOf, within } from './asked.js';
import { boardStatuses } from './board.js';
import { groupSql } from './groups.js';

/** Categories from left to right, as columns of a board are. */
const PLACES = [
  ['new', '1'],
  ['indeterminate', '2'],
  ['done', '3'],
] as const;

/**
 * In brackets: _connection, issue_id, issue_key, status_name, entered_at, left_at, seconds, is_current, history_broken, `nth` of the issue, moved_back, stage_before, `stage` (a
 * category, or unknown), `place` (from left to right), `column_name`, `grp`.
 */
export function visitsOf(sources: Sources, asked: FlowAsked): string {
  const { board, asOf } = asked;
  const group = groupSql(asked);
  const stages =
    board === null
      ? ` LEFT JOIN (SELECT stage, CAST(place AS INTEGER) AS place, stage AS column_name FROM ${valueRows(PLACES, 2)} t(stage, place)) b ON b.stage = v.status_category_key`
      : ` LEFT JOIN ${boardStatuses(board)} b ON b.status_id = v.status_id`;
  const end = asOf === null ? null : endOfDay(asOf);
  const isOver = end === null ? 'v.left_at IS NOT NULL' : `coalesce(v.left_at < ${end}, false)`;
  const seconds =
    end === null
      ? 'v.seconds'
      : `CASE WHEN ${isOver} THEN v.seconds ELSE CAST(floor(epoch(${end}) - epoch(v.entered_at)) AS BIGINT) END`;
  const conditions = [
    within(sources, 'issue', 'i', asked, 'id'),
    ...(end === null ? [] : [`v.entered_at < ${end}`]),
    ...onBoard(asked),
  ];
  return `(SELECT v._connection, v.issue_id, v.issue_key, v.status_name, v.entered_at, CASE WHEN ${isOver} THEN v.left_at END AS left_at,
      ${seconds} AS seconds, NOT (${isOver}) AS is_current, v.history_broken, coalesce(b.stage, 'unknown') AS stage, b.place, b.column_name,
      row_number() OVER turn AS nth, lag(coalesce(b.stage, 'unknown')) OVER turn AS stage_before, coalesce(b.place < lag(b.place) OVER turn, false) AS moved_back, ${group.sql} AS grp
    FROM main.status_interval v JOIN main.issue i ON i._connection = v._connection AND i.id = v.issue_id${stages}${group.join}
    WHERE ${conditions.join(' AND ')}
    WINDOW turn AS (PARTITION BY v._connection, v.issue_id ORDER BY v.entered_at, coalesce(v.left_at, v.entered_at), v.is_current))`;
}

/** How many issues a board's columns leave out. */
export async function elsewhereNotes(sources: Sources, asked: FlowAsked): Promise<readonly string[]> {
  if (asked.board === null) return [];
  const [row = {}] = await sources.rows(
    `SELECT count(*)::INT AS issues FROM ${visitsOf(sources, asked)} v WHERE is_current AND stage = 'unknown'`,
  );
  const issues = numberOf(row, 'issues');
  return issues === 0 ? [] : [`Left out: ${count(issues, 'issue')} in a status that stands in no column of the board.`];
}

/** Conditions on an issue `i`. */
export function onBoard({ board }: FlowAsked): readonly string[] {
  if (board === null) return [];
  const connection = literal(board.connection);
  const ids = `SELECT issue_id FROM main.board_issues WHERE _connection = ${connection} AND board_id = ${literal(board.id)}`;
  return [`i._connection = ${connection}`, ...(board.knowsIssues ? [`i.id IN (${ids})`] : [])];
}
