/** Clients for tests: no real waiting between attempts, every wait is written down. */

import { loadManifest, siteLimits } from '../../src/app/settings/manifest.js';
import type { Clock } from '../../src/core/clock.js';
import { Secret } from '../../src/core/secret.js';
import { basicAuth } from '../../src/http/authorizer.js';
import { type ClientOptions, createClient, type HttpClient, type HttpRequest } from '../../src/http/client.js';
import type { Throttle } from '../../src/http/throttle/throttle.js';

export const CANARY = 'canary-7f3a9c-token';
export const EMAIL = 'reader@example.com';

/** A clock that jumps: sleeping returns at once, having moved the time. */
export function jumpingClock(start = Date.UTC(2026, 0, 1)): Clock & { readonly slept: number[] } {
  const slept: number[] = [];
  let elapsed = 0;
  return {
    slept,
    now: () => elapsed,
    wall: () => start + elapsed,
    sleep: async (ms) => {
      slept.push(ms);
      elapsed += ms;
    },
  };
}

/** Lets everything through at once. */
export const noThrottle: Throttle = {
  enter: async () => ({ sent: () => {} }),
  hold: () => {},
  slow: () => {},
  close: async () => {},
};

/** Writes down when requests were sent (epoch milliseconds of a clock that never jumps, comparable between processes). */
export function watched(throttle: Throttle): { readonly throttle: Throttle; readonly sent: readonly number[] } {
  const sent: number[] = [];
  const enter: Throttle['enter'] = async (...of) => {
    const ticket = await throttle.enter(...of);
    let open = true;
    const note = () => {
      if (open) sent.push(performance.timeOrigin + performance.now());
      open = false;
      ticket?.sent();
    };
    return ticket && { ...ticket, sent: note };
  };
  const { hold, slow, close } = throttle;
  return {
    sent,
    throttle: { enter, hold: hold.bind(throttle), slow: slow.bind(throttle), close: close.bind(throttle) },
  };
}

/** As connector.yaml has them. */
export const LIMITS = siteLimits(loadManifest());

type Part<Name extends 'retry' | 'timeouts'> = { readonly [Own in Name]?: Partial<ClientOptions[Own]> };

export function testClient(
  baseUrl: string,
  { retry, timeouts, ...options }: Partial<Omit<ClientOptions, 'retry' | 'timeouts'>> & Part<'retry' | 'timeouts'> = {},
): { client: HttpClient; slept: readonly number[] } {
  const limits = {
    ...LIMITS,
    retry: { ...LIMITS.retry, ...retry },
    timeouts: { ...LIMITS.timeouts, ...timeouts },
  };
  const clock = jumpingClock();
  const auth = basicAuth(EMAIL, new Secret(CANARY));
  const client = createClient({ ...limits, baseUrl, auth, throttle: noThrottle, clock, random: () => 0.5, ...options });
  return { client, slept: clock.slept };
}

export const get = (path: string, query?: HttpRequest['query']): HttpRequest => ({
  method: 'GET',
  path,
  query,
  repeatable: true,
  onBehalfOf: 'projects',
});
