/** One attempt of one request: send it, watch its limits, and tell a usable answer from everything else. */
import type { Dispatcher, fetch as UndiciFetch } from 'undici';
import type { Clock } from '../core/clock.js';
import { OversizeError, readBody } from './body.js';
import {
  type Asked,
  AuthError,
  HttpError,
  HttpStatusError,
  ProtocolError,
  serverSentence,
  TooLargeError,
  WrongSiteError,
} from './errors.js';
import { networkFault } from './network-fault.js';
import { type JsonValue, MalformedError, parseJson, TooMuchError } from './parse.js';
import { askedWait, limitOf } from './retry-after.js';
import type { Ticket } from './throttle/send-window.js';

export type Fetch = typeof UndiciFetch;
type Response = Awaited<ReturnType<Fetch>>;

/** What all attempts of a client have in common. */
export interface AttemptSetting {
  readonly fetch: Fetch;
  readonly agent: Dispatcher;
  /** Takes the credentials out of a text. */
  readonly redact: (text: string) => string;
  readonly clock: Clock;
  readonly userAgent: string;
  /** Limit for one attempt from sending to the last byte, milliseconds. */
  readonly attemptMs: number;
  /** Limit for the decoded body. */
  readonly maxBytes: number;
  readonly maxDepth: number;
  /** Statuses worth another try. */
  readonly retryStatuses: readonly number[];
  /** Told of every answer, whatever its status. */
  readonly onHeaders: (headers: Answer['headers']) => void;
}

export interface Outgoing {
  readonly asked: Asked;
  readonly url: URL;
  /** JSON text; undefined for none. */
  readonly body: string | undefined;
}

export interface Answer {
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  readonly json: JsonValue;
  /** Length of the body, unpacked. */
  readonly bytes: number;
}

const ERROR_BODY_MAX = 256_000;

/** @throws HttpError (one of its kinds) for everything but a 2xx answer with whole JSON, and when `signal` ends it. */
export async function attempt(
  setting: AttemptSetting,
  out: Outgoing,
  credentials: Record<string, string>,
  ticket: Ticket,
  signal?: AbortSignal,
): Promise<Answer> {
  const limit = new AbortController();
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    limit.abort();
  }, setting.attemptMs);
  const stop = () => limit.abort();
  signal?.addEventListener('abort', stop, { once: true });
  if (signal?.aborted) stop();
  try {
    const response = await setting.fetch(out.url, {
      method: out.asked.method,
      headers: { ...credentials, ...fixedHeaders(setting, out) },
      body: out.body,
      // With 'follow', a redirect would carry credentials of other header names to a foreign host.
      redirect: 'manual',
      signal: limit.signal,
      dispatcher: tellingWhenSent(setting.agent, ticket),
    });
    setting.onHeaders(response.headers);
    return await judge(setting, out.asked, response);
  } catch (thrown) {
    // Frees the connection of an answer that is refused before its end.
    stop();
    throw thrown instanceof HttpError ? thrown : networkFault(out.asked, thrown, timedOut);
  } finally {
    // An attempt that died before it was sent, or that a stand-in for fetch answered, is counted here.
    ticket.sent();
    clearTimeout(timer);
    signal?.removeEventListener('abort', stop);
  }
}

