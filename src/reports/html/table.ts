/** Tables of a page: numbers right, texts left, the head and the first column stay in sight. */
import { html, type Markup } from './markup.js';
import { labelWidth } from './words.js';

/** Names that a narrow first column holds. */
const NARROW = 16;

export interface Cell {
  readonly text: string;
  readonly classes?: readonly string[];
  /** Within the page, or an address. */
  readonly href?: string | null;
}

export interface Head extends Cell {
  /** Of the head and of all cells below it; of the first MOST_COLUMNS. */
  readonly columnClasses?: readonly ColumnClass[];
}

export interface TableRow {
  readonly id?: string;
  readonly level?: number;
  readonly cells: readonly Cell[];
}

export interface Table {
  readonly head: readonly Head[];
  readonly rows: readonly TableRow[];
  readonly foot?: TableRow;
  /** Many narrow columns. */
  readonly isGrid?: boolean;
  /** For readers who do not see it. */
  readonly caption: string;
}

/** Columns that the style can name. */
export const MOST_COLUMNS = 24;
/** What a whole column is: said once, not in each of its thousands of cells. */
export type ColumnClass = 'left' | 'text' | 'long';
/** More do not fit paper that stands upright. */
const WIDE = 14;

export function table({ head, rows, foot, caption, isGrid = false }: Table): Markup {
  const kinds = [
    ...(isGrid ? ['grid'] : []),
    ...(rows.some(({ level = 0 }) => level > 0) ? ['deep'] : []),
    ...(rows.some(({ cells }) => labelWidth(cells[0]?.text ?? '') > NARROW) ? ['named'] : []),
    ...head.flatMap(({ columnClasses = [] }, index) => columnClasses.map((name) => `${name}-${index + 1}`)),
  ];
  return html`<div class="${isGrid && head.length > WIDE ? 'box wide' : 'box'}" role="region" aria-label="${caption}" tabindex="0"><table${classes({ classes: kinds })}>
<thead><tr>${head.map((cell) => html`<th scope="col"${classes(cell)}>${cell.text}</th>`)}</tr></thead>
<tbody>
${rows.map(row)}</tbody>
${foot ? html`<tfoot>${row(foot)}</tfoot>` : null}</table></div>`;
}

function row({ id, level, cells }: TableRow): Markup {
  const [first, ...others] = cells;
  const marks = [
    id === undefined ? null : html` id="${id}"`,
    level === undefined ? null : html` class="level-${level}"`,
  ];
  return html`<tr${marks}>${first ? html`<th scope="row"${classes(first)}>${content(first)}</th>` : null}${others.map((cell) => html`<td${classes(cell)}>${content(cell)}</td>`)}</tr>\n`;
}

const classes = ({ classes: names = [] }: Pick<Cell, 'classes'>) =>
  names.length > 0 ? html` class="${names.join(' ')}"` : null;

function content({ text, href }: Cell): Markup {
  if (href === undefined || href === null) return html`${text}`;
  // An address from a table is one only when a browser would ask a site for it.
  if (!/^(https?:\/\/|#)/i.test(href)) return html`${text}`;
  return href.startsWith('#') ? html`<a class="cell" href="${href}">${text}</a>` : html`<a href="${href}">${text}</a>`;
}
