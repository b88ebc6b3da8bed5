/** One attempt of one request: send it, and watch its limits. */
import { type Dispatcher, fetch, type Response } from 'undici';
import { ENGINE } from '../core/engine.js';
import { HttpError } from './errors.js';
import type { Answer, Asked, Send } from './exchange.js';
import { networkFault } from './network-fault.js';
import type { Ticket } from './throttle/send-window.js';

/** Tells a usable answer from everything else. @throws HttpError */
export type Judge = (asked: Asked, response: Response) => Promise<Answer>;

export interface AttemptSetting {
  readonly agent: Dispatcher;
  /** Limit for one attempt from sending to the last byte, milliseconds. */
  readonly attemptMs: number;
  readonly judge: Judge;
  readonly signal?: AbortSignal | undefined;
}

const MANNERS = {
  accept: 'application/json',
  'accept-encoding': 'gzip',
  'user-agent': `${ENGINE.name}/${ENGINE.version}`,
};

/** @throws HttpError (one of its kinds) for everything that the judge does not take, and when the signal ends it. */
export function sending({ agent, attemptMs, judge, signal }: AttemptSetting): Send {
  return async ({ asked, url, headers, body, ticket }) => {
    const limit = new AbortController();
    let timedOut = false;
    const timer = setTimeout(() => {
      timedOut = true;
      limit.abort();
    }, attemptMs);
    const stop = () => limit.abort();
    signal?.addEventListener('abort', stop, { once: true });
    if (signal?.aborted) stop();
    try {
      const response = await fetch(url, {
        method: asked.method,
        headers: { ...headers, ...MANNERS },
        body,
        // With 'follow', a redirect would carry credentials of other header names to a foreign host.
        redirect: 'manual',
        signal: limit.signal,
        dispatcher: ticket ? tellingWhenSent(agent, ticket) : agent,
      });
      return await judge(asked, response);
    } catch (thrown) {
      // Frees the connection of an answer that is refused before its end.
      stop();
      throw thrown instanceof HttpError ? thrown : networkFault(asked, thrown, timedOut);
    } finally {
      // An attempt that died before it was sent is counted here.
      ticket?.sent();
      clearTimeout(timer);
      signal?.removeEventListener('abort', stop);
    }
  };
}

/** `onRequestStart` is called when a connection is there and the request line is about to be written. */
function tellingWhenSent(agent: Dispatcher, ticket: Ticket): Dispatcher {
  return agent.compose(
    (dispatch) => (options, handler) =>
      dispatch(options, {
        onRequestStart: (controller, context) => {
          if (ticket.lost?.()) return controller.abort(Object.assign(new Error(), { code: 'ROOM_LOST' }));
          ticket.sent();
          handler.onRequestStart?.(controller, context);
        },
        onRequestUpgrade: (...all) => handler.onRequestUpgrade?.(...all),
        onResponseStart: (...all) => handler.onResponseStart?.(...all),
        onResponseData: (...all) => handler.onResponseData?.(...all),
        onResponseEnd: (...all) => handler.onResponseEnd?.(...all),
        onResponseError: (...all) => handler.onResponseError?.(...all),
      }),
  );
}
