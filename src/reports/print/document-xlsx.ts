/** A report as a workbook: a sheet for each section with typed cells and links, and what to know of it. */
import { type Cell, type CellValue, type WriteSheet, writeXlsx } from 'hucre/xlsx';
import type { DataColumn, ReportDocument, Section } from '../document.js';
import { labelOf } from './document-text.js';
import { aboutSheet, BOLD, letters, MOST_LINKS, sheetNames, Texts } from './workbook.js';

/** @param made when, in words */
export async function documentXlsx(document: ReportDocument, made: string): Promise<Uint8Array> {
  const texts = new Texts();
  const names = sheetNames(document.sections.map(({ heading }) => heading));
  const sheets = document.sections.map((section, index) => ({ ...sheetOf(section, texts), name: names[index] ?? '' }));
  return writeXlsx({ sheets: [...sheets, aboutSheet(document, made, texts)] });
}

function sheetOf({ table: { columns, rows } }: Section, texts: Texts): Omit<WriteSheet, 'name'> {
  const cells = new Map<string, Partial<Cell>>();
  for (const [index, column] of columns.entries()) cells.set(`0,${index}`, { value: labelOf(column), style: BOLD });
  const lines: CellValue[][] = [columns.map(labelOf)];
  for (const row of rows) {
    for (const [index, { name, link }] of columns.entries()) {
      const address = link === undefined ? null : row[link];
      if (typeof address === 'string' && /^https?:\/\//.test(address) && lines.length <= MOST_LINKS)
        cells.set(`${lines.length},${index}`, { value: texts.of(row[name]), hyperlink: { target: address } });
    }
    lines.push(columns.map((column) => cellOf(row[column.name] ?? null, column, texts)));
  }
  return {
    rows: lines,
    cells,
    columns: columns.map(({ kind, decimals = 0 }) => ({
      width: kind === 'text' ? 32 : 14,
      ...(kind === 'number' && { numFmt: decimals === 0 ? '0' : `0.${'0'.repeat(decimals)}` }),
      ...(kind === 'day' && { numFmt: 'yyyy-mm-dd' }),
      ...(kind === 'moment' && { numFmt: 'yyyy-mm-dd hh:mm' }),
    })),
    freezePane: { rows: 1 },
    ...(rows.length > 0 && { autoFilter: { range: `A1:${letters(columns.length - 1)}${rows.length + 1}` } }),
  };
}

function cellOf(value: unknown, { kind }: DataColumn, texts: Texts): CellValue {
  if (value === null) return null;
  if (kind === 'number') return Number(value);
  if (kind === 'day') return new Date(`${String(value).slice(0, 10)}T00:00:00Z`);
  return kind === 'moment' ? new Date(String(value)) : texts.of(value);
}
