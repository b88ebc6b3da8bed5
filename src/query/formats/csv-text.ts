/** Texts of CSV files, also of those that people open in a spreadsheet. */
import { printableLines } from '../../core/printable.js';

/** A cell (RFC 4180). An empty text is quoted, so that it stays apart from null. */
export function csvField(text: string | null): string {
  if (text === null) return '';
  return text === '' || /[",\r\n]/.test(text) ? csvQuoted(text) : text;
}

export const csvQuoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;

/** A `'` before it tells that a text is one: anybody who may write a comment may write a formula. */
const BEGINS_A_FORMULA = /^[=+\-@\t\r]/;

/** A cell of a column of texts; ESC and its like are made visible. @param column its name: in `…_id`, `-1` is an id of Jira's */
export function textForSpreadsheet(text: string, column: string): string {
  if (/(^|_)id$/i.test(column) && /^-?\d+$/.test(text)) return text;
  return `${BEGINS_A_FORMULA.test(text) ? "'" : ''}${printableLines(text)}`;
}
