/**
 * Which sprints an issue was in, from when to when, and what it was estimated at: of changes, as `intervals.ts` has it. Changes of
 * *Sprint* carry whole sets, their ids joined by `, `.
 */
import type { ConnectionTables } from './connection-tables.js';
import { displayName, fieldsOf, membersOf } from './custom-fields.js';
import { changesOf } from './intervals.js';
import { apart, type Source } from './shown-column.js';

const TIMESTAMP = 'TIMESTAMP WITH TIME ZONE';
const ORDER = 'PARTITION BY issue_id ORDER BY since, number, place';

/** The column with the sprints of an issue, by what its elements hold: a field may have any name. */
export function sprintColumn(issue: Source): string | null {
  const isOfSprints = ({ name }: { readonly name: string }) => {
    const members = membersOf(issue.elementOf(name)).map((member) => member.name);
    return ['id', 'name', 'state', 'start_date'].every((member) => members.includes(member));
  };
  return issue.fields.find(isOfSprints)?.name ?? null;
}

/**
 * In brackets: issue_id, sprint_id, since, until (null: now), entered_by, left_by, broken. The present set is a last step: where it
 * is what the last change led to, it changes nothing.
 */
export function staysOf(tables: ConnectionTables, issue: Source): string | null {
  const { dialect } = tables;
  const column = sprintColumn(issue);
  const named = `lower(${dialect.member('h.item', 'field')}) = 'sprint'`;
  const changes = changesOf(tables, (name) =>
    column === null ? named : `(${named} OR ${name} = ${dialect.text(column)})`,
  );
  if (changes === null || !issue.has('id') || !issue.has('created')) return null;
  const [id, created] = [issue.sql('id'), issue.sql('created')];
  const last = `(SELECT issue_id, max(nth) AS nth, max(since) AS since FROM change GROUP BY issue_id) l ON l.issue_id = ${id}`;
  const updated = `greatest(coalesce(${issue.sql('updated', TIMESTAMP)}, l.since), l.since)`;
  const present = column === null ? null : apart(tables, issue, column, 'id', 'id', ['id']);
  const ids = { rows: 'listed s', alias: 's', keep: ['s.issue_id', 's.nth'], distinct: '', key: 'step' };
  const element = [
    `SELECT issue_id, nth, CAST(item AS VARCHAR) AS sprint_id FROM ${dialect.apart({ ...ids, list: dialect.split('s.ids', ', ') })} e WHERE CAST(item AS VARCHAR) <> ''`,
    ...(present === null
      ? []
      : [`SELECT i.id, coalesce(l.nth, -1) + 1, ${dialect.member('i.item', 'id')} FROM ${present} LEFT JOIN ${last}`]),
  ];
  return `(WITH change AS (SELECT c.*, row_number() OVER (${ORDER}) AS nth FROM (${changes}) c),
    listed AS (SELECT issue_id, 0 AS nth, coalesce(was, '') AS ids, issue_id || ' 0' AS ${dialect.name('step')} FROM change WHERE nth = 1
      UNION ALL SELECT issue_id, nth, coalesce(became, ''), issue_id || ' ' || CAST(nth AS VARCHAR) FROM change),
    step AS (SELECT ${id} AS issue_id, 0 AS nth, ${created} AS since, ${issue.sql('creator_id')} AS author_id, 0 AS repaired FROM ${issue.rows('live')}
      UNION ALL SELECT issue_id, nth, since, author_id, 0 FROM change
      ${present === null ? '' : `UNION ALL SELECT ${id}, l.nth + 1, ${updated}, CAST(NULL AS VARCHAR), 1 FROM ${issue.rows('live')} JOIN ${last}`}),
    element AS (${element.join(' UNION ALL ')}),
    stay AS (SELECT issue_id, sprint_id, min(nth) AS first, max(nth) AS last
      FROM (SELECT e.*, nth - row_number() OVER (PARTITION BY issue_id, sprint_id ORDER BY nth) AS run FROM element e) GROUP BY issue_id, sprint_id, run)
    SELECT y.issue_id, y.sprint_id, a.since, b.since AS until, a.author_id AS entered_by, b.author_id AS left_by,
      a.repaired = 1 OR coalesce(b.repaired, 0) = 1 AS broken
    FROM stay y JOIN step a ON a.issue_id = y.issue_id AND a.nth = y.first
    LEFT JOIN step b ON b.issue_id = y.issue_id AND b.nth = y.last + 1
    WHERE b.since IS NULL OR b.since > a.since)`;
}

/** Where a board estimates by time, what is left counts. */
const TIME = ['timeestimate', 'timeoriginalestimate'];
const LEFT = 'timeestimate';

