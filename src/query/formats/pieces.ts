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

const MOST = 16 * ENOUGH;

/** A cell may have hundreds of megabytes, and whoever takes the pieces is to hold one of bounded size. No character is cut. */
export function* slices(piece: string | Uint8Array): Iterable<string | Uint8Array> {
  for (let at = 0, end = 0; at < piece.length; at = end) {
    end = Math.min(piece.length, at + MOST);
    if (typeof piece === 'string' && end < piece.length && /[\ud800-\udbff]/.test(piece.charAt(end - 1))) end++;
    yield typeof piece === 'string' ? piece.slice(at, end) : piece.subarray(at, end);
  }
}
