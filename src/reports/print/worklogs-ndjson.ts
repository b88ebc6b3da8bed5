/** Worklogs as JSON lines: one object a worklog, names as in the view `worklog`. */
import type { Row } from '../sources.js';
import type { WorklogsAsked } from '../worklogs/asked.js';
import { namesBeside } from './more-fields.js';

/** What a worklog has of its own, whatever its issue has under these names; CSV has the most of them. */
export const OWN = [
  ...['_connection', 'connection', 'worklog_id', 'issue_id', 'issue_key', 'issue_summary', 'issue_type_name'],
  ...['status_name', 'project_key', 'project_name', 'project_category_name', 'parent_key', 'epic_key', 'epic_summary'],
  ...['author_id', 'author_name', 'author_time_zone', 'site_time_zone', 'started', 'started_date', 'day'],
  ...['seconds', 'counted_seconds', 'hours', 'cost', 'currency', 'comment', 'created', 'updated'],
  ...['visibility_type', 'visibility_value', 'url'],
];

/** Members that stand for a report's own columns, or say the same as others. */
const INNER = /^(key\d|label\d|pivot_column|started_local|hours|field_.*)$/;

/**
 * What a worklog is called outside: `day` is the one it was counted on, `counted_seconds` what rounding made of it.
 * @param more names of columns of the issue
 */
export function worklogMembers(row: Row, more: ReadonlyMap<string, string>): Row {
  const own = Object.entries(row).filter(([name, value]) => !INNER.test(name) && !(value === null && COST.has(name)));
  return Object.fromEntries([
    ...own.map(([name, value]) => [name === 'counted' ? 'counted_seconds' : name, value] as const),
    ...[...more].map(([column, name]) => [name, row[`field_${column}`] ?? null] as const),
  ]);
}

const COST = new Set(['cost', 'currency']);

export async function* worklogNdjson(
  worklogs: AsyncIterable<readonly Row[]>,
  { moreFields }: Pick<WorklogsAsked, 'moreFields'>,
): AsyncIterable<string> {
  const more = namesBeside(OWN, moreFields);
  for await (const rows of worklogs) yield rows.map((row) => `${JSON.stringify(worklogMembers(row, more))}\n`).join('');
}
