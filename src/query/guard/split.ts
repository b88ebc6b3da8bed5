/** Takes a text apart into statements at the semicolons outside quotes and comments. */

/**
 * What may hide a semicolon. A text that this reads otherwise than DuckDB does comes apart wrongly and does not parse: each part
 * is judged by DuckDB's parser, and run as it was judged.
 */
const HIDING = [
  /[eE]'(?:\\[\s\S]|''|[^'\\])*'/y,
  /'(?:''|[^'])*'/y,
  /"(?:""|[^"])*"/y,
  /\$([A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)?\$[\s\S]*?\$\1\$/y,
  /--[^\n]*/y,
  /[\w\u0080-\uffff][\w$\u0080-\uffff]*/y,
];

export function splitStatements(text: string): readonly string[] {
  const parts: string[] = [];
  let begin = 0;
  let at = 0;
  while (at < text.length) {
    const end = endOfHidden(text, at);
    if (end === null && text[at] === ';') {
      parts.push(text.slice(begin, at));
      begin = at + 1;
    }
    at = end ?? at + 1;
  }
  return [...parts, text.slice(begin)].filter((part) => part.trim() !== '');
}

/** Where what begins here ends; null when nothing does. */
export function endOfHidden(text: string, at: number): number | null {
  if (text.startsWith('/*', at)) return endOfComment(text, at);
  for (const pattern of HIDING) {
    pattern.lastIndex = at;
    if (pattern.test(text)) return pattern.lastIndex;
  }
  return null;
}

/** Comments lie within comments. */
function endOfComment(text: string, at: number): number {
  const marks = /\/\*|\*\//g;
  marks.lastIndex = at;
  let depth = 0;
  for (let mark = marks.exec(text); mark; mark = marks.exec(text)) {
    depth += mark[0] === '/*' ? 1 : -1;
    if (depth === 0) return marks.lastIndex;
  }
  return text.length;
}
