/**
 * The worklogs of a report as SQL: a WITH clause that ends in `report`, one row a worklog with the day it counts on, the seconds
 * that count, and the values of the levels and of the pivot's columns. Every format reads this one set, so that none can
 * disagree with another.
 */
import { identifier, literal } from '../../core/quote.js';
import { DUCKDB } from '../../query/business-views/duck-dialect.js';
import { clockOf } from '../../query/business-views/working-day.js';
import { addDays, WEEKDAYS, WEEKEND } from '../days.js';
import { type Sources, valueRows } from '../sources.js';
import type { Pair, Rounding, Scope, WorklogsAsked } from './asked.js';
import { type Level, levelOf } from './levels.js';
import { type LevelThen, levelThen } from './levels-then.js';
import { ancestors, topOf } from './rollup-sql.js';

export function reportRows(sources: Sources, asked: WorklogsAsked): string {
  const levels = asked.by.map((name) => levelOf(name, sources, asked.weekStart, '--by'));
  const column = columnOf(sources, asked);
  const used = [...levels, ...(column ? [column] : [])];
  const names = [...asked.by, asked.columns];
  const told = new Map<Level, LevelThen>();
  for (const [index, level] of used.entries()) {
    const [name = '', history] = [names[index], asked.histories.get(names[index] ?? '')];
    if (history !== undefined)
      told.set(level, levelThen(sources, { name, level, history, issue: issueOf(asked), alias: `then${index}` }));
  }
  const shown = (level: Level) => told.get(level)?.level ?? level;
  const needs = new Set(used.flatMap((level) => level.needs ?? []));
  const selected = [
    'w.*',
    ...levels
      .map(shown)
      .flatMap(({ key, label }, index) => [`${key} AS key${index + 1}`, `${label} AS label${index + 1}`]),
    `${column ? columnWithWeekend(oneName(shown(column)), asked) : "''"} AS pivot_column`,
    ...moreFields(sources, asked),
  ];
  const joins = [
    needs.has('issue') || needs.has('parent') || needs.has('top') || asked.moreFields.length > 0
      ? issueJoins(sources, asked, needs)
      : '',
    needs.has('groups') ? groupJoin(sources) : '',
    ...[...told.values()].map(({ join }) => join),
  ];
  const parts = [
    ...days(sources, asked),
    ...(asked.rollup === null ? [] : [`ancestors AS (${ancestors(sources, asked.rollup)})`]),
    ...(needs.has('top') ? [`tops AS (${topOf(sources)})`] : []),
    `report AS (SELECT ${selected.join(', ')} FROM counted w${joins.join('')})`,
  ];
  return `WITH RECURSIVE ${parts.join(',\n')}`;
}

function columnOf(sources: Sources, { columns, weekStart }: WorklogsAsked): Level | null {
  return columns === 'none' ? null : levelOf(columns, sources, weekStart, '--columns');
}

/** A column is known by what it is called: who is called otherwise on some worklogs has the name of the last one on all. */
const oneName = ({ key, label }: Level) =>
  key === label ? label : `arg_max(${label}, w.started) OVER (PARTITION BY ${key})`;

/** What stands before the id of an account: Cloud's are the same on all sites, each Data Center numbers its own (`JIRAUSER10100`). */
export const idSite = (sources: Sources, connection: string): string =>
  sources.has('server_info', 'deployment_type')
    ? `CASE WHEN ${connection} IN (SELECT _connection FROM main.server_info WHERE deployment_type <> 'Cloud') THEN ${connection} || '|' ELSE '' END`
    : "''";

function columnWithWeekend(label: string, { columns, hideWeekends }: WorklogsAsked): string {
  const known = `coalesce(${label}, '')`;
  return hideWeekends && columns === 'day'
    ? `CASE WHEN w.on_weekend THEN ${literal(WEEKEND)} ELSE ${known} END`
    : known;
}

const moreFields = (sources: Sources, { moreFields: names }: WorklogsAsked) =>
  names.map((name) => `${sources.column('i', 'issue', name)} AS ${identifier(`field_${name}`)}`);

/** The issue that hours count at. */
const issueOf = ({ rollup }: WorklogsAsked) => (rollup === null ? 'w.issue_id' : 'i.id');

function issueJoins(sources: Sources, { rollup }: WorklogsAsked, needs: ReadonlySet<string>): string {
  if (!sources.has('issue')) return '';
  const up = rollup === null ? '' : ' LEFT JOIN ancestors up ON up._connection = w._connection AND up.id = w.issue_id';
  const id = rollup === null ? 'w.issue_id' : 'coalesce(up.ancestor, w.issue_id)';
  const parent = needs.has('parent')
    ? ` LEFT JOIN main.issue parent ON parent._connection = w._connection AND parent.id = ${sources.column('i', 'issue', 'parent_id')}`
    : '';
  const top = needs.has('top')
    ? ' LEFT JOIN tops ON tops._connection = w._connection AND tops.id = w.issue_id LEFT JOIN main.issue top ON top._connection = w._connection AND top.id = tops.ancestor'
    : '';
  return `${up} LEFT JOIN main.issue i ON i._connection = w._connection AND i.id = ${id}${parent}${top}`;
}

