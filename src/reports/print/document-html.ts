/** A report as one page: the answer, and of each section a sentence, a plot, and the table behind it. */
import type { DataTable, ReportDocument, Section } from '../document.js';
import { html, type Markup } from '../html/markup.js';
import { folded, list, page, prose, section } from '../html/page.js';
import { type Cell, type ColumnClass, table } from '../html/table.js';
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
  return page(
    { ...document, about: names },
    [...sections.filter((one) => one !== null), notesMarkup(document.notes)],
    made,
  );
}

export const notesMarkup = (notes: readonly string[]): Markup => section('notes', 'How it was counted', list(notes));

/** @param words what the plot shows, for those who do not see it. @param mostRows of the table */
export function sectionMarkup(
  { id, heading, sentence, plot, table: data, isOpen = false, isBelow = false }: Section,
  words = '',
  mostRows = MOST_ROWS,
): Markup | null {
  const hasRows = data.rows.length > 0;
  // The page's answer says why there is nothing.
  if (!hasRows && sentence === undefined) return null;
  return section(
    id,
    heading,
    sentence === undefined ? null : html`<p>${prose(sentence)}</p>\n`,
    plot && hasRows ? plotOf(plot, sentence ?? words) : null,
    hasRows && !isBelow
      ? isOpen
        ? tableMarkup(data, heading, mostRows)
        : folded('As a table', tableMarkup(data, heading, mostRows))
      : null,
  );
}

function tableMarkup({ columns, rows: all }: DataTable, caption: string, mostRows: number): Markup {
  const rows = all.slice(0, mostRows);
  const classes = classesOf(columns, rows);
  const shown = table({
    caption,
    head: columns.map((column, index) => ({ text: labelOf(column), columnClasses: classes[index] ?? [] })),
    rows: rows.map((row) => ({
      cells: columns.map(
        (column): Cell => ({
          text: cellText(row[column.name] ?? null, column),
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

/** Texts break their lines, and the longest have most of the room; keys and days do not. */
function classesOf(columns: DataTable['columns'], rows: DataTable['rows']): readonly (readonly ColumnClass[])[] {
  const lengths = columns.map(({ kind, name }) =>
    kind === 'text' ? rows.reduce((most, row) => Math.max(most, String(row[name] ?? '').length), 0) : 0,
  );
  const longest = Math.max(...lengths);
  return columns.map(({ kind }, index) => {
    if (kind !== 'text') return kind === 'number' ? [] : ['left'];
    return longest > LONG && index === lengths.indexOf(longest) ? ['text', 'long'] : ['text'];
  });
}
