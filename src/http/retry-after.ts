/** How long a server asks us to wait, in milliseconds from now, and whom it asks. */
import type { HeaderBag } from './exchange.js';

/** Asking again at once is answered by the same refusal or a longer one. */
const FLOOR_MS = 1000;
const RESET_CEILING_MS = 15 * 60_000;

/**
 * Whose requests are too many: the whole site's or account's (`site`), those of one method and path (`endpoint`), those that write to
 * one issue (`issue`), or all that an OAuth app may ask within the hour, counted in points (`quota`).
 */
export type Limit = 'site' | 'endpoint' | 'issue' | 'quota';

/** `jira-per-issue-on-write`: everybody else may go on. */
const ISSUE_REASON = /per-issue/i;

/** `jira-quota-tenant-based`, `jira-quota-global-based`. */
const QUOTA_REASON = /quota/i;
/** Budgets over everything an account asks. */
const SITE_REASON = /cost/i;
const reasonOf = (headers: HeaderBag) => headers.get('ratelimit-reason')?.trim() ?? '';

/** Turned away before anybody looked at the request: a 429, and a 503 that names a limit. Another 503 may follow work that was done. */
export const isRefusedByLimit = (status: number, headers: HeaderBag): boolean =>
  status === 429 || (status === 503 && reasonOf(headers) !== '');

/**
 * What a refusal limits, by its `RateLimit-Reason`; null when it is no limit. A 429 that names no reason, and a fault that
 * asks to wait, concern everybody: holding too much costs seconds, holding too little is answered with longer waits.
 * @param askedMs what `askedWait` read from the same answer.
 */
export function limitOf(status: number, headers: HeaderBag, askedMs: number | null): Limit | null {
  const reason = reasonOf(headers);
  if (!isRefusedByLimit(status, headers)) return askedMs === null ? null : 'site';
  if (QUOTA_REASON.test(reason)) return 'quota';
  if (ISSUE_REASON.test(reason)) return 'issue';
  return reason === '' || SITE_REASON.test(reason) ? 'site' : 'endpoint';
}

/**
 * Reads `Retry-After` (seconds, also with a fraction, or a date) and, for a 429 without it, Jira's
 * `X-RateLimit-Reset`, or the seconds of its `RateLimit`. A moment in the past becomes one second for a refusal by limit and counts as none
 * (null) for any other answer, as does a malformed header.
 * Reset times have been seen to be wrong by tens of minutes, so they are kept between one second and 15 minutes, but for those of a
 * quota: it is full again at the turn of the hour, and everything asked before is refused.
 * @param wall our own clock, used when the answer has no `Date` to compare with.
 */
export function askedWait(status: number, headers: HeaderBag, wall: number): number | null {
  const now = parseHttpDate(headers.get('date') ?? '') ?? wall;
  const asked = retryAfterMs(headers.get('retry-after'), now);
  // Data Center sends a zero with every answer while nothing is limited: beside a fault it is no wish, and taken for one it ends the growing waits.
  if (asked !== null && (asked > 0 || isRefusedByLimit(status, headers))) return Math.max(FLOOR_MS, asked);
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

const TIME = '(?<time>[0-9]{2}:[0-9]{2}:[0-9]{2})';
/** RFC 9110, 5.6.7. */
const DATE_FORMS = [
  `^[A-Z][a-z]{2}, (?<day>[0-9]{2}) (?<month>[A-Z][a-z]{2}) (?<year>[0-9]{4}) ${TIME} GMT$`,
  `^[A-Z][a-z]{5,8}, (?<day>[0-9]{2})-(?<month>[A-Z][a-z]{2})-(?<year>[0-9]{2}) ${TIME} GMT$`,
  `^[A-Z][a-z]{2} (?<month>[A-Z][a-z]{2}) (?<day>[ 0-9][0-9]) ${TIME} (?<year>[0-9]{4})$`,
].map((form) => new RegExp(form));

/** Epoch milliseconds of an HTTP date (IMF-fixdate, RFC 850 or asctime form); null when it is none. */
export function parseHttpDate(text: string, now = 0): number | null {
  const parts = DATE_FORMS.map((form) => form.exec(text)?.groups).find(Boolean);
  if (!parts) return null;
  const { day = '', month, year = '', time = '' } = parts;
  const fullYear = year.length === 2 ? nearCentury(Number(year), now) : year;
  // A leap second counts as the one before it.
  const plain = `${day.replace(' ', '0')} ${month} ${fullYear} ${time.replace(/60$/, '59')} GMT`;
  const date = new Date(plain);
  // What rolls over, such as 30 February, does not come back as it went in.
  return Number.isNaN(date.getTime()) || !date.toUTCString().endsWith(plain) ? null : date.getTime();
}

/** RFC 9110: a two-digit year that seems more than 50 years ahead means the past one with the same digits. */
function nearCentury(year: number, now: number): number {
  const current = new Date(now).getUTCFullYear();
  const guess = current - (current % 100) + year;
  return guess > current + 50 ? guess - 100 : guess;
}

/** Seconds and their fraction may be left out, and the offset may lack its colon. */
const ISO =
  /^(?<day>[0-9]{4}-[0-9]{2}-[0-9]{2})T(?<time>[0-9]{2}:[0-9]{2}(:[0-9]{2})?)(\.[0-9]+)?(?<zone>Z|[+-][0-9]{2}:?[0-9]{2})$/;

function parseIsoMoment(text: string): number | null {
  const { day, time, zone = '' } = ISO.exec(text.trim())?.groups ?? {};
  const known = new Date(`${day}T00:00Z`);
  if (Number.isNaN(known.getTime()) || !known.toISOString().startsWith(`${day}T`)) return null;
  const at = Date.parse(`${day}T${time}${zone.replace(/([0-9]{2}):?([0-9]{2})$/, '$1:$2')}`);
  return Number.isNaN(at) ? null : at;
}
