/** A walk's own order says how far it has come, and no more than that: a bookmark never passes what was not read. */
import { expect, test } from 'vitest';
import { ScanOrder } from '../../../src/runtime/plan/scan-order.js';
import type { RequestRoute } from '../../../src/runtime/streams/registry.js';
import { DAY, SMALL } from '../../helpers/small-plan.js';

const records = (...days: readonly number[]) =>
  days.map((day) => ({ record: { updated: new Date(day * DAY).toISOString() }, carried: {} }));
const orderOf = (route: object) => new ScanOrder(90 * DAY, SMALL.get('issues'), route as RequestRoute);

test('a batch whose records all changed meanwhile proves nothing: the walk has come as far as before', () => {
  const order = orderOf({ ids_from: 'keys' });
  expect([records(10, 20), records(91, 92), records(30, 95)].map((batch) => order.take(batch))).toEqual([
    10 * DAY,
    10 * DAY,
    30 * DAY,
  ]);
});

test('a page tells by its last record that did not change meanwhile, and nothing once one is out of order', () => {
  const order = orderOf({});
  expect([records(10, 20), records(91), records(30, 95), records(29)].map((page) => order.take(page))).toEqual([
    20 * DAY,
    20 * DAY,
    30 * DAY,
    null,
  ]);
});
