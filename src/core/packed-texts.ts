/** A list of very many short texts in little memory: a text of its own takes three times the bytes of a key, and a place in the list. */

/** Texts of one piece. */
const PIECE = 4096;

export class PackedTexts implements Iterable<string> {
  /** JSON lists of texts. */
  readonly #pieces: string[] = [];
  #last: string[] = [];

  get length(): number {
    return this.#pieces.length * PIECE + this.#last.length;
  }

  push(text: string): void {
    this.#last.push(text);
    if (this.#last.length < PIECE) return;
    this.#pieces.push(JSON.stringify(this.#last));
    this.#last = [];
  }

  *[Symbol.iterator](): Generator<string, undefined> {
    let told = 0;
    while (told < this.length) {
      const piece = this.#pieces[Math.floor(told / PIECE)];
      // A text that comes meanwhile may make a piece of the last ones.
      const texts = piece === undefined ? this.#last : (JSON.parse(piece) as readonly string[]);
      for (const text of texts.slice(told % PIECE)) {
        told++;
        yield text;
      }
    }
  }
}