/** The column of story points, by its usual names. */
export function usualEstimate(issue: Source): string | undefined {
  const isUsual = (name: string) => ['story point estimate', 'story points'].includes(name.toLowerCase());
  return fieldsOf(issue.fields)
    .find(({ columns }) => isUsual(displayName(columns)))
    ?.columns.get('')?.name;
}

/** The field a board estimates by: `issueCount` stands for one each. Without a configuration, the field that has the usual name. */
export function estimateField(tables: ConnectionTables, issue: Source, config: Source): string {
  const usual = usualEstimate(issue);
  const fallback = usual === undefined ? 'CAST(NULL AS VARCHAR)' : tables.dialect.text(usual);
  const field = config.sql('estimation_field_id');
  const times = TIME.map((name) => tables.dialect.text(name)).join(', ');
  return `CASE WHEN ${config.sql('estimation_type')} = 'issueCount' THEN 'issueCount' WHEN ${field} IN (${times}) THEN '${LEFT}' ELSE coalesce(${field}, ${fallback}) END`;
}

/** In brackets: issue_id, field, since, until, value; time in hours. Fields are those that hold numbers. */
export function estimatesOf(tables: ConnectionTables, issue: Source): string | null {
  const numbers = issue.fields.filter(
    ({ name, type }) => /^customfield_\d+$/.test(name) && ['double', 'long', 'int'].includes(String(type)),
  );
  const own = [
    ...numbers.map(({ name }) => ({ field: name, sql: `CAST(${issue.sql(name)} AS DOUBLE)`, called: name })),
    {
      field: LEFT,
      sql: `CAST(${issue.sql('remaining_estimate_seconds', 'BIGINT')} AS DOUBLE)`,
      called: 'remaining_estimate_seconds',
    },
  ].filter(({ called }) => issue.has(called));
  const words = own.map(({ field }) => tables.dialect.text(field)).join(', ') || "''";
  const changes = changesOf(tables, (name) => `${name} IN (${words})`);
  if (changes === null || own.length === 0) return null;
  const columns = ['id', 'created', ...own.map(({ called }) => called)];
  const present = issue.union(columns, (base) =>
    own.map(
      ({ field, called }) =>
        `SELECT ${base.sql('id')} AS issue_id, ${tables.dialect.text(field)} AS field, ${base.sql('created')} AS created, CAST(${base.sql(called)} AS DOUBLE) AS value FROM ${base.rows('live')}`,
    ),
  );
  const order = 'PARTITION BY issue_id, field ORDER BY since, number, place';
  const hours = (value: string) => `CASE WHEN p.field = '${LEFT}' THEN ${value} / 3600 ELSE ${value} END`;
  return `(WITH changed AS (SELECT c.*, row_number() OVER (${order}) AS nth, lead(since) OVER (${order}) AS next_since,
      TRY_CAST(coalesce(was, was_text) AS DOUBLE) AS before, TRY_CAST(coalesce(became, became_text) AS DOUBLE) AS after FROM (${changes}) c),
    present AS (SELECT * FROM ${present} p)
    SELECT p.issue_id, p.field, p.created AS since, c.since AS until, ${hours('CASE WHEN c.issue_id IS NULL THEN p.value ELSE c.before END')} AS value
    FROM present p LEFT JOIN changed c ON c.issue_id = p.issue_id AND c.field = p.field AND c.nth = 1
    UNION ALL SELECT p.issue_id, p.field, c.since, c.next_since, ${hours('CASE WHEN c.next_since IS NULL THEN p.value ELSE c.after END')}
    FROM present p JOIN changed c ON c.issue_id = p.issue_id AND c.field = p.field)`;
}

/** In brackets: board_id, status_id of the last column that has statuses; null where no configuration is read. */
export function doneStatuses(tables: ConnectionTables): string | null {
  const config = tables.source('board_configuration', 'k');
  if (!config.has('board_id') || !config.has('board_columns')) return null;
  const columns = apart(tables, config, 'board_columns', null, 'board_id', ['board_id']);
  const { dialect } = tables;
  const listed = `(SELECT k.board_id, k.place AS nth, ${dialect.member('k.item', 'status_ids', 'ARRAY')} AS ids FROM ${columns})`;
  const statuses = dialect.apart({
    ...{
      rows: `${listed} c`,
      alias: 'c',
      keep: ['c.board_id', 'c.nth'],
      list: 'c.ids',
      distinct: null,
      key: 'board_id',
    },
  });
  return `(SELECT board_id, status_id FROM (SELECT board_id, CAST(item AS VARCHAR) AS status_id, nth, max(nth) OVER (PARTITION BY board_id) AS latest FROM ${statuses} d) x WHERE nth = latest)`;
}
