/** Things under way side by side: bounded, in order, and none is left running behind an error. */
import { describe, expect, test } from 'vitest';
import { makeLimiter } from '../../../src/core/limiter.js';
import { inOrder, readAhead } from '../../../src/runtime/requests/read-ahead.js';

/** A promise that is settled from outside. */
function gate<T = void>() {
  let open: (value: T) => void = () => undefined;
  let fail: (error: Error) => void = () => undefined;
  const promise = new Promise<T>((resolve, reject) => {
    open = resolve;
    fail = reject;
  });
  return { promise, open, fail };
}
const turns = async () => {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
};

async function* numbers(count: number, seen: number[] = [], failAt = -1) {
  for (let n = 1; n <= count; n += 1) {
    seen.push(n);
    if (n === failAt) throw new Error(`page ${n}`);
    yield n;
  }
}

describe('reading ahead', () => {
  test('asks for one page beyond the one in use, and for no more', async () => {
    const asked: number[] = [];
    const pages = readAhead(numbers(9, asked));
    for (const used of [1, 2, 3]) {
      expect((await pages.next()).value).toBe(used);
      await turns();
      expect(asked.at(-1)).toBe(used + 1);
    }
    await pages.return(undefined);
    expect(asked.at(-1), 'nothing runs on behind a stream that has ended').toBe(4);
  });

  test('gives all pages before the one that failed, and then its error', async () => {
    const read: number[] = [];
    const all = async () => {
      for await (const page of readAhead(numbers(9, [], 4))) read.push(page);
    };
    await expect(all()).rejects.toThrow('page 4');
    expect(read).toEqual([1, 2, 3]);
  });
});

describe('tasks whose results keep their order', () => {
  test.each([1, 2, 6])('at most %i run at once, whichever of them ends first', async (places) => {
    let running = 0;
    let most = 0;
    const results: number[] = [];
    const task = async (n: number) => {
      running += 1;
      most = Math.max(most, running);
      for (let turn = 0; turn < (n * 7) % 11; turn += 1) await turns();
      running -= 1;
      return n;
    };
    for await (const result of inOrder(numbers(30), places, task)) results.push(result);
    expect(results).toEqual(Array.from({ length: 30 }, (_, index) => index + 1));
    expect(most).toBeLessThanOrEqual(places);
  });

  test('a consumer that is slow is not run away from', async () => {
    let begun = 0;
    const results = inOrder(numbers(100), 50, async (n) => {
      begun += 1;
      return n;
    });
    await results.next();
    await turns();
    expect(begun).toBeLessThanOrEqual(6);
    await results.return(undefined);
  });

  test('an error comes in its turn, and whatever else was under way has ended by then', async () => {
    let ended = 0;
    const results: number[] = [];
    const all = async () => {
      const task = async (n: number) => {
        await turns();
        ended += 1;
        if (n === 2) throw new Error('batch 2');
        return n;
      };
      for await (const result of inOrder(numbers(4), 4, task)) results.push(result);
    };
    await expect(all()).rejects.toThrow('batch 2');
    expect({ ended, results }).toEqual({ ended: 4, results: [1] });
  });
});

describe('a lane', () => {
  test('makes the next one wait for a free place', async () => {
    const limiter = makeLimiter(2);
    const gates = [gate(), gate(), gate()];
    const begun: number[] = [];
    const runs = gates.map(({ promise }, n) =>
      limiter.run(async () => {
        begun.push(n);
        await promise;
      }),
    );
    await turns();
    expect(begun).toEqual([0, 1]);
    gates[1]?.open();
    await runs[2];
    expect(begun).toEqual([0, 1, 2]);
    for (const { open } of gates) open();
    await limiter.drain();
  });

  test('tells the first error to whoever comes next and at the end, and starts nothing more', async () => {
    const limiter = makeLimiter(1);
    await limiter.run(async () => {
      throw new Error('first');
    });
    await turns();
    let begun = false;
    await expect(
      limiter.run(async () => {
        begun = true;
      }),
    ).rejects.toThrow('first');
    expect(begun).toBe(false);
    await expect(limiter.drain()).rejects.toThrow('first');
  });

  test('has ended only when every task has, also after an error', async () => {
    const limiter = makeLimiter(2);
    const slow = gate();
    let slowEnded = false;
    await limiter.run(async () => {
      await slow.promise;
      slowEnded = true;
    });
    await limiter.run(async () => {
      throw new Error('quick');
    });
    const drained = limiter.drain().catch((error: Error) => ({ error: error.message, slowEnded }));
    await turns();
    slow.open();
    expect(await drained).toEqual({ error: 'quick', slowEnded: true });
  });
});
