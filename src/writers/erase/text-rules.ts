/** Which texts are replaced by what: regular expressions (RE2) for the id, the names and the addresses of a person. No I/O. */
import { literally } from '../../core/literally.js';
import { literal } from '../../core/quote.js';
import { FORMER, type Person } from './person.js';

/** Both as SQL literals; the replacement keeps what stood before and behind. */
export interface TextRule {
  readonly pattern: string;
  readonly by: string;
}

// What may stand beside a word. In JSON a line break is a backslash and an n, in addresses a slash is %2F: the letter belongs
// to the escape, not to a word.
const BEFORE = String.raw`(^|[^\p{L}\p{N}]|\\[bfnrt]|\\u[0-9a-fA-F]{4}|%[0-9a-fA-F]{2})`;
const BEHIND = String.raw`($|[^\p{L}\p{N}])`;
/** An id that is an ordinary word (old accounts of own servers) counts where ids stand: alone, in quotes, in a mention. */
const BEFORE_ID = '(^|["~:=/])';
const BEHIND_ID = String.raw`($|["\\\]&])`;
/** Scripts that put no spaces between words. */
const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/u;

/** The first rule is the one of the id. */
export function textRules({ id, pseudonym, names, addresses }: Person): readonly TextRule[] {
  const isWord = /^\p{L}+$/u.test(id);
  const texts = [...names, ...addresses].toSorted((a, b) => b.length - a.length);
  const spaced = texts.filter((text) => !UNSPACED.test(text));
  const unspaced = texts.filter((text) => UNSPACED.test(text));
  return [
    isWord ? rule([id], pseudonym, BEFORE_ID, BEHIND_ID) : rule([id], pseudonym),
    ...(spaced.length > 0 ? [rule(spaced, FORMER)] : []),
    ...(unspaced.length > 0 ? [rule(unspaced, FORMER, '()', '()')] : []),
  ];
}

function rule(texts: readonly string[], by: string, before = BEFORE, behind = BEHIND): TextRule {
  const alternatives = [...new Set(texts.flatMap(spellings))].map(literally);
  return { pattern: literal(`${before}(?i:${alternatives.join('|')})${behind}`), by: literal(`\\1${by}\\2`) };
}

/** Condition: the text holds one of these, whatever its case. Costs a hundredth of what the rules cost. */
export function holdsAny(text: string, spellings: readonly string[]): string {
  return spellings.map((spelling) => `contains(lower(${text}), lower(${literal(spelling)}))`).join(' OR ');
}

/**
 * Every spelling of every text of the person, as it may stand in a column.
 */
export function allSpellings({ id, names, addresses }: Person): readonly string[] {
  const spelled = [id, ...names, ...addresses].flatMap(spellings);
  // Lists and structs are searched as JSON, which spells their texts once more.
  return [...new Set([...spelled, ...spelled.map(jsonText)])];
}

/** A text as it stands in plain text, in JSON, in JSON within JSON, in HTML and in addresses. */
function spellings(text: string): string[] {
  const json = jsonText(text);
  const html = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  return [
    text,
    json,
    jsonText(json),
    html,
    html.replaceAll('"', '&quot;'),
    html.replaceAll('"', '&quot;').replaceAll("'", '&#39;'),
    encodeURIComponent(text),
  ];
}

const jsonText = (text: string) => JSON.stringify(text).slice(1, -1);
