/** V8's heap beside DuckDB and buffers: what a process may have is shared, and V8 knows of itself alone. */
import { PerformanceObserver } from 'node:perf_hooks';
import { getHeapSpaceStatistics, getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

let collect: (() => void) | null = null;

/**
 * Gives back what is not in use, in some 50 ms: for moments at which much memory is needed outside of the heap. V8 collects when the
 * program allocates, and not while it waits for DuckDB.
 */
export function collectGarbage(): void {
  collect ??= collector();
  collect();
}

function collector(): () => void {
  // The flag is heeded by contexts that are made after it is set.
  setFlagsFromString('--expose-gc');
  const found: unknown = runInNewContext('globalThis.gc');
  setFlagsFromString('--no-expose-gc');
  return typeof found === 'function' ? () => found() : () => undefined;
}

/** Bytes of a text from which on the objects made of it are a large part of the heap. */
const LARGE = 4 * 1024 * 1024;
/** Bytes of the heap, garbage included, that a run comes to without such a text. */
const USUAL = 64 * 1024 * 1024;

/** Before a text becomes objects of several times its size: V8 would let the heap grow by them first, and the peak of it stays. */
export function makeRoomInHeap(bytes: number): void {
  if (bytes >= LARGE && getHeapStatistics().used_heap_size > USUAL) collectGarbage();
}

/** Both halves of the space for new objects: half of what V8 would take. */
const YOUNG = 16 * 1024 * 1024;
/** Objects of a step, and steps that surely fill it. */
const [STEP, MOST_STEPS] = [1000, 1000];

/**
 * Keeps the space for new objects small, to be called before much is loaded: the rest of the heap grows with it. Its greatest size
 * is read when the process starts, before any of our code; the factor by which it grows is read at each growth.
 */
export function boundYoungSpace(): void {
  const alive: object[] = [];
  for (let step = 0; step < MOST_STEPS && youngSpace() < YOUNG; step++)
    for (let at = 0; at < STEP; at++) alive.push({ at });
  let grows = true;
  const look = () => {
    // V8 shrinks it in idle times.
    const small = youngSpace() < YOUNG;
    if (small === grows) return;
    grows = small;
    setFlagsFromString(`--semi-space-growth-factor=${small ? 2 : 1}`);
  };
  look();
  new PerformanceObserver(look).observe({ entryTypes: ['gc'] });
}

const youngSpace = () => getHeapSpaceStatistics().find((space) => space.space_name === 'new_space')?.space_size ?? 0;
