/** Values of flags: each reader throws InvalidArgumentError, which commander shows. */
import { InvalidArgumentError } from 'commander';
import { isCalendarDay } from '../core/calendar.js';
import { durationMs } from '../core/duration.js';

export const collect = (value: string, before: readonly string[]): readonly string[] => [...before, value];

/** Names, which hold no comma: `a,b` is two of them. */
export const collectNames = (value: string, before: readonly string[]): readonly string[] => [
  ...before,
  ...value
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== ''),
];

/** A word of a list, which may be given several times. */
export const collectOf =
  <Word extends string>(words: readonly Word[]) =>
  (value: string, before: readonly Word[]): readonly Word[] => {
    const known = words.find((word) => word === value);
    if (known === undefined) throw new InvalidArgumentError(`Allowed choices are ${words.join(', ')}.`);
    return [...before, known];
  };

export function parseDay(text: string): string {
  if (isCalendarDay(text)) return text;
  throw new InvalidArgumentError('Expected a day, YYYY-MM-DD.');
}

/** `6h` -> 21600 seconds. */
export function parseSeconds(text: string): number {
  const seconds = durationMs(text) / 1000;
  if (!text.endsWith('ms') && seconds > 0) return seconds;
  throw new InvalidArgumentError('Expected 90s, 15m, 6h or 2d.');
}

const MOST = 999_999;

export function wholeNumber(least: number, most?: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= least && value <= (most ?? MOST)) return value;
    throw new InvalidArgumentError(
      `Expected a whole number from ${least} ${most === undefined ? 'on' : `to ${most}`}.`,
    );
  };
}
