/** A moment an hour off, or a value taken for another one, is written to Jira and believed. */
import { describe, expect, it, test } from 'vitest';
import { secondsOf } from '../../../src/actions/values/duration.js';
import { jiraMoment } from '../../../src/actions/values/instant.js';
import { isSame, settable } from '../../../src/actions/values/same.js';
import type { Json } from '../../../src/contract/table.js';

describe('how long', () => {
  test.each([
    ['1h30m', 5400],
    ['1h 30m', 5400],
    ['90m', 5400],
    ['1.5h', 5400],
    ['5400', 5400],
    [' 2H ', 7200],
  ])('%j is %d seconds', (text, seconds) => expect(secondsOf(text)).toBe(seconds));

  test.each(['', '1d', '2w', '30s', '1h30', '90', '-1h', '1:30', '0', '61', '1e3', 'h'])('%j is refused', (text) =>
    expect(() => secondsOf(text)).toThrow(/expected a time of whole minutes/));
});

describe('when', () => {
  test.each([
    ['2026-03-02', 'Europe/Berlin', '2026-03-02T08:00:00.000+0000'],
    ['2026-07-02', 'Europe/Berlin', '2026-07-02T07:00:00.000+0000'],
    ['2026-03-02T09:00', 'America/New_York', '2026-03-02T14:00:00.000+0000'],
    ['2026-03-02 09:00', 'Asia/Kolkata', '2026-03-02T03:30:00.000+0000'],
    ['2026-03-02T09:00:30.5', 'Etc/UTC', '2026-03-02T09:00:30.500+0000'],
    ['2026-03-02T09:00Z', 'Asia/Kolkata', '2026-03-02T09:00:00.000+0000'],
    ['2026-03-02T09:00+01:00', 'Asia/Kolkata', '2026-03-02T08:00:00.000+0000'],
    ['2026-03-02T09:00-0530', 'Asia/Kolkata', '2026-03-02T14:30:00.000+0000'],
    ['2026-03-02T09:00', null, '2026-03-02T09:00:00.000+0000'],
    // The hour that is there twice, and the one that is not there at all.
    ['2026-10-25T03:30', 'Europe/Berlin', '2026-10-25T02:30:00.000+0000'],
    ['2026-03-29T03:30', 'Europe/Berlin', '2026-03-29T01:30:00.000+0000'],
    ['2026-03-29T01:30', 'Europe/Berlin', '2026-03-29T00:30:00.000+0000'],
  ])('%j in %s is %s', (text, zone, moment) => expect(jiraMoment(text, zone)).toBe(moment));

  test.each([
    '',
    '02.03.2026',
    '2026-02-30',
    '2026-03-02T25:00',
    '2026-03-02T9:00',
    'today',
    '1772442000',
  ])('%j is refused', (text) => expect(() => jiraMoment(text, 'Europe/Berlin')).toThrow(/expected a moment/));
});

const doc = (...content: readonly Json[]): Json => ({ type: 'doc', version: 1, content });
const node = (type: string, attrs: Json, text = 'a'): Json => ({ type, attrs, content: [{ type: 'text', text }] });
const link = (href: string, more: object = {}): Json => ({
  type: 'paragraph',
  content: [{ type: 'text', text: 'see', marks: [{ type: 'link', attrs: { href, ...more } }] }],
});

