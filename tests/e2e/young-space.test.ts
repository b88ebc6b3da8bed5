/** The heap of a long read, in a process of its own: how far it has grown before is part of the question. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { packageRoot } from '../../src/core/engine.js';

const HEAP = join(packageRoot(), 'dist/src/core/heap.js');

/** Tells the size of the space for new objects, in MB, after a work that makes V8 double it again and again. */
const script = (bound: string) => `
  import { getHeapSpaceStatistics } from 'node:v8';
  import { setImmediate } from 'node:timers/promises';
  import { boundYoungSpace } from ${JSON.stringify(HEAP)};
  ${bound};
  let alive = [];
  for (let at = 0; at < 1_000_000; at++) {
    alive.push({ at });
    if (alive.length > 200_000) alive = [];
    if (at % 100_000 === 0) await setImmediate();
  }
  console.log(getHeapSpaceStatistics().find((space) => space.space_name === 'new_space').space_size / 1024 ** 2);
  process.exit();`;

async function grown(bound: string): Promise<number> {
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script(bound)]);
  return Number(stdout);
}

test('the space for new objects stops growing at half of what V8 takes by itself', async () => {
  expect(await grown('')).toBeGreaterThan(16);
  expect(await grown('boundYoungSpace()')).toBeLessThanOrEqual(16);
});
