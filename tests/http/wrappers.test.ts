/** Each wrapper around an attempt alone, with an attempt that is a script: no socket, and no waiting. */
import { describe, expect, test } from 'vitest';
import { type Authorizer, authorizing, noAuth } from '../../src/http/authorizer.js';
import {
  AuthError,
  HttpStatusError,
  NetworkError,
  ProtocolError,
  RateLimitTooLongError,
} from '../../src/http/errors.js';
import type { Answer, Asked, Outgoing, Send } from '../../src/http/exchange.js';
import { type RetrySetting, retrying } from '../../src/http/retry.js';
import type { Limit } from '../../src/http/retry-after.js';
import type { Ticket } from '../../src/http/throttle/send-window.js';
import { throttled, withinQuota } from '../../src/http/throttled.js';
import { jumpingClock, LIMITS, noThrottle } from '../helpers/http-client.js';

const asked: Asked = { onBehalfOf: 'issues', method: 'GET', path: '/rest/api/3/issue/7', host: 'site.example' };
const out: Outgoing = { asked, url: new URL('https://site.example/'), headers: {}, repeat: 'always', attempt: 1 };
const GOOD: Answer = { status: 200, headers: new Headers(), json: 'good', bytes: 6 };

const status = (code: number, askedMs: number | null = null, limit: Limit | null = null) =>
  new HttpStatusError(asked, code, '', { askedMs, limit }, 'often', { kind: 'failed', advice: '' });
const reset = new NetworkError(asked, 'the connection was reset', 'unclear');
const unsent = new NetworkError(asked, 'the connection was refused', 'unseen');

/** Ends in each of these in turn, the last one for ever. */
function scripted(...ends: readonly (Answer | Error)[]): { readonly send: Send; readonly seen: readonly Outgoing[] } {
  const seen: Outgoing[] = [];
  const send: Send = async (request) => {
    seen.push(request);
    const end = ends[Math.min(seen.length, ends.length) - 1];
    if (end === undefined || end instanceof Error) throw end;
    return end;
  };
  return { send, seen };
}

const failure = (work: Promise<unknown>) =>
  work.then(
    () => expect.fail('was expected to fail'),
    (error: unknown) => error,
  );

describe('repeating', () => {
  function repeated(script: ReturnType<typeof scripted>, more: Partial<RetrySetting> = {}) {
    const clock = jumpingClock();
    return { clock, send: retrying(script.send, { rules: LIMITS.retry, clock, random: () => 1, ...more }) };
  }

  test('R-20: a change is repeated only when nobody has looked at it, a code of one use never', async () => {
    const times = async (repeat: Outgoing['repeat'], error: Error) => {
      const script = scripted(error, GOOD);
      await repeated(script)
        .send({ ...out, repeat })
        .catch(() => undefined);
      return script.seen.length;
    };
    expect(await Promise.all([reset, status(503), status(408)].map((error) => times('unseen', error)))).toEqual([
      1, 1, 1,
    ]);
    expect(await Promise.all([unsent, status(429)].map((error) => times('unseen', error)))).toEqual([2, 2]);
    expect(await Promise.all([unsent, status(429), reset].map((error) => times('never', error)))).toEqual([1, 1, 1]);
    expect(await Promise.all([unsent, status(429), reset].map((error) => times('always', error)))).toEqual([2, 2, 2]);
  });

  test('I8 each kind of trouble has its number of tries', async () => {
    const tries = async (error: Error, more: Partial<Outgoing> = {}) => {
      const script = scripted(error);
      await failure(repeated(script).send({ ...out, ...more }));
      return script.seen.map(({ attempt }) => attempt).at(-1);
    };
    expect(await tries(reset)).toBe(8);
    expect(await tries(new ProtocolError(asked, 'cut off'))).toBe(3);
    expect(await tries(status(502), { faultTries: 3 })).toBe(3);
    expect(await tries(status(429), { faultTries: 3 })).toBe(8);
    expect(await tries(new Error('a mistake of ours'))).toBe(1);
  });

  test('I5 a wait that is too long ends it, and does not hide what became of the request', async () => {
    for (const [code, outcome] of [
      [503, 'unclear'],
      [429, 'unseen'],
    ] as const) {
      const error = await failure(repeated(scripted(status(code, 3_600_000))).send(out));
      expect(error).toMatchObject({ name: 'RateLimitTooLongError', kind: 'later', outcome });
    }
  });

  test('I5 what a status says of the request', () => {
    const outcomes = [400, 404, 408, 409, 429, 500, 503].map((code) => status(code).outcome);
    expect(outcomes).toEqual(['refused', 'refused', 'unclear', 'refused', 'unseen', 'unclear', 'unclear']);
  });

  test('I8 waits that the server asks for are bounded together', async () => {
    const script = scripted(status(429, 400_000));
    expect(await failure(repeated(script).send(out))).toMatchObject({ name: 'RateLimitTooLongError', waitMs: 400_000 });
    expect(script.seen).toHaveLength(3);
  });

  test('every attempt and every wait is told', async () => {
    const told: unknown[] = [];
    const script = scripted(status(503, 2000), reset, GOOD);
    const { send, clock } = repeated(script, {
      onAttempt: ({ attempt }, event) => told.push([attempt, event.status, event.waitMs]),
      onWait: (_, waitMs) => told.push(waitMs),
    });
    expect(await send(out)).toBe(GOOD);
    expect(told).toEqual([[1, 503, 2250], 2250, [2, undefined, 4000], 4000, [3, 200, undefined]]);
    expect(clock.slept).toEqual([2250, 4000]);
  });
});