describe('the same', () => {
  const same: readonly (readonly [shown: unknown, sent: Json])[] = [
    [{ self: 'x', id: '1', name: 'High' }, { name: 'high' }],
    [{ id: '1', name: 'High' }, { id: '1' }],
    [{ accountId: 'a', displayName: 'A' }, { accountId: 'a' }],
    [
      [
        { id: '2', value: 'b' },
        { id: '1', value: 'a' },
      ],
      [{ value: 'a' }, { value: 'b' }],
    ],
    [
      ['b', 'a'],
      ['a', 'b'],
    ],
    [null, null],
    [[], null],
    ['a\r\nb', 'a\nb'],
    ['2026-03-02T10:00:00.000+0100', '2026-03-02T09:00:00.000+0000'],
    [3, 3],
    [
      { id: '1', value: 'a', child: { id: '2', value: 'b' } },
      { value: 'a', child: { value: 'b' } },
    ],
    [
      {
        type: 'doc',
        version: 1,
        content: [{ type: 'paragraph', attrs: { localId: 'x' }, content: [{ type: 'text', text: 'a' }] }],
      },
      { type: 'doc', version: 1, content: [{ type: 'paragraph', content: [{ type: 'text', text: 'a' }] }] },
    ],
  ];
  const documents: readonly (readonly [shown: Json, sent: Json])[] = [
    [node('taskItem', { localId: 'x', state: 'DONE' }), node('taskItem', { localId: 'task-1', state: 'DONE' })],
    [node('table', { layout: 'align-start', localId: 'x' }), node('table', { layout: 'default' })],
    [node('codeBlock', { language: 'js', uniqueId: null }), node('codeBlock', { language: 'js' })],
    [node('orderedList', { order: 1 }), node('orderedList', {})],
    [
      { type: 'mention', attrs: { id: 'a', text: '@Ada', accessLevel: '' } },
      { type: 'mention', attrs: { id: 'a', text: '@Ada Lovelace' } },
    ],
  ];
  test.each(documents)('%j in a text shows that %j was set', (shown, sent) =>
    expect(isSame(doc(shown), doc(sent))).toBe(true));

  const changed: readonly (readonly [shown: Json, sent: Json])[] = [
    [link('https://a'), link('https://b')],
    [link('https://a', { title: 'old' }), link('https://a')],
    [node('taskItem', { localId: 'x', state: 'TODO' }), node('taskItem', { localId: 'x', state: 'DONE' })],
    [
      { type: 'mention', attrs: { id: 'a', text: '@Ada' } },
      { type: 'mention', attrs: { id: 'b' } },
    ],
    [node('heading', { level: 2 }), node('heading', { level: 3 })],
    [node('codeBlock', {}), node('codeBlock', { language: 'js' })],
    [node('codeBlock', { language: 'js' }), node('codeBlock', {})],
    [node('orderedList', { order: 3 }), node('orderedList', {})],
  ];
  test.each(changed)('a change from %j to %j is not taken for nothing to do', (shown, sent) =>
    expect(isSame(doc(shown), doc(sent))).toBe(false));

  test('an option that loses the one below it is another value, for the look and for undo', () => {
    const shown = { id: '1', value: 'Europe', child: { id: '2', value: 'Berlin' } };
    expect(isSame(shown, { value: 'Europe' })).toBe(false);
    expect(isSame({ id: '1', value: 'Europe' }, { value: 'Europe' })).toBe(true);
    expect(isSame({ id: '1', value: 'Europe' }, { value: 'Europe', child: { value: 'Berlin' } })).toBe(false);
  });

  test.each(same)('%j shows that %j was set', (shown, sent) => expect(isSame(shown, sent)).toBe(true));

  const other: readonly (readonly [shown: unknown, sent: Json])[] = [
    [{ id: '1', name: 'High' }, { name: 'Low' }],
    [['a'], ['a', 'a']],
    [['a', 'b'], ['a']],
    [null, 'a'],
    ['a', null],
    [
      { id: '1', value: 'a', child: { value: 'c' } },
      { value: 'a', child: { value: 'b' } },
    ],
    ['2026-03-02T10:00:00.000+0100', '2026-03-02T10:00:00.000+0000'],
    [0, null],
    [{ displayName: 'A' }, { accountId: 'a' }],
  ];
  test.each(other)('%j does not show that %j was set', (shown, sent) => expect(isSame(shown, sent)).toBe(false));

  it('gives a value back in the form in which it can be set', () => {
    expect(settable({ self: 'x', accountId: 'a', displayName: 'A' })).toEqual({ accountId: 'a' });
    expect(settable([{ id: '1', value: 'a' }, 'plain', 3])).toEqual([{ id: '1' }, 'plain', 3]);
    expect(settable({ id: '1', value: 'a', child: { id: '2', value: 'b' } })).toEqual({ id: '1', child: { id: '2' } });
    expect(settable(undefined)).toBe(null);
    for (const [shown] of same) expect(isSame(shown, settable(shown))).toBe(true);
  });
});

test('an issue that was put into a closed sprint is in it, though another one is open', () => {
  const sprint = (id: number, state: string) => ({ id, state, boardId: 1 });
  const shown = [sprint(5, 'closed'), sprint(7, 'active')];
  expect([5, 7, 9].map((id) => isSame(shown, id))).toEqual([true, true, false]);
  expect(isSame([sprint(5, 'closed')], 5)).toBe(true);
  expect(isSame([sprint(5, 'closed')], null)).toBe(true);
  expect(isSame(shown, null)).toBe(false);
});

test('readers are told apart by their kind, and by an identifier where that is all that is given', () => {
  const role = { type: 'role', value: 'Admins', identifier: '7' };
  expect(settable(role)).toEqual({ type: 'role', value: 'Admins' });
  expect(settable({ ...role, value: null })).toEqual({ type: 'role', identifier: '7' });
  const given: Record<string, string>[] = [
    { identifier: '7' },
    { identifier: '8' },
    { value: 'Admins' },
    { value: 'Others' },
  ];
  expect(given.map((one) => isSame(role, { type: 'role', ...one }))).toEqual([true, false, true, false]);
  expect(isSame(role, { type: 'group', identifier: '7' })).toBe(false);
});
