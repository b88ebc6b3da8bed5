/** At which issue hours count when they roll up: (connection, id, ancestor) for each issue that has another one to count at. */
import { literal } from '../../core/quote.js';
import { type Sources, valueRows } from '../sources.js';

/** Levels of a hierarchy that are followed; Jira's have three, paid editions some more. */
const DEEPEST = 20;
const EPIC_LEVEL = 1;

/** @param rollup `parent`, `epic`, `top` or `link:NAME` */
export function ancestors(sources: Sources, rollup: string): string {
  if (!sources.has('issue', 'parent_id')) return `SELECT * FROM ${valueRows([], 3)} t(_connection, id, ancestor)`;
  if (rollup === 'parent')
    return 'SELECT _connection, id, parent_id AS ancestor FROM main.issue WHERE parent_id IS NOT NULL';
  if (rollup === 'epic') return epicOf(sources);
  return rollup.startsWith('link:') ? linked(sources, rollup.slice('link:'.length)) : topOf();
}

/** An issue that comes round to itself stays where the round was noticed: the last one before it. */
export const topOf = (): string =>
  `SELECT _connection, id, arg_max(ancestor, depth) AS ancestor FROM (${line()}) GROUP BY ALL`;

/**
 * Every ancestor of every issue, itself with depth 0. The view is read once: each round of the recursion would make its joins anew.
 * @param level of an issue `i`, as SQL
 */
function line(level = 'NULL'): string {
  return (
    `WITH RECURSIVE own AS MATERIALIZED (SELECT i._connection, i.id, i.parent_id, ${level} AS level FROM main.issue i),` +
    ' line AS (SELECT _connection, id, id AS ancestor, level, parent_id AS next, 0 AS depth FROM own' +
    ' UNION ALL SELECT line._connection, line.id, above.id, above.level, above.parent_id, line.depth + 1 FROM line' +
    ' JOIN own above ON above._connection = line._connection AND above.id = line.next' +
    ` WHERE line.depth < ${DEEPEST} AND above.id <> line.id) SELECT * FROM line`
  );
}

/** The nearest issue of the epics' level, itself included; a custom field's epic link stands in the view `worklog` only. */
function epicOf(sources: Sources): string {
  const level = sources.column('i', 'issue', 'issue_type_hierarchy_level', 'INTEGER');
  return (
    `SELECT _connection, id, arg_min(ancestor, depth) AS ancestor FROM (${line(level)})` +
    ` WHERE level = ${EPIC_LEVEL} GROUP BY ALL`
  );
}

/** The other end of a link of that phrase, or of that type read outward; of several the one with the lowest id. */
function linked(sources: Sources, name: string): string {
  if (!sources.has('issue_link')) return `SELECT * FROM ${valueRows([], 3)} t(_connection, id, ancestor)`;
  return (
    'SELECT _connection, issue_id AS id, arg_min(other_issue_id, TRY_CAST(other_issue_id AS BIGINT)) AS ancestor FROM main.issue_link' +
    ` WHERE lower(${literal(name)}) = lower(CASE WHEN direction = 'outward' AND lower(type_name) = lower(${literal(name)}) THEN type_name ELSE phrase END) GROUP BY ALL`
  );
}
