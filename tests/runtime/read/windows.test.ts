/** From where a table is read on, what its state says after a commit, and whether the books balance. */
import { describe, expect, test } from 'vitest';
import { emptyReport, imbalance, type StreamReport } from '../../../src/contract/report.js';
import { durationMs } from '../../../src/core/duration.js';
import { due, type Schedule, type Settings, type State, windowOf } from '../../../src/runtime/plan/bookmark.js';
import { type Facts, nextState, type Part } from '../../../src/runtime/plan/next-state.js';
import { EVERYTHING, Scopes } from '../../../src/runtime/plan/scopes.js';

const DAY = 86_400_000;
const NOW = 100 * DAY;
const settings = (more: Partial<Settings> = {}): Settings => ({
  scope: EVERYTHING,
  scopes: new Scopes(),
  start: 0,
  fullRefresh: false,
  people: null,
  ...more,
});
const schedule = (more: Partial<Schedule> = {}) =>
  ({ now: NOW, census: null, overlap: null, reread: null, ...more }) as Schedule;
const state = (more: Partial<State> = {}): State => ({
  v: 1,
  site: 'https://acme.atlassian.net',
  account: 'a',
  bookmark: { of: 'issue_search', ms: 90 * DAY },
  complete: true,
  scope: EVERYTHING,
  start: 0,
  seen: null,
  census: null,
  overlap: NOW,
  whole: NOW,
  wider: null,
  ...more,
});

describe('I2 a table is read', () => {
  test.each<[string, State | null, Partial<Settings>, Partial<Schedule>, number, 'full' | 'incremental']>([
    ['from its start when there is none', null, { start: 5 }, {}, 5, 'full'],
    ['from its bookmark', state(), {}, {}, 90 * DAY, 'incremental'],
    ['from its bookmark when the start came later: no hole', state(), { start: 95 * DAY }, {}, 90 * DAY, 'incremental'],
    ['anew when the start came earlier', state({ start: 9 * DAY }), { start: 5 * DAY }, {}, 5 * DAY, 'full'],
    ['anew under another scope', state({ scope: '(project = ENG)' }), {}, {}, 0, 'full'],
    ['anew when people are to be written otherwise', state(), { people: 'print' }, {}, 0, 'full'],
    ['anew when asked to', state(), { fullRefresh: true }, {}, 0, 'full'],
    [
      'as a whole from its bookmark when the start came later',
      state(),
      { fullRefresh: true, start: 95 * DAY },
      {},
      90 * DAY,
      'full',
    ],
    ['anew without a bookmark', state({ bookmark: null }), {}, {}, 0, 'full'],
    ['on where a whole read was cut short', state({ complete: false }), {}, {}, 90 * DAY, 'full'],
    [
      'anew where it was cut short in another order',
      state({ complete: false, bookmark: { of: 'projects', ms: 1 } }),
      {},
      {},
      0,
      'full',
    ],
    ['as a whole when that is due', state({ whole: NOW - 8 * DAY }), {}, { reread: 7 * DAY }, 0, 'full'],
    ['not as a whole before', state({ whole: NOW - 6 * DAY }), {}, { reread: 7 * DAY }, 90 * DAY, 'incremental'],
    [
      'with the long overlap when that is due',
      state({ bookmark: { of: 'issue_search', ms: NOW }, overlap: NOW - 2 * DAY }),
      {},
      { overlap: DAY },
      NOW - DAY,
      'incremental',
    ],
    [
      'from the bookmark when that lies before the overlap',
      state({ overlap: 0 }),
      {},
      { overlap: DAY },
      90 * DAY,
      'incremental',
    ],
  ])('%s', (_, before, change, often, since, mode) =>
    expect(windowOf(before, 'issue_search', settings(change), schedule(often))).toMatchObject({ since, mode }));
});

test.each([
  [null, DAY, true],
  [NOW - DAY, DAY, true],
  [NOW - DAY + 1, DAY, false],
  [0, null, false],
])('last at %s, every %s: due is %s', (last, every, expected) => expect(due(last, every, NOW)).toBe(expected));

test.each([
  ['90s', 90_000],
  ['15m', 900_000],
  ['1h', 3_600_000],
  ['7d', 7 * DAY],
])('%s is %i ms', (text, ms) => expect(durationMs(text)).toBe(ms));

describe('I2 the state after a commit', () => {
  const next = (part: Part, before: State | null, more: Partial<Facts> = {}) =>
    nextState(part, {
      before,
      now: { site: 'https://acme.atlassian.net', account: 'a', runStart: NOW, settings: settings() },
      schedule: schedule(),
      full: false,
      covers: 0,
      counted: false,
      hangs: false,
      ...more,
    });
  const bookmark = { of: 'issue_search', ms: 95 * DAY };

  test('of a part of the way says no more than the part', () => {
    expect(next({ bookmark, complete: false }, null, { full: true })).toMatchObject({
      bookmark,
      complete: false,
      seen: null,
      census: null,
      overlap: null,
      whole: null,
    });
  });

  test('at the end says when the run began, not when it ended', () => {
    expect(next({ bookmark, complete: true, ended: true }, null, { full: true })).toMatchObject({
      complete: true,
      seen: NOW,
      overlap: NOW,
      whole: NOW,
    });
  });

  test('of a read that was not whole does not pass for having heard of parents that have just come to rest', () => {
    const rest = { at: 1, heard: { board_sprints: 1 } };
    const before = state({ rest });
    expect(next({ bookmark: before.bookmark, complete: true }, before)).not.toHaveProperty('rest');
    expect(next({ bookmark: before.bookmark, complete: true, ended: true }, before)).toMatchObject({ rest });
  });

  test('that proves nothing new keeps what the table was read under', () => {
    const before = state({ scope: '(project = ENG)', start: 7, complete: true });
    expect(next({ bookmark: before.bookmark, complete: false }, before)).toMatchObject({
      scope: '(project = ENG)',
      start: 7,
      complete: true,
    });
  });

  test('of a read of what changed does not pass for a whole one', () => {
    const before = state({ whole: 3, overlap: 4 });
    expect(next({ bookmark, complete: true, ended: true }, before)).toMatchObject({ whole: 3, overlap: 4 });
  });
});

describe('I6 the books', () => {
  const report = (more: Partial<StreamReport>): StreamReport => ({ ...emptyReport('t'), ...more });
  const outcomes = { duplicate: 1, unchanged: 2, gone: 3, not_visible: 4, out_of_scope: 5 };
  test.each([
    ['nothing read', {}, true],
    ['each row written, rejected or told of', { rows_read: 22, rows_written: 6, rows_rejected: 1, outcomes }, true],
    ['a row too few', { rows_read: 23, rows_written: 6, rows_rejected: 1, outcomes }, false],
    ['a row too many', { rows_read: 21, rows_written: 6, rows_rejected: 1, outcomes }, false],
    ['deletions are no rows read', { rows_read: 1, rows_written: 1, rows_deleted: 9 }, true],
  ])('%s', (_, numbers, balance) => expect(imbalance(report(numbers)) === null).toBe(balance));

  test.each(Object.keys(emptyReport('t').outcomes))('do not forget the outcome %s', (name) => {
    const one = { ...emptyReport('t').outcomes, [name]: 1 };
    expect(imbalance(report({ rows_read: 1, outcomes: one }))).toBeNull();
  });
});
