/** A report for programs: the whole as JSON, its first table as CSV or JSON lines. */
import { csvField, textForSpreadsheet } from '../../query/formats/csv-text.js';
import type { JsonCell } from '../../query/tables/cells.js';
import type { DataTable, ReportDocument } from '../document.js';

export function documentJson({ report, title, freshness, answer, sections, notes }: ReportDocument): string {
  const tables = Object.fromEntries(sections.map(({ id, table }) => [id, recordsOf(table)]));
  return `${JSON.stringify({ report, title, freshness, answer, ...tables, notes }, null, 2)}\n`;
}

export function* documentNdjson({ sections }: ReportDocument): Iterable<string> {
  for (const record of recordsOf(sections[0].table)) yield `${JSON.stringify(record)}\n`;
}

/** @param raw texts as they are: without the `'` that keeps a spreadsheet from taking them for formulas */
export function* documentCsv({ sections }: ReportDocument, raw: boolean): Iterable<string> {
  const names = namesOf(sections[0].table);
  yield `${names.map(csvField).join(',')}\n`;
  for (const row of sections[0].table.rows)
    yield `${names.map((name) => field(row[name] ?? null, name, raw)).join(',')}\n`;
}

function field(value: JsonCell, name: string, raw: boolean): string {
  if (value === null) return '';
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return csvField(raw ? text : textForSpreadsheet(text, name));
}

/** The columns, and the addresses that they link to. */
const namesOf = ({ columns }: DataTable) => [
  ...new Set(columns.flatMap(({ name, link }) => (link === undefined ? [name] : [name, link]))),
];

function recordsOf(table: DataTable): readonly Readonly<Record<string, JsonCell>>[] {
  const names = namesOf(table);
  return table.rows.map((row) => Object.fromEntries(names.map((name) => [name, row[name] ?? null])));
}
