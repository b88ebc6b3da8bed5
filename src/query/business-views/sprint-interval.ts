/**
 * `sprint_interval`: how long an issue was in a sprint, what it was estimated at and whether it was done when it came in and when
 * it left; and `sprint_outcome`, what became of it there.
 */
import type { ConnectionTables } from './connection-tables.js';
import { NEVER } from './field-steps.js';
import { statusIntervalView } from './intervals.js';
import { connectionOf, urlOf } from './issue-views.js';
import { PresentNames } from './present-names.js';
import { staysOf } from './set-stays.js';
import { type Source, selectOf, shown, type ViewBody } from './shown-column.js';
import { doneStatuses, estimateField, estimatesOf, sprintsFollowed } from './sprint-steps.js';

const TIMESTAMP = 'TIMESTAMP WITH TIME ZONE';
const NO_TIME = `CAST(NULL AS ${TIMESTAMP})`;

const TOLERANCE_MINUTES = 2;

/** Sprints by id, in brackets: the board they were made on, when they were started and closed. */
export function sprintsOf(tables: ConnectionTables): string {
  const sprint = tables.source('board_sprints', 's');
  if (!sprint.has('id'))
    return `(SELECT CAST(NULL AS VARCHAR) AS id, CAST(NULL AS VARCHAR) AS title, CAST(NULL AS VARCHAR) AS phase, CAST(NULL AS VARCHAR) AS board, ${NO_TIME} AS started, ${NO_TIME} AS closed)`;
  const board = `coalesce(${sprint.sql('origin_board_id')}, ${sprint.sql('board_id')})`;
  const state = `lower(${sprint.sql('state')})`;
  const began = `coalesce(${sprint.sql('activated_date', TIMESTAMP)}, ${sprint.sql('start_date', TIMESTAMP)})`;
  const own = `coalesce(${sprint.sql('board_id')} = ${sprint.sql('origin_board_id')}, false)`;
  return `(SELECT ${sprint.sql('id')} AS id, ${sprint.sql('name')} AS title, ${state} AS phase, ${board} AS board,
      CASE WHEN ${state} <> 'future' THEN ${began} END AS started,
      CASE WHEN ${state} = 'closed' THEN coalesce(${sprint.sql('complete_date', TIMESTAMP)}, ${sprint.sql('end_date', TIMESTAMP)}) END AS closed
    FROM ${sprint.rows('all')} QUALIFY row_number() OVER (PARTITION BY ${sprint.sql('id')} ORDER BY ${own} DESC, TRY_CAST(${sprint.sql('board_id')} AS BIGINT)) = 1)`;
}

export function sprintIntervalView(tables: ConnectionTables): ViewBody | null {
  const issue = tables.source('issue_search', 'i');
  const rows = measuredStays(tables, issue);
  if (rows === null) return null;
  const names = new PresentNames(tables);
  return {
    columns: [
      connectionOf(tables),
      issue.column('issue_id', 'id'),
      issue.column('issue_key', 'key'),
      issue.column('issue_summary', 'summary'),
      issue.column('project_key'),
      issue.column('issue_type_name'),
      issue.column('issue_type_subtask', 'issue_type_subtask', 'BOOLEAN'),
      names.column(issue, 'assignee_name'),
      ...['sprint_id', 'sprint_name', 'sprint_state', 'board_id'].map((name) => shown(name, 'VARCHAR', `r.${name}`)),
      ...['sprint_started', 'sprint_closed', 'entered_at', 'left_at'].map((name) =>
        shown(name, TIMESTAMP, `r.${name}`),
      ),
      ...['entered_by', 'left_by', 'estimate_field'].map((name) => shown(name, 'VARCHAR', `r.${name}`)),
      ...['was_member_at_start', 'was_member_at_end', 'added_after_start', 'removed_before_end'].map(boolean),
      ...['estimate_at_start', 'estimate_at_end'].map((name) => shown(name, 'DOUBLE', `r.${name}`)),
      ...['done_before_start', 'done_at_end', 'history_broken'].map(boolean),
      urlOf(tables, issue),
    ],
    from: `FROM ${rows} r JOIN ${issue.rows('live')} ON ${issue.sql('id')} = r.issue_id${names.joins}`,
  };
}

const boolean = (name: string) => shown(name, 'BOOLEAN', `r.${name}`);

