/** The heap gives way to what is not in it. */
import { expect, test } from 'vitest';
import { collectGarbage, makeRoomInHeap } from '../../src/core/heap.js';

const used = () => process.memoryUsage().heapUsed / 1024 ** 2;

/** Fills the heap with so many objects that nobody uses any more. @returns MB in use, these among them */
function leave(objects: number): number {
  const many = Array.from({ length: objects }, (_, at) => ({ at }));
  const before = used();
  expect(many).toHaveLength(objects);
  return before;
}

test('what is not in use is given back when it is asked for', () => {
  const before = leave(500_000);
  collectGarbage();
  expect(used()).toBeLessThan(before - 15);
});

test('a large answer does not come on top of what nobody uses any more', () => {
  const before = leave(1_500_000);
  makeRoomInHeap(100_000);
  expect(used()).toBeGreaterThan(before - 15);
  makeRoomInHeap(8 * 1024 * 1024);
  expect(used()).toBeLessThan(before - 45);
});