function fixedHeaders(setting: AttemptSetting, out: Outgoing): Record<string, string> {
  return {
    accept: 'application/json',
    'accept-encoding': 'gzip',
    'user-agent': setting.userAgent,
    ...(out.body === undefined ? {} : { 'content-type': 'application/json' }),
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

async function judge(setting: AttemptSetting, asked: Asked, response: Response): Promise<Answer> {
  const { status, headers } = response;
  const refusal = status === 401 ? await statusError(setting, asked, response) : null;
  if (refusal?.missingScope) throw refusal;
  refuseStrangers(asked, response, refusal);
  const encoding = headers.get('content-encoding') ?? '';
  if (encoding.includes(','))
    throw new ProtocolError(asked, 'it is encoded more than once', { detail: encoding.slice(0, 80) });
  if (!response.ok) throw refusal ?? (await statusError(setting, asked, response));
  const type = (headers.get('content-type') ?? '').toLowerCase();
  if (/\bhtml\b/.test(type)) throw new WrongSiteError(asked, 'sent a web page instead of data');
  const bytes = await readWithin(setting, asked, response);
  if (bytes.length > 0 && !/^application\/([a-z0-9.+-]+\+)?json\b/.test(type)) {
    throw new ProtocolError(asked, 'its content type is not JSON', {
      detail: `content-type ${type.slice(0, 80) || 'absent'}`,
    });
  }
  return { status, headers, json: parse(setting, asked, status, bytes), bytes: bytes.length };
}

/** A site says so even of an operation that it then answers with 401, for want of a permission. */
const LOGIN_IS_GOOD = /^OK(, *OK)*$/;

/** Answers that show another identity or another site than ours, whatever their status. */
function refuseStrangers(asked: Asked, { status, headers }: Response, refusal: HttpStatusError | null): void {
  const login = headers.get('x-seraph-loginreason')?.toUpperCase() ?? '';
  const denied = headers.get('x-authentication-denied-reason')?.toUpperCase() ?? '';
  const detail = `status ${status}, x-seraph-loginreason ${login.replace(/[^A-Z_, ]/g, '?').slice(0, 80) || 'absent'}`;
  if (login.includes('AUTHENTICATION_DENIED') || denied.includes('CAPTCHA'))
    throw new AuthError(asked, 'captcha', detail);
  if (login.includes('AUTHENTICATED_FAILED'))
    throw new AuthError(asked, status === 401 ? 'rejected' : 'anonymous', detail);
  if (status === 401 && !asked.understood.includes(status))
    throw new AuthError(asked, 'rejected', detail, LOGIN_IS_GOOD.test(login) ? refusal : null);
  if (status >= 300 && status < 400)
    throw new WrongSiteError(asked, `redirects to ${redirectHost(headers.get('location'))}`, detail);
}

/** Only the host: the rest of the address may hold a session or a token. */
function redirectHost(location: string | null): string {
  const relative = 'relative.invalid';
  const base = `https://${relative}`;
  if (location === null || !URL.canParse(location, base)) return 'an unreadable address';
  const { host } = new URL(location, base);
  return host === relative ? 'another page' : host || 'an unreadable address';
}

async function statusError(setting: AttemptSetting, asked: Asked, response: Response): Promise<HttpStatusError> {
  const { status, headers } = response;
  const again = setting.retryStatuses.includes(status) || asked.passing.includes(status) ? 'often' : 'never';
  const sentence = await readBody(response.body as ReadableStream<Uint8Array> | null, ERROR_BODY_MAX)
    .then((bytes) => serverSentence(parseJson(bytes), setting.redact))
    // The status is what counts; a body that cannot be read only means that there is no sentence.
    .catch(() => '');
  const askedMs = askedWait(status, headers, setting.clock.wall());
  return new HttpStatusError(asked, status, sentence, askedMs, limitOf(status, headers, askedMs), again);
}

async function readWithin(setting: AttemptSetting, asked: Asked, response: Response): Promise<Uint8Array> {
  try {
    return await readBody(response.body as ReadableStream<Uint8Array> | null, setting.maxBytes);
  } catch (thrown) {
    if (thrown instanceof OversizeError)
      throw new TooLargeError(asked, `more than ${Math.round(setting.maxBytes / 1e6)} MB`);
    throw thrown;
  }
}

function parse(setting: AttemptSetting, asked: Asked, status: number, bytes: Uint8Array): JsonValue {
  try {
    return parseJson(bytes, setting.maxDepth);
  } catch (thrown) {
    if (thrown instanceof TooMuchError) throw new TooLargeError(asked, `${bytes.length} bytes: ${thrown.message}`);
    if (thrown instanceof MalformedError)
      throw new ProtocolError(asked, thrown.message, { detail: `status ${status}` });
    throw thrown;
  }
}
