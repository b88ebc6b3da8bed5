/** When issues were finished, by which rule, and how long the work on them took: what `cycle_time` says, with the choices of a report. */
import { literal } from '../../core/quote.js';
import type { Sources } from '../sources.js';
import { during, endOfDay, type FlowAsked, NO_RESOLUTION, within } from './asked.js';
import { groupSql } from './groups.js';
import { IN_PROGRESS } from './names.js';
import { onBoard, visitsOf } from './visits.js';

/**
 * In brackets: the moments at which issues were finished and reopened, in turn: _connection, issue_id, moment, nth, is_end, grp.
 * @param visits what names the visits; see `visitsOf`
 */
export function turnsOf(sources: Sources, asked: FlowAsked, visits = visitsOf(sources, asked)): string {
  if (asked.doneBy === 'resolution') return resolutionTurns(sources, asked);
  return `(SELECT _connection, issue_id, entered_at AS moment, nth, stage = 'done' AS is_end, grp FROM ${visits}
    WHERE (stage = 'done') <> coalesce(stage_before = 'done', false))`;
}

/**
 * In brackets: of each issue that is not finished, the visit that goes on; of a board those alone that stand in one of its columns.
 * @param visits what names the visits; see `visitsOf`
 */
export function openOf(sources: Sources, asked: FlowAsked, visits = visitsOf(sources, asked)): string {
  const resolved = `(v._connection, v.issue_id) IN (SELECT _connection, issue_id FROM ${turnsOf(sources, asked, visits)} GROUP BY ALL HAVING arg_max(is_end, nth))`;
  const isOver = asked.doneBy === 'status' ? "v.stage = 'done'" : resolved;
  return `(SELECT v.* FROM ${visits} v WHERE v.is_current AND NOT (${isOver})${asked.board === null ? '' : " AND v.stage <> 'unknown'"})`;
}

/** Where no history tells when a resolution came, the issue's own date does. */
function resolutionTurns(sources: Sources, asked: FlowAsked): string {
  const group = groupSql(asked);
  const resolved = sources.column('i', 'issue', 'resolution_date', 'TIMESTAMPTZ');
  // The date is that of the last resolution: of an issue that was without one since, the first came on another day.
  const at = `CASE WHEN h.version_no = 1 AND bool_and(h.value_id IS NOT NULL) OVER (PARTITION BY h._connection, h.issue_id) THEN coalesce(${resolved}, h.valid_from) ELSE h.valid_from END`;
  const conditions = ["h.field_id = 'resolution'", within(sources, 'issue', 'i', asked, 'id'), ...onBoard(asked)];
  const steps = `SELECT h._connection, h.issue_id, ${at} AS moment, h.version_no AS nth, h.value_id IS NOT NULL AS is_end, ${group.sql} AS grp,
      coalesce(lag(h.value_id) OVER (PARTITION BY h._connection, h.issue_id ORDER BY h.version_no) IS NOT NULL, false) AS before
    FROM main.field_history h JOIN main.issue i ON i._connection = h._connection AND i.id = h.issue_id${group.join} WHERE ${conditions.join(' AND ')}`;
  const over = asked.asOf === null ? '' : ` AND moment < ${endOfDay(asked.asOf)}`;
  return `(SELECT * EXCLUDE (before) FROM (${steps}) WHERE is_end <> before${over})`;
}

/**
 * In brackets, one row for each time that an issue was finished in the period, which is its last one unless each counts: _connection, issue_id,
 * issue_key, issue_summary, issue_type_name, resolution_name, started_at,
 * finished_at, cycle_days, active_days, timed_days (null: never there), waiting_days, flow_efficiency (a share, of what was begun), lead_days, reopened_count, moved_back, history_broken, url, grp.
 */
