/** Which parents at rest are passed over, and whose turn has come. */
import { expect, test } from 'vitest';
import { hasTurn, heardOf, isResting, passedOver, restEvery } from '../../../src/runtime/plan/at-rest.js';
import type { State } from '../../../src/runtime/plan/bookmark.js';
import { registry } from '../../helpers/jira-and-warehouse.js';
import { factsOf } from '../../helpers/small-plan.js';

const HOUR = 3_600_000;
const WEEK = 7 * 24 * HOUR;
const { settings } = factsOf({});
const stream = registry.get('sprint_issues');
const state = (change: Partial<State> = {}) =>
  ({ complete: true, scope: settings.scope, start: settings.start, bookmark: null, ...change }) as State;
const states = (bookmark: number, whole: number) =>
  new Map([
    ['board_sprints', state({ whole })],
    ['issue_search', state({ bookmark: { of: 'issue_search', ms: bookmark } })],
  ]);
const KEPT = { every: new Map<string, number>() };
const heard = { board_sprints: 5, issue_search: 9 };
const own = state({ rest: { at: 5, heard } });

test('parents at rest are passed over while nothing was told in vain', () => {
  if (!isResting(stream)) throw new Error('issues of closed sprints are at rest');
  expect(heardOf(stream, states(9, 5))).toEqual(heard);
  const of = (facts: object, before: State | null = own) =>
    passedOver(stream, before, { settings, schedule: KEPT, states: states(9, 5), ...facts });
  expect(of({})).toEqual({ state: ['closed'] });
  expect(of({ states: states(10, 5) })).toBeNull();
  expect(of({ states: states(9, 6) })).toBeNull();
  expect(of({ states: new Map([['issue_search', state()]]) }), 'without the table of parents').toBeNull();
  expect(of({ schedule: {} }), 'no rhythm is kept').toBeNull();
  expect(of({ settings: { ...settings, fullRefresh: true } })).toBeNull();
  expect(of({}, state())).toBeNull();
  expect(of({}, null)).toBeNull();
});

test('a column that comes back is filled for parents at rest, too', () => {
  const facts = { settings, schedule: KEPT, states: states(9, 5) };
  const without = { ...own, columns: '-issue_key' };
  expect(passedOver(stream, without, facts)).toBeNull();
  const chosen = { choice: { exclude: ['issue_key'] }, drop: [], keep: [] };
  expect(passedOver({ ...stream, chosen }, without, facts)).toEqual({ state: ['closed'] });
});

test('each parent has its turn once in a while, and they do not come all at once', () => {
  const ids = Array.from({ length: 300 }, (_, id) => String(id));
  const turns = ids.map((id) =>
    Array.from({ length: 168 }, (_, hour) => hour).filter((hour) => hasTurn(id, WEEK, hour * HOUR, (hour + 1) * HOUR)),
  );
  expect(turns.every((hours) => hours.length === 1)).toBe(true);
  const inOneHour = (hour: number) => turns.filter(([turn]) => turn === hour).length;
  expect(Math.max(...turns.flat().map(inOneHour))).toBeLessThan(12);
  expect(ids.every((id) => hasTurn(id, WEEK, HOUR, HOUR + WEEK))).toBe(true);
});

test('where the records that tell are not read along, the turns come daily', () => {
  if (!isResting(stream)) throw new Error('issues of closed sprints are at rest');
  expect([restEvery(stream.at_rest, true), restEvery(stream.at_rest, false)]).toEqual([WEEK, WEEK / 7]);
});
