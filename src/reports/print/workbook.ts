/** What every workbook is made of: texts that a cell can hold, names of columns, and the sheet that says what it is. */
import type { CellValue, WriteSheet } from 'hucre/xlsx';
import { ENGINE } from '../../core/engine.js';
import type { ReportDocument } from '../document.js';

/** Of a sheet, by Excel's rules. */
export const MOST_LINKS = 65_000;
const LONGEST_CELL = 32_767;
const LONGEST_NAME = 31;
export const BOLD = { font: { bold: true } };

/** Lone halves of characters, controls, and what XML calls no character. */
const NO_XML = /[\p{Cs}\p{Cc}\ufffe\uffff]/gu;

/** Names of sheets that the workbook has, or Excel keeps for itself; small letters, as Excel tells names apart without them. */
const NAMES_TAKEN = ['about', 'history'];

/** What a site calls something, as names of sheets: none ends in an apostrophe, and each is there once. */
export function sheetNames(headings: readonly string[]): readonly string[] {
  const taken = new Set(NAMES_TAKEN);
  return headings.map((heading) => {
    const whole = heading.replace(NO_XML, ' ').replace(/[[\]:*?/\\]/g, ' ');
    const cut = (length: number) => whole.slice(0, length).replace(/^['\s]+|['\s\p{Cs}]+$/gu, '') || 'Sheet';
    let name = cut(LONGEST_NAME);
    for (let number = 2; taken.has(name.toLowerCase()); number++)
      name = `${cut(LONGEST_NAME - ` (${number})`.length)} (${number})`;
    taken.add(name.toLowerCase());
    return name;
  });
}

/** Texts as a cell can hold them; counts what it changed. */
export class Texts {
  cut = 0;
  replaced = 0;

  of(value: unknown): string | null {
    if (value === null || value === undefined) return null;
    const text = typeof value === 'object' ? JSON.stringify(value) : String(value);
    const clean = text.replace(NO_XML, (char) => (/[\t\n\r]/.test(char) ? char : '\ufffd'));
    if (clean !== text) this.replaced++;
    if (clean.length <= LONGEST_CELL) return clean;
    this.cut++;
    return `${clean.slice(0, LONGEST_CELL - 1)}…`;
  }

  /** Numbers and truths as they are. */
  cell(value: unknown): CellValue {
    return typeof value === 'number' || typeof value === 'boolean' ? value : this.of(value);
  }
}

/** 0 -> `A`, 26 -> `AA`. */
export function letters(column: number): string {
  const rest = Math.floor(column / 26) - 1;
  return `${rest >= 0 ? letters(rest) : ''}${String.fromCharCode(65 + (column % 26))}`;
}

export function aboutSheet(
  { title, freshness, answer, notes }: Pick<ReportDocument, 'title' | 'freshness' | 'answer' | 'notes'>,
  made: string,
  texts: Texts,
): WriteSheet {
  const changed = [
    ...(texts.cut > 0
      ? [`${texts.cut} texts were longer than a cell holds (${LONGEST_CELL} characters) and were cut.`]
      : []),
    ...(texts.replaced > 0
      ? [`${texts.replaced} texts held characters that a workbook cannot hold; \ufffd stands in their place.`]
      : []),
  ];
  const lines = [
    title,
    answer,
    ...freshness.map(({ text }) => text),
    ...notes,
    ...changed,
    `Made ${made} by ${ENGINE.name} ${ENGINE.version}.`,
  ];
  return { name: 'About', rows: lines.map((line) => [line]), columns: [{ width: 120 }] };
}