export function finishedOf(sources: Sources, asked: FlowAsked): string {
  const column = (name: string, type?: string) => sources.column('i', 'issue', name, type);
  const split = asked.reopened === 'split';
  const anywhere = asked.projectThen ? { ...asked, projects: null } : asked;
  const created = column('created', 'TIMESTAMPTZ');
  const resolution = resolutionThen(sources, asked);
  const from = split ? `coalesce(w.reopened_at, ${created})` : created;
  const days = (since: string) => `round((epoch_ms(w.finished_at) - epoch_ms(${since})) // 1000 / 86400, 2)`;
  return `(WITH visit AS MATERIALIZED (SELECT ${[...VISIT, ...namesOf(asked)].join(', ')} FROM ${visitsOf(sources, anywhere)}),
    cycle AS (SELECT *, lag(moment) OVER turn AS reopened_at, lead(moment) OVER turn AS undone_at, count(*) FILTER (NOT is_end) OVER turn AS reopened
      FROM ${turnsOf(sources, anywhere, 'visit')} WINDOW turn AS (PARTITION BY _connection, issue_id ORDER BY nth)),
    ended AS (SELECT _connection, issue_id, moment AS finished_at, reopened_at, ${split ? 'reopened_at' : 'NULL::TIMESTAMPTZ'} AS since, undone_at, reopened, grp
      FROM cycle WHERE is_end${split ? '' : ' AND undone_at IS NULL'} AND ${during('moment', asked.span)}${inProjectThen(sources, asked)}),
    bounded AS MATERIALIZED (SELECT e.*, ${asked.begunAt === 'last' ? lastWait : 'e.since'} AS lower FROM ended e),
    work AS (SELECT e._connection, e.issue_id, e.finished_at, e.reopened_at, e.undone_at, e.reopened, any_value(e.grp) AS grp,
        min(${begins}) FILTER (${inside}) AS started_at,
        sum(CASE WHEN ${inside} THEN ${overlap} ELSE 0 END) AS active_seconds,
        sum(${timed}) FILTER (${isTimed(asked)}) AS timed_seconds,
        sum(CASE WHEN ${inside} AND ${isWaiting(asked)} THEN ${overlap} ELSE 0 END) AS waiting_seconds, bool_or(v.moved_back) AS moved_back, bool_or(v.history_broken) AS history_broken
      FROM bounded e JOIN visit v ON v._connection = e._connection AND v.issue_id = e.issue_id GROUP BY e._connection, e.issue_id, e.finished_at, e.reopened_at, e.undone_at, e.reopened),
    flagged AS (${flaggedTimes(sources, asked)})
    SELECT w._connection, w.issue_id, i.key AS issue_key, ${column('summary')} AS issue_summary, ${column('issue_type_name')} AS issue_type_name, ${resolution.sql} AS resolution_name,
      w.started_at, w.finished_at, coalesce(date_diff('day', w.started_at, w.finished_at) + 1, 0) AS cycle_days,
      round(w.active_seconds / 86400, 2) AS active_days, round(w.timed_seconds / 86400, 2) AS timed_days, round(${waited} / 86400, 2) AS waiting_days,
      (w.active_seconds - ${waited}) / nullif(floor((epoch_ms(w.finished_at) - epoch_ms(w.started_at)) / 1000), 0) AS flow_efficiency, ${days(from)} AS lead_days, w.reopened AS reopened_count, w.moved_back, w.history_broken, ${column('url')} AS url, w.grp
    FROM work w JOIN main.issue i ON i._connection = w._connection AND i.id = w.issue_id
      LEFT JOIN flagged f ON f._connection = w._connection AND f.issue_id = w.issue_id AND f.finished_at = w.finished_at${resolution.join} WHERE ${resolutionIn(asked, resolution.sql)})`;
}

/** The issue was in one of the projects when it was finished, wherever it is now. */
function inProjectThen(sources: Sources, { projects, projectThen }: FlowAsked): string {
  if (!projectThen || projects === null) return '';
  const keys = projects.map(literal).join(', ');
  const ids = [
    `SELECT _connection, project_id FROM main.issue WHERE project_key IN (${keys})`,
    // All issues of a project may be elsewhere now.
    ...(sources.has('project_search', 'id') && sources.has('project_search', 'key')
      ? [`SELECT _connection, id FROM main.project_search WHERE key IN (${keys})`]
      : []),
  ];
  return ` AND EXISTS (FROM main.project_interval p WHERE p._connection = cycle._connection AND p.issue_id = cycle.issue_id
    AND p.entered_at <= moment AND (p.left_at IS NULL OR p.left_at > moment) AND (p._connection, p.in_project_id) IN (${ids.join(' UNION ALL ')}))`;
}

/** What is kept of visits: there are many. */
const VISIT = [
  ...['_connection', 'issue_id', 'entered_at', 'left_at', 'nth', 'stage', 'stage_before'],
  ...['moved_back', 'history_broken', 'grp'],
];

/** Names of a visit, which take as much room as all the rest. */
const namesOf = ({ waiting, timeIn }: FlowAsked) =>
  waiting === null && timeIn === null ? [] : ['status_name', 'column_name'];

/** Of an end `e` and a visit `v`: the visit, or its part from `lower` on, is work that belongs to it. */
const inside =
  "v.stage = 'indeterminate' AND v.entered_at <= e.finished_at AND (e.lower IS NULL OR v.entered_at >= e.lower OR coalesce(v.left_at > e.lower, true))";
const begins = 'greatest(v.entered_at, e.lower)';
const overlap = `floor((epoch_ms(least(coalesce(v.left_at, e.finished_at), e.finished_at)) - epoch_ms(${begins})) / 1000)`;

/** Of an end `e` and a visit `v`: its seconds until the end, since the creation or the reopening that the end goes with. */
const timed = `floor((epoch_ms(least(coalesce(v.left_at, e.finished_at), e.finished_at)) - epoch_ms(greatest(v.entered_at, e.since))) / 1000)`;

function isTimed({ timeIn, board }: FlowAsked): string {
  if (timeIn === null) return 'false';
  const names = `${board === null ? 'v.status_name' : 'v.column_name'} IN (${timeIn.map(literal).join(', ')})`;
  const isChosen = timeIn.includes(IN_PROGRESS) ? `(v.stage = 'indeterminate' OR ${names})` : names;
  return `${isChosen} AND v.entered_at <= e.finished_at AND (e.since IS NULL OR coalesce(v.left_at > e.since, true))`;
}

