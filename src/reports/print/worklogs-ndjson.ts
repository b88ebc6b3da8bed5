/** Worklogs as JSON lines: one object a worklog, names as in the view `worklog`. */
import type { Row } from '../sources.js';

/** Members that stand for a report's own columns, or say the same as others. */
const INNER = /^(key\d|label\d|pivot_column|started_local|hours|field_.*)$/;

/** What a worklog is called outside: `day` is the one it was counted on, `counted_seconds` what rounding made of it. */
export function worklogMembers(row: Row): Row {
  const more = Object.entries(row).filter(([name]) => name.startsWith('field_'));
  const own = Object.entries(row).filter(([name, value]) => !INNER.test(name) && !(value === null && COST.has(name)));
  return Object.fromEntries([
    ...own.map(([name, value]) => [name === 'counted' ? 'counted_seconds' : name, value] as const),
    ...more.map(([name, value]) => [name.slice('field_'.length), value] as const),
  ]);
}

const COST = new Set(['cost', 'currency']);

export async function* worklogNdjson(worklogs: AsyncIterable<readonly Row[]>): AsyncIterable<string> {
  for await (const rows of worklogs) yield rows.map((row) => `${JSON.stringify(worklogMembers(row))}\n`).join('');
}
