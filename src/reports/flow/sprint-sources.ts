/** What the sprint reports have in common: their rows, which sprint is meant, and what is said when there is none. */

import { literal } from '../../core/quote.js';
import type { Row, Sources } from '../sources.js';
import { type FlowAsked, textOf, within } from './asked.js';

export const ESTIMATES: readonly string[] = [
  'The estimate is the field that the board estimates by, as it was then; hours left where it estimates by time. An issue without one counts with 0.',
  "Done is the board's last column that has statuses, else the category done. What is moved up to two minutes before closing was there at the end.",
  'Sub-tasks count with --subtasks alone.',
];

/** Outcomes of issues, as far as asked for. */
export const outcomesOf = (sources: Sources, asked: FlowAsked): string =>
  `(SELECT * FROM main.sprint_outcome s WHERE ${within(sources, 'sprint_outcome', 's', asked)}${ofSprint(asked)})`;

const ofSprint = ({ sprint, board }: FlowAsked): string =>
  `${sprint === null ? '' : ` AND (s.sprint_id = ${literal(sprint)} OR s.sprint_name = ${literal(sprint)})`}${board === null ? '' : ` AND s._connection = ${literal(board.connection)} AND s.board_id = ${literal(board.id)}`}`;

/** The sprint that is meant: by name or id, else the one that runs, else the one closed last. Null when there is none. */
export async function meantSprint(sources: Sources, asked: FlowAsked): Promise<Row | null> {
  if (!sources.has('sprint_outcome')) return null;
  const rows = await sources.rows(
    `SELECT DISTINCT _connection, sprint_id, coalesce(sprint_name, sprint_id) AS sprint_name, sprint_state, board_id, sprint_started, sprint_closed
     FROM ${outcomesOf(sources, asked)} o
     ORDER BY sprint_state = 'active' DESC, coalesce(sprint_closed, sprint_started) DESC, sprint_id DESC`,
  );
  return rows[0] ?? null;
}

export const onlyOf = (row: Row): string =>
  `_connection = ${literal(textOf(row, '_connection'))} AND sprint_id = ${literal(textOf(row, 'sprint_id'))}`;

/** Why there is nothing, and what to do. */
export async function nothing(sources: Sources, asked: FlowAsked): Promise<string> {
  if (!sources.has('sprint_outcome'))
    return 'No sprints were read yet: connector sync --stream board_sprints --stream board_configuration --stream issue_changelog.';
  const [last] = await sources.rows(
    `SELECT strftime(max(sprint_closed), '%Y-%m-%d') AS closed FROM ${outcomesOf(sources, asked)} o WHERE sprint_state = 'closed'`,
  );
  if (typeof last?.closed === 'string')
    return `No sprint was closed in this period; the last one was closed on ${last.closed}: --start ${last.closed}.`;
  if (asked.sprint !== null || asked.board !== null)
    return 'No such sprint had issues while it ran; connector query "SELECT sprint_id, name, state, board_id FROM sprint" lists them all.';
  return 'No sprint that was started has issues; sprints are read by connector sync --stream board_sprints --stream board_configuration.';
}
