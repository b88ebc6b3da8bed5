/** What sprints of issues are followed by, what issues were estimated at, and which statuses of a board are done. */
import type { ConnectionTables } from './connection-tables.js';
import { displayName, fieldsOf, membersOf } from './custom-fields.js';
import { type Followed, stepsOf } from './field-steps.js';
import type { FollowedSet } from './set-stays.js';
import { apart, type Source } from './shown-column.js';

/** The column with the sprints of an issue, by what its elements hold: a field may have any name. */
function sprintColumn(issue: Source): string | null {
  const isOfSprints = ({ name }: { readonly name: string }) => {
    const members = membersOf(issue.elementOf(name)).map((member) => member.name);
    return ['id', 'name', 'state', 'start_date'].every((member) => members.includes(member));
  };
  return issue.fields.find(isOfSprints)?.name ?? null;
}

/** Changes of *Sprint* carry ids. */
export function sprintsFollowed(issue: Source): FollowedSet {
  const column = sprintColumn(issue);
  return { field: column ?? 'sprint', called: 'sprint', byName: true, told: 'value', separator: ', ', column };
}

/** Where a board estimates by time, what is left counts. */
const TIME = ['timeestimate', 'timeoriginalestimate'];
const LEFT = 'timeestimate';

/** The column of story points, by its usual names; a field of such a name that holds no number is none. */
export function usualEstimate(issue: Source): string | undefined {
  const isUsual = (name: string) => ['story point estimate', 'story points'].includes(name);
  return numbersFollowed(issue).find(({ called = '' }) => isUsual(called))?.field;
}

/** The field a board estimates by: `issueCount` stands for one each. Without a configuration, the field that has the usual name. */
export function estimateField(tables: ConnectionTables, issue: Source, config: Source): string {
  const usual = usualEstimate(issue);
  const fallback = usual === undefined ? 'CAST(NULL AS VARCHAR)' : tables.dialect.text(usual);
  const field = config.sql('estimation_field_id');
  const times = TIME.map((name) => tables.dialect.text(name)).join(', ');
  return `CASE WHEN ${config.sql('estimation_type')} = 'issueCount' THEN 'issueCount' WHEN ${field} IN (${times}) THEN '${LEFT}' ELSE coalesce(${field}, ${fallback}) END`;
}

const REMAINING: Followed = {
  ...{ field: LEFT, kind: 'number', sparse: true },
  ...{ id: 'remaining_estimate_seconds', text: 'remaining_estimate_seconds' },
};

/** Custom fields that hold one number. */
export function numbersFollowed(issue: Source): readonly Followed[] {
  return fieldsOf(issue.fields).flatMap(({ columns }) => {
    const column = columns.get('');
    if (column === undefined || !['double', 'long', 'int'].includes(String(column.type))) return [];
    const called = displayName(columns).toLowerCase() || column.name;
    return [{ field: column.name, called, kind: 'number', id: column.name, text: column.name, sparse: true }];
  });
}

/** In brackets: issue_id, field, since, until, value; time in hours. Fields are those that hold numbers. */
export function estimatesOf(tables: ConnectionTables, issue: Source): string | null {
  const steps = stepsOf(tables, issue, [...numbersFollowed(issue), REMAINING]);
  const value = 'TRY_CAST(s.value AS DOUBLE)';
  return (
    steps &&
    `(SELECT s.issue_id, s.field, s.since, s.until, CASE WHEN s.field = '${LEFT}' THEN ${value} / 3600 ELSE ${value} END AS value FROM ${steps} s)`
  );
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
