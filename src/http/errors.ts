/** What can go wrong with a request, told to people; none of these texts holds a secret, a query or a body (I9). */
import { ConnectorError, type ErrorKind, type ErrorNotes } from '../core/errors.js';
import { own } from '../core/json-path.js';
import type { Asked } from './exchange.js';
import type { JsonValue } from './parse.js';
import type { Limit } from './retry-after.js';

/**
 * What became of a request that has failed. Where it was to change something, this decides what may be done next.
 * - `refused`: the server looked at it and said no; nothing was done.
 * - `unseen`: nobody looked at it (too many, or no connection).
 * - `unclear`: it was sent, and no usable answer came; it may have been carried out.
 */
export type Outcome = 'refused' | 'unseen' | 'unclear';

/** Base of all errors of a request; `again` says whether and how often the same request may be sent again. */
export class HttpError extends ConnectorError {
  override readonly name: string = 'HttpError';

  constructor(
    kind: ErrorKind,
    readonly asked: Asked,
    what: string,
    /** `never`; `few`: what came was broken, which rarely repeats by chance; `often`: overload and network faults. */
    readonly again: 'never' | 'few' | 'often',
    readonly outcome: Outcome,
    notes: ErrorNotes = {},
  ) {
    super(kind, `${asked.onBehalfOf}: ${asked.host} ${what}`, {
      detail: [`${asked.method} ${asked.path}`, notes.detail].filter(Boolean).join('; '),
      cause: notes.cause,
    });
  }
}

/** What a status means at the kind of server that answered with it. */
export interface Refusal {
  readonly kind: ErrorKind;
  readonly advice: string;
  /** The credentials are good, but were not made for this operation. */
  readonly missingScope?: boolean;
}

/** The server answered with a status that is no success; at a site, with 401 only where that is no lost login. */
export class HttpStatusError extends HttpError {
  override readonly name = 'HttpStatusError';
  /** Milliseconds that the server asks to wait. */
  readonly askedMs: number | null;
  /** Whom it asks. */
  readonly limit: Limit | null;
  readonly missingScope: boolean;

  constructor(
    asked: Asked,
    readonly status: number,
    /** The server's own sentence, redacted, at most 500 characters; empty when it said nothing readable. */
    readonly sentence: string,
    { askedMs, limit, unseen = status === 429 }: Pick<HttpStatusError, 'askedMs' | 'limit'> & { unseen?: boolean },
    again: 'never' | 'often',
    { kind, advice, missingScope = false }: Refusal,
  ) {
    const said = sentence ? ` and says: ${sentence}${/[.!?]$/.test(sentence) ? '' : '.'}` : '.';
    super(
      kind,
      asked,
      `answered with status ${status}${said} ${advice}`.trimEnd(),
      again,
      unseen ? 'unseen' : outcomeOf(status),
    );
    this.askedMs = askedMs;
    this.limit = limit;
    this.missingScope = missingScope;
  }

  /** The server takes the credentials: the account, or its token, may not use this operation. */
  get mayNot(): boolean {
    return this.missingScope || this.status === 401;
  }
}

/** A gateway's 408 or 503 can follow a request that the server behind it has carried out. */
function outcomeOf(status: number): Outcome {
  return status === 408 || status >= 500 ? 'unclear' : 'refused';
}

/** The site does not accept who we say we are. */
export class AuthError extends HttpError {
  override readonly name = 'AuthError';

  constructor(
    asked: Asked,
    readonly reason: 'rejected' | 'anonymous' | 'captcha',
    detail: string,
    /** What it is instead when the login turns out to be good; null when the site leaves no doubt. */
    readonly ifLoginIsGood: HttpStatusError | null = null,
  ) {
    super('credentials', asked, AuthError.#text(reason), 'never', 'refused', { detail });
  }

  static #text(reason: 'rejected' | 'anonymous' | 'captcha'): string {
    if (reason === 'captcha') {
      return 'refuses logins of this account until a CAPTCHA is solved. Log in once with a browser, then run again.';
    }
    const seen = reason === 'rejected' ? 'rejected the credentials (401)' : 'treated us as anonymous';
    return `${seen}: wrong, expired or revoked token, or the wrong email. Make a new token and check both.`;
  }
}

