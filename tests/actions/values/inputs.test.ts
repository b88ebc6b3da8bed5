import { describe, expect, test } from 'vitest';
import { secondsOf } from '../../../src/actions/values/duration.js';
import { jiraMoment } from '../../../src/actions/values/instant.js';
import { isSame, settable } from '../../../src/actions/values/same.js';

describe('time that was worked', () => {
  test.each([
    ['1h30m', 5400],
    ['1h 30m', 5400],
    ['90m', 5400],
    ['1.5h', 5400],
    ['5400', 5400],
    ['2H', 7200],
  ])('%s is %i seconds', (text, seconds) => expect(secondsOf(text)).toBe(seconds));

  test.each(['', '0', '1d', '2w', '30s', '1h30', '-1h', '1e3', 'h', '61'])('%j is refused, never guessed', (text) =>
    expect(() => secondsOf(text)).toThrow('expected a time'));
});

describe('when work began', () => {
  test.each([
    ['2026-03-02T09:00', 'Europe/Berlin', '2026-03-02T08:00:00.000+0000'],
    // Summer time began in the night before.
    ['2026-03-29T09:00', 'Europe/Berlin', '2026-03-29T07:00:00.000+0000'],
    ['2026-03-29T01:59', 'Europe/Berlin', '2026-03-29T00:59:00.000+0000'],
    ['2026-10-25T23:00', 'America/New_York', '2026-10-26T03:00:00.000+0000'],
    ['2026-03-02', 'Asia/Kolkata', '2026-03-02T03:30:00.000+0000'],
    ['2026-03-02 09:00', null, '2026-03-02T09:00:00.000+0000'],
    ['2026-03-02T09:00:30.250+05:30', 'Europe/Berlin', '2026-03-02T03:30:30.250+0000'],
    ['2026-03-02T08:00:00.000+0000', 'Europe/Berlin', '2026-03-02T08:00:00.000+0000'],
    ['2026-03-02T09:00Z', 'Europe/Berlin', '2026-03-02T09:00:00.000+0000'],
  ])('%s in %s', (text, zone, moment) => expect(jiraMoment(text, zone)).toBe(moment));

  test.each(['2026-02-30', '02.03.2026', '2026-03-02T25:00', 'today', '2026-3-2', ''])('%j is no moment', (text) =>
    expect(() => jiraMoment(text, 'UTC')).toThrow('expected a moment'));
});

describe('what Jira shows is what was sent', () => {
  const doc = (text: string, more: object = {}) => ({
    ...{ type: 'doc', version: 1, ...more },
    content: [{ type: 'paragraph', content: [{ type: 'text', text }], attrs: { localId: 'x' } }],
  });
  test.each([
    [{ id: '3', name: 'High', self: 'https://x' }, { name: 'high' }, true],
    [{ id: '3', name: 'High' }, { name: 'Low' }, false],
    [{ id: '3', name: 'Low' }, { id: '3' }, true],
    [['b', 'a'], ['a', 'b'], true],
    [['a', 'a'], ['a', 'b'], false],
    [null, null, true],
    ['', null, true],
    [[], null, true],
    [{ value: 'a', child: { value: 'b' } }, { value: 'a', child: { value: 'c' } }, false],
    ['2026-03-02T10:00:00.000+0100', '2026-03-02T09:00:00.000+0000', true],
    ['line\r\nnext', 'line\nnext', true],
    [
      doc('same'),
      { type: 'doc', version: 1, content: [{ type: 'paragraph', content: [{ type: 'text', text: 'same' }] }] },
      true,
    ],
    [
      doc('same'),
      { type: 'doc', version: 1, content: [{ type: 'paragraph', content: [{ type: 'text', text: 'other' }] }] },
      false,
    ],
    [3, 3, true],
    [3, '3', true],
    [3.5, 3, false],
  ])('%j for %j: %s', (shown, sent, same) => expect(isSame(shown, sent)).toBe(same));

  test('a value is set again by what names it, and lists stay lists', () => {
    expect(settable([{ id: '1', name: 'a', self: 'x' }])).toEqual([{ id: '1' }]);
    expect(settable({ accountId: 'a', displayName: 'A' })).toEqual({ accountId: 'a' });
    expect(settable({ value: 'a', id: '1', child: { value: 'b', id: '2' } })).toEqual({ id: '1', child: { id: '2' } });
    expect(settable(undefined)).toBeNull();
  });
});
