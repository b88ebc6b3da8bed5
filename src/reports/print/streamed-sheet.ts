/**
 * A workbook whose largest sheet is written while its rows come. The library writes small sheets with styles, or one sheet as
 * a stream, not both: so it makes the workbook with that sheet empty, and the rows are put in its place.
 */
import type { Cell, CellValue, WriteSheet } from 'hucre/xlsx';
import { BOLD, letters, MOST_LINKS } from './workbook.js';
import { type PackedPart, partsOf, type StreamedPart, textOf, zipOf } from './zip-parts.js';

/** Of a sheet, by Excel's rules, below its head. */
export const MOST_ROWS = 1_048_575;

export interface RowColumn<Row> {
  readonly head: string;
  readonly width: number;
  readonly numFmt?: string;
  readonly cell: (row: Row) => CellValue;
  /** An address, or what is none. */
  readonly link?: (row: Row) => unknown;
}

export interface StreamedRows<Row> {
  /** Its place in the workbook, from 1. */
  readonly sheet: number;
  readonly columns: readonly RowColumn<Row>[];
  readonly rows: AsyncIterable<readonly Row[]>;
}

/** The head, and a row that shows the styles of the columns. */
export function emptySheet<Row>(name: string, columns: readonly RowColumn<Row>[]): WriteSheet {
  const head = columns.map((column, index): [string, Partial<Cell>] => [
    `0,${index}`,
    { value: column.head, style: BOLD },
  ]);
  return {
    name,
    rows: [columns.map((column) => column.head), columns.map(() => 0)],
    cells: new Map(head),
    columns: columns.map(({ width, numFmt }) => ({ width, ...(numFmt !== undefined && { numFmt }) })),
    freezePane: { rows: 1 },
  };
}

/** @param make the workbook; called again after the rows */
export async function* bookWithRows<Row>(
  make: () => Promise<Uint8Array>,
  { sheet, columns, rows }: StreamedRows<Row>,
): AsyncIterable<Uint8Array> {
  const name = `xl/worksheets/sheet${sheet}.xml`;
  const links: string[] = [];
  const empty = partsOf(await make()).find((part) => part.name === name);
  if (!empty) throw new Error(`The workbook has no ${name}.`);
  yield* zipOf(parts());

  async function* parts(): AsyncIterable<PackedPart | StreamedPart> {
    yield { name, text: sheetXml(textOf(empty as PackedPart), columns, rows, links) };
    if (links.length > 0) yield { name: `xl/worksheets/_rels/sheet${sheet}.xml.rels`, text: relations(links) };
    for (const part of partsOf(await make())) if (part.name !== name) yield part;
  }
}

async function* sheetXml<Row>(
  empty: string,
  columns: readonly RowColumn<Row>[],
  rows: AsyncIterable<readonly Row[]>,
  links: string[],
): AsyncIterable<string> {
  const [head = '', sample = ''] = empty.split(/(?<=<\/row>)/);
  const styles = columns.map((_, index) => new RegExp(`r="${letters(index)}2"[^>]* s="(\\d+)"`).exec(sample)?.[1]);
  yield head.replace(/<dimension[^>]*>/, '');
  let line = 1;
  for await (const piece of rows) {
    let text = '';
    for (const row of piece) {
      line++;
      const cells = columns.map(({ cell, link }, index) => {
        const at = `${letters(index)}${line}`;
        const address = link?.(row);
        if (typeof address === 'string' && /^https?:\/\//.test(address) && links.length < MOST_LINKS)
          links.push(`${at} ${address}`);
        return cellXml(at, cell(row), styles[index]);
      });
      text += `<row r="${line}">${cells.join('')}</row>`;
    }
    yield text;
  }
  yield `</sheetData><autoFilter ref="A1:${letters(columns.length - 1)}${line}"/>`;
  if (links.length > 0) {
    const marks = links.map((link, index) => `<hyperlink ref="${link.split(' ')[0]}" r:id="rId${index + 1}"/>`);
    yield `<hyperlinks>${marks.join('')}</hyperlinks>`;
  }
  yield '</worksheet>';
}

/** Days since 30 December 1899. */
const EPOCH_DAYS = 25_569;
const DAY_MS = 86_400_000;

function cellXml(at: string, value: CellValue, style: string | undefined): string {
  if (value === null || value === undefined) return '';
  const begin = `<c r="${at}"${style === undefined ? '' : ` s="${style}"`}`;
  if (typeof value === 'boolean') return `${begin} t="b"><v>${Number(value)}</v></c>`;
  if (typeof value === 'number') return `${begin}><v>${value}</v></c>`;
  if (value instanceof Date) return `${begin}><v>${value.getTime() / DAY_MS + EPOCH_DAYS}</v></c>`;
  return `${begin} t="inlineStr"><is><t xml:space="preserve">${escaped(String(value))}</t></is></c>`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\r': '&#13;',
};
const escaped = (text: string) => text.replace(/[&<>"\r]/g, (char) => ENTITIES[char] ?? char);

const LINK = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink';

async function* relations(links: readonly string[]): AsyncIterable<string> {
  yield '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>';
  yield '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">';
  for (const [index, link] of links.entries()) {
    const target = escaped(link.slice(link.indexOf(' ') + 1));
    yield `<Relationship Id="rId${index + 1}" Type="${LINK}" Target="${target}" TargetMode="External"/>`;
  }
  yield '</Relationships>';
}