/** Stays with what they were at both ends, in brackets. Of a stay that began after the start, the start is when it began. */
function measuredStays(tables: ConnectionTables, issue: Source): string | null {
  const stays = staysOf(tables, issue, sprintsFollowed(issue));
  const estimates = estimatesOf(tables, issue);
  const statuses = statusIntervalView(tables);
  if (stays === null || estimates === null || statuses === null) return null;
  const lastColumn = doneStatuses(tables) ?? '(SELECT NULL AS board_id, NULL AS status_id WHERE 1 = 0)';
  const at = (alias: string, moment: string) =>
    `${alias}.issue_id = m.issue_id AND ${alias}.since <= m.${moment} AND coalesce(${alias}.until, ${NEVER}) > m.${moment}`;
  const measured = (
    n: 1 | 2,
    moment: string,
  ) => ` LEFT JOIN estimate e${n} ON e${n}.field = m.estimate_field AND ${at(`e${n}`, moment)}
      LEFT JOIN visit v${n} ON ${at(`v${n}`, moment)} LEFT JOIN last_column d${n} ON d${n}.board_id = m.board_id AND d${n}.status_id = v${n}.status_id`;
  const value = (n: 1 | 2) =>
    `CASE WHEN m.came THEN CASE WHEN m.estimate_field = 'issueCount' THEN 1 ELSE e${n}.value END END`;
  const isDone = (n: 1 | 2) =>
    `m.came AND CASE WHEN m.has_columns THEN d${n}.status_id IS NOT NULL ELSE coalesce(v${n}.status_category_key = 'done', false) END`;
  return `(WITH last_column AS ${lastColumn}, estimate AS (SELECT * FROM ${estimates} e),
    visit AS (SELECT issue_id, status_id, status_category_key, entered_at AS since, left_at AS until FROM (${selectOf(statuses, tables)}) v),
    moment AS (SELECT n.*, CASE WHEN since > sprint_started THEN since ELSE sprint_started END AS begin_at,
        CASE WHEN to_end THEN coalesce(sprint_closed, ${tables.dialect.now}) ELSE until END AS end_at,
        board_id IN (SELECT board_id FROM last_column) AS has_columns
      FROM (${staysInSprints(tables, stays)}) n)
    SELECT m.issue_id, m.sprint_id, m.sprint_name, m.sprint_state, m.board_id, m.sprint_started, m.sprint_closed, m.since AS entered_at,
      m.until AS left_at, m.entered_by, m.left_by, m.estimate_field, m.broken AS history_broken,
      m.came AND m.since <= m.sprint_started AS was_member_at_start, m.came AND m.to_end AS was_member_at_end,
      m.came AND m.since > m.sprint_started AS added_after_start, m.came AND NOT m.to_end AS removed_before_end,
      ${value(1)} AS estimate_at_start, ${value(2)} AS estimate_at_end, ${isDone(1)} AS done_before_start, ${isDone(2)} AS done_at_end
    FROM moment m${measured(1, 'begin_at')}${measured(2, 'end_at')})`;
}

/** `came`: was in the sprint while it ran; `to_end`: until it was closed, or now. Those of sprints to come did neither. */
function staysInSprints(tables: ConnectionTables, stays: string): string {
  const config = tables.source('board_configuration', 'k');
  const configured = config.has('board_id')
    ? ` LEFT JOIN ${config.rows('live')} ON ${config.sql('board_id')} = sp.board`
    : '';
  // What left within the last minutes was there until the end: closing moves it, and the two clocks need not agree.
  const close = tables.dialect.minutesBefore('sp.closed', TOLERANCE_MINUTES);
  return `SELECT y.*, y.element AS sprint_id, sp.title AS sprint_name, sp.phase AS sprint_state, sp.board AS board_id, sp.started AS sprint_started, sp.closed AS sprint_closed,
      ${estimateField(tables, tables.source('issue_search', 'i'), config)} AS estimate_field,
      coalesce(sp.started IS NOT NULL AND (sp.closed IS NULL OR y.since <= sp.closed) AND (y.until IS NULL OR y.until > sp.started), false) AS came,
      y.until IS NULL OR coalesce(y.until >= ${close}, false) AS to_end
    FROM ${stays} y LEFT JOIN ${sprintsOf(tables)} sp ON sp.id = y.element${configured}`;
}

/**
 * One row for each issue that was in a sprint while it ran. An issue that came back has one row: what it was when it first came,
 * and when it last left.
 */
