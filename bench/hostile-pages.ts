/** Answers that are small on the wire and huge in memory: what a hostile or broken site may send. */

/** Just under the bound of an answer in bytes. */
const BYTES = 64_000_000;

const repeated = (piece: string, bytes = BYTES) => piece.repeat(Math.floor(bytes / piece.length));

/** @param make the piece by its number, of much the same length each */
function numbered(make: (at: number) => string, bytes = BYTES): string {
  const pieces: string[] = [];
  for (let length = 0, at = 0; length < bytes; at++) {
    const piece = make(at);
    pieces.push(piece);
    length += piece.length + 1;
  }
  return pieces.join(',');
}

const issue = (at: number) =>
  `{"id":"${at}","key":"ENG-${at}","fields":{"summary":"${'x'.repeat(400)}","votes":${at % 7},"labels":["a","b"]}}`;

/** Texts by name; `refused` is what the message must hold, null for what must be read. */
export const HOSTILE_PAGES: Readonly<Record<string, { readonly refused: string | null; text(): string }>> = {
  'empty lists': { refused: 'objects and lists', text: () => `[${repeated('[],')}[]]` },
  'objects of one key': {
    refused: 'objects and lists',
    text: () => `[${numbered((at) => `{"k${at}":${at}}`)}]`,
  },
  'one object of many keys': { refused: 'members of objects', text: () => `{${numbered((at) => `"k${at}":${at}`)}}` },
  'short texts': { refused: 'values', text: () => `[${repeated('"a",')}"a"]` },
  numbers: { refused: 'values', text: () => `[${repeated('1.5,')}1.5]` },
  'numbers beyond a double': { refused: 'numbers of 16 digits', text: () => `[${repeated('9999999999999999,')}1]` },
  'one number of 64 million digits': { refused: 'a number of', text: () => repeated('7') },
  'lists below 200 levels': {
    refused: 'below 200 levels',
    text: () => `${'['.repeat(200)}${repeated('[],')}[]${']'.repeat(200)}`,
  },
  'as many keys as are taken': { refused: null, text: () => `{${numbered((at) => `"k${at}":${at}`, 1_900_000 * 17)}}` },
  'as many objects as are taken': {
    refused: null,
    text: () => `[${numbered((at) => `{"k${at}":"${at}"}`, 900_000 * 20)}]`,
  },
  'an honest page with one long number': {
    refused: null,
    text: () => `{"startAt":9007199254740993,"issues":[${numbered(issue, 60_000_000)}]}`,
  },
};