function groupJoin(sources: Sources): string {
  if (!sources.has('group_members')) return ' LEFT JOIN (SELECT NULL AS names) g ON false';
  const name = sources.has('groups') ? 'coalesce(n.name, m.group_id)' : 'm.group_id';
  const names = sources.has('groups')
    ? ' LEFT JOIN main.groups n ON n._connection = m._connection AND n.group_id = m.group_id'
    : '';
  return (
    ` LEFT JOIN (SELECT m._connection, m.account_id, string_agg(DISTINCT ${name}, ', ' ORDER BY ${name}) AS names` +
    ` FROM main.group_members m${names} GROUP BY ALL) g ON g._connection = w._connection AND g.account_id = w.author_id`
  );
}

/** Each worklog's day on the chosen clock, then those of the period with the seconds that count. */
function days(sources: Sources, asked: WorklogsAsked): readonly string[] {
  const { span, rounding, weekend } = asked;
  const moment = `w.${identifier(asked.date)}`;
  const clock = clockOf(DUCKDB, asked.day, {
    moment,
    sent: asked.date === 'started' ? 'w.started_date' : null,
    author: 'w.author_time_zone',
    site: 'w.site_time_zone',
  });
  // A file whose times lie well outside is not read: no clock is more than a day away from UTC.
  const near = `${moment} >= TIMESTAMPTZ '${addDays(span.start, -2)} 00:00:00+00' AND ${moment} < TIMESTAMPTZ '${addDays(span.end, 3)} 00:00:00+00'`;
  const weekendDays = weekend.map((day) => WEEKDAYS.indexOf(day)).join(', ') || '-1';
  return [
    `dated AS (SELECT w.* REPLACE (${clock.day} AS day), ${clock.fellBack} AS fell_back, strftime(w.started AT TIME ZONE ${clock.zone}, '%Y-%m-%d %H:%M:%S') AS started_local, ${idSite(sources, 'w._connection')} AS id_site FROM main.worklog w WHERE ${[near, ...within(asked.scope), ...open(asked)].join(' AND ')})`,
    `counted AS (SELECT w.*, ${rounded(rounding)} AS counted, dayofweek(w.day) IN (${weekendDays}) AS on_weekend${cost(asked)} FROM dated w WHERE w.day BETWEEN DATE '${span.start}' AND DATE '${span.end}')`,
  ];
}

function within({ connections, projects, issues, people, notPeople, matched }: Scope): readonly string[] {
  const oneOf = (column: string, values: readonly string[]) => `${column} IN (${values.map(literal).join(', ')})`;
  const pairs = (column: string, wanted: readonly Pair[]) =>
    `(w._connection, ${column}) IN (SELECT * FROM ${valueRows(wanted, 2)})`;
  return [
    ...(connections ? [oneOf('w._connection', connections)] : []),
    ...(projects ? [oneOf('w.project_key', projects)] : []),
    ...(issues ? [pairs('w.issue_id', issues)] : []),
    ...matched.map((ids) => pairs('w.issue_id', ids)),
    ...(people ? [pairs('w.author_id', people)] : []),
    // Of a worklog without an author, `NOT` of that would be null.
    ...(notPeople.length > 0 ? [`(${pairs('w.author_id', notPeople)}) IS NOT TRUE`] : []),
  ];
}

const open = ({ restricted }: WorklogsAsked) => (restricted === 'omit' ? ['w.visibility_type IS NULL'] : []);

/** Rounded one by one, before any sum: sums of shown numbers then are the shown sums. */
function rounded(rounding: Rounding | null): string {
  const seconds = 'coalesce(w.seconds, 0)';
  if (rounding === null) return seconds;
  const parts = `${seconds} / CAST(${rounding.seconds} AS DOUBLE)`;
  return `CAST(${rounding.mode === 'up' ? `ceil(${parts})` : `round(${parts})`} * ${rounding.seconds} AS BIGINT)`;
}

/** Of the seconds that count, at the rate of the worklog's day: for its project before the general one, the newest that already holds. */
function cost({ rates, rounding }: WorklogsAsked): string {
  if (rates.length === 0) return '';
  const rows = rates.map(({ person, project, rate, currency, from }) => [
    person,
    project ?? '',
    String(rate),
    currency,
    from ?? '',
  ]);
  const best = (column: string) =>
    `(SELECT arg_max(${column}, if(project = '', '0', '1') || since) FROM ${valueRows(rows, 5)} r(person, project, rate, currency, since)` +
    " WHERE person IN (w.author_id, w.author_name) AND project IN ('', w.project_key) AND since <= CAST(w.day AS VARCHAR))";
  return `, CAST(${best('rate')} AS DOUBLE) * ${rounded(rounding)} / 3600 AS cost, ${best('currency')} AS currency`;
}
