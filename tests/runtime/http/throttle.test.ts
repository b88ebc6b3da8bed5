import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Clock } from '../../../src/runtime/http/clock.js';
import { SendWindow } from '../../../src/runtime/http/send-window.js';
import { createThrottle } from '../../../src/runtime/http/throttle.js';
import { startFaultServer } from '../../helpers/fault-server.js';
import { get, testClient } from '../../helpers/http-client.js';

/** The largest number of moments within any window of `width` milliseconds. */
function mostWithin(moments: readonly number[], width: number): number {
  const sorted = [...moments].sort((a, b) => a - b);
  return Math.max(0, ...sorted.map((start, at) => sorted.slice(at).filter((moment) => moment - start < width).length));
}

describe('SendWindow', () => {
  test('no order of arrivals and delays before sending puts more than the limit into a window', () => {
    const steps = fc.array(fc.record({ gap: fc.nat(400), sendDelay: fc.nat(3000) }), { maxLength: 60 });
    fc.assert(
      fc.property(steps, fc.integer({ min: 1, max: 6 }), (arrivals, limit) => {
        let now = 0;
        const window = new SendWindow(limit, 1000, () => now);
        const sent: number[] = [];
        let open: { due: number; send: () => void }[] = [];
        const letTimePass = (to: number) => {
          for (const each of open.filter(({ due }) => due <= to).sort((a, b) => a.due - b.due)) {
            now = Math.max(now, each.due);
            each.send();
          }
          open = open.filter(({ due }) => due > to);
          now = to;
        };
        for (const { gap, sendDelay } of arrivals) {
          letTimePass(now + gap);
          for (let wait = window.wait(); wait > 0; wait = window.wait()) {
            letTimePass(Number.isFinite(wait) ? now + wait : Math.min(...open.map(({ due }) => due)));
          }
          const ticket = window.enter(() => sent.push(now));
          open.push({ due: now + sendDelay, send: () => ticket.sent() });
        }
        letTimePass(now + 5000);
        expect(sent).toHaveLength(arrivals.length);
        expect(mostWithin(sent, 1000)).toBeLessThanOrEqual(limit);
      }),
    );
  });

  test('a ticket counts once however often it is told', () => {
    const window = new SendWindow(2, 1000, () => 0);
    const ticket = window.enter(() => {});
    ticket.sent();
    ticket.sent();
    expect(window.wait()).toBe(0);
    window.enter(() => {});
    expect(window.wait()).toBe(1000);
  });
});

describe('createThrottle', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  const fakeClock: Clock = {
    now: () => Date.now(),
    wall: () => Date.now(),
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        setTimeout(resolve, ms);
        signal?.addEventListener('abort', () => resolve());
      }),
  };

  test('any arrivals: at most 5 in every second, in order, and not slower than 4.6 per second', async () => {
    const gaps = fc.array(fc.nat(300), { minLength: 20, maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(gaps, fc.boolean(), async (each, together) => {
        const throttle = createThrottle(5, fakeClock);
        const start = Date.now();
        const sent: { id: number; at: number }[] = [];
        const all = each.map(async (gap, id) => {
          if (!together) await fakeClock.sleep(id * 20 + (gap % 20));
          const ticket = await throttle.enter();
          ticket?.sent();
          sent.push({ id, at: Date.now() });
        });
        await vi.runAllTimersAsync();
        await Promise.all(all);
        const moments = sent.map(({ at }) => at);
        expect(sent.map(({ id }) => id)).toEqual(each.map((_, id) => id));
        expect(mostWithin(moments, 1000)).toBeLessThanOrEqual(5);
        const seconds = (Math.max(...moments) - start) / 1000;
        expect((each.length - 1) / seconds).toBeGreaterThanOrEqual(4.6);
      }),
      { numRuns: 20 },
    );
  });

  test('requests that wait for a connection do not pile up behind the door', async () => {
    const throttle = createThrottle(5, fakeClock);
    const tickets: { sent(): void }[] = [];
    for (let n = 0; n < 10; n++) void throttle.enter().then((ticket) => ticket && tickets.push(ticket));
    await vi.advanceTimersByTimeAsync(30_000);
    expect(tickets).toHaveLength(5);
    for (const ticket of tickets) ticket.sent();
    await vi.advanceTimersByTimeAsync(900);
    expect(tickets).toHaveLength(5);
    await vi.advanceTimersByTimeAsync(1000);
    expect(tickets.length).toBeGreaterThan(5);
  });

  test('hold lets nothing through until it is over', async () => {
    const throttle = createThrottle(5, fakeClock);
    throttle.hold(10_000);
    let entered = false;
    void throttle.enter().then(() => {
      entered = true;
    });
    await vi.advanceTimersByTimeAsync(9900);
    expect(entered).toBe(false);
    await vi.advanceTimersByTimeAsync(200);
    expect(entered).toBe(true);
  });

  test('who gives up is released at once, and the next in line still gets its turn', async () => {
    const throttle = createThrottle(1, fakeClock);
    void throttle.enter().then((ticket) => ticket?.sent());
    await vi.advanceTimersByTimeAsync(10);
    const stop = new AbortController();
    const given = throttle.enter(stop.signal);
    const next = throttle.enter();
    stop.abort();
    expect(await given).toBeNull();
    await vi.advanceTimersByTimeAsync(3000);
    expect(await next).not.toBeNull();
  });
});

test('a server that retries are sent to never counts more than 5 requests within a second', async () => {
  const server = await startFaultServer();
  const route = '/rest/api/3/field';
  server.script(route, { status: 503 }, { delayMs: 300, body: [] }, { status: 500 }, { delayMs: 150, body: [] });
  const { client } = testClient(server.url, { throttle: createThrottle(5) });
  await Promise.all(Array.from({ length: 14 }, () => client.request(get(route))));
  const arrivals = server.seen.map(({ at }) => at);
  expect(arrivals).toHaveLength(16);
  expect(client.counters().requests).toBe(16);
  expect(mostWithin(arrivals, 1000)).toBeLessThanOrEqual(5);
  await client.close();
  await server.close();
});
