/** When issues were finished, by which rule, and how long the work on them took: what `cycle_time` says, with the choices of a report. */
import { literal } from '../../core/quote.js';
import type { Sources } from '../sources.js';
import { during, endOfDay, type FlowAsked, NO_RESOLUTION, within } from './asked.js';
import { groupSql } from './groups.js';
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

/** Where no history tells when a resolution came, the issue's own date does. */
function resolutionTurns(sources: Sources, asked: FlowAsked): string {
  const end = asked.asOf === null ? [] : [`h.valid_from < ${endOfDay(asked.asOf)}`];
  const group = groupSql(asked);
  const resolved = sources.column('i', 'issue', 'resolution_date', 'TIMESTAMPTZ');
  const at = `CASE WHEN h.version_no = 1 AND h.value_id IS NOT NULL THEN coalesce(${resolved}, h.valid_from) ELSE h.valid_from END`;
  const conditions = [
    "h.field_id = 'resolution'",
    within(sources, 'issue', 'i', asked, 'id'),
    ...end,
    ...onBoard(asked),
  ];
  const steps = `SELECT h._connection, h.issue_id, ${at} AS moment, h.version_no AS nth, h.value_id IS NOT NULL AS is_end, ${group.sql} AS grp,
      coalesce(lag(h.value_id) OVER (PARTITION BY h._connection, h.issue_id ORDER BY h.version_no) IS NOT NULL, false) AS before
    FROM main.field_history h JOIN main.issue i ON i._connection = h._connection AND i.id = h.issue_id${group.join} WHERE ${conditions.join(' AND ')}`;
  const over = asked.asOf === null ? '' : ` AND moment < ${endOfDay(asked.asOf)}`;
  return `(SELECT * EXCLUDE (before) FROM (${steps}) WHERE is_end <> before${over})`;
}

/**
 * In brackets, one row for each time that an issue was finished in the period, which is its last one unless each counts: _connection, issue_id,
 * issue_key, issue_summary, issue_type_name, resolution_name, created, begun_from (when it was created or reopened), started_at,
 * finished_at, cycle_days, active_days, waiting_days, flow_efficiency (a share, of what was begun), lead_days, reopened_count, moved_back, history_broken, url, grp.
 */
export function finishedOf(sources: Sources, asked: FlowAsked): string {
  const column = (name: string, type?: string) => sources.column('i', 'issue', name, type);
  const split = asked.reopened === 'split';
  const anywhere = asked.projectThen ? { ...asked, projects: null } : asked;
  const created = column('created', 'TIMESTAMPTZ');
  const from = split ? `coalesce(w.reopened_at, ${created})` : created;
  const days = (since: string) => `round((epoch_ms(w.finished_at) - epoch_ms(${since})) // 1000 / 86400, 2)`;
  return `(WITH visit AS MATERIALIZED (SELECT ${VISIT.join(', ')}${asked.waiting === null ? '' : ', status_name'} FROM ${visitsOf(sources, anywhere)}),
    cycle AS (SELECT *, lag(moment) OVER turn AS reopened_at, lead(moment) OVER turn AS undone_at, count(*) FILTER (NOT is_end) OVER turn AS reopened
      FROM ${turnsOf(sources, anywhere, 'visit')} WINDOW turn AS (PARTITION BY _connection, issue_id ORDER BY nth)),
    ended AS (SELECT _connection, issue_id, moment AS finished_at, reopened_at, ${split ? 'reopened_at' : 'NULL::TIMESTAMPTZ'} AS since, reopened, grp FROM cycle WHERE is_end${split ? '' : ' AND undone_at IS NULL'} AND ${during('moment', asked.span)}${inProjectThen(asked)}),
    bounded AS MATERIALIZED (SELECT e.*, ${asked.begunAt === 'last' ? lastWait : 'e.since'} AS lower FROM ended e),
    work AS (SELECT e._connection, e.issue_id, e.finished_at, e.reopened_at, e.reopened, any_value(e.grp) AS grp,
        min(v.entered_at) FILTER (${inside}) AS started_at,
        sum(CASE WHEN ${inside} THEN ${overlap} ELSE 0 END) AS active_seconds,
        sum(CASE WHEN ${inside} AND ${isWaiting(asked)} THEN ${overlap} ELSE 0 END) AS waiting_seconds, bool_or(v.moved_back) AS moved_back, bool_or(v.history_broken) AS history_broken
      FROM bounded e JOIN visit v ON v._connection = e._connection AND v.issue_id = e.issue_id GROUP BY e._connection, e.issue_id, e.finished_at, e.reopened_at, e.reopened),
    flagged AS (${flaggedTimes(sources, asked)})
    SELECT w._connection, w.issue_id, i.key AS issue_key, ${column('summary')} AS issue_summary, ${column('issue_type_name')} AS issue_type_name, ${column('resolution_name')} AS resolution_name,
      ${created} AS created, ${from} AS begun_from, w.started_at, w.finished_at, coalesce(date_diff('day', w.started_at, w.finished_at) + 1, 0) AS cycle_days,
      round(w.active_seconds / 86400, 2) AS active_days, round(${waited} / 86400, 2) AS waiting_days,
      (w.active_seconds - ${waited}) / nullif(floor((epoch_ms(w.finished_at) - epoch_ms(w.started_at)) / 1000), 0) AS flow_efficiency, ${days(from)} AS lead_days, w.reopened AS reopened_count, w.moved_back, w.history_broken, ${column('url')} AS url, w.grp
    FROM work w JOIN main.issue i ON i._connection = w._connection AND i.id = w.issue_id
      LEFT JOIN flagged f ON f._connection = w._connection AND f.issue_id = w.issue_id AND f.finished_at = w.finished_at WHERE ${resolutionIn(asked, column('resolution_name'))})`;
}

