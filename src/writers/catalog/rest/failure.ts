/** What a request to a catalog service can end in, other than an answer. */
import { ConnectorError, type ErrorKind } from '../../../core/errors.js';

/**
 * - `refused`: the service looked at the request and said no; nothing was done.
 * - `not-now`: the request was not looked at (too many, or no connection); it may be sent again, whatever it does.
 * - `unclear`: no usable answer to a request that was sent; it may have been carried out.
 */
export type Outcome = 'refused' | 'not-now' | 'unclear';

export interface Failure {
  readonly outcome: Outcome;
  readonly kind: ErrorKind;
  /** What came, to follow "Could not …: ". */
  readonly came: string;
  readonly advice: string;
  readonly status?: number | undefined;
  /** The service's own word for the refusal, such as `NoSuchNamespaceException`. */
  readonly type?: string | undefined;
  /** How long the service asks to wait, milliseconds. */
  readonly waitMs?: number | undefined;
  readonly cause?: unknown;
}

export class RequestFailed extends ConnectorError {
  override readonly name = 'RequestFailed';

  constructor(
    what: string,
    readonly failure: Failure,
  ) {
    const { kind, came, advice, cause } = failure;
    super(kind, `Could not ${what}: ${came}. ${advice}`, { cause });
  }
}

/** Whether the request was looked at and refused with this status. */
export function isRefusal(error: unknown, status: number): error is RequestFailed {
  return error instanceof RequestFailed && error.failure.outcome === 'refused' && error.failure.status === status;
}

export function isUnclear(error: unknown): error is RequestFailed {
  return error instanceof RequestFailed && error.failure.outcome === 'unclear';
}

/** These end an attempt before a byte of the request is sent. */
const NOT_SENT: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);
const CERTIFICATE = /^(CERT_|ERR_TLS_|ERR_SSL_|SELF_SIGNED_|DEPTH_ZERO_|UNABLE_TO_|HOSTNAME_MISMATCH|EPROTO$)/;
const NETWORK_ADVICE = 'Check the address of the catalog and the network, then run again.';

/** What undici, the socket, the resolver or TLS threw. @param host for the message */
export function networkFailure(host: string, thrown: unknown): Failure {
  const code = codeOf(thrown);
  if (CERTIFICATE.test(code)) {
    const advice = "For a company's own certificate authority set NODE_EXTRA_CA_CERTS.";
    return { outcome: 'refused', kind: 'failed', came: `${host} has no trustworthy certificate (${code})`, advice };
  }
  const came = `${host} gave no answer (${code})`;
  const outcome = NOT_SENT.has(code) ? 'not-now' : 'unclear';
  return { outcome, kind: 'failed', came, advice: NETWORK_ADVICE, cause: thrown };
}

/** The first code in the chain of causes: `fetch` itself only says "fetch failed". */
function codeOf(thrown: unknown): string {
  for (let error = thrown; error instanceof Error; error = error.cause) {
    const first = error instanceof AggregateError ? error.errors[0] : error;
    if (first instanceof Error && 'code' in first && typeof first.code === 'string') return first.code;
    if (error.name === 'TimeoutError') return 'time-out';
  }
  return 'connection lost';
}
