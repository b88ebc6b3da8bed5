/** The answer to a statement as pieces that are asked for one by one; the child waits with the next. */
import type { Piece } from '../formats/formats.js';
import type { Asked } from './peer.js';
import type { QueryProcess } from './query-process.js';

export async function* answerOf(warehouse: QueryProcess, asked: Asked): AsyncIterable<Piece> {
  const { readable, writable } = new TransformStream<Piece, Piece>();
  const writer = writable.getWriter();
  const answered = warehouse
    .answer(asked, (piece) => writer.write(piece))
    .then(
      () => writer.close(),
      (error: unknown) => writer.abort(error),
    );
  // Who reads hears of it through the stream.
  answered.catch(() => undefined);
  yield* readable;
}
