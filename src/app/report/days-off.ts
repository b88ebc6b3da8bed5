/** Days off from a calendar file (iCalendar): every day that an event of it touches, repeated events included. */
import { readFileSync } from 'node:fs';
import ICAL from 'ical.js';
import { ConnectorError } from '../../core/errors.js';
import { addDays, type Span } from '../../reports/days.js';

/** An event that repeats for ever ends with the period; one with more repeats than days before it is not looked at for ever. */
const MOST_REPEATS = 100_000;

/** @throws ConnectorError kind `usage` when the file is missing or is no calendar */
export function readDaysOff(file: string, span: Span): ReadonlySet<string> {
  const days = new Set<string>();
  for (const event of eventsOf(file)) {
    const iterator = event.iterator();
    for (let count = 0, at = iterator.next(); at && count < MOST_REPEATS; at = iterator.next(), count++) {
      if (dayOf(at) > span.end) break;
      const { startDate, endDate } = event.getOccurrenceDetails(at);
      for (const day of touched(startDate, endDate)) if (day >= span.start && day <= span.end) days.add(day);
    }
  }
  return days;
}

function eventsOf(file: string): readonly ICAL.Event[] {
  try {
    const calendar = new ICAL.Component(ICAL.parse(readFileSync(file, 'utf8')));
    if (calendar.name !== 'vcalendar') throw new Error('it has no VCALENDAR');
    return calendar.getAllSubcomponents('vevent').map((event) => new ICAL.Event(event));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message.split('\n')[0] : String(cause);
    throw new ConnectorError('usage', `--days-off ${file} cannot be read as a calendar (.ics): ${reason}.`, { cause });
  }
}

const dayOf = (time: ICAL.Time) => time.toString().slice(0, 10);

/** The end of an event is the first moment after it: of a day-long one, the next day. */
function touched(start: ICAL.Time, end: ICAL.Time): readonly string[] {
  const atMidnight = end.isDate || (end.hour === 0 && end.minute === 0 && end.second === 0);
  const last = atMidnight ? addDays(dayOf(end), -1) : dayOf(end);
  const days = [dayOf(start)];
  for (let day = addDays(dayOf(start), 1); day <= last; day = addDays(day, 1)) days.push(day);
  return days;
}
