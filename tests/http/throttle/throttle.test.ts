import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type Clock, systemClock } from '../../../src/core/clock.js';
import { SendWindow, type Ticket } from '../../../src/http/throttle/send-window.js';
import { createThrottle, type Throttle } from '../../../src/http/throttle/throttle.js';
import { startFaultServer } from '../../helpers/fault-server.js';
import { get, testClient, watched } from '../../helpers/http-client.js';

/** The largest number of moments within any window of `width` milliseconds. */
function mostWithin(moments: readonly number[], width: number): number {
  const sorted = [...moments].sort((a, b) => a - b);
  return Math.max(0, ...sorted.map((start, at) => sorted.slice(at).filter((moment) => moment - start < width).length));
}

/** Sent in a second, from the first to the last, by the clock that schedules them. */
function rateOf(moments: readonly number[]): number {
  return ((moments.length - 1) / (Math.max(...moments) - Math.min(...moments))) * 1000;
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

  test('any arrivals: at most 5 in every second, in order, and from the first to the last not slower than 4.85 per second', async () => {
    const gaps = fc.array(fc.nat(300), { minLength: 20, maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(gaps, fc.boolean(), async (each, together) => {
        const throttle = createThrottle(5, fakeClock);
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
        expect(rateOf(moments)).toBeGreaterThanOrEqual(4.85);
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

  /** Enters once for each endpoint and writes down when each was let through; every ticket is sent and done at once. */
  function enterAll(throttle: Throttle, endpoints: readonly string[]) {
    const began = Date.now();
    const seen: { endpoint: string; at: number }[] = [];
    for (const endpoint of endpoints)
      void throttle.enter(undefined, endpoint).then((ticket) => {
        ticket?.sent();
        ticket?.done?.();
        seen.push({ endpoint, at: Date.now() - began });
      });
    return seen;
  }

  test('a held endpoint waits aside: others go on at the full rate, and it goes on when its time has come', async () => {
    const throttle = createThrottle(5, fakeClock);
    throttle.hold(10_000, 'slow');
    const seen = enterAll(throttle, ['slow', 'a', 'slow', 'b', 'slow', ...Array(20).fill('c')]);
    await vi.advanceTimersByTimeAsync(9900);
    expect(seen.map(({ endpoint }) => endpoint)).toEqual(['a', 'b', ...Array(20).fill('c')]);
    expect(seen.at(-1)?.at).toBeLessThan(22 * 210);
    await vi.advanceTimersByTimeAsync(1100);
    expect(seen.slice(22).map(({ endpoint }) => endpoint)).toEqual(['slow', 'slow', 'slow']);
  });

  test('an endpoint held while its requests are in the queue lets the ones behind pass', async () => {
    const throttle = createThrottle(5, fakeClock);
    const seen = enterAll(throttle, ['a', ...Array(8).fill('slow'), 'b']);
    await vi.advanceTimersByTimeAsync(100);
    throttle.hold(60_000, 'slow');
    await vi.advanceTimersByTimeAsync(10_000);
    expect(seen.map(({ endpoint }) => endpoint)).toEqual(['a', 'b']);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(seen).toHaveLength(10);
    expect(
      mostWithin(
        seen.map(({ at }) => at),
        1000,
      ),
    ).toBeLessThanOrEqual(5);
  });

  test('near a limit half the rate is used, and the full rate again when the time is over', async () => {
    const throttle = createThrottle(5, fakeClock);
    throttle.slow(10_000, 0.5);
    const seen = enterAll(throttle, Array(100).fill(''));
    await vi.advanceTimersByTimeAsync(20_000);
    const count = (from: number, to: number) => seen.filter(({ at }) => at >= from && at < to).length;
    expect(count(0, 10_000)).toBeLessThanOrEqual(26);
    expect(count(0, 10_000)).toBeGreaterThanOrEqual(23);
    expect(count(10_500, 20_000)).toBeGreaterThanOrEqual(0.92 * 5 * 9.5);
  });

  test('no more requests are under way than allowed, however slow the site', async () => {
    const throttle = createThrottle(5, fakeClock, { atOnce: 3 });
    const tickets: Ticket[] = [];
    for (let n = 0; n < 8; n++)
      void throttle.enter().then((ticket) => {
        ticket?.sent();
        if (ticket) tickets.push(ticket);
      });
    await vi.advanceTimersByTimeAsync(200_000);
    expect(tickets).toHaveLength(3);
    tickets[0]?.done?.();
    tickets[0]?.done?.();
    await vi.advanceTimersByTimeAsync(5000);
    expect(tickets).toHaveLength(4);
  });

  test('10 requests under way at 500 ms latency use the budget: at least 4.85 a second, never more than 5', async () => {
    const throttle = createThrottle(5, fakeClock, { atOnce: 10 });
    const sent: number[] = [];
    const reader = async () => {
      for (let n = 0; n < 30; n++) {
        const ticket = await throttle.enter();
        ticket?.sent();
        sent.push(Date.now());
        await fakeClock.sleep(500);
        ticket?.done?.();
      }
    };
    const readers = Promise.all(Array.from({ length: 10 }, reader));
    await vi.advanceTimersByTimeAsync(40_000);
    expect(rateOf(sent)).toBeGreaterThanOrEqual(4.85);
    expect(sent.length).toBeGreaterThanOrEqual(4.85 * 40);
    await vi.runAllTimersAsync();
    await readers;
    expect(sent).toHaveLength(300);
    expect(mostWithin(sent, 1000)).toBeLessThanOrEqual(5);
  });

  test('a chain, in which each answer leads to the next request, does not end last behind what could go at any time', async () => {
    const throttle = createThrottle(5, fakeClock);
    const sent: { of: string; at: number }[] = [];
    const ask = async (of: string) => {
      const ticket = await throttle.enter(undefined, of);
      ticket?.sent();
      sent.push({ of, at: Date.now() });
      await fakeClock.sleep(500);
      ticket?.done?.();
    };
    const reader = async (of: string, requests: number) => {
      for (let n = 0; n < requests; n++) await ask(of);
    };
    const fanOut = (of: string) => Promise.all(Array.from({ length: 6 }, () => reader(of, 20)));
    const all = Promise.all([...['a', 'b', 'c', 'd'].map(fanOut), reader('feed', 31)]);
    await vi.runAllTimersAsync();
    await all;
    const lastOf = (of: string) => sent.filter((one) => one.of === of).at(-1)?.at ?? 0;
    expect(lastOf('feed')).toBeLessThan(Math.min(...['a', 'b', 'c', 'd'].map(lastOf)));
    expect(rateOf(sent.map(({ at }) => at))).toBeGreaterThanOrEqual(4.85);
    expect(
      mostWithin(
        sent.map(({ at }) => at),
        1000,
      ),
    ).toBeLessThanOrEqual(5);
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
  const { throttle, sent } = watched(createThrottle(5));
  const { client } = testClient(server.url, { throttle });
  await Promise.all(Array.from({ length: 14 }, () => client.request(get(route))));
  const arrivals = server.seen.map(({ at }) => at);
  expect(arrivals).toHaveLength(16);
  expect(client.counters().requests).toBe(16);
  expect(mostWithin(sent, 1000)).toBeLessThanOrEqual(5);
  // A machine under load notes arrivals some ten milliseconds late.
  expect(mostWithin(arrivals, 900)).toBeLessThanOrEqual(5);
  await client.close();
  await server.close();
});

test('a burst limit slows the endpoint it names and nothing else', async () => {
  const server = await startFaultServer();
  const good = { body: [] };
  const burst = { status: 429, headers: { 'retry-after': '1', 'ratelimit-reason': 'jira-burst-based' } };
  server.script('/rest/api/3/issue/1/worklog', burst, good);
  server.script('/rest/api/3/issue/2/worklog', good);
  server.script('/rest/api/3/field', good);
  const { client } = testClient(server.url, { throttle: createThrottle(50), clock: systemClock });
  const first = client.request(get('/rest/api/3/issue/1/worklog'));
  while (client.counters().waitedMs === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  const second = client.request(get('/rest/api/3/issue/2/worklog'));
  for (let n = 0; n < 5; n++) await client.request(get('/rest/api/3/field'));
  await Promise.all([first, second]);
  const urls = server.seen.map(({ url }) => url.replace('/rest/api/3/', ''));
  expect(urls.slice(0, 6)).toEqual(['issue/1/worklog', ...Array(5).fill('field')]);
  expect(urls.slice(6).sort()).toEqual(['issue/1/worklog', 'issue/2/worklog']);
  const [refused = 0, again = 0] = [server.seen[0]?.at, server.seen[6]?.at];
  expect(again - refused).toBeGreaterThanOrEqual(1000);
  await client.close();
  await server.close();
});
