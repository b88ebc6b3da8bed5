/** Text that wiki markup would read as markup, so that it shows as it was written. */

/** Marks that count wherever they stand. */
const ANYWHERE = /[{}[\]|*_^~!]/g;
/** Those that count at the beginning of a word alone: `-struck-`, `+inserted+`, `??cited??`. */
const BEFORE_WORDS = /(^|[\s(])([-+]|\?\?)(?=\S)/gm;
/** Lists and rules, and heads such as `h1.` and `bq.`, at the beginning of a line. */
const LINE_MARK = /^([ \t]*)([#-])(?=[#*\s-])/gm;
const LINE_WORD = /^([ \t]*)(h[1-6]|bq)\.(?=\s)/gm;

export function escapedWiki(text: string): string {
  return (
    text
      // Two backslashes are a line break.
      .replaceAll('\\', '&#92;')
      .replace(ANYWHERE, '\\$&')
      .replace(LINE_MARK, '$1\\$2')
      .replace(BEFORE_WORDS, '$1\\$2')
      .replace(LINE_WORD, (_, space: string, word: string) => `${space}${word}&#46;`)
  );
}
