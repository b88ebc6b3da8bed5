/** Calendar days as texts (YYYY-MM-DD): what comes before and after, and the week, month and quarter a day lies in. */
import { startOfDay } from '../core/calendar.js';

const DAY_MS = 86_400_000;

export const WEEKDAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'] as const;
export type Weekday = (typeof WEEKDAYS)[number];
/** Of days that are put together: hours of hidden weekends have a column of this name. */
export const WEEKEND = 'weekend';
/** Days on which a week may begin. */
export const WEEK_STARTS = ['monday', 'sunday', 'saturday'] as const satisfies readonly Weekday[];
export type WeekStart = (typeof WEEK_STARTS)[number];

/** The first and the last day, both within. */
export interface Span {
  readonly start: string;
  readonly end: string;
}

export const addDays = (day: string, count: number): string => dayAt(startOfDay(day) + count * DAY_MS);

/** @param ms epoch milliseconds, read in UTC */
export const dayAt = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

export const daysIn = ({ start, end }: Span): number => (startOfDay(end) - startOfDay(start)) / DAY_MS + 1;

export function eachDay(span: Span): readonly string[] {
  return Array.from({ length: daysIn(span) }, (_, index) => addDays(span.start, index));
}

export const weekdayOf = (day: string): Weekday => WEEKDAYS[new Date(startOfDay(day)).getUTCDay()] as Weekday;

export function weekOf(day: string, weekStart: WeekStart): Span {
  const into = (WEEKDAYS.indexOf(weekdayOf(day)) - WEEKDAYS.indexOf(weekStart) + 7) % 7;
  const start = addDays(day, -into);
  return { start, end: addDays(start, 6) };
}

export const monthOf = (day: string): Span => monthsFrom(`${day.slice(0, 7)}-01`, 1);

export function quarterOf(day: string): Span {
  const first = Math.floor((Number(day.slice(5, 7)) - 1) / 3) * 3 + 1;
  return monthsFrom(`${day.slice(0, 4)}-${String(first).padStart(2, '0')}-01`, 3);
}

export const yearOf = (day: string): Span => monthsFrom(`${day.slice(0, 4)}-01-01`, 12);

/** The week with this number in ISO's calendar: the first is the one with 4 January in it. Null when the year lacks it. */
export function isoWeek(year: string, week: number): Span | null {
  const first = weekOf(`${year}-01-04`, 'monday').start;
  const start = addDays(first, (week - 1) * 7);
  const thursday = addDays(start, 3);
  return week >= 1 && thursday.startsWith(year) ? { start, end: addDays(start, 6) } : null;
}

/** @param start the first day of a month */
function monthsFrom(start: string, count: number): Span {
  const [year = 0, month = 0] = start.split('-').map(Number);
  return { start, end: dayAt(Date.UTC(year, month - 1 + count, 0)) };
}
