/** Moments as people write them, in the only form that Jira takes for the start of a worklog. */
import { isCalendarDay } from '../../core/calendar.js';
import { BadValue, quoted } from './bad-value.js';

const FORM =
  /^(?<day>\d{4}-\d{2}-\d{2})(?:[T ](?<time>\d{2}:\d{2})(?<seconds>:\d{2}(?:\.\d{1,6})?)?\s*(?<zone>Z|[+-]\d{2}:?\d{2})?)?$/;
/** A day alone: nobody begins at midnight, least of all of another zone. */
const MORNING = '09:00';

/** `2026-03-02`, `2026-03-02T09:00`, with or without offset -> `2026-03-02T08:00:00.000+0000`. @param zone of the account, for moments without an offset. @throws BadValue */
export function jiraMoment(text: string, zone: string | null): string {
  const { day = '', time = MORNING, seconds = ':00', zone: offset } = FORM.exec(text.trim())?.groups ?? {};
  const local = Date.parse(`${day}T${time}${seconds}Z`);
  if (!isCalendarDay(day) || Number.isNaN(local))
    throw new BadValue(`expected a moment such as 2026-03-02T09:00 or 2026-03-02T09:00+01:00, got ${quoted(text)}`);
  return asJira(local - offsetMs(offset, local, zone));
}

const asJira = (ms: number) => new Date(ms).toISOString().replace('Z', '+0000');

function offsetMs(written: string | undefined, local: number, zone: string | null): number {
  if (written === undefined) return zone === null ? 0 : zoneOffsetMs(local, zone);
  const [, sign, hours, minutes] = /^([+-])(\d{2}):?(\d{2})$/.exec(written) ?? [];
  const ms = (Number(hours ?? 0) * 60 + Number(minutes ?? 0)) * 60_000;
  return sign === '-' ? -ms : ms;
}

/** What the clocks on the wall are ahead of UTC when they show this; asked twice, because the first answer is that of another moment. */
function zoneOffsetMs(local: number, zone: string): number {
  const first = shownAt(local, zone) - local;
  return shownAt(local - first, zone) - (local - first);
}

/** The clock on the wall at a moment, read as if it were UTC. */
function shownAt(ms: number, zone: string): number {
  const form = new Intl.DateTimeFormat('en-CA', {
    ...{ timeZone: zone, hourCycle: 'h23', year: 'numeric', month: '2-digit', day: '2-digit' },
    ...{ hour: '2-digit', minute: '2-digit', second: '2-digit' },
  });
  const part = Object.fromEntries(form.formatToParts(ms).map(({ type, value }) => [type, value]));
  const { year, month, day, hour, minute, second } = part;
  return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`) + (ms % 1000);
}
