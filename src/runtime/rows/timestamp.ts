/**
 * Strict timestamps. `new Date` would take 30 February for 1 March and +1530 for a zone, so the text is read by its parts
 * and checked against the calendar. Forms met in Jira: 2024-11-29T10:44:51.887-0800, …+01:00, …Z, and epoch milliseconds.
 */

export interface Timestamp {
  /** Instant in UTC: YYYY-MM-DDTHH:MM:SS.mmmZ, with six fraction digits when the source had more than three. */
  readonly utc: string;
  /** Calendar day in the timestamp's own offset: YYYY-MM-DD. */
  readonly localDate: string;
  readonly offsetMinutes: number;
}

const FORM = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?(Z|[+-]\d{2}:?\d{2})$/;
const DATE = /^(\d{4})-(\d{2})-(\d{2})$/;
const MINUTE = 60_000;
/** Zones of the world lie within -12:00 and +14:00. */
const MAX_OFFSET = 14 * 60;
/** Below it a number is more likely seconds than milliseconds (1973 against 5138): refused rather than guessed. */
const FIRST_EPOCH_MS = 100_000_000_000;

/** Null when the value is not a timestamp. */
export function parseTimestamp(value: unknown): Timestamp | null {
  if (typeof value === 'number') return fromEpoch(value);
  if (typeof value !== 'string') return null;
  const match = FORM.exec(value);
  if (!match) return null;
  const [, year, month, day, hour, minute, second, fraction = '', zone = ''] = match;
  const offset = offsetOf(zone);
  const local = epochOf(Number(year), Number(month), Number(day), Number(hour), Number(minute), Number(second));
  if (offset === null || local === null) return null;
  const instant = new Date(local - offset * MINUTE + Number(fraction.padEnd(3, '0').slice(0, 3)));
  const utc = instant.toISOString();
  // Years outside 0001-9999 get a sign and six digits from toISOString, and no reader takes them.
  if (utc.length !== 24 || utc < '0001') return null;
  const micros = fraction.slice(3, 6).padEnd(3, '0');
  return {
    utc: micros === '000' ? utc : `${utc.slice(0, 23)}${micros}Z`,
    localDate: `${year}-${month}-${day}`,
    offsetMinutes: offset,
  };
}

function fromEpoch(value: number): Timestamp | null {
  if (!Number.isInteger(value) || value < FIRST_EPOCH_MS || value > 253_402_300_799_999) return null;
  const utc = new Date(value).toISOString();
  return { utc, localDate: utc.slice(0, 10), offsetMinutes: 0 };
}

function offsetOf(zone: string): number | null {
  if (zone === 'Z') return 0;
  const digits = zone.replace(':', '');
  const minutes = Number(digits.slice(3, 5));
  const total = Number(digits.slice(1, 3)) * 60 + minutes;
  if (minutes > 59 || total > MAX_OFFSET) return null;
  return zone.startsWith('-') ? -total : total;
}

/** Epoch milliseconds of a civil time taken as UTC; null when the calendar has no such moment. */
function epochOf(
  year: number,
  month: number,
  day: number,
  hour: number,
  minute: number,
  second: number,
): number | null {
  if (hour > 23 || minute > 59 || second > 59 || day < 1 || day > daysIn(year, month)) return null;
  // Date.UTC maps years 0-99 to 1900-1999; the calendar repeats itself after 400 years.
  return Date.UTC(year + 400, month - 1, day, hour, minute, second) - MS_IN_400_YEARS;
}

const MS_IN_400_YEARS = 146_097 * 86_400_000;
const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** 0 for a month that there is not. */
function daysIn(year: number, month: number): number {
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return month === 2 && isLeap ? 29 : (DAYS[month - 1] ?? 0);
}

/** `YYYY-MM-DD` when the value is a day of the calendar, else null. */
export function parseDate(value: unknown): string | null {
  if (typeof value !== 'string') return null;
  const match = DATE.exec(value);
  if (!match || value < '0001') return null;
  return epochOf(Number(match[1]), Number(match[2]), Number(match[3]), 0, 0, 0) === null ? null : value;
}
