/** Writes to one issue go one after the other, three a second at most: more of them are refused, for everybody who writes to it. */
import { expect, test } from 'vitest';
import { Pace } from '../../../src/actions/send/pace.js';

test('of one issue no four turns begin within a second, and another issue waits for none of them', async () => {
  let now = 50_000;
  const pace = new Pace(
    () => now,
    async (ms) => {
      now += ms;
    },
  );
  const turns: number[] = [];
  for (let turn = 0; turn < 10; turn++) {
    await pace.turn('ENG-1');
    turns.push(now);
  }
  for (const [at, began] of turns.slice(3).entries()) expect(began - (turns[at] ?? 0)).toBeGreaterThanOrEqual(1000);
  expect(now - (turns[0] ?? 0)).toBeLessThan(9 * 350);
  const before = now;
  await pace.turn('ENG-2');
  expect(now).toBe(before);
});

test('what took its time needs no wait', async () => {
  let now = 0;
  const waits: number[] = [];
  const pace = new Pace(
    () => now,
    async (ms) => void waits.push(ms),
  );
  await pace.turn('ENG-1');
  now = 400;
  await pace.turn('ENG-1');
  now = 500;
  await pace.turn('ENG-1');
  expect(waits).toEqual([234]);
});
