/**
 * How long elements stayed in a field whose changes carry the whole set (*Sprint*, *Labels*): an element is there from the first of
 * several sets in a row that hold it until the set after the last of them.
 */
import type { ConnectionTables } from './connection-tables.js';
import { membersOf } from './custom-fields.js';
import { changesOf, type Followed, inOrder } from './field-steps.js';
import { apart, type Source } from './shown-column.js';

const TIMESTAMP = 'TIMESTAMP WITH TIME ZONE';

export interface FollowedSet extends Pick<Followed, 'field' | 'called' | 'byName'> {
  /** Which text of a change holds the set, and what stands between its elements. */
  readonly told: 'value' | 'text';
  readonly separator: string;
  /** Column of `issue_search` with the present set; null where it is not known. */
  readonly column: string | null;
}

/**
 * In brackets: issue_id, element, since, until (null: now), entered_by, left_by, broken. The present set is a last step: where it
 * is what the last change led to, it changes nothing.
 */
export function staysOf(tables: ConnectionTables, issue: Source, followed: FollowedSet): string | null {
  const { dialect } = tables;
  const { column, separator } = followed;
  const changes = changesOf(tables, [followed]);
  if (changes === null || !issue.has('id') || !issue.has('created')) return null;
  const [was, became] = followed.told === 'value' ? ['was', 'became'] : ['was_text', 'became_text'];
  const [id, created] = [issue.sql('id'), issue.sql('created')];
  const last = `(SELECT issue_id, max(nth) AS nth, max(since) AS since FROM change GROUP BY issue_id) l ON l.issue_id = ${id}`;
  const updated = `greatest(coalesce(${issue.sql('updated', TIMESTAMP)}, l.since), l.since)`;
  const isNamed = column !== null && membersOf(issue.elementOf(column)).length > 0;
  const present = column === null ? null : apart(tables, issue, column, isNamed ? 'id' : '', 'id', ['id']);
  const item = isNamed ? dialect.member('i.item', 'id') : 'CAST(i.item AS VARCHAR)';
  const sets = { rows: 'listed s', alias: 's', keep: ['s.issue_id', 's.nth'], distinct: '', key: 'step' };
  const element = [
    `SELECT issue_id, nth, CAST(item AS VARCHAR) AS element FROM ${dialect.apart({ ...sets, list: dialect.split('s.told', separator) })} e WHERE CAST(item AS VARCHAR) <> ''`,
    ...(present === null ? [] : [`SELECT i.id, coalesce(l.nth, -1) + 1, ${item} FROM ${present} LEFT JOIN ${last}`]),
  ];
  return `(WITH change AS (SELECT c.*, row_number() OVER (${inOrder('issue_id')}) AS nth FROM (${changes}) c),
    listed AS (SELECT issue_id, 0 AS nth, coalesce(${was}, '') AS told, issue_id || ' 0' AS ${dialect.name('step')} FROM change WHERE nth = 1
      UNION ALL SELECT issue_id, nth, coalesce(${became}, ''), issue_id || ' ' || CAST(nth AS VARCHAR) FROM change),
    step AS (SELECT ${id} AS issue_id, 0 AS nth, ${created} AS since, ${issue.sql('creator_id')} AS author_id, 0 AS repaired FROM ${issue.rows('live')}
      UNION ALL SELECT issue_id, nth, since, author_id, 0 FROM change
      ${present === null ? '' : `UNION ALL SELECT ${id}, l.nth + 1, ${updated}, CAST(NULL AS VARCHAR), 1 FROM ${issue.rows('live')} JOIN ${last}`}),
    element AS (${element.join(' UNION ALL ')}),
    stay AS (SELECT issue_id, element, min(nth) AS first, max(nth) AS last
      FROM (SELECT e.*, nth - row_number() OVER (PARTITION BY issue_id, element ORDER BY nth) AS run FROM element e) GROUP BY issue_id, element, run)
    SELECT y.issue_id, y.element, a.since, b.since AS until, a.author_id AS entered_by, b.author_id AS left_by,
      a.repaired = 1 OR coalesce(b.repaired, 0) = 1 AS broken
    FROM stay y JOIN step a ON a.issue_id = y.issue_id AND a.nth = y.first
    LEFT JOIN step b ON b.issue_id = y.issue_id AND b.nth = y.last + 1
    WHERE b.since IS NULL OR b.since > a.since)`;
}
