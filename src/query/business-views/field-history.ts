/** `field_history`: what each field of an issue was, from when to when; of lists and sets one row for each element's stay. */
import type { ConnectionTables } from './connection-tables.js';
import { stepsOf } from './field-steps.js';
import { fieldsFollowed, setsFollowed } from './followed-fields.js';
import { issueOfSteps } from './intervals.js';
import { latest } from './present-names.js';
import { staysOf } from './set-stays.js';
import { shown, type ViewBody } from './shown-column.js';
import { sprintsFollowed } from './sprint-steps.js';

const TIMESTAMP = 'TIMESTAMP WITH TIME ZONE';
const NO_TEXT = 'CAST(NULL AS VARCHAR)';

export function fieldHistoryView(tables: ConnectionTables): ViewBody | null {
  const issue = tables.source('issue_search', 'i');
  const { dialect } = tables;
  const followed = fieldsFollowed(issue);
  const steps = stepsOf(tables, issue, followed);
  if (steps === null) return null;
  const byId = followed.filter(({ kind }) => kind === 'id' || kind === 'element');
  const ids = byId.map(({ field }) => dialect.text(field)).join(', ');
  const elements = followed.filter(({ kind }) => kind === 'element').map(({ field }) => dialect.text(field));
  const isElement = elements.length === 0 ? 'false' : `field IN (${elements.join(', ')})`;
  // A list that an element is not in has no row; a field without a value has one.
  const single = `SELECT issue_id, field, nth, since, until, CASE WHEN field IN (${ids || "''"}) THEN value END AS value_id, text AS value, author_id, broken
    FROM ${steps} t WHERE NOT (${isElement} AND value IS NULL)`;
  const sets = setsFollowed(issue).flatMap((set) => {
    const stays = staysOf(tables, issue, set);
    const word = set.told === 'value' ? { id: 'y.element', text: NO_TEXT } : { id: NO_TEXT, text: 'y.element' };
    const row = `y.issue_id, ${dialect.text(set.field)}, 0, y.since, y.until, ${word.id}, ${word.text}, y.entered_by, CASE WHEN y.broken THEN 1 ELSE 0 END`;
    return stays === null ? [] : [`SELECT ${row} FROM ${stays} y`];
  });
  const field = tables.source('fields', 'f');
  const isNamed = field.has('id') && field.has('name');
  const sprint = tables.source('board_sprints', 's');
  const sprints = sprint.has('id') && sprint.has('name') && sprint.has('_synced_at') ? latest(sprint, 'name') : null;
  const rows = `(${[single, ...sets].join(' UNION ALL ')})`;
  return {
    columns: [
      ...issueOfSteps(tables, issue),
      shown('field_id', 'VARCHAR', 's.field'),
      shown('field_name', 'VARCHAR', isNamed ? `coalesce(${field.sql('name')}, s.field)` : 's.field'),
      shown('value_id', 'VARCHAR', 's.value_id'),
      shown('value', 'VARCHAR', sprints === null ? 's.value' : 'coalesce(s.value, sp.value)'),
      shown('valid_from', TIMESTAMP, 's.since'),
      shown('valid_until', TIMESTAMP, 's.until'),
      shown(
        'version_no',
        'BIGINT',
        'row_number() OVER (PARTITION BY s.issue_id, s.field ORDER BY s.since, s.nth, s.value_id, s.value)',
      ),
      shown('is_current', 'BOOLEAN', 's.until IS NULL'),
      shown('author_id', 'VARCHAR', 's.author_id'),
      shown('history_broken', 'BOOLEAN', 'max(s.broken) OVER (PARTITION BY s.issue_id, s.field) = 1'),
    ],
    from:
      `FROM ${rows} s JOIN ${issue.rows('live')} ON ${issue.sql('id')} = s.issue_id` +
      (isNamed ? ` LEFT JOIN ${field.rows('all')} ON ${field.sql('id')} = s.field` : '') +
      (sprints === null
        ? ''
        : ` LEFT JOIN (${sprints}) sp ON sp.id = s.value_id AND s.field = ${dialect.text(sprintsFollowed(issue).field)}`),
  };
}