describe('credentials', () => {
  const auth = (renewals: boolean[]): Authorizer & { made: number } => ({
    ...noAuth(),
    made: 0,
    async headers() {
      return { authorization: `token-${this.made}` };
    },
    async refused() {
      this.made++;
      return renewals.shift() ?? false;
    },
  });
  const sent = ({ seen }: ReturnType<typeof scripted>) => seen.map(({ headers }) => headers.authorization);

  test.each([
    ['a refused login', new AuthError(asked, 'rejected', '')],
    ['a 401 that the caller understands', status(401)],
    ['the 419 of a catalog', status(419)],
  ])('%s is renewed once, and the request sent again', async (_, error) => {
    const script = scripted(error, GOOD);
    expect(await authorizing(script.send, { auth: auth([true]) })(out)).toBe(GOOD);
    expect(sent(script)).toEqual(['token-0', 'token-1']);
    const twice = scripted(error);
    expect(await failure(authorizing(twice.send, { auth: auth([true, true]) })(out))).toBe(error);
    expect(twice.seen).toHaveLength(2);
  });

  test.each([
    ['a CAPTCHA', new AuthError(asked, 'captcha', '')],
    ['a refusal of another kind', status(403)],
    ['trouble of the network', reset],
  ])('%s is no reason for another token', async (_, error) => {
    const script = scripted(error);
    const own = auth([true]);
    expect(await failure(authorizing(script.send, { auth: own })(out))).toBe(error);
    expect([script.seen.length, own.made]).toEqual([1, 0]);
  });

  test('headers of the request itself win, and a verdict replaces what a refusal seemed to be', async () => {
    const script = scripted(GOOD);
    await authorizing(script.send, { auth: auth([]) })({ ...out, headers: { authorization: 'own' } });
    expect(sent(script)).toEqual(['own']);
    const error = new AuthError(asked, 'rejected', '', status(401));
    const verdict = async (seemed: unknown) => (seemed === error ? error.ifLoginIsGood : seemed);
    expect(await failure(authorizing(scripted(error).send, { auth: noAuth(), verdict })(out))).toBe(
      error.ifLoginIsGood,
    );
  });
});

describe('a budget', () => {
  const ticket = (marks: string[]): Ticket => ({ sent: () => marks.push('sent'), done: () => marks.push('done') });

  test('gives each request its turn and takes it back, however it ends', async () => {
    for (const end of [GOOD, reset]) {
      const marks: string[] = [];
      const script = scripted(end);
      const throttle = {
        ...noThrottle,
        enter: async (_?: AbortSignal, of?: string) => {
          marks.push(of ?? '');
          return ticket(marks);
        },
      };
      await throttled(script.send, { throttle, onTurn: () => marks.push('turn') })(out).catch(() => undefined);
      expect(marks).toEqual(['GET /rest/api/3/issue/{}', 'turn', 'done']);
      expect(script.seen[0]?.ticket).toBeDefined();
    }
  });

  test('sends nothing once it was interrupted, and calls what broke off then an interruption', async () => {
    const stop = new AbortController();
    const setting = { throttle: noThrottle, signal: stop.signal, onTurn: () => stop.abort() };
    expect(await failure(throttled(scripted(reset).send, setting)(out))).toMatchObject({ kind: 'interrupted' });
    const script = scripted(GOOD);
    const late = { ...setting, throttle: { ...noThrottle, enter: async () => null } };
    expect(await failure(throttled(script.send, late)(out))).toMatchObject({ kind: 'interrupted' });
    expect(script.seen).toEqual([]);
  });

  test('I8 a spent quota ends whatever is asked before it is full again, without a request', async () => {
    const clock = jumpingClock();
    const far = new RateLimitTooLongError(asked, 1_800_000, 900_000, status(429, 1_800_000, 'quota'));
    const script = scripted(far, GOOD);
    const send = withinQuota(script.send, clock, 900_000);
    expect(await failure(send(out))).toBe(far);
    await clock.sleep(1_000_000);
    expect(await failure(send(out))).toMatchObject({ name: 'RateLimitTooLongError', waitMs: 800_000 });
    expect(script.seen).toHaveLength(1);
    await clock.sleep(800_000);
    expect(await send(out)).toBe(GOOD);
  });

  test('a long wait that is no quota concerns its request alone', async () => {
    const far = new RateLimitTooLongError(asked, 1_800_000, 900_000, status(429, 1_800_000, 'endpoint'));
    const send = withinQuota(scripted(far, GOOD).send, jumpingClock(), 900_000);
    expect(await failure(send(out))).toBe(far);
    expect(await send(out)).toBe(GOOD);
  });
});
