import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseDate, parseTimestamp } from '../../../src/runtime/rows/timestamp.js';

test.each([
  ['2024-11-29T10:44:51.887-0800', '2024-11-29T18:44:51.887Z', '2024-11-29', -480],
  ['2016-04-28T05:08:48.543-07:00', '2016-04-28T12:08:48.543Z', '2016-04-28', -420],
  ['2025-01-01T00:30:00.000+0200', '2024-12-31T22:30:00.000Z', '2025-01-01', 120],
  ['2025-01-01T00:30:00Z', '2025-01-01T00:30:00.000Z', '2025-01-01', 0],
  ['2025-01-01T00:30:00.123456+0530', '2024-12-31T19:00:00.123456Z', '2025-01-01', 330],
  ['0099-01-01T00:00:00.000+0000', '0099-01-01T00:00:00.000Z', '0099-01-01', 0],
  ['1969-12-31T23:59:59.999+0000', '1969-12-31T23:59:59.999Z', '1969-12-31', 0],
])('%s is %s', (text, utc, localDate, offsetMinutes) => {
  expect(parseTimestamp(text)).toEqual({ utc, localDate, offsetMinutes });
});

test.each([
  '2024-02-30T00:00:00.000+0000',
  '2023-02-29T00:00:00Z',
  '2024-01-01T24:00:00Z',
  '2024-01-01T23:59:60Z',
  '2024-01-01T00:00:00.000+1530',
  '2024-01-01T00:00:00.000+0199',
  '2024-01-01T00:00:00',
  '2024-01-01',
  ' 2024-01-01T00:00:00Z',
  '0000-12-31T00:00:00Z',
  '9999-12-31T23:59:59.000-0100',
  1492070429,
  1.5e12 + 0.5,
  Number.NaN,
  null,
  {},
])('%s is no timestamp and is never shifted into one', (value) => expect(parseTimestamp(value)).toBeNull());

test('epoch milliseconds are taken, seconds are not guessed', () => {
  expect(parseTimestamp(1_759_080_993_142)?.utc).toBe('2025-09-28T17:36:33.142Z');
});

test('every instant survives the round trip through every offset', () => {
  const instant = fc.date({ min: new Date('0002-01-01'), max: new Date('9998-12-31'), noInvalidDate: true });
  fc.assert(
    fc.property(instant, fc.integer({ min: -14 * 60, max: 14 * 60 }), fc.boolean(), (date, offset, colon) => {
      const local = new Date(date.getTime() + offset * 60_000).toISOString().slice(0, 23);
      const digits = [Math.floor(Math.abs(offset) / 60), Math.abs(offset) % 60]
        .map((part) => String(part).padStart(2, '0'))
        .join(colon ? ':' : '');
      const parsed = parseTimestamp(`${local}${offset < 0 ? '-' : '+'}${digits}`);
      expect(parsed).toEqual({ utc: date.toISOString(), localDate: local.slice(0, 10), offsetMinutes: offset });
    }),
  );
});

test('a day of the calendar is a date, anything else is not', () => {
  expect(parseDate('2024-02-29')).toBe('2024-02-29');
  for (const bad of ['2023-02-29', '2024-1-1', '6/Jul/2010', '2024-02-29T00:00:00Z', '0000-01-01', 20240229])
    expect(parseDate(bad)).toBeNull();
});
