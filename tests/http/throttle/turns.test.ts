/** Who has the next turn. */
import { expect, test } from 'vitest';
import { Turns } from '../../../src/http/throttle/turns.js';

const waiting = (endpoint: string, signal?: AbortSignal) => ({ endpoint, signal, go: async () => undefined });

test('few that wait go before many, those of one endpoint in order of asking, and those that are held last', () => {
  const turns = new Turns();
  const all = ['many', 'many', 'chain', 'held', 'many'].map((endpoint) => waiting(endpoint));
  for (const one of all) turns.add(one);
  const order = all.map(() => turns.next((endpoint) => endpoint === 'held'));
  expect(order.map((one) => all.findIndex((other) => other === one))).toEqual([2, 0, 1, 4, 3]);
  expect(turns.next(() => false)).toBeUndefined();
});

test('who gave up is found before a turn is spent on it', () => {
  const turns = new Turns();
  const stop = new AbortController();
  turns.add(waiting('a'));
  turns.add(waiting('a', stop.signal));
  expect(turns.givenUp()).toBeUndefined();
  stop.abort();
  expect(turns.givenUp()?.signal).toBe(stop.signal);
  expect(turns.first?.signal).toBeUndefined();
});
