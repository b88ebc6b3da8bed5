/** What a cell holds will not do; the message says what was expected and what came, for the report of its row. */
export class BadValue extends Error {
  override readonly name = 'BadValue';
}

const LONGEST = 60;

/** A cell as messages quote it. */
export function quoted(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return JSON.stringify(text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text);
}
