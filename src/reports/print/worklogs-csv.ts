/** Worklogs as CSV: one row a worklog for programs and spreadsheets, or the very columns of *Time Tracker for Jira*. */

import { csvField, csvQuoted, textForSpreadsheet } from '../../query/formats/csv-text.js';
import type { JsonCell } from '../../query/tables/cells.js';
import { inUnit } from '../hours.js';
import type { Row } from '../sources.js';
import type { WorklogsAsked } from '../worklogs/asked.js';
import { worklogMembers } from './worklogs-ndjson.js';

/** Order of the columns; those of `--more-fields` follow the issue's. */
const BEFORE = ['connection', 'project_key', 'issue_key', 'issue_summary', 'issue_type', 'issue_status', 'epic_key'];
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
  const columns = [...BEFORE, ...moreFields, ...AFTER, ...(rates.length > 0 ? ['cost', 'currency'] : [])];
  yield `${columns.join(',')}\n`;
  for await (const rows of worklogs) yield rows.map((row) => `${lineOf(row, columns, raw)}\n`).join('');
}

function lineOf(row: Row, columns: readonly string[], raw: boolean): string {
  const members: Row = { ...worklogMembers(row), hours: Math.round((Number(row.counted) / 3600) * 10_000) / 10_000 };
  return columns.map((name) => cell(members[name] ?? null, name, raw)).join(',');
}

function cell(value: JsonCell, column: string, raw: boolean): string {
  if (value === null) return '';
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return csvField(raw ? text : textForSpreadsheet(text, column));
}

const UNIT_LETTERS = { h: 'h', d: 'd', m: 'm', hm: 'h' } as const;

/** Columns, quotes, byte order mark and last line as the app wrote them; times are decimals with two places at most. */
export async function* timeTrackerCsv(
  worklogs: AsyncIterable<readonly Row[]>,
  { moreFields, shown }: WorklogsAsked,
): AsyncIterable<string> {
  const head = [
    'Project',
    'Issue Type',
    'Key',
    'Summary',
    'Priority',
    ...moreFields.map((name) => csvField(textForSpreadsheet(name, ''))),
    'Date Started',
    'Display Name',
    `Time Spent (${UNIT_LETTERS[shown.unit]})`,
    'Work Description',
  ];
  const decimal = (seconds: number) => String(Math.round(inUnit(seconds, shown) * 100) / 100);
  let sum = 0;
  yield `\ufeff${head.join(',')}\n`;
  for await (const rows of worklogs) {
    let piece = '';
    for (const row of rows) {
      sum += Number(row.counted);
      const text = (name: string) => csvQuoted(oneLine(row[name] ?? null));
      const issue = [text('project_name'), oneLine(row.issue_type ?? null), String(row.issue_key ?? '')];
      const more = ['issue_summary', 'priority_name', ...moreFields.map((name) => `field_${name}`)].map(text);
      const work = [startedOf(row), text('author_name'), decimal(Number(row.counted)), text('comment')];
      piece += `${[...issue, ...more, ...work].join(',')}\n`;
    }
    yield piece;
  }
  const before = head.length - 3;
  yield `Total${','.repeat(before + 1)}${decimal(sum)},\n`;
}

/** Line breaks become spaces, tags are escaped, and what begins like a formula is told to be a text. */
function oneLine(value: JsonCell): string {
  const text = value === null ? '' : typeof value === 'string' ? value : JSON.stringify(value);
  return textForSpreadsheet(text.replace(/\s*[\r\n]+\s*/g, ' ').replace(/<([^<>]*)>/g, '&lt;$1&gt;'), '');
}

/** `YYYY-MM-DD HH:mm:ss` on the clock that the report counts days by; its date is the report's day. */
const startedOf = (row: Row) => String(row.started_local ?? '');
