/** `--period`, `--start` and `--end`: the days a report is about, in the words people use for them. */
import { isCalendarDay } from '../core/calendar.js';
import { ConnectorError } from '../core/errors.js';
import { addDays, isoWeek, monthOf, quarterOf, type Span, type WeekStart, weekOf, yearOf } from './days.js';

/** Words that depend on today. */
const RELATIVE: Readonly<Record<string, (today: string, weekStart: WeekStart) => Span>> = {
  today: (today) => ({ start: today, end: today }),
  yesterday: (today) => ({ start: addDays(today, -1), end: addDays(today, -1) }),
  'this-week': weekOf,
  'last-week': (today, weekStart) => weekOf(addDays(today, -7), weekStart),
  'this-month': monthOf,
  'last-month': (today) => monthOf(addDays(monthOf(today).start, -1)),
  'this-quarter': quarterOf,
  'last-quarter': (today) => quarterOf(addDays(quarterOf(today).start, -1)),
  'this-year': yearOf,
  'last-year': (today) => yearOf(addDays(yearOf(today).start, -1)),
};

/** Forms with numbers in them; null for numbers no calendar has. */
const NUMBERED: readonly (readonly [form: RegExp, read: (year: string, number: number) => Span | null])[] = [
  [/^(\d{4})$/, (year) => yearOf(`${year}-01-01`)],
  [/^(\d{4})-(\d{2})$/, (year, month) => orNull(`${year}-${String(month).padStart(2, '0')}-01`, monthOf)],
  [/^(\d{4})-W(\d{2})$/, isoWeek],
  [/^(\d{4})-Q([1-4])$/, (year, quarter) => quarterOf(`${year}-${String(quarter * 3).padStart(2, '0')}-01`)],
];

const orNull = (day: string, read: (day: string) => Span) => (isCalendarDay(day) ? read(day) : null);

/** For the help and for messages. */
const PERIOD_FORMS = [...Object.keys(RELATIVE), '2026', '2026-02', '2026-W07', '2026-Q1'];

export interface PeriodAsked {
  readonly period?: string | undefined;
  /** First and last day, YYYY-MM-DD. */
  readonly start?: string | undefined;
  readonly end?: string | undefined;
}

/** @param today in the zone of whoever asks. @throws ConnectorError kind `usage` */
export function periodOf(asked: PeriodAsked, today: string, weekStart: WeekStart): Span {
  const span = spanOf(asked, today, weekStart);
  if (span.start >= FIRST_DAY && span.end <= LAST_DAY) return span;
  throw new ConnectorError(
    'usage',
    `The days ${span.start} to ${span.end} are not all of this time: expected ${FIRST_DAY} to ${LAST_DAY}.`,
  );
}

/** Beyond, years have no four digits on some clock. */
const [FIRST_DAY, LAST_DAY] = ['1900-01-01', '2999-12-31'];

function spanOf({ period, start, end }: PeriodAsked, today: string, weekStart: WeekStart): Span {
  if (period !== undefined) {
    if (start !== undefined || end !== undefined)
      throw new ConnectorError('usage', '--period stands for --start and --end: give the one or the others.');
    return named(period, today, weekStart);
  }
  if (start === undefined)
    throw new ConnectorError('usage', 'Say which days: --period last-week, or --start 2026-02-01 --end 2026-02-28.');
  const last = end ?? today;
  if (last < start) throw new ConnectorError('usage', `--end ${last} is before --start ${start}.`);
  return { start, end: last };
}

function named(period: string, today: string, weekStart: WeekStart): Span {
  const relative = Object.hasOwn(RELATIVE, period) ? RELATIVE[period]?.(today, weekStart) : undefined;
  if (relative) return relative;
  for (const [form, read] of NUMBERED) {
    const [, year, number] = form.exec(period) ?? [];
    const span = year === undefined || year === '0000' ? null : read(year, Number(number));
    if (span) return span;
  }
  throw new ConnectorError('usage', `--period ${period} is none; expected one of ${PERIOD_FORMS.join(', ')}.`);
}
