/**
 * The one door of outside texts to a terminal: what would move its cursor, colour what follows, turn the direction of writing
 * or begin a line of its own is shown as an escape (`\n`, `\u001b`, `\u202e`). Joiners of emoji and of scripts pass.
 */

/** Controls (Cc), marks of writing direction, other separators of lines, deprecated format characters, annotation marks. */
const UNSAFE = /[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u206f\ufff9-\ufffb]/gu;
const SHORT: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** A text that stays on one line: a name, a cell, a record of a log. */
export function printable(text: string): string {
  return text.replace(UNSAFE, (char) => SHORT[char] ?? asEscape(char));
}

/** A text of ours in several lines, with texts from outside in it. */
export function printableLines(text: string): string {
  return text.replace(UNSAFE, (char) => (char === '\n' || char === '\t' ? char : (SHORT[char] ?? asEscape(char))));
}

/** JSON text: the same characters, in the form in which JSON means them still. Line breaks between its parts stay. */
export function printableJson(json: string): string {
  return json.replace(UNSAFE, (char) => (char === '\n' ? char : asEscape(char)));
}

function asEscape(char: string): string {
  return `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
