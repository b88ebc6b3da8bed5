import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import type { HttpRequest, SiteAttempt } from '../../src/http/client.js';
import { startFaultServer } from '../helpers/fault-server.js';
import { client, failure, GOOD, ROUTE, server } from '../helpers/faulty-site.js';
import { get, noThrottle } from '../helpers/http-client.js';
import { SELF_SIGNED } from '../helpers/self-signed.js';

describe('waiting and repeating', () => {
  test('R-01: after 429 with Retry-After the same request is sent again, not sooner than asked', async () => {
    server.script(ROUTE, { status: 429, headers: { 'retry-after': '7' } }, GOOD);
    const { client: http, slept } = client();
    const { json } = await http.request(get(ROUTE, [['startAt', '50']]));
    expect(json).toEqual(GOOD.body);
    expect(server.seen.map(({ url }) => url)).toEqual([`${ROUTE}?startAt=50`, `${ROUTE}?startAt=50`]);
    expect(slept).toHaveLength(1);
    expect(slept[0]).toBeGreaterThanOrEqual(7000);
    expect(slept[0]).toBeLessThanOrEqual(8000);
    expect(http.counters().requests).toBe(2);
  });

  test('I8: R-03: 429 without a header ends after 8 tries, each wait within its envelope', async () => {
    server.script(ROUTE, { status: 429 });
    const { client: http, slept } = client({ random: () => 0.999999 });
    const error = await failure(http);
    expect(error).toMatchObject({ name: 'HttpStatusError', kind: 'later', status: 429 });
    expect(server.seen).toHaveLength(8);
    expect(slept.map((ms) => Math.round(ms))).toEqual([2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000]);
  });

  test('I8: a spent quota that comes back soon holds everybody; one that is far away ends the run without another request', async () => {
    const quota = (seconds: string) => ({
      status: 429,
      headers: { 'retry-after': seconds, 'ratelimit-reason': 'jira-quota-tenant-based' },
    });
    const held: unknown[] = [];
    const throttle = { ...noThrottle, hold: (...all: unknown[]) => held.push(all) };
    server.script(ROUTE, quota('60'), GOOD, quota('3000'));
    server.script('/other', GOOD);
    const { client: http } = client({ throttle });
    await http.request(get(ROUTE));
    expect(held).toEqual([[expect.any(Number)]]);
    expect(await failure(http)).toMatchObject({ name: 'RateLimitTooLongError', kind: 'later' });
    expect(await failure(http, get('/other'))).toMatchObject({ name: 'RateLimitTooLongError', kind: 'later' });
    expect(server.seen.map(({ url }) => url)).toEqual([ROUTE, ROUTE, ROUTE]);
  });

  test('I8: R-05: a wait of a day is refused at once and told as "run again later"', async () => {
    server.script(ROUTE, { status: 429, headers: { 'retry-after': '86400' } });
    const { client: http, slept } = client();
    expect(await failure(http)).toMatchObject({ name: 'RateLimitTooLongError', kind: 'later' });
    expect(slept).toEqual([]);
  });

  test('I8: many waits that are short each do not add up beyond the bound', async () => {
    server.script(ROUTE, { status: 429, headers: { 'retry-after': '400' } });
    const { client: http, slept } = client();
    expect(await failure(http)).toMatchObject({ name: 'RateLimitTooLongError' });
    expect(slept).toHaveLength(2);
  });

  test('a site-wide limit holds everybody, a burst limit only its endpoint, also when it names no time', async () => {
    const held: unknown[] = [];
    const throttle = { ...noThrottle, hold: (...of: unknown[]) => void held.push(of) };
    const burst = { 'retry-after': '3', 'ratelimit-reason': 'jira-burst-based' };
    const path = '/rest/api/3/issue/ENG-7/worklog';
    server.script(
      path,
      { status: 429, headers: burst },
      { status: 429, headers: { 'retry-after': '5' } },
      { status: 429, headers: { 'ratelimit-reason': 'jira-burst-based' } },
      { status: 429 },
      { status: 503 },
      GOOD,
    );
    await client({ throttle }).client.request(get(path));
    const endpoint = 'GET /rest/api/3/issue/{}/worklog';
    expect(held).toEqual([[3150, endpoint], [5250], [4000, endpoint], [8000]]);
  });

  test('R-06: 502 and 503 are repeated, a 500 for ever ends after 8 tries', async () => {
    server.script(ROUTE, { status: 502, body: '<html>' }, { status: 503 }, GOOD);
    const { client: http } = client();
    expect((await http.request(get(ROUTE))).status).toBe(200);
    server.script(ROUTE, { status: 500, body: { errorMessages: ['Internal'] } });
    expect(await failure(http)).toMatchObject({ kind: 'failed', status: 500, sentence: 'Internal' });
    expect(server.seen).toHaveLength(3 + 8);
  });

  test.each([
    408, 425, 520, 521, 522, 523, 524, 527, 529, 530,
  ])('a proxy that gave up with %i costs a try, not the stream', async (status) => {
    server.script(ROUTE, { status, headers: { 'content-type': 'text/html' }, body: '<html>gave up</html>' }, GOOD);
    expect((await client().client.request(get(ROUTE))).status).toBe(200);
    expect(server.seen).toHaveLength(2);
  });

  test('a status that the caller knows to pass is asked again, for that caller alone', async () => {
    server.script(ROUTE, { status: 409 }, GOOD);
    expect((await client().client.request({ ...get(ROUTE), retry: [409] })).status).toBe(200);
    server.script(ROUTE, { status: 409 });
    expect(await failure(client().client)).toMatchObject({ name: 'HttpStatusError', status: 409 });
    expect(server.seen).toHaveLength(3);
  });

  test.each([
    400, 403, 404, 410, 414,
  ])('R-18: %i is final, and the sentence of the server is in the message', async (status) => {
    server.script(ROUTE, {
      status,
      body: { errorMessages: ['The field\n\u001b[31m "x" is wrong'], errors: { jql: 'bad' } },
    });
    const { client: http } = client();
    const error = await failure(http);
    expect(error).toMatchObject({ name: 'HttpStatusError', kind: 'failed', status });
    expect(error.message).toContain('The field [31m "x" is wrong jql: bad.');
    expect(server.seen).toHaveLength(1);
  });

  test('a very long sentence is cut', async () => {
    server.script(ROUTE, { status: 400, body: { errorMessages: ['x'.repeat(10_000)] } });
    expect(await failure(client().client)).toMatchObject({ sentence: `${'x'.repeat(499)}…` });
  });

  test('R-20: a POST that may have changed something is never sent twice; one that only reads is', async () => {
    const post = (repeatable: boolean): HttpRequest => ({ ...get(ROUTE), method: 'POST', body: { a: 1 }, repeatable });
    server.script(ROUTE, { destroy: true });
    expect(await failure(client().client, post(false))).toMatchObject({ name: 'NetworkError' });
    expect(server.seen).toHaveLength(1);
    server.script(ROUTE, { destroy: true }, GOOD);
    await client().client.request(post(true));
    expect(server.seen.slice(1).map(({ body }) => body)).toEqual(['{"a":1}', '{"a":1}']);
  });

  test('every attempt is told, with its outcome and the wait before the next one', async () => {
    server.script(ROUTE, { status: 503 }, { destroy: true }, GOOD);
    const events: SiteAttempt[] = [];
    const { client: http } = client({ onAttempt: (event) => events.push(event) });
    await http.request(get(ROUTE));
    expect(events.map(({ attempt, status, waitMs }) => [attempt, status, waitMs])).toEqual([
      [1, 503, 1000],
      [2, undefined, 2000],
      [3, 200, undefined],
    ]);
    expect(http.counters()).toEqual({
      requests: 3,
      onBehalfOf: new Map([['projects', 3]]),
      answers: new Map([['projects', { 200: 1, 503: 1 }]]),
      waitedMs: 3000,
      nearLimit: 0,
    });
  });

  test('an attempt counts from the moment its request leaves, not from its answer or its turn', async () => {
    const sent: number[] = [];
    const throttle = { ...noThrottle, enter: async () => ({ sent: () => void sent.push(performance.now()) }) };
    server.script(ROUTE, { ...GOOD, delayMs: 100 });
    const { client: http } = client({ throttle });
    await http.request(get(ROUTE));
    await http.request(get(ROUTE));
    const [first = 0, , second = 0] = sent;
    const arrived = server.seen.map(({ at }) => at);
    expect(first).toBeLessThanOrEqual(arrived[0] ?? 0);
    expect(second).toBeLessThanOrEqual(arrived[1] ?? 0);
    expect(second).toBeGreaterThan(arrived[0] ?? 0);
  });

  test('an answer that says its limit is near slows the throttle and is counted, also when it is a refusal', async () => {
    const slowed: unknown[] = [];
    const throttle = { ...noThrottle, slow: (...of: unknown[]) => void slowed.push(of) };
    const near = { 'x-ratelimit-nearlimit': 'true' };
    server.script(
      ROUTE,
      { status: 503, headers: near },
      { ...GOOD, headers: { 'x-ratelimit-nearlimit': 'false' } },
      { ...GOOD, headers: near },
      GOOD,
    );
    const { client: http } = client({ throttle, nearLimit: { share: 0.25, forMs: 7000 } });
    for (let n = 0; n < 3; n++) await http.request(get(ROUTE));
    expect(slowed).toEqual([
      [7000, 0.25],
      [7000, 0.25],
    ]);
    expect(http.counters().nearLimit).toBe(2);
  });

  test('a request whose room went to another process while it waited for a connection is not sent, but tried again', async () => {
    let tickets = 0;
    const throttle = {
      ...noThrottle,
      enter: async () => {
        const first = tickets++ === 0;
        return { sent: () => {}, lost: () => first };
      },
    };
    server.script(ROUTE, GOOD);
    const events: SiteAttempt[] = [];
    const { client: http } = client({ throttle, onAttempt: (event) => events.push(event) });
    await http.request(get(ROUTE));
    expect(server.seen).toHaveLength(1);
    expect(events[0]?.error?.message).toContain('its place in the budget was given to others');
  });

  test('an interruption ends a request under way and one that waits', async () => {
    server.script(ROUTE, { hang: true });
    const stop = new AbortController();
    const { client: http } = client({ signal: stop.signal });
    const under = failure(http);
    while (server.seen.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    stop.abort();
    expect(await under).toMatchObject({ kind: 'interrupted' });
  });
});

describe('broken connections and answers', () => {
  test('R-07: a connection cut at any byte of the body gives the whole page from the next try', async () => {
    const size = Buffer.byteLength(JSON.stringify(GOOD.body));
    const { client: http } = client();
    for (let cutAtByte = 0; cutAtByte < size; cutAtByte += 5) {
      server.script(ROUTE, { ...GOOD, cutAtByte }, GOOD);
      expect((await http.request(get(ROUTE))).json).toEqual(GOOD.body);
    }
    expect(server.seen).toHaveLength(2 * Math.ceil(size / 5));
  });

  test('R-07: a reset before the headers is repeated, and ends after 8 tries', async () => {
    server.script(ROUTE, { destroy: true });
    expect(await failure(client().client)).toMatchObject({ name: 'NetworkError', kind: 'failed' });
    expect(server.seen).toHaveLength(8);
  });

  const page = gzipSync(JSON.stringify({ values: Array.from({ length: 400 }, (_, id) => ({ id })) }));
  const gzip = { 'content-encoding': 'gzip' };
  test.each([
    ['R-08: truncated JSON', { body: '{"values":[{"id":"1"' }, 3],
    ['R-09: gzip cut in half', { headers: gzip, body: page.subarray(0, page.length / 2) }, 3],
    ['R-09: no gzip at all', { headers: gzip, body: 'plain' }, 3],
    ['R-09: a length that is too short', { headers: { 'content-length': '9' }, body: GOOD.body }, 3],
    ['R-13: an empty answer', { body: '' }, 3],
    ['R-13: no content', { status: 204 }, 3],
    ['R-21: two encodings', { headers: { 'content-encoding': 'gzip, gzip' }, body: gzipSync(page) }, 3],
    ['R-21: headers of 32 kB', { headers: { 'x-giant': 'x'.repeat(32_000) }, ...GOOD }, 3],
    ['text that is not JSON', { headers: { 'content-type': 'text/plain' }, body: 'hello' }, 3],
  ])('%s is an error after 3 tries, never a half page', async (_, reply, tries) => {
    server.script(ROUTE, reply);
    expect(await failure(client().client)).toMatchObject({ name: 'ProtocolError', kind: 'failed' });
    expect(server.seen).toHaveLength(tries);
  });

  test('R-10: headers that never come, a body that stops and one that drips for ever each end', async () => {
    const retry = { tries: 2, triesWhenBroken: 2 };
    const waits = { connect: 500, headers: 60_000, body: 60_000, attempt: 60_000 };
    const cases = [
      { reply: { hang: true }, timeouts: { ...waits, headers: 100 }, says: 'no answer came in time' },
      { reply: { body: '{', dripMs: 5000 }, timeouts: { ...waits, body: 100 }, says: 'the answer stopped coming' },
      { reply: { body: '{"a":', dripMs: 10 }, timeouts: { ...waits, attempt: 150 }, says: 'the answer took too long' },
    ];
    for (const { reply, timeouts, says } of cases) {
      server.script(ROUTE, reply);
      const before = server.seen.length;
      const error = await failure(client({ retry, timeouts }).client);
      expect(error.message).toContain(says);
      expect(server.seen.length - before).toBe(2);
    }
  });

  test('R-11: a closed port and an unknown name are repeated', async () => {
    const closed = await startFaultServer();
    await closed.close();
    const refused = client({}, closed.url);
    expect((await failure(refused.client)).message).toContain('the connection was refused');
    expect(refused.slept).toHaveLength(7);
    const unknown = client({ retry: { tries: 2 } }, 'https://site.invalid');
    expect(await failure(unknown.client)).toMatchObject({ name: 'NetworkError' });
    expect(unknown.slept).toHaveLength(1);
  });

  test('R-11: a certificate that cannot be trusted is never tried twice', async () => {
    const tls = await startFaultServer(SELF_SIGNED);
    const { client: http, slept } = client({}, tls.url);
    const error = await failure(http);
    expect(error).toMatchObject({ name: 'TlsError', kind: 'failed' });
    expect(error.message).toMatch(/127\.0\.0\.1:\d+ has no trustworthy certificate \(DEPTH_ZERO_SELF_SIGNED_CERT\)/);
    expect(slept).toEqual([]);
    expect(tls.seen).toEqual([]);
    await tls.close();
  });

  test('R-22: an inflation bomb is stopped at the bound, at the first try', async () => {
    const bomb = gzipSync(Buffer.alloc(20_000_000, 0x20));
    server.script(ROUTE, { headers: gzip, body: bomb });
    const error = await failure(client({ maxBytes: 1_000_000 }).client);
    expect(error).toMatchObject({ name: 'TooLargeError', kind: 'failed' });
    expect(error.message).toContain('more than 1 MB');
    expect(server.seen).toHaveLength(1);
  });
});
