/** A result as JSON: an array of objects, one row a line. */
import { printableJson } from '../../core/printable.js';
import { toJson } from '../tables/cells.js';
import { inPieces } from './pieces.js';
import type { ResultRows } from './result-rows.js';

export async function* renderJson({ names, pieces }: ResultRows): AsyncIterable<string> {
  let before = '[';
  for await (const rows of pieces()) {
    yield* inPieces(rows, (row) => {
      const cells = names.map((name, index) => [name, toJson(row[index] ?? null)]);
      const line = `${before}\n${printableJson(JSON.stringify(Object.fromEntries(cells)))}`;
      before = ',';
      return line;
    });
  }
  yield before === '[' ? '[]\n' : '\n]\n';
}
