/** Texts of some size out of many lines: a piece for each line would be slow, one for all of them has no bound. */

const ENOUGH = 64 * 1024;

/** A single longer line stays whole. */
export function* inPieces<T>(rows: Iterable<T>, line: (row: T) => string): Iterable<string> {
  let text = '';
  for (const row of rows) {
    text += line(row);
    if (text.length < ENOUGH) continue;
    yield text;
    text = '';
  }
  if (text !== '') yield text;
}
