/** What happened to a sprint, one event a row, with what was left and the scope after it. */
import { literal } from '../../core/quote.js';
import type { Row, Sources } from '../sources.js';
import { type FlowAsked, linkOf, numberOf, textOf } from './asked.js';
import { onlyOf, outcomesOf } from './sprint-sources.js';

export type BurnEvent = Readonly<{
  /** ISO, UTC. */
  at: string;
  issue_key: string;
  event: string;
  who: string;
  /** Of what is left. */
  change: number;
  scope: number;
  left: number;
  url: string | null;
}>;

interface State {
  readonly isIn: boolean;
  readonly isDone: boolean;
  readonly estimate: number;
}

const NEW: State = { isIn: false, isDone: false, estimate: 0 };
const scopeOf = ({ isIn, estimate }: State) => (isIn ? estimate : 0);
const leftOf = (state: State) => (state.isDone ? 0 : scopeOf(state));

/** The first row is the start. */
export async function burnEvents(sources: Sources, asked: FlowAsked, meant: Row): Promise<readonly BurnEvent[]> {
  const states = new Map<string, State>();
  const events: BurnEvent[] = [];
  let [scope, left] = [0, 0];
  const start = {
    ...{ at: textOf(meant, 'sprint_started'), issue_key: '', event: 'start', who: '' },
    change: 0,
    url: null,
  };
  for (const row of await sources.rows(
    changesSql(sources, asked, meant, await estimateFieldOf(sources, asked, meant)),
  )) {
    const key = textOf(row, 'issue_key');
    const before = states.get(key) ?? NEW;
    const after = nextOf(before, row);
    states.set(key, after);
    scope += scopeOf(after) - scopeOf(before);
    const change = leftOf(after) - leftOf(before);
    if (row.event !== 'start' && events.length === 0)
      events.push({ ...start, scope: scope - scopeOf(after) + scopeOf(before), left });
    left += change;
    const event = eventOf(before, after);
    if (row.event === 'start' || event === null) continue;
    const who = textOf(row, 'who');
    events.push({ at: textOf(row, 'at'), issue_key: key, event, who, change, scope, left, url: linkOf(row) });
  }
  return events.length > 0 ? events : [{ ...start, scope, left }];
}

function nextOf(before: State, row: Row): State {
  const isDone = row.is_done === true;
  switch (row.event) {
    case 'removed':
      return { ...before, isIn: false };
    case 'estimate':
      return { ...before, estimate: numberOf(row, 'value') };
    case 'status':
      return { ...before, isDone };
    default:
      return { isIn: true, isDone, estimate: numberOf(row, 'value') };
  }
}

/** Null of what a sprint does not see: what an issue outside does, and moves that end or begin nothing. */
function eventOf(before: State, after: State): string | null {
  if (before.isIn !== after.isIn) return after.isIn ? 'added' : 'removed';
  if (!after.isIn) return null;
  if (before.isDone !== after.isDone) return after.isDone ? 'done' : 'reopened';
  return before.estimate === after.estimate ? null : 're-estimated';
}

/** By what the board of the sprint estimates; empty where that is nothing that a history tells. */
async function estimateFieldOf(sources: Sources, asked: FlowAsked, meant: Row): Promise<string> {
  const [row = {}] = await sources.rows(
    `SELECT any_value(estimate_field) AS field FROM ${outcomesOf(sources, asked)} o WHERE ${onlyOf(meant)}`,
  );
  return textOf(row, 'field');
}

/** Columns: at, issue_key, event, who, value, is_done, url; those of the start first. */
function changesSql(sources: Sources, asked: FlowAsked, meant: Row, field: string): string {
  const [connection, board] = [literal(textOf(meant, '_connection')), literal(textOf(meant, 'board_id'))];
  const moment = (name: string) => `TIMESTAMPTZ ${literal(textOf(meant, name))}`;
  const until = meant.sprint_closed === null ? 'now()' : moment('sprint_closed');
  const within = (name: string) => `${name} > ${moment('sprint_started')} AND ${name} <= ${until}`;
  const ids = sources.has('board_configuration', 'board_columns')
    ? `(SELECT list_filter(board_columns, lambda c: len(c.status_ids) > 0)[-1].status_ids FROM main.board_configuration WHERE _connection = ${connection} AND board_id = ${board} LIMIT 1)`
    : 'CAST(NULL AS VARCHAR[])';
  const who = (id: string) =>
    `(SELECT any_value(author_name) FROM main.history WHERE _connection = ${connection} AND author_id = ${id})`;
  const seconds = field === 'timeestimate' ? 3600 : 1;
  return `WITH meant AS (SELECT DISTINCT issue_id FROM ${outcomesOf(sources, asked)} o WHERE ${onlyOf(meant)} AND outcome <> 'completed_before'),
    stay AS (SELECT s.* FROM main.sprint_interval s WHERE ${onlyOf(meant)} AND issue_id IN (SELECT issue_id FROM meant)),
    event AS (
      SELECT issue_id, sprint_started AS at, 0 AS place, 'start' AS event, NULL AS who, estimate_at_start AS value, done_before_start AS is_done FROM stay WHERE was_member_at_start
      UNION ALL SELECT issue_id, entered_at, 1, 'added', entered_by, estimate_at_start, done_before_start FROM stay WHERE added_after_start
      UNION ALL SELECT issue_id, left_at, 1, 'removed', left_by, NULL, NULL FROM stay WHERE removed_before_end
      UNION ALL SELECT h.issue_id, h.valid_from, 2, 'estimate', h.author_id, TRY_CAST(h.value AS DOUBLE) / ${seconds}, NULL FROM main.field_history h
        WHERE h._connection = ${connection} AND h.field_id = ${literal(field)} AND h.issue_id IN (SELECT issue_id FROM meant) AND h.version_no > 1 AND ${within('h.valid_from')}
      UNION ALL SELECT v.issue_id, v.entered_at, 3, 'status', v.author_id, NULL,
        coalesce(list_contains(${ids}, v.status_id), v.status_category_key = 'done') FROM main.status_interval v
        WHERE v._connection = ${connection} AND v.issue_id IN (SELECT issue_id FROM meant) AND ${within('v.entered_at')})
    SELECT e.at, i.issue_key, e.event, coalesce(${who('e.who')}, e.who, '') AS who, e.value, e.is_done, i.url
    FROM event e JOIN (SELECT DISTINCT issue_id, issue_key, url FROM stay) i ON i.issue_id = e.issue_id ORDER BY e.place > 0, e.at, e.place, i.issue_key`;
}