export function sprintOutcomeView(tables: ConnectionTables): ViewBody | null {
  const stays = sprintIntervalView(tables);
  if (stays === null) return null;
  const { dialect } = tables;
  const key = 'PARTITION BY issue_id, sprint_id ORDER BY entered_at';
  const same = stays.columns.filter(({ name }) => SAME.includes(name));
  const first = (value: string) => `max(CASE WHEN nth = 1 THEN ${value} END)`;
  const last = (value: string) => `max(CASE WHEN back = 1 THEN ${value} END)`;
  const flag = (value: string) => `CASE WHEN ${value} THEN 1 ELSE 0 END`;
  const doneFirst = `${first(flag('done_before_start'))} = 1`;
  const doneLast = `${last(flag('done_at_end'))} = 1`;
  const stayed = `${last(flag('was_member_at_end'))} = 1`;
  const outcome = `CASE WHEN ${doneFirst} AND ${doneLast} THEN 'completed_before' WHEN NOT ${stayed} THEN 'removed' WHEN ${doneLast} THEN 'completed' ELSE 'not_completed' END`;
  const [start, end] = [first('coalesce(estimate_at_start, 0)'), last('coalesce(estimate_at_end, 0)')];
  const named = (name: string, type: string, sql: string) => shown(name, type, sql);
  return {
    columns: [
      ...same.map((column) => named(column.name, column.type, dialect.name(column.name))),
      named('outcome', 'VARCHAR', outcome),
      named('was_committed', 'BOOLEAN', `${first(flag('was_member_at_start'))} = 1 AND NOT ${doneFirst}`),
      named('was_added', 'BOOLEAN', `${first(flag('was_member_at_start'))} = 0 AND NOT (${doneFirst} AND ${doneLast})`),
      named('estimate_at_start', 'DOUBLE', start),
      named('estimate_at_end', 'DOUBLE', end),
      named('is_unestimated', 'BOOLEAN', `${last('estimate_at_end')} IS NULL`),
      named('entered_at', TIMESTAMP, first('entered_at')),
      named('left_at', TIMESTAMP, last('left_at')),
      named('history_broken', 'BOOLEAN', `max(${flag('history_broken')}) = 1`),
    ],
    from:
      `FROM (SELECT s.*, row_number() OVER (${key}) AS nth, row_number() OVER (${key} DESC) AS back FROM (${selectOf(stays, tables)}) s` +
      ` WHERE was_member_at_start OR added_after_start) o GROUP BY ${same.map(({ name }) => dialect.name(name)).join(', ')}`,
  };
}

/** Columns that all stays of one issue in one sprint share. */
const SAME = [
  ...['connection', 'issue_id', 'issue_key', 'issue_summary', 'project_key', 'issue_type_name', 'issue_type_subtask'],
  ...['assignee_name', 'sprint_id', 'sprint_name', 'sprint_state', 'board_id', 'sprint_started', 'sprint_closed'],
  ...['estimate_field', 'url'],
];

/** Sums and counts of a sprint, of issues that are no sub-tasks: boards estimate their parents. */
export function sprintSummaryView(tables: ConnectionTables): ViewBody | null {
  const outcomes = sprintOutcomeView(tables);
  if (outcomes === null) return null;
  const { dialect } = tables;
  const sum = (condition: string, value: string) => `sum(CASE WHEN ${condition} THEN ${value} ELSE 0 END)`;
  const count = (name: string, condition: string) => shown(name, 'BIGINT', `CAST(${sum(condition, '1')} AS BIGINT)`);
  const changed = "outcome <> 'completed_before'";
  const committed = sum('was_committed', 'estimate_at_start');
  const added = sum('was_added', 'estimate_at_start');
  const removed = sum("outcome = 'removed'", 'estimate_at_end');
  const reEstimated = sum(changed, 'abs(estimate_at_end - estimate_at_start)');
  const rest = sum("outcome = 'not_completed' AND sprint_state = 'closed'", 'estimate_at_end');
  const own = outcomes.columns.filter(({ name }) => OF_SPRINT.includes(name));
  return {
    columns: [
      ...own.map(({ name, type }) => shown(name, type, dialect.name(name))),
      shown('committed', 'DOUBLE', committed),
      shown('completed', 'DOUBLE', sum("outcome = 'completed'", 'estimate_at_end')),
      shown('added', 'DOUBLE', added),
      shown('removed', 'DOUBLE', removed),
      shown('re_estimated', 'DOUBLE', reEstimated),
      shown('carried_over', 'DOUBLE', rest),
      shown('scope_change', 'DOUBLE', `round((${added} + ${removed} + ${reEstimated}) / nullif(${committed}, 0), 4)`),
      count('committed_issues', 'was_committed'),
      count('completed_issues', "outcome = 'completed'"),
      count('added_issues', 'was_added'),
      count('removed_issues', "outcome = 'removed'"),
      count('re_estimated_issues', `${changed} AND estimate_at_end <> estimate_at_start`),
      count('carried_over_issues', "outcome = 'not_completed' AND sprint_state = 'closed'"),
      count('completed_before_issues', "outcome = 'completed_before'"),
      count('unestimated_issues', `${changed} AND is_unestimated`),
    ],
    from: `FROM (${selectOf(outcomes, tables)}) o WHERE NOT coalesce(issue_type_subtask, false) GROUP BY ${own.map(({ name }) => dialect.name(name)).join(', ')}`,
  };
}

const OF_SPRINT = [
  'connection',
  'sprint_id',
  'sprint_name',
  'sprint_state',
  'board_id',
  'sprint_started',
  'sprint_closed',
];
