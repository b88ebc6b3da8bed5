/** The heap gives way to what is not in it. */
import { expect, test } from 'vitest';
import { collectGarbage, makeRoomInHeap } from '../../src/core/heap.js';

test('what is not in use is given back when it is asked for', () => {
  const used = () => process.memoryUsage().heapUsed / 1024 ** 2;
  let many: object[] | null = Array.from({ length: 500_000 }, (_, at) => ({ at }));
  const before = used();
  expect(many).toHaveLength(500_000);
  many = null;
  collectGarbage();
  expect(used()).toBeLessThan(before - 15);
});

test('a large answer does not come on top of what nobody uses any more', () => {
  const used = () => process.memoryUsage().heapUsed / 1024 ** 2;
  let many: object[] | null = Array.from({ length: 1_500_000 }, (_, at) => ({ at }));
  const before = used();
  expect(many).toHaveLength(1_500_000);
  many = null;
  makeRoomInHeap(100_000);
  expect(used()).toBeGreaterThan(before - 15);
  makeRoomInHeap(8 * 1024 * 1024);
  expect(used()).toBeLessThan(before - 45);
});
