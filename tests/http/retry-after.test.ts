import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { askedWait, limitOf, parseHttpDate } from '../../src/http/retry-after.js';

const NOW = Date.UTC(2026, 10, 6, 8, 49, 37);
const waitOf = (headers: Record<string, string>, status = 429) => askedWait(status, new Headers(headers), NOW);

describe('askedWait', () => {
  test.each([
    ['seconds', '7', 7000],
    ['a second and a half', '1.5', 1500],
    ['a fraction finer than we count', '2.0001', 2001],
    ['a fraction below the floor', '0.2', 1000],
    ['two points', '1.5.2', null],
    ['zero becomes the floor', '0', 1000],
    ['a day', '86400', 86_400_000],
    ['IMF-fixdate', 'Fri, 06 Nov 2026 08:50:37 GMT', 60_000],
    ['RFC 850', 'Friday, 06-Nov-26 08:50:37 GMT', 60_000],
    ['asctime', 'Fri Nov  6 08:50:37 2026', 60_000],
    ['the past becomes the floor', 'Sun, 06 Nov 1994 08:49:37 GMT', 1000],
    ['malformed', 'soon', null],
    ['negative', '-5', null],
    ['two values', '7, 8', null],
    ['a day that does not exist', 'Mon, 30 Feb 2026 08:49:37 GMT', null],
    ['a month that does not exist', 'Mon, 30 Foo 2026 08:49:37 GMT', null],
  ])('R-02: Retry-After, %s', (_, header, expected) => {
    expect(waitOf({ 'retry-after': header })).toBe(expected);
  });

  test.each([
    ['with seconds', '2026-11-06T08:50:37Z', 60_000],
    ['without seconds', '2026-11-06T08:51Z', 83_000],
    ['with an offset', '2026-11-06T09:50:37+01:00', 60_000],
    ['west of Greenwich', '2026-11-06T07:50:37-0100', 60_000],
    ['past', '2026-11-06T08:00Z', 1000],
    ['far ahead', '2026-11-07T08:00Z', 900_000],
    ['malformed', 'tomorrow', null],
  ])('R-04: X-RateLimit-Reset is only clamped help: %s', (_, header, expected) => {
    expect(waitOf({ 'x-ratelimit-reset': header })).toBe(expected);
  });

  test('a quota is waited for until the hour turns, as far as that is', () => {
    const quota = { 'ratelimit-reason': 'jira-quota-global-based' };
    expect(waitOf({ ...quota, 'x-ratelimit-reset': '2026-11-06T09:30Z' })).toBe(2_423_000);
    expect(waitOf({ ...quota, ratelimit: '"tenant";r=7;t=9000, "global-app-quota";r=0;t=1800' })).toBe(1_800_000);
    expect(waitOf({ ...quota, ratelimit: '"global-app-quota";r=7;t=1800' })).toBeNull();
    expect(waitOf({ ratelimit: '"burst";r=0;t=1800' })).toBe(900_000);
  });

  test('R-04: Retry-After wins over the reset, and the reset counts for a 429 only', () => {
    const reset = { 'x-ratelimit-reset': '2026-11-06T08:50:37Z' };
    expect(waitOf({ ...reset, 'retry-after': '7' })).toBe(7000);
    expect(waitOf(reset, 503)).toBeNull();
    expect(waitOf({ 'retry-after': '7' }, 503)).toBe(7000);
  });

  test.each([
    ['zero', '0'],
    ['the past', 'Sun, 06 Nov 1994 08:49:37 GMT'],
  ])('R-02: Retry-After of a fault, %s, is no wish: its waits grow as they would without', (_, header) => {
    expect([500, 503].map((status) => waitOf({ 'retry-after': header }, status))).toEqual([null, null]);
    expect(waitOf({ 'retry-after': header, 'ratelimit-reason': 'jira-burst-based' }, 503)).toBe(1000);
  });

  test('R-59: dates are compared with the clock of the server, not with ours', () => {
    const headers = { date: 'Fri, 06 Nov 2026 10:00:00 GMT', 'retry-after': 'Fri, 06 Nov 2026 10:00:30 GMT' };
    expect(waitOf(headers)).toBe(30_000);
  });

  test.each([
    ['a burst', 429, 'jira-burst-based', 'endpoint'],
    ['a reason nobody knows', 429, 'jira-max-concurrent-threads-search', 'endpoint'],
    ['a quota', 429, 'jira-quota-tenant-based', 'quota'],
    ['a budget of costs', 429, 'jira-cost-based', 'site'],
    ['no reason', 429, '', 'site'],
    ['a fault that asks to wait', 503, '', 'site'],
  ])('%s is a limit of the right ones', (_, status, reason, limit) => {
    expect(limitOf(status, new Headers({ 'ratelimit-reason': reason }), 5000)).toBe(limit);
  });

  test('a 429 without any wait limits all the same, a 503 without one does not', () => {
    expect([limitOf(429, new Headers(), null), limitOf(503, new Headers(), null)]).toEqual(['site', null]);
  });

  test('every moment written as an HTTP date is read back', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4_102_444_800 }), (second) => {
        expect(parseHttpDate(new Date(second * 1000).toUTCString())).toBe(second * 1000);
      }),
    );
  });

  test('no header text makes a wait that is negative, endless or not a number', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme-ascii' }), (text) => {
        const wait = waitOf({ 'retry-after': text, 'x-ratelimit-reset': text });
        expect(wait === null || (wait >= 1000 && Number.isFinite(wait))).toBe(true);
      }),
    );
  });
});
