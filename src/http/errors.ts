/** What can go wrong with a request, told to people; none of these texts holds a secret, a query or a body (I9). */
import { ConnectorError, type ErrorKind, type ErrorNotes } from '../core/errors.js';
import type { JsonValue } from './parse.js';
import type { Limit } from './retry-after.js';

/** How an error names its request. */
export interface Asked {
  /** What was wanted, in the caller's words: a stream's name, `credential check`. */
  readonly label: string;
  readonly method: string;
  /** Path on the site, without the query. */
  readonly path: string;
  readonly host: string;
  /** Statuses that mean something to the caller. A 401 among them is a missing permission, not a lost login. */
  readonly understood: readonly number[];
  /** Further statuses that the caller knows to pass. */
  readonly passing: readonly number[];
}

/** Base of all errors of a request; `again` says whether and how often the same request may be sent again. */
export class HttpError extends ConnectorError {
  override readonly name: string = 'HttpError';

  constructor(
    kind: ErrorKind,
    readonly asked: Asked,
    what: string,
    /** `never`; `few`: what came was broken, which rarely repeats by chance; `often`: overload and network faults. */
    readonly again: 'never' | 'few' | 'often',
    notes: ErrorNotes = {},
  ) {
    super(kind, `${asked.label}: ${asked.host} ${what}`, {
      detail: [`${asked.method} ${asked.path}`, notes.detail].filter(Boolean).join('; '),
      cause: notes.cause,
    });
  }
}

const ADVICE: Readonly<Record<number, string>> = {
  401: 'The credentials are good, but the site does not let this account use this operation; ask a Jira administrator, or leave the stream out.',
  400: 'Look at the settings that go into the request (jql, projects), else report it.',
  403: 'Ask a Jira administrator for the permission, or leave the stream out.',
  404: 'It does not exist on this site, or this account may not see it.',
  408: 'A server on the way gave up waiting; run again later.',
  409: 'The site could not finish it now; run again later.',
  410: 'Atlassian has removed this address; a newer version of the connector is needed.',
  414: 'The request is too long; select fewer projects or shorten the jql.',
  429: 'The site limits the number of requests; lower `requests_per_second` or run again later.',
};

const SCOPE_ADVICE = 'The token lacks a scope that this needs; `connector check` lists the scopes of each connection.';

/** The gateway says `Unauthorized; scope does not match` for a token that is good, but not for this. */
const isMissingScope = (status: number, sentence: string) =>
  (status === 401 || status === 403) && /\bscopes?\b/i.test(sentence);

/** The site answered with a status that is no success; with 401 only where that is no lost login. */
export class HttpStatusError extends HttpError {
  override readonly name = 'HttpStatusError';
  /** The credentials are good, but were not made for this operation. */
  readonly missingScope: boolean;
  /** The site takes the credentials: the account, or its token, may not use this operation. */
  get mayNot(): boolean {
    return this.missingScope || this.status === 401;
  }

  constructor(
    asked: Asked,
    readonly status: number,
    /** The server's own sentence, redacted, at most 500 characters; empty when it said nothing readable. */
    readonly sentence: string,
    /** Milliseconds that the server asks to wait. */
    readonly askedMs: number | null,
    /** Whom it asks. */
    readonly limit: Limit | null,
    again: 'never' | 'often',
  ) {
    const said = sentence ? ` and says: ${sentence}${/[.!?]$/.test(sentence) ? '' : '.'}` : '.';
    const missingScope = isMissingScope(status, sentence);
    const advice = missingScope
      ? SCOPE_ADVICE
      : (ADVICE[status] ?? (status >= 500 ? 'The fault is on the side of the site; run again later.' : ''));
    super(
      status === 429 ? 'later' : 'failed',
      asked,
      `answered with status ${status}${said} ${advice}`.trimEnd(),
      again,
    );
    this.missingScope = missingScope;
  }
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
    super('credentials', asked, AuthError.text(reason), 'never', { detail });
  }

  private static text(reason: 'rejected' | 'anonymous' | 'captcha'): string {
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
    super(
      'credentials',
      asked,
      `${what}: signed out or wrong site. Check the site's address and the credentials.`,
      'never',
      {
        detail,
      },
    );
  }
}

/** The site asks for a wait that is longer than this run is willing to sit out; nothing is lost by coming back later. */
export class RateLimitTooLongError extends HttpError {
  override readonly name = 'RateLimitTooLongError';

  constructor(
    asked: Asked,
    readonly waitMs: number,
    boundMs: number,
  ) {
    const text = `asks to wait ${seconds(waitMs)} before the next request, longer than the ${seconds(boundMs)} allowed per request. Run again later.`;
    super('later', asked, text, 'never');
  }
}

/** The decoded answer is larger than the bound; the pager asks again for smaller pages. */
export class TooLargeError extends HttpError {
  override readonly name = 'TooLargeError';

  constructor(asked: Asked, what: string) {
    super('failed', asked, `sent an answer of ${what}. Smaller pages are needed.`, 'never');
  }
}

/** The answer cannot be understood: cut off, badly encoded, empty, not JSON. */
export class ProtocolError extends HttpError {
  override readonly name = 'ProtocolError';

  constructor(asked: Asked, what: string, notes: ErrorNotes = {}) {
    super(
      'failed',
      asked,
      `sent an unusable answer: ${what}. Expected whole JSON. Run again later, else look for a proxy in between.`,
      'few',
      notes,
    );
  }
}

/** No answer came: name lookup, connection, timeout, reset. */
export class NetworkError extends HttpError {
  override readonly name = 'NetworkError';

  constructor(asked: Asked, what: string, notes: ErrorNotes = {}) {
    super(
      'failed',
      asked,
      `could not be read: ${what}. Check the address and the network, then run again.`,
      'often',
      notes,
    );
  }
}

/** The certificate cannot be trusted; never repeated, never worked around. */
export class TlsError extends HttpError {
  override readonly name = 'TlsError';

  constructor(asked: Asked, reason: string) {
    super(
      'failed',
      asked,
      `has no trustworthy certificate (${reason}). Check the address; for a company's own certificate authority set NODE_EXTRA_CA_CERTS, or \`tls: { ca: FILE }\` in sync.yaml.`,
      'never',
    );
  }
}

const SENTENCE_MAX = 500;

/**
 * The reason in an error body, whatever its shape: `{errorMessages, errors}` of Jira, `{message}` of the gateway,
 * `{error, error_description}` of OAuth. One line, control characters and lone surrogates removed, cut to 500 characters after redaction.
 */
export function serverSentence(body: JsonValue, redact: (text: string) => string): string {
  if (body === null || typeof body !== 'object' || Array.isArray(body)) return '';
  const messages = Array.isArray(body.errorMessages) ? body.errorMessages : [];
  const errors = body.errors !== null && typeof body.errors === 'object' ? Object.entries(body.errors) : [];
  const parts = [
    ...messages,
    ...errors.map(([field, text]) => (typeof text === 'string' ? `${field}: ${text}` : null)),
    ...[body.message, body.errorMessage, body.error_description, body.error],
  ];
  const text = parts.filter((part) => typeof part === 'string' && part !== '').join(' ');
  const line = redact(text)
    .replace(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]+/gu, ' ')
    .trim();
  return line.length > SENTENCE_MAX ? `${line.slice(0, SENTENCE_MAX - 1)}…` : line;
}

const seconds = (ms: number) => `${Math.round(ms / 1000)} s`;