const waited = '(w.waiting_seconds + coalesce(f.seconds, 0))';

const isWaiting = ({ waiting }: FlowAsked) =>
  waiting === null ? 'false' : `coalesce(v.status_name IN (${waiting.map(literal).join(', ')}), false)`;

/** Of each end the seconds of work under a flag, outside of statuses that wait anyway. */
function flaggedTimes(sources: Sources, asked: FlowAsked): string {
  if (asked.waiting === null || !sources.has('flag_interval'))
    return 'SELECT NULL AS _connection, NULL AS issue_id, NULL::TIMESTAMPTZ AS finished_at, 0 AS seconds WHERE false';
  const last = 'least(coalesce(v.left_at, e.finished_at), coalesce(g.left_at, e.finished_at), e.finished_at)';
  return `SELECT e._connection, e.issue_id, e.finished_at, sum(greatest(0, floor((epoch_ms(${last}) - epoch_ms(greatest(${begins}, g.entered_at))) / 1000))) AS seconds
    FROM bounded e JOIN visit v ON v._connection = e._connection AND v.issue_id = e.issue_id JOIN main.flag_interval g ON g._connection = e._connection AND g.issue_id = e.issue_id
    WHERE ${inside} AND NOT ${isWaiting(asked)} GROUP BY ALL`;
}

/** Since when the issue did not wait to be begun any more. */
const lastWait = `coalesce((SELECT max(n.left_at) FROM visit n WHERE n._connection = e._connection AND n.issue_id = e.issue_id AND n.stage = 'new' AND n.left_at <= e.finished_at AND (e.since IS NULL OR n.entered_at >= e.since)), e.since)`;

/** When resolutions were set and cleared is known. */
export const knowsResolutions = (sources: Sources): boolean =>
  sources.has('field_history') && sources.has('issue', 'resolution_id');

/** Of an issue `i` and its end `w`: the resolution it had last before it was reopened, or before the day's end; and the join for it. */
function resolutionThen(sources: Sources, { asOf, reopened }: FlowAsked) {
  if ((asOf === null && reopened === 'once') || !knowsResolutions(sources))
    return { sql: sources.column('i', 'issue', 'resolution_name'), join: '' };
  const until = `coalesce(w.undone_at, ${asOf === null ? "TIMESTAMPTZ 'infinity'" : endOfDay(asOf)})`;
  const join = ` LEFT JOIN main.field_history h ON h._connection = w._connection AND h.issue_id = w.issue_id AND h.field_id = 'resolution'
    AND h.valid_from < ${until} AND coalesce(h.valid_until >= ${until}, true)`;
  if (!sources.has('resolutions', 'id') || !sources.has('resolutions', 'name')) return { sql: 'h.value', join };
  // Renamed since: a history has the name of its day, the option takes that of today.
  const named = ' LEFT JOIN main.resolutions r ON r._connection = h._connection AND r.id = h.value_id';
  return { sql: 'coalesce(r.name, h.value)', join: join + named };
}

function resolutionIn({ resolutions, excludedResolutions }: FlowAsked, column: string): string {
  const name = `coalesce(${column}, ${literal(NO_RESOLUTION)})`;
  const list = (names: readonly string[]) => names.map(literal).join(', ');
  return [
    ...(resolutions === null ? ['true'] : [`${name} IN (${list(resolutions)})`]),
    ...(excludedResolutions.length === 0 ? [] : [`${name} NOT IN (${list(excludedResolutions)})`]),
  ].join(' AND ');
}

/** When work on an issue was taken for begun. */
export const begunNote = ({ begunAt, reopened }: FlowAsked): string =>
  `Work begins with the first entry into progress${begunAt === 'last' ? ' after the issue last waited to be begun' : ''}${reopened === 'split' ? ', of each end since the creation or the reopening' : ''}.`;

/** How issues were taken for finished. */
export function finishedNotes({ doneBy, reopened, board, ...asked }: FlowAsked): readonly string[] {
  const done = board === null ? 'entered a status of the category done' : "entered the board's last column";
  const end = doneBy === 'status' ? done : 'got its resolution';
  const kept = [
    ...(asked.resolutions === null ? [] : [`Only what was resolved as ${asked.resolutions.join(', ')}.`]),
    ...(asked.excludedResolutions.length === 0
      ? []
      : [`Without what was resolved as ${asked.excludedResolutions.join(', ')}.`]),
  ];
  const times =
    reopened === 'split' ? 'each time counts, from the creation or the reopening on' : 'reopened ones count once';
  return [
    `An issue is finished on the day it ${reopened === 'split' ? '' : 'last '}${end}; ${times}.`,
    ...kept,
    ...(asked.projectThen ? ['An issue counts in the project that it was in when it was finished.'] : []),
  ];
}
