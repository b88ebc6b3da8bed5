/** Worklogs as CSV: one row a worklog for programs and spreadsheets, or the very columns of *Time Tracker for Jira*. */

import { csvField, csvQuoted, textForSpreadsheet } from '../../query/formats/csv-text.js';
import type { JsonCell } from '../../query/tables/cells.js';
import type { Row } from '../sources.js';
import type { WorklogsAsked } from '../worklogs/asked.js';
import { namesBeside } from './more-fields.js';
import { decimal, type TimeTrackerColumn, timeTrackerColumns } from './time-tracker-columns.js';
import { OWN, worklogMembers } from './worklogs-ndjson.js';

/** Order of the columns; those of `--more-fields` follow the issue's. */
const BEFORE = [
  'connection',
  'project_key',
  'issue_key',
  'issue_summary',
  'issue_type_name',
  'status_name',
  'epic_key',
];
const AFTER = [
  'worklog_id',
  'author_id',
  'author_name',
  'day',
  'started',
  'seconds',
  'counted_seconds',
  'hours',
  'comment',
  'created',
  'updated',
  'visibility_type',
  'visibility_value',
  'url',
];

/** @param raw texts as they are: without the `'` that keeps a spreadsheet from taking them for formulas */
export async function* worklogCsv(
  worklogs: AsyncIterable<readonly Row[]>,
  { moreFields, rates }: WorklogsAsked,
  raw: boolean,
): AsyncIterable<string> {
  const more = namesBeside(OWN, moreFields);
  const columns = [...BEFORE, ...more.values(), ...AFTER, ...(rates.length > 0 ? ['cost', 'currency'] : [])];
  yield `${columns.join(',')}\n`;
  for await (const rows of worklogs) yield rows.map((row) => `${lineOf(row, more, columns, raw)}\n`).join('');
}

function lineOf(row: Row, more: ReadonlyMap<string, string>, columns: readonly string[], raw: boolean): string {
  const hours = Math.round((Number(row.counted) / 3600) * 10_000) / 10_000;
  const members: Row = { ...worklogMembers(row, more), hours };
  return columns.map((name) => cell(members[name] ?? null, name, raw)).join(',');
}

function cell(value: JsonCell, column: string, raw: boolean): string {
  if (value === null) return '';
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return csvField(raw ? text : textForSpreadsheet(text, column));
}

/** Columns, quotes, byte order mark and last line as the app wrote them; times are decimals with two places at most. */
export async function* timeTrackerCsv(
  worklogs: AsyncIterable<readonly Row[]>,
  asked: WorklogsAsked,
): AsyncIterable<string> {
  const columns = timeTrackerColumns(asked);
  let sum = 0;
  yield `\ufeff${columns.map(({ name }) => csvField(textForSpreadsheet(name, ''))).join(',')}\n`;
  for await (const rows of worklogs) {
    let piece = '';
    for (const row of rows) {
      sum += Number(row.counted);
      piece += `${columns.map((column) => timeTrackerField(column, row)).join(',')}\n`;
    }
    yield piece;
  }
  yield `Total${','.repeat(columns.length - 2)}${decimal(sum, asked)},\n`;
}

function timeTrackerField({ kind, of }: TimeTrackerColumn, row: Row): string {
  const value = of(row);
  if (kind === 'text') return csvQuoted(oneLine(value));
  if (value === null) return '';
  return kind === 'word' ? csvField(oneLine(value)) : String(value);
}

/** Line breaks become spaces, tags are escaped, and what begins like a formula is told to be a text. */
function oneLine(value: JsonCell): string {
  const text = value === null ? '' : typeof value === 'string' ? value : JSON.stringify(value);
  return textForSpreadsheet(text.replace(/\s*[\r\n]+\s*/g, ' ').replace(/<([^<>]*)>/g, '&lt;$1&gt;'), '');
}
