/** Rows to be written, from a file, a query or a search; each knows the line it came from. */
import { parse } from 'csv-parse/sync';
import type { InputRow } from '../../actions/plan/change.js';
import type { Listed } from '../../actions/site/listed.js';
import type { Site } from '../../actions/site/site.js';
import type { Json } from '../../contract/table.js';
import { ConnectorError } from '../../core/errors.js';
import { isObject, own } from '../../core/json-path.js';
import { HttpStatusError } from '../../http/errors.js';

export interface FileOptions {
  /** For messages. */
  readonly name: string;
  readonly format: 'csv' | 'ndjson';
  /** What an empty cell of a CSV means; usually nothing at all. */
  readonly emptyClears: boolean;
}

const refuse = (text: string, cause?: unknown) => new ConnectorError('usage', text, { cause });

/** @throws ConnectorError kind `usage` for what is no UTF-8, CSV or JSON, with its line */
export function rowsOfFile(bytes: Uint8Array, options: FileOptions): readonly InputRow[] {
  const { name, format } = options;
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw refuse(`${name} is not UTF-8. Save it as UTF-8.`, cause);
  }
  return format === 'csv' ? rowsOfCsv(text, options) : rowsOfNdjson(text, name);
}

interface CsvRecord {
  readonly record: readonly string[];
  /** Bytes up to its end: lines within cells are counted otherwise by the parser. */
  readonly info: { readonly bytes: number };
}

function rowsOfCsv(text: string, { name, emptyClears }: FileOptions): readonly InputRow[] {
  let records: readonly CsvRecord[];
  try {
    records = parse(text, { info: true, skip_empty_lines: true, relax_column_count: true }) as unknown as CsvRecord[];
  } catch (cause) {
    throw refuse(`${name} is no CSV: ${cause instanceof Error ? cause.message : 'it cannot be read'}.`, cause);
  }
  const [head, ...rows] = records;
  if (head === undefined) throw refuse(`${name} is empty. The first line of a CSV names its columns.`);
  const columns = head.record.map((column) => column.trim());
  const twice = columns.find((column, at) => columns.indexOf(column) < at);
  if (twice !== undefined) throw refuse(`${name}: two columns are called \`${twice}\`.`);
  const lineAt = lineCounter(Buffer.from(text));
  let before = head.info.bytes;
  return rows.map(({ record, info }) => {
    // A cell may hold line breaks: a record is named by the line it begins on.
    const line = lineAt(before);
    before = info.bytes;
    const counts = `${name}:${line}: the row has ${record.length} cells, and there are ${columns.length} columns.`;
    if (record.length > columns.length) throw refuse(counts);
    if (record.length < columns.length && emptyClears)
      throw refuse(`${counts} With --empty clears those that are not there would be cleared; end the row with commas.`);
    const cells = columns.flatMap((column, at): readonly (readonly [string, Json])[] => {
      const cell = record[at] ?? '';
      // Blanks are trimmed later on: they would clear what an empty cell leaves alone.
      return cell.trim() === '' ? (emptyClears ? [[column, null]] : []) : [[column, cell]];
    });
    return { line, cells: Object.fromEntries(cells) };
  });
}

/** Tells the line of the first byte from a place on that is no line break; places are asked for in their order, or each would be counted from the first line on. */
function lineCounter(bytes: Buffer): (from: number) => number {
  let line = 1;
  let next = bytes.indexOf(LF);
  return (from) => {
    let at = from;
    while (bytes[at] === CR || bytes[at] === LF) at++;
    for (; next >= 0 && next < at; next = bytes.indexOf(LF, next + 1)) line++;
    return line;
  };
}

const [CR, LF] = [0x0d, 0x0a];

function rowsOfNdjson(text: string, name: string): readonly InputRow[] {
  return text
    .replace(/^\uFEFF/, '')
    .split('\n')
    .map((row, at) => ({ row: row.trim(), line: at + 1 }))
    .filter(({ row }) => row !== '')
    .map(({ row, line }) => {
      const cells = parsed(row);
      if (!isObject(cells)) throw refuse(`${name}:${line}: expected a JSON object with a member for each cell.`);
      return { line, cells: cells as InputRow['cells'] };
    });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Of a query over the warehouse: its columns are the inputs; null leaves alone, as an empty cell does. */
export function rowsOfQuery(
  records: readonly Readonly<Record<string, unknown>>[],
  emptyClears: boolean,
): readonly InputRow[] {
  return records.map((record, at) => ({
    line: at + 1,
    cells: Object.fromEntries(
      Object.entries(record).filter(([, value]) => emptyClears || value !== null) as [string, Json][],
    ),
  }));
}

/** The issues that a search finds, in the order of their ids; one row each. @throws ConnectorError kind `usage` for a query that the site refuses, or that finds too many */
export async function rowsOfJql(site: Site, jql: string, most: number): Promise<readonly InputRow[]> {
  const what = `--jql ${JSON.stringify(jql)}`;
  const { items: issues, isWhole } = await searched(site, jql, most, what);
  if (issues.length > most)
    throw refuse(
      `${what} finds more than ${most} issues, and \`write.max_rows\` is ${most}. Raise it in the settings, or narrow the query.`,
    );
  if (!isWhole)
    throw new ConnectorError(
      'failed',
      `${what}: the site has given ${issues.length} issues and not the rest; nothing was sent. Run again, or narrow the query.`,
    );
  return issues.map((issue, at) => ({ line: at + 1, cells: { issue: String(own(issue, 'key')) } }));
}

async function searched(site: Site, jql: string, most: number, what: string): Promise<Listed> {
  try {
    return await site.search(`(${jql}) ORDER BY id ASC`, { fields: ['summary'], most });
  } catch (error) {
    if (!(error instanceof HttpStatusError) || error.status !== 400) throw error;
    throw refuse(
      `${what}: the site does not take it: ${error.sentence || 'it has a mistake'} It may hold no ORDER BY.`,
      error,
    );
  }
}
