/** Working hours: `mon-fri 09:00-17:00 Europe/Berlin`, and how many of them lie between two moments. */
import { ConnectorError } from '../../core/errors.js';
import { literal } from '../../core/quote.js';
import { WEEKDAYS } from '../days.js';
import type { WorkingHours } from './asked.js';

const FORM =
  /^(?<days>[a-z]{3}(?:-[a-z]{3})?(?:,[a-z]{3}(?:-[a-z]{3})?)*) +(?<from>\d\d:\d\d)-(?<until>\d\d:\d\d)(?: +(?<zone>\S+))?$/i;
const SHORT = WEEKDAYS.map((day) => day.slice(0, 3));

/** The zone is whatever was written. @throws ConnectorError kind `usage` */
export function workingHoursOf(text: string, daysOff: readonly string[]): WorkingHours {
  const { days = '', from = '', until = '', zone = 'UTC' } = FORM.exec(text.trim())?.groups ?? {};
  const [begin, end] = [minutesOf(from), minutesOf(until)];
  const weekdays = [...new Set(days.toLowerCase().split(',').flatMap(daysBetween))].sort();
  if (weekdays.length === 0 || weekdays.includes(-1) || begin === null || end === null || begin >= end)
    throw new ConnectorError(
      'usage',
      `--working-hours ${JSON.stringify(text)} is not understood: expected days, hours and a zone, such as "mon-fri 09:00-17:00 Europe/Berlin"; without a zone, UTC.`,
    );
  return { text: text.trim(), weekdays, from: begin, until: end, zone, daysOff };
}

/** `fri-mon` goes over the weekend. */
function daysBetween(range: string): readonly number[] {
  const [first = -1, last = first] = range.split('-').map((day) => SHORT.indexOf(day));
  if (first < 0 || last < 0) return range === '' ? [] : [-1];
  return Array.from({ length: ((last - first + 7) % 7) + 1 }, (_, index) => (first + index) % 7);
}

function minutesOf(time: string): number | null {
  const [hours = Number.NaN, minutes = Number.NaN] = time.split(':').map(Number);
  return hours <= 24 && minutes < 60 && hours * 60 + minutes <= 24 * 60 ? hours * 60 + minutes : null;
}

/**
 * A WITH member `working_day`, for `hoursBetween`: each day with the seconds worked before it.
 * @param rows a FROM item with `started_at` and `finished_at`, between which the days lie
 */
export function workingDays({ weekdays, from, until, daysOff, zone }: WorkingHours, rows: string): string {
  const day = (moment: string) => `CAST(${moment} AT TIME ZONE ${literal(zone)} AS DATE)`;
  const off =
    daysOff.length === 0 ? '' : ` AND day NOT IN (${daysOff.map((one) => `DATE ${literal(one)}`).join(', ')})`;
  const open = `CASE WHEN dayofweek(day) IN (${weekdays.join(', ')})${off} THEN ${(until - from) * 60} ELSE 0 END`;
  return `working_day AS MATERIALIZED (SELECT day, open, sum(open) OVER (ORDER BY day) - open AS before FROM (SELECT day, ${open} AS open
    FROM (SELECT unnest(generate_series(${day('min(started_at)')}, ${day('max(finished_at)')}, INTERVAL 1 DAY))::DATE AS day FROM ${rows})))`;
}

/** Hours between the moments of rows `f`, and the joins that the expression needs. */
export function hoursBetween({ from, until, zone }: WorkingHours): { readonly sql: string; readonly joins: string } {
  const local = (moment: string) => `(${moment} AT TIME ZONE ${literal(zone)})`;
  const worked = (alias: string, moment: string) =>
    `(${alias}.before + CASE WHEN ${alias}.open = 0 THEN 0 ELSE greatest(0, least(${(until - from) * 60}, epoch(${local(moment)}) - epoch(CAST(${local(moment)} AS DATE)) - ${from * 60})) END)`;
  const join = (alias: string, moment: string) =>
    ` LEFT JOIN working_day ${alias} ON ${alias}.day = CAST(${local(moment)} AS DATE)`;
  return {
    sql: `(${worked('d2', 'f.finished_at')} - ${worked('d1', 'f.started_at')}) / 3600`,
    joins: `${join('d1', 'f.started_at')}${join('d2', 'f.finished_at')}`,
  };
}