/** The issue was in one of the projects when it was finished, wherever it is now. */
function inProjectThen({ projects, projectThen }: FlowAsked): string {
  if (!projectThen || projects === null) return '';
  const ids = `SELECT project_id FROM main.issue WHERE project_key IN (${projects.map(literal).join(', ')})`;
  return ` AND EXISTS (FROM main.project_interval p WHERE p._connection = cycle._connection AND p.issue_id = cycle.issue_id
    AND p.entered_at <= moment AND (p.left_at IS NULL OR p.left_at > moment) AND p.in_project_id IN (${ids}))`;
}

/** What is kept of visits: there are many. */
const VISIT = [
  ...['_connection', 'issue_id', 'entered_at', 'left_at', 'nth', 'stage', 'stage_before'],
  ...['moved_back', 'history_broken', 'grp'],
];

/** Of an end `e` and a visit `v`: the visit is work that belongs to it. */
const inside =
  "v.stage = 'indeterminate' AND v.entered_at <= e.finished_at AND (e.lower IS NULL OR v.entered_at >= e.lower)";
const overlap =
  'floor((epoch_ms(least(coalesce(v.left_at, e.finished_at), e.finished_at)) - epoch_ms(v.entered_at)) / 1000)';

const waited = '(w.waiting_seconds + coalesce(f.seconds, 0))';

const isWaiting = ({ waiting }: FlowAsked) =>
  waiting === null || waiting.length === 0
    ? 'false'
    : `coalesce(v.status_name IN (${waiting.map(literal).join(', ')}), false)`;

/** Of each end the seconds of work under a flag, outside of statuses that wait anyway. */
function flaggedTimes(sources: Sources, asked: FlowAsked): string {
  if (asked.waiting === null || !sources.has('flag_interval'))
    return 'SELECT NULL AS _connection, NULL AS issue_id, NULL::TIMESTAMPTZ AS finished_at, 0 AS seconds WHERE false';
  const last = 'least(coalesce(v.left_at, e.finished_at), coalesce(g.left_at, e.finished_at), e.finished_at)';
  return `SELECT e._connection, e.issue_id, e.finished_at, sum(greatest(0, floor((epoch_ms(${last}) - epoch_ms(greatest(v.entered_at, g.entered_at))) / 1000))) AS seconds
    FROM bounded e JOIN visit v ON v._connection = e._connection AND v.issue_id = e.issue_id JOIN main.flag_interval g ON g._connection = e._connection AND g.issue_id = e.issue_id
    WHERE ${inside} AND NOT ${isWaiting(asked)} GROUP BY ALL`;
}

/** Since when the issue did not wait to be begun any more. */
const lastWait = `coalesce((SELECT max(n.left_at) FROM visit n WHERE n._connection = e._connection AND n.issue_id = e.issue_id AND n.stage = 'new' AND n.left_at <= e.finished_at AND (e.since IS NULL OR n.entered_at >= e.since)), e.since)`;

function resolutionIn({ resolutions, excludedResolutions }: FlowAsked, column: string): string {
  const name = `coalesce(${column}, ${literal(NO_RESOLUTION)})`;
  const list = (names: readonly string[]) => names.map(literal).join(', ');
  return [
    ...(resolutions === null ? ['true'] : [`${name} IN (${list(resolutions)})`]),
    ...(excludedResolutions.length === 0 ? [] : [`${name} NOT IN (${list(excludedResolutions)})`]),
  ].join(' AND ');
}

/** How issues were taken for begun and finished. */
export function finishedNotes({ doneBy, begunAt, reopened, board, ...asked }: FlowAsked): readonly string[] {
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
    ...(begunAt === 'last'
      ? ['Work begins with the first entry into progress after the issue last waited to be begun.']
      : []),
    ...kept,
    ...(asked.projectThen ? ['An issue counts in the project that it was in when it was finished.'] : []),
  ];
}
