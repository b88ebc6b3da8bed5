/** How long a server asks us to wait, in milliseconds from now, and whom it asks. */
import type { HeaderBag } from './exchange.js';

/** Asking again at once is answered by the same refusal or a longer one. */
const FLOOR_MS = 1000;
const RESET_CEILING_MS = 15 * 60_000;
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/**
 * Whose requests are too many: the whole site's or account's (`site`), those of one method and path (`endpoint`), or all that an OAuth
 * app may ask within the hour, counted in points (`quota`).
 */
export type Limit = 'site' | 'endpoint' | 'quota';

/** `jira-quota-tenant-based`, `jira-quota-global-based`. */
const QUOTA_REASON = /quota/i;
/** Budgets over everything an account asks. */
const SITE_REASON = /cost/i;
const reasonOf = (headers: HeaderBag) => headers.get('ratelimit-reason')?.trim() ?? '';

/**
 * What a refusal limits, by its `RateLimit-Reason`; null when it is no limit. A 429 that names no reason, and a fault that
 * asks to wait, concern everybody: holding too much costs seconds, holding too little is answered with longer waits.
 * @param askedMs what `askedWait` read from the same answer.
 */
export function limitOf(status: number, headers: HeaderBag, askedMs: number | null): Limit | null {
  if (status !== 429) return askedMs === null ? null : 'site';
  const reason = reasonOf(headers);
  if (QUOTA_REASON.test(reason)) return 'quota';
  return reason === '' || SITE_REASON.test(reason) ? 'site' : 'endpoint';
}

/**
 * Reads `Retry-After` (seconds, also with a fraction, or one of the three date forms of RFC 9110 section 5.6.7) and, for a 429 without it, Jira's
 * `X-RateLimit-Reset`, or the seconds of its `RateLimit`. A moment in the past becomes one second; a malformed header counts as none (null).
 * Reset times have been seen to be wrong by tens of minutes, so they are kept between one second and 15 minutes, but for those of a
 * quota: it is full again at the turn of the hour, and everything asked before is refused.
 * @param wall our own clock, used when the answer has no `Date` to compare with.
 */
export function askedWait(status: number, headers: HeaderBag, wall: number): number | null {
  const now = parseHttpDate(headers.get('date') ?? '') ?? wall;
  const asked = retryAfterMs(headers.get('retry-after'), now);
  if (asked !== null) return Math.max(FLOOR_MS, asked);
  if (status !== 429) return null;
  const reset = parseIsoMoment(headers.get('x-ratelimit-reset') ?? '');
  const ahead = reset === null ? spentPolicyMs(headers.get('ratelimit') ?? '') : reset - now;
  const ceiling = QUOTA_REASON.test(reasonOf(headers)) ? Number.POSITIVE_INFINITY : RESET_CEILING_MS;
  return ahead === null ? null : Math.min(ceiling, Math.max(FLOOR_MS, ahead));
}

/** `"global-app-quota";r=0;t=1800`, several of them joined by commas: the longest wait of those with nothing left. */
function spentPolicyMs(value: string): number | null {
  const spent = value.split(',').filter((policy) => /;\s*r=0\s*(;|$)/.test(policy));
  const seconds = spent.flatMap((policy) => /;\s*t=([0-9]{1,9})\s*(;|$)/.exec(policy)?.[1] ?? []).map(Number);
  return seconds.length === 0 ? null : Math.max(...seconds) * 1000;
}

function retryAfterMs(value: string | null, now: number): number | null {
  const text = value?.trim() ?? '';
  // The standard knows whole seconds alone; some limiters send fractions.
  if (/^[0-9]{1,10}(\.[0-9]{1,9})?$/.test(text)) return Math.ceil(Number(text) * 1000);
  const date = parseHttpDate(text, now);
  return date === null ? null : date - now;
}

const TIME = '([0-9]{2}):([0-9]{2}):([0-9]{2})';
/** Each form with the positions of day, month, year, hour, minute, second among its groups. */
const DATE_FORMS: readonly { form: RegExp; at: readonly [number, number, number, number, number, number] }[] = [
  { form: new RegExp(`^[A-Z][a-z]{2}, ([0-9]{2}) ([A-Z][a-z]{2}) ([0-9]{4}) ${TIME} GMT$`), at: [1, 2, 3, 4, 5, 6] },
  {
    form: new RegExp(`^[A-Z][a-z]{5,8}, ([0-9]{2})-([A-Z][a-z]{2})-([0-9]{2}) ${TIME} GMT$`),
    at: [1, 2, 3, 4, 5, 6],
  },
  { form: new RegExp(`^[A-Z][a-z]{2} ([A-Z][a-z]{2}) ([ 0-9][0-9]) ${TIME} ([0-9]{4})$`), at: [2, 1, 6, 3, 4, 5] },
];

/** Epoch milliseconds of an HTTP date (IMF-fixdate, RFC 850 or asctime form); null when it is none. */
export function parseHttpDate(text: string, now = 0): number | null {
  for (const { form, at } of DATE_FORMS) {
    const found = form.exec(text);
    if (!found) continue;
    const [day, month, year, hour, minute, second] = at.map((group) => (found[group] ?? '').trim());
    const index = MONTHS.indexOf(month ?? '');
    const fullYear = year?.length === 2 ? nearCentury(Number(year), now) : Number(year);
    return index < 0 ? null : exactUtc(fullYear, index, Number(day), Number(hour), Number(minute), Number(second));
  }
  return null;
}

/** RFC 9110: a two-digit year that seems more than 50 years ahead means the past one with the same digits. */
function nearCentury(year: number, now: number): number {
  const current = new Date(now).getUTCFullYear();
  const guess = current - (current % 100) + year;
  return guess > current + 50 ? guess - 100 : guess;
}

function parseIsoMoment(text: string): number | null {
  const found =
    /^([0-9]{4})-([0-9]{2})-([0-9]{2})T([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:\.[0-9]+)?)?(?:Z|([+-])([0-9]{2}):?([0-9]{2}))$/.exec(
      text.trim(),
    );
  if (!found) return null;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = found
    .slice(1, 7)
    .map((part) => Number(part ?? 0));
  const utc = exactUtc(year, month - 1, day, hour, minute, second);
  const offset = (Number(found[8] ?? 0) * 60 + Number(found[9] ?? 0)) * 60_000;
  return utc === null ? null : utc - (found[7] === '-' ? -offset : offset);
}

/** `Date.UTC` rolls 30 February over to March; a date that does not come back as it went in is none. */
function exactUtc(
  year: number,
  month: number,
  day: number,
  hour: number,
  minute: number,
  second: number,
): number | null {
  const date = new Date(Date.UTC(year, month, day, hour, minute, Math.min(second, 59)));
  const exact =
    date.getUTCMonth() === month &&
    date.getUTCDate() === day &&
    date.getUTCHours() === hour &&
    date.getUTCMinutes() === minute;
  return exact && second <= 60 ? date.getTime() : null;
}
