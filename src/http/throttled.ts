/** Requests within the budget of a server: one at its turn, and none while a quota is spent. */
import type { Clock } from '../core/clock.js';
import { ConnectorError } from '../core/errors.js';
import { RateLimitTooLongError } from './errors.js';
import type { Outgoing, Send } from './exchange.js';
import type { Throttle } from './throttle/throttle.js';
import { endpointOf } from './url.js';

export interface ThrottledSetting {
  readonly throttle: Throttle;
  readonly signal?: AbortSignal | undefined;
  /** Told of each request that has its turn. */
  readonly onTurn: (out: Outgoing) => void;
}

/** @throws ConnectorError kind `interrupted` when the signal ends it */
export function throttled(send: Send, { throttle, signal, onTurn }: ThrottledSetting): Send {
  return async (out) => {
    const ticket = await throttle.enter(signal, endpointOf(out.asked.method, out.asked.path));
    if (ticket === null) throw interrupted(out);
    onTurn(out);
    try {
      return await send({ ...out, ticket });
    } catch (error) {
      throw signal?.aborted ? interrupted(out) : error;
    } finally {
      ticket.done?.();
    }
  };
}

/** Each request that is sent before a quota is full again would be refused in the same way. */
export function withinQuota(send: Send, clock: Clock, longestWaitMs: number): Send {
  let fullAt = 0;
  return async (out) => {
    const left = fullAt - clock.now();
    if (left > 0) throw new RateLimitTooLongError(out.asked, left, longestWaitMs);
    return send(out).catch((error: unknown) => {
      if (error instanceof RateLimitTooLongError && error.asking?.limit === 'quota')
        fullAt = clock.now() + error.waitMs;
      throw error;
    });
  };
}

const interrupted = ({ asked }: Outgoing) =>
  new ConnectorError('interrupted', `${asked.onBehalfOf}: interrupted; safe to run again.`, {
    detail: `${asked.method} ${asked.path}`,
  });
