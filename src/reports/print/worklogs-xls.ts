/** Worklogs as *Time Tracker for Jira* exported them for Excel: an HTML table, with a type that Excel opens. */
import { textForSpreadsheet } from '../../query/formats/csv-text.js';
import type { JsonCell } from '../../query/tables/cells.js';
import { html, type Markup } from '../html/markup.js';
import type { Row } from '../sources.js';
import type { WorklogsAsked } from '../worklogs/asked.js';
import { decimal, type TimeTrackerColumn, timeTrackerColumns } from './time-tracker-columns.js';

export async function* timeTrackerXls(
  worklogs: AsyncIterable<readonly Row[]>,
  asked: WorklogsAsked,
): AsyncIterable<string> {
  const columns = timeTrackerColumns(asked);
  let sum = 0;
  const head = columns.map(({ name }) => html`<th>${textForSpreadsheet(name, '')}</th>`);
  yield html`<!doctype html>
<html><head><meta charset="utf-8"><title>Worklogs</title></head><body><table border="1">
<thead><tr>${head}</tr></thead>
<tbody>
`.text;
  for await (const rows of worklogs) {
    let piece = '';
    for (const row of rows) {
      sum += Number(row.counted);
      piece += html`<tr>${columns.map((column) => cell(column, row))}</tr>\n`.text;
    }
    yield piece;
  }
  yield html`</tbody>
<tfoot><tr><td>Total</td><td colspan="${columns.length - 3}"></td><td>${decimal(sum, asked)}</td><td></td></tr></tfoot>
</table></body></html>
`.text;
}

/** What looks like a formula is told to be a text. */
function cell({ kind, of }: TimeTrackerColumn, row: Row): Markup {
  const value = of(row);
  return html`<td>${kind === 'plain' ? String(value ?? '') : textForSpreadsheet(textOf(value), '')}</td>`;
}

const textOf = (value: JsonCell): string =>
  value === null ? '' : typeof value === 'string' ? value : JSON.stringify(value);
