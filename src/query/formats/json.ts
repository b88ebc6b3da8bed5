/** A result as one JSON document: an array of objects, one row a line. */
import { toJson } from '../cells.js';
import type { ResultRows } from './result-rows.js';

export async function* renderJson({ names, pieces }: ResultRows): AsyncIterable<string> {
  let before = '[';
  for await (const rows of pieces()) {
    const objects = rows.map((row) =>
      JSON.stringify(Object.fromEntries(names.map((name, index) => [name, toJson(row[index] ?? null)]))),
    );
    yield `${before}\n${objects.join(',\n')}`;
    before = ',';
  }
  yield before === '[' ? '[]\n' : '\n]\n';
}
