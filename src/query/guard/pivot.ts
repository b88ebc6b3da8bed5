/**
 * `PIVOT t ON c` without a list of columns. DuckDB makes a type of the values first, which is no reading; here the values are
 * asked for by a statement of their own, and stand in the list of the second one. The guard judges both.
 */
import { literal } from '../../core/quote.js';
import { endOfHidden } from './split.js';

export interface OpenPivot {
  /** A SELECT of the values, as texts, in order; one more than may be columns, so that too many show. */
  readonly values: string;
  /** The statement with these as its columns. */
  listed(values: readonly string[]): string;
}

/** Wider than people read, and each is a column. */
export const MOST_PIVOTED = 500;
const AFTER_ON = new Set(['using', 'group', 'order', 'limit', 'having']);

/** Null for anything but a PIVOT of one expression that names no values. */
export function openPivot(statement: string): OpenPivot | null {
  const words = wordsOf(statement);
  const on = words.findIndex(({ word }) => word === 'on');
  if (words[0]?.word !== 'pivot' || on < 1) return null;
  const next = words.slice(on + 1).find(({ word }) => AFTER_ON.has(word));
  const end = next?.from ?? statement.length;
  const within = words.slice(on + 1).filter(({ from }) => from < end);
  if (
    within.some(({ word }) => word === 'in' || word === ',') ||
    words.slice(0, on).some(({ word }) => word === 'join')
  )
    return null;
  const source = statement.slice(words[0].to, words[on]?.from);
  const expression = statement.slice(words[on]?.to, end);
  const rest = statement.slice(end);
  return {
    values: `SELECT DISTINCT CAST((${expression}\n) AS VARCHAR) AS value FROM ${source} WHERE (${expression}\n) IS NOT NULL ORDER BY 1 LIMIT ${MOST_PIVOTED + 1}`,
    listed: (values) =>
      `PIVOT ${source} ON ${expression}\n IN (${values.length === 0 ? 'NULL' : values.map(literal).join(', ')}) ${rest}`,
  };
}

interface Word {
  readonly word: string;
  readonly from: number;
  readonly to: number;
}

/** Words and commas outside quotes, comments and brackets, in small letters. */
function wordsOf(text: string): readonly Word[] {
  const words: Word[] = [];
  let depth = 0;
  for (let at = 0; at < text.length; ) {
    const end = endOfHidden(text, at) ?? at + 1;
    const token = text.slice(at, end);
    if (token === '(') depth += 1;
    else if (token === ')') depth -= 1;
    else if (depth === 0 && /^[\w,]/.test(token)) words.push({ word: token.toLowerCase(), from: at, to: end });
    at = end;
  }
  return words;
}
