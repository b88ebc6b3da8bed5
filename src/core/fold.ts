/** Sentences for a terminal: a line that is wider than it is goes on below, between two words, instead of being cut in the midst of one. */

/** @param width in characters; undefined: no terminal, every line stays whole */
export function fold(text: string, width: number | undefined): string {
  if (width === undefined || width <= 0) return text;
  return text
    .split('\n')
    .flatMap((line) => foldLine(line, width))
    .join('\n');
}

const lengthOf = (text: string) => [...text].length;

/** Lines of a table stay: folded ones could not be read. */
function foldLine(line: string, width: number): readonly string[] {
  if (lengthOf(line) <= width || /^[┌│├└]/.test(line)) return [line];
  const indent = ' '.repeat(hangOf(line));
  const lines: string[] = [];
  let now = '';
  for (const word of line.split(/(?<=\S)(?= )/)) {
    const below = `${indent}${word.trimStart()}`;
    // What is wider than a line is not made to fit by a line of its own.
    if (now !== '' && lengthOf(now + word) > width && lengthOf(below) <= width) {
      lines.push(now);
      now = below;
    } else now += word;
  }
  return [...lines, now];
}

/** Below what stands behind a label (`Scopes      read:…`); else two blanks further in than the line began. */
function hangOf(line: string): number {
  const [label] = /^\S(?:.{0,14}?\S)? {2,}/.exec(line) ?? [];
  return label?.length ?? (/^ */.exec(line)?.[0].length ?? 0) + 2;
}
