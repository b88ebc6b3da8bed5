/** The rows of an export as a workbook of one sheet, made while they come. */
import { type CellValue, writeXlsxStream } from 'hucre/xlsx';
import { ConnectorError } from '../../core/errors.js';
import type { Texts } from './workbook.js';

/** Of a sheet, by Excel's rules; the first row has the names. */
const MOST_ROWS = 1_048_575;
const MOST_COLUMNS = 16_384;

interface Head {
  readonly names: readonly string[];
  readonly numbers: readonly boolean[];
}

/**
 * @param pieces of lines: names and kinds, then each row's cells as JSON
 * @throws ConnectorError kind `usage` for more rows or columns than a sheet holds, with their number
 */
export async function* rowsXlsx(
  pieces: AsyncIterable<string | Uint8Array>,
  texts: Texts,
  mostRows = MOST_ROWS,
): AsyncIterable<Uint8Array> {
  const lines = linesOf(pieces)[Symbol.asyncIterator]();
  const head: Head = JSON.parse((await lines.next()).value ?? '{"names":[],"numbers":[]}');
  if (head.names.length > MOST_COLUMNS)
    throw new ConnectorError('usage', `A sheet holds ${MOST_COLUMNS} columns, and there are ${head.names.length}.`);
  const columns = head.names.map((name, index) => ({ key: String(index), header: texts.of(name) ?? '' }));
  yield* writeXlsxStream(cellsOf(lines, head, texts, mostRows), { name: 'Rows', columns, freezePane: { rows: 1 } });
}

async function* cellsOf(
  lines: AsyncIterator<string>,
  { numbers }: Head,
  texts: Texts,
  mostRows: number,
): AsyncIterable<CellValue[]> {
  let rows = 0;
  for (let line = await lines.next(); !line.done; line = await lines.next()) {
    rows++;
    if (rows > mostRows) continue;
    const cells: readonly unknown[] = JSON.parse(line.value);
    yield cells.map((cell, index) =>
      typeof cell === 'number' && numbers[index] !== true ? texts.of(cell) : texts.cell(cell),
    );
  }
  if (rows > mostRows)
    throw new ConnectorError(
      'usage',
      `A sheet holds ${mostRows} rows below its head, and there are ${rows}. Use --format csv or parquet, or narrow them with --where.`,
    );
}

async function* linesOf(pieces: AsyncIterable<string | Uint8Array>): AsyncIterable<string> {
  const parts: string[] = [];
  for await (const piece of pieces) {
    const [first = '', ...others] = String(piece).split('\n');
    parts.push(first);
    for (const other of others) {
      yield parts.splice(0).join('');
      parts.push(other);
    }
  }
}
