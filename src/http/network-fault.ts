/** Names the failures below HTTP: what undici, the socket, the resolver, TLS and zlib throw at us. */
import { ProxyFault } from './agent.js';
import { type HttpError, NetworkError, ProtocolError, TlsError } from './errors.js';
import type { Asked } from './exchange.js';
import { ProxyError } from './proxy-error.js';

const WORDS: Readonly<Record<string, string>> = {
  ENOTFOUND: 'its name is unknown',
  EAI_AGAIN: 'its name could not be looked up',
  ECONNREFUSED: 'the connection was refused',
  ECONNRESET: 'the connection was reset',
  EPIPE: 'the connection was closed',
  ETIMEDOUT: 'the connection timed out',
  UND_ERR_CONNECT_TIMEOUT: 'the connection timed out',
  UND_ERR_HEADERS_TIMEOUT: 'no answer came in time',
  UND_ERR_BODY_TIMEOUT: 'the answer stopped coming',
  UND_ERR_SOCKET: 'the connection was closed in the middle of the answer',
  ROOM_LOST: 'a connection came so late that its place in the budget was given to others',
  ATTEMPT_TIMEOUT: 'the answer took too long',
};

/** Codes of OpenSSL's certificate checks, and of Node's TLS. */
const TLS =
  /^(CERT_|ERR_TLS_|ERR_SSL_|SELF_SIGNED_|DEPTH_ZERO_|UNABLE_TO_|INVALID_CA|INVALID_PURPOSE|HOSTNAME_MISMATCH|EPROTO$)/;
const BROKEN_ANSWER = /^(Z_|ERR__ERROR_FORMAT|ERR_BROTLI|UND_ERR_HEADERS_OVERFLOW|UND_ERR_RES_|UND_ERR_RESPONSE|HPE_)/;

/** A broken stream: in the handshake, or in the middle of the answer to a request that was carried out. */
const BROKEN_TLS = /^(ERR_SSL_|EPROTO$)/;

/** These end an attempt before a byte of the request is sent. */
const UNSENT = /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT|ROOM_LOST)$/;

/**
 * @param timedOut our own limit for the whole attempt ended it (undici then says only "aborted").
 */
export function networkFault(asked: Asked, thrown: unknown, timedOut: boolean): HttpError {
  const proxy = proxyFaultOf(thrown);
  if (proxy) return proxyError(asked, proxy);
  const code = timedOut ? 'ATTEMPT_TIMEOUT' : codeOf(thrown);
  if (TLS.test(code)) return new TlsError(asked, code, BROKEN_TLS.test(code) ? 'unclear' : 'refused');
  if (BROKEN_ANSWER.test(code)) return new ProtocolError(asked, `it cannot be decoded (${code})`);
  const outcome = UNSENT.test(code) ? 'unseen' : 'unclear';
  return new NetworkError(asked, WORDS[code] ?? 'the connection failed', outcome, { detail: code || nameOf(thrown) });
}

function proxyError(asked: Asked, { proxy, status, cause }: ProxyFault): ProxyError {
  if (status !== undefined) return new ProxyError(asked, proxy, { status });
  const code = codeOf(cause);
  return new ProxyError(asked, proxy, { words: WORDS[code] ?? `the connection failed (${code})`, tls: TLS.test(code) });
}

function proxyFaultOf(thrown: unknown): ProxyFault | undefined {
  for (let error = thrown; error instanceof Error; error = error.cause) if (error instanceof ProxyFault) return error;
  return undefined;
}

/** The first code in the chain of causes: `fetch` itself only says "fetch failed" or "terminated". */
function codeOf(thrown: unknown): string {
  for (let error = thrown; error instanceof Error; error = error.cause) {
    const code = 'code' in error ? error.code : undefined;
    if (typeof code === 'string') return code;
    const first = error instanceof AggregateError ? error.errors.map(codeOf).find(Boolean) : undefined;
    if (first) return first;
  }
  return '';
}

const nameOf = (thrown: unknown) => (thrown instanceof Error ? thrown.name : typeof thrown);
