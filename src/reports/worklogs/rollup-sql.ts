/** At which issue hours count when they roll up: (connection, id, ancestor) for each issue that has another one to count at. */
import { literal } from '../../core/quote.js';
import { type Sources, valueRows } from '../sources.js';

/** Levels of a hierarchy that are followed; Jira's have three, paid editions some more. */
const DEEPEST = 20;

/** @param rollup `parent`, `epic`, `top` or `link:NAME` */
export function ancestors(sources: Sources, rollup: string): string {
  if (rollup.startsWith('link:')) return linked(sources, rollup.slice('link:'.length));
  if (!sources.has('issue')) return NO_ANCESTORS;
  if (rollup === 'epic')
    return `WITH ${known(sources)} SELECT _connection, id, epic_id AS ancestor FROM known WHERE epic_id IS NOT NULL`;
  if (rollup === 'top') return topOf(sources);
  return `SELECT i._connection, i.id, ${parentOf(sources)} AS ancestor FROM main.issue i WHERE ${parentOf(sources)} IS NOT NULL`;
}

const NO_ANCESTORS = `SELECT * FROM ${valueRows([], 3)} t(_connection, id, ancestor)`;

const parentOf = (sources: Sources) => sources.column('i', 'issue', 'parent_id');

/**
 * `known AS (…)`: _connection, id, parent_id, epic_id, by what the view `issue` says of epics. The view is read once: each round of a
 * recursion would make its joins anew.
 */
const known = (sources: Sources): string =>
  `seen AS MATERIALIZED (SELECT i._connection, i.id, i.key, ${parentOf(sources)} AS parent_id, i.epic_key FROM main.issue i),` +
  ' known AS MATERIALIZED (SELECT s._connection, s.id, s.parent_id, min(e.id) AS epic_id FROM seen s' +
  ' LEFT JOIN seen e ON e._connection = s._connection AND e.key = s.epic_key GROUP BY ALL)';

/**
 * The last one of the line of parents, each issue's own included; without a parent, its epic is above an issue. An issue that comes round to
 * itself stays where the round was noticed: the last one before it.
 */
export const topOf = (sources: Sources): string =>
  `WITH RECURSIVE ${known(sources)},` +
  ' own AS MATERIALIZED (SELECT _connection, id, coalesce(parent_id, nullif(epic_id, id)) AS next FROM known),' +
  ' line AS (SELECT _connection, id, id AS ancestor, next, 0 AS depth FROM own' +
  ' UNION ALL SELECT line._connection, line.id, above.id, above.next, line.depth + 1 FROM line' +
  ' JOIN own above ON above._connection = line._connection AND above.id = line.next' +
  ` WHERE line.depth < ${DEEPEST} AND above.id <> line.id)` +
  ' SELECT _connection, id, arg_max(ancestor, depth) AS ancestor FROM line GROUP BY ALL';

/** The other end of a link of that phrase, or of that type read outward; of several the one with the lowest id. */
function linked(sources: Sources, name: string): string {
  if (!sources.has('issue_link')) return NO_ANCESTORS;
  return (
    'SELECT _connection, issue_id AS id, arg_min(other_issue_id, TRY_CAST(other_issue_id AS BIGINT)) AS ancestor FROM main.issue_link' +
    ` WHERE lower(${literal(name)}) = lower(CASE WHEN direction = 'outward' AND lower(type_name) = lower(${literal(name)}) THEN type_name ELSE phrase END) GROUP BY ALL`
  );
}
