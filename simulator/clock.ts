/** The site's own time: a clock that can be moved, and Jira's way of writing moments (`2025-03-30T01:59:59.000+0100`: no colon in the offset). */

/** The zone a site renders its timestamps in; it has daylight saving time, so offsets differ over the year. */
export const SITE_TIME_ZONE = 'Europe/Berlin';

export class SiteClock {
  private readonly startedAt = performance.now();
  private moved = 0;

  /** `fixed`: stands still except for `advance`; otherwise runs with real time from `start` (epoch ms). */
  constructor(
    private readonly start: number,
    private readonly fixed: boolean,
  ) {}

  now(): number {
    const passed = this.fixed ? 0 : performance.now() - this.startedAt;
    return Math.floor(this.start + this.moved + passed);
  }

  advance(ms: number): void {
    this.moved += ms;
  }
}

const HOUR = 3_600_000;
const knownOffsets = new Map<string, Map<number, number>>();
const formats = new Map<string, Intl.DateTimeFormat>();

/** Minutes east of UTC in a zone at a moment; remembered by the hour, since asking Intl costs microseconds and pages hold thousands of moments. */
export function offsetMinutes(timeZone: string, at: number): number {
  const hour = Math.floor(at / HOUR);
  let known = knownOffsets.get(timeZone);
  if (known === undefined) {
    known = new Map();
    knownOffsets.set(timeZone, known);
  }
  let offset = known.get(hour);
  if (offset === undefined) {
    offset = askIntl(timeZone, hour * HOUR);
    known.set(hour, offset);
  }
  return offset;
}

function askIntl(timeZone: string, at: number): number {
  let format = formats.get(timeZone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' });
    formats.set(timeZone, format);
  }
  const name = format.formatToParts(at).find((part) => part.type === 'timeZoneName')?.value ?? 'GMT';
  const found = /GMT([+-])(\d{2}):(\d{2})/.exec(name);
  if (found === null) return 0;
  const minutes = Number(found[2]) * 60 + Number(found[3]);
  return found[1] === '-' ? -minutes : minutes;
}

/** `2025-06-01T12:00:00.000+0200`. */
export function jiraTime(at: number, timeZone: string = SITE_TIME_ZONE): string {
  const offset = offsetMinutes(timeZone, at);
  const local = new Date(at + offset * 60_000).toISOString().slice(0, -1);
  const size = Math.abs(offset);
  const hours = String(Math.floor(size / 60)).padStart(2, '0');
  return `${local}${offset < 0 ? '-' : '+'}${hours}${String(size % 60).padStart(2, '0')}`;
}

/** `2025-06-01`, the local day. */
export function jiraDate(at: number, timeZone: string = SITE_TIME_ZONE): string {
  return new Date(at + offsetMinutes(timeZone, at) * 60_000).toISOString().slice(0, 10);
}

/** The moment of a local wall clock time, given as if it were UTC. In the hour that a time change repeats, the first of the two. */
export function fromLocal(localAsUtc: number, timeZone: string): number {
  const before = offsetMinutes(timeZone, localAsUtc - 24 * HOUR);
  const first = localAsUtc - before * 60_000;
  if (offsetMinutes(timeZone, first) === before) return first;
  return localAsUtc - offsetMinutes(timeZone, first) * 60_000;
}

const DAY = 86_400_000;

/** Things that change seldom on a real site are dated by the day, or every look would find them changed. */
export const startOfDay = (at: number): number => Math.floor(at / DAY) * DAY;
