/** Values of options as people write them, behind a flag or in an address. Each reader throws OptionProblem. */
import { isCalendarDay } from './calendar.js';
import { durationMs } from './duration.js';

/** Says what was expected; which option it was, and what was written, is known to whoever asked. */
export class OptionProblem extends Error {
  override readonly name = 'OptionProblem';
}

export function readDay(text: string): string {
  if (isCalendarDay(text)) return text;
  throw new OptionProblem('Expected a day, YYYY-MM-DD.');
}

/** Ten years: beyond lies what no clock and no database counts with. */
const LONGEST_SECONDS = 3650 * 86_400;

/** `6h` -> 21600 seconds. */
export function readSeconds(text: string): number {
  const seconds = durationMs(text) / 1000;
  if (!text.endsWith('ms') && seconds > 0 && seconds <= LONGEST_SECONDS) return seconds;
  throw new OptionProblem('Expected 90s, 15m, 6h or 2d.');
}

const MOST = 999_999;

export function readWhole(least: number, most?: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= least && value <= (most ?? MOST)) return value;
    throw new OptionProblem(`Expected a whole number from ${least} ${most === undefined ? 'on' : `to ${most}`}.`);
  };
}

/** Names, which hold no comma: `a,b` is two of them. */
export const namesIn = (text: string): readonly string[] =>
  text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
