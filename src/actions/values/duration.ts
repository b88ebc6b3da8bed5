/** How long somebody worked, as people write it. */
import { BadValue, quoted } from './bad-value.js';

const PART = /^(\d+(?:\.\d+)?)(h|m|s)/;
const SECONDS: Readonly<Record<string, number>> = { h: 3600, m: 60, s: 1 };

/**
 * `1h30m`, `1h 30m`, `90m`, `1.5h`, or whole seconds -> seconds. Days and weeks are not taken: how many hours they have is a setting
 * of the site. @throws BadValue
 */
export function secondsOf(text: string): number {
  const plain = text.trim().toLowerCase().replace(/\s+/g, '');
  const seconds = /^\d+$/.test(plain) ? Number(plain) : sumOfParts(plain);
  if (seconds === null || !Number.isInteger(seconds) || seconds < 60 || seconds % 60 !== 0)
    throw new BadValue(
      `expected a time of whole minutes such as 1h30m, 90m, or seconds (hours and minutes alone: a day is as long as the site says), got ${quoted(text)}`,
    );
  return seconds;
}

function sumOfParts(text: string): number | null {
  let rest = text;
  let sum = 0;
  while (rest !== '') {
    const [part = '', count, unit = ''] = PART.exec(rest) ?? [];
    if (part === '') return null;
    sum += Number(count) * (SECONDS[unit] ?? Number.NaN);
    rest = rest.slice(part.length);
  }
  return text === '' ? null : Math.round(sum);
}
