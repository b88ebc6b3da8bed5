/** Which columns a table was read with, as its state keeps it: a column that comes back is filled by a whole read. */
import { createHash } from 'node:crypto';
import { type ColumnChoice, wordsOf } from '../streams/column-choice.js';
import type { Stream } from '../streams/registry.js';

/** States hold 4 KB. */
const LONGEST = 1_500;
/** Stands for a table whose rows were read with several choices of which none holds the others. */
const MIXED = '?';

/** `-a,b`: all but these; `+a,b`: these alone. Undefined: all. */
function columnsText(choice: ColumnChoice | undefined): string | undefined {
  if (choice === undefined) return undefined;
  const sign = 'include' in choice ? '+' : '-';
  const words = [...new Set(wordsOf(choice))].sort().map(encodeURIComponent).join();
  return words.length <= LONGEST
    ? sign + words
    : `#${createHash('sha256')
        .update(sign + words)
        .digest('hex')
        .slice(0, 32)}`;
}

/** What the settings ask of a stream, as states keep it. */
export const askedOf = ({ asked, chosen }: Pick<Stream, 'asked' | 'chosen'>) => ({
  asked,
  columns: columnsText(chosen?.choice),
});

/** Whether rows that were read with one choice have all columns of another. In doubt they have not. */
export function haveColumns(before: string | undefined, wanted: string | undefined): boolean {
  if (before === undefined || before === wanted) return true;
  const [left, words] = [before[0], new Set(before.slice(1).split(','))];
  if (wanted === undefined || wanted[0] !== left) return false;
  const now = new Set(wanted.slice(1).split(','));
  if (left === '-') return [...words].every((word) => now.has(word));
  return left === '+' && [...now].every((word) => words.has(word));
}

/** What rows of both have in common. */
export function bothColumns(one: string | undefined, other: string | undefined): string | undefined {
  if (haveColumns(one, other)) return other;
  if (haveColumns(other, one)) return one;
  if (one?.[0] !== '-' || other?.[0] !== '-') return MIXED;
  return `-${[...new Set([...one.slice(1).split(','), ...other.slice(1).split(',')])].sort().join()}`;
}
