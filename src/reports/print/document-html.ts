/** A report as one page: the answer, and of each section a sentence, a plot, and the table behind it. */
import type { DataColumn, DataTable, ReportDocument, Section } from '../document.js';
import { html, type Markup } from '../html/markup.js';
import { folded, list, page, section } from '../html/page.js';
import { type Cell, table } from '../html/table.js';
import { plotOf } from './document-plots.js';
import { cellText, labelOf } from './document-text.js';

/** A page is for reading; the other formats have all rows. */
const MOST_ROWS = 2000;

/** @param made when, in words */
export function documentHtml(document: ReportDocument, made: string): string {
  const sections = document.sections.map((one) =>
    sectionMarkup(one, document.sections.length > 1 ? one.sentence : document.answer),
  );
  return page(document, [...sections, notesMarkup(document.notes)], made);
}

export const notesMarkup = (notes: readonly string[]): Markup => section('notes', 'How it was counted', list(notes));

/** @param words what the plot shows, for those who do not see it */
export function sectionMarkup(
  { id, heading, sentence, plot, table: data, isOpen = false }: Section,
  words = '',
): Markup {
  const hasRows = data.rows.length > 0;
  return section(
    id,
    heading,
    sentence === undefined ? null : html`<p>${sentence}</p>\n`,
    plot && hasRows ? plotOf(plot, sentence ?? words) : null,
    hasRows ? (isOpen ? tableMarkup(data, heading) : folded('As a table', tableMarkup(data, heading))) : null,
  );
}

function tableMarkup({ columns, rows }: DataTable, caption: string): Markup {
  const shown = table({
    caption,
    head: columns.map((column) => ({ text: labelOf(column), ...textClass(column) })),
    rows: rows.slice(0, MOST_ROWS).map((row) => ({
      cells: columns.map(
        (column): Cell => ({
          text: cellText(row[column.name] ?? null, column),
          ...textClass(column),
          ...(column.link === undefined ? {} : { href: String(row[column.link] ?? '') }),
        }),
      ),
    })),
  });
  const cut =
    rows.length > MOST_ROWS
      ? html`<p class="missing">The first ${MOST_ROWS} of ${rows.length} rows are shown; the formats csv and json have all.</p>\n`
      : null;
  return html`${cut}${shown}`;
}

const textClass = ({ kind }: DataColumn) => (kind === 'number' ? {} : { classes: ['text'] });
