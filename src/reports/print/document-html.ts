/** A report as one page: the answer, and of each section a sentence, a plot, and the table behind it. */
import type { DataColumn, DataTable, ReportDocument, Section } from '../document.js';
import { html, type Markup } from '../html/markup.js';
import { folded, list, page, section } from '../html/page.js';
import { type Cell, table } from '../html/table.js';
import { plotOf } from './document-plots.js';
import { cellText, labelOf } from './document-text.js';
import { jiraName } from './jira-names.js';

/** A page is for reading; the other formats have all rows. */
const MOST_ROWS = 2000;
/** From so many letters on a column is given more room. */
const LONG = 24;

/** @param made when, in words */
export function documentHtml(document: ReportDocument, made: string): string {
  const sections = document.sections.map((one) =>
    sectionMarkup(one, document.sections.length > 1 ? one.sentence : document.answer),
  );
  const names = jiraName(document.report);
  return page({ ...document, about: names }, [...sections, notesMarkup(document.notes)], made);
}

export const notesMarkup = (notes: readonly string[]): Markup => section('notes', 'How it was counted', list(notes));

/** @param words what the plot shows, for those who do not see it. @param mostRows of the table */
export function sectionMarkup(
  { id, heading, sentence, plot, table: data, isOpen = false }: Section,
  words = '',
  mostRows = MOST_ROWS,
): Markup {
  const hasRows = data.rows.length > 0;
  return section(
    id,
    heading,
    sentence === undefined ? null : html`<p>${sentence}</p>\n`,
    plot && hasRows ? plotOf(plot, sentence ?? words) : null,
    hasRows
      ? isOpen
        ? tableMarkup(data, heading, mostRows)
        : folded('As a table', tableMarkup(data, heading, mostRows))
      : null,
  );
}

function tableMarkup({ columns, rows: all }: DataTable, caption: string, mostRows: number): Markup {
  const rows = all.slice(0, mostRows);
  const textClass = classesOf(columns, rows);
  const shown = table({
    caption,
    head: columns.map((column) => ({ text: labelOf(column), ...textClass(column) })),
    rows: rows.map((row) => ({
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
    all.length > mostRows
      ? html`<p class="missing">The first ${mostRows} of ${all.length.toLocaleString('en')} rows are shown; the formats csv and json have all.</p>\n`
      : null;
  return html`${cut}${shown}`;
}

/** Texts break their lines, long ones first; keys and days do not. */
function classesOf(columns: DataTable['columns'], rows: DataTable['rows']) {
  const isLong = ({ name }: DataColumn) => rows.some((row) => String(row[name] ?? '').length > LONG);
  const classes = new Map(
    columns.map((column) => {
      const text = isLong(column) ? ['text', 'long'] : ['text'];
      return [column, column.kind === 'number' ? [] : column.kind === 'text' ? text : ['left']];
    }),
  );
  return (column: DataColumn) => ({ classes: classes.get(column) ?? [] });
}