/** Not Jira's API answered: a login page, a redirect to single sign-on, another site. */
export class WrongSiteError extends HttpError {
  override readonly name = 'WrongSiteError';

  constructor(asked: Asked, what: string, detail?: string) {
    const advice = "signed out or wrong site. Check the site's address and the credentials.";
    super('credentials', asked, `${what}: ${advice}`, 'never', 'refused', { detail });
  }
}

/** The site asks for a wait that is longer than this run is willing to sit out; nothing is lost by coming back later. */
export class RateLimitTooLongError extends HttpError {
  override readonly name = 'RateLimitTooLongError';

  constructor(
    asked: Asked,
    readonly waitMs: number,
    boundMs: number,
    /** The answer that asked for it. */
    readonly asking?: HttpStatusError,
  ) {
    const text = `asks to wait ${seconds(waitMs)} before the next request, longer than the ${seconds(boundMs)} allowed per request. Run again later.`;
    super('later', asked, text, 'never', asking?.outcome ?? 'unseen');
  }
}

/** The decoded answer is larger than the bound; the pager asks again for smaller pages. */
export class TooLargeError extends HttpError {
  override readonly name = 'TooLargeError';

  constructor(asked: Asked, what: string) {
    super('failed', asked, `sent an answer of ${what}. Smaller pages are needed.`, 'never', 'unclear');
  }
}

/** The answer cannot be understood: cut off, badly encoded, empty, not JSON. */
export class ProtocolError extends HttpError {
  override readonly name = 'ProtocolError';

  constructor(asked: Asked, what: string, notes: ErrorNotes = {}) {
    const advice = 'Expected whole JSON. Run again later, else look for a proxy in between.';
    super('failed', asked, `sent an unusable answer: ${what}. ${advice}`, 'few', 'unclear', notes);
  }
}

/** No answer came: name lookup, connection, timeout, reset. */
export class NetworkError extends HttpError {
  override readonly name = 'NetworkError';

  /** @param outcome `unseen` when it ended before a byte of the request was sent */
  constructor(asked: Asked, what: string, outcome: Outcome, notes: ErrorNotes = {}) {
    const advice = 'Check the address and the network, then run again.';
    super('failed', asked, `could not be read: ${what}. ${advice}`, 'often', outcome, notes);
  }
}

/** The certificate cannot be trusted, or the TLS stream broke; never repeated, never worked around. */
export class TlsError extends HttpError {
  override readonly name = 'TlsError';

  /** @param outcome `refused` when its certificate ended it: then nothing was sent */
  constructor(asked: Asked, reason: string, outcome: Outcome) {
    const what = outcome === 'refused' ? 'has no trustworthy certificate' : 'broke off the TLS connection';
    super(
      'failed',
      asked,
      `${what} (${reason}). Check the address; for a company's own certificate authority set NODE_EXTRA_CA_CERTS, or \`tls: { ca: FILE }\` in sync.yaml.`,
      'never',
      outcome,
    );
  }
}

const SENTENCE_MAX = 500;

/**
 * The reason in an error body, whatever its shape: `{errorMessages, errors}` of Jira, `{message}` of the gateway,
 * `{error, error_description}` of OAuth, `{error: {type, message}}` of Iceberg catalogs. One line, control characters and lone surrogates removed, cut to 500 characters after redaction.
 */
export function serverSentence(body: JsonValue, redact: (text: string) => string): string {
  if (body === null || typeof body !== 'object' || Array.isArray(body)) return '';
  const messages = Array.isArray(body.errorMessages) ? body.errorMessages : [];
  const errors = body.errors !== null && typeof body.errors === 'object' ? Object.entries(body.errors) : [];
  const parts = [
    ...messages,
    ...errors.map(([field, text]) => (typeof text === 'string' ? `${field}: ${text}` : null)),
    ...[body.message, body.errorMessage, body.error_description, body.error],
    [own(body.error, 'type'), own(body.error, 'message')].filter(Boolean).join(': '),
  ];
  const text = parts.filter((part) => typeof part === 'string' && part !== '').join(' ');
  const line = redact(text)
    .replace(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]+/gu, ' ')
    .trim();
  return line.length > SENTENCE_MAX ? `${line.slice(0, SENTENCE_MAX - 1)}…` : line;
}

const seconds = (ms: number) => `${Math.round(ms / 1000)} s`;
