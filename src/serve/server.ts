/** The server: one request after its checks, at a route, as one answer. It reads, and nothing that comes from outside changes anything. */
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { ConnectorError } from '../core/errors.js';
import { isLoopback, namesLoopback } from '../core/loopback.js';
import type { Ports } from '../core/ports.js';
import { redactor } from '../core/redactor.js';
import { Secret } from '../core/secret.js';
import { type Caller, callerOf, seesAll, shownKey } from './callers.js';
import { readParameters } from './parameters.js';
import { Problem, problemOf } from './problem.js';
import { type Pace, Reply } from './reply.js';
import type { House, Route } from './route.js';
import { routeAt } from './routes.js';

export interface ServeOptions {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** PEM texts. */
  readonly tls?: { readonly cert: string; readonly key: string } | undefined;
  /** A proxy in front of us speaks TLS with those who ask. */
  readonly behindProxy: boolean;
  /** Default: as Time Tracker for Jira's clients are used to. */
  readonly pace?: Pace;
}

export interface Running {
  /** `http://127.0.0.1:8080` */
  readonly url: string;
  /** Takes no new requests; those under way have some seconds to end. */
  close(): Promise<void>;
}

const PACE: Pace = { readyMs: 10_000, lineMs: 5000 };
/** Addresses and headers together; jql is the longest that anybody needs. */
const MOST_HEADER_BYTES = 16_384;
const MOST_CONNECTIONS = 256;
const HEADERS_MS = 10_000;
/** Nothing goes either way, where a client is told now and then that its answer is made; in the line for a place it is told nothing for a minute. */
const IDLE_MS = 120_000;
const LONGEST_ANSWER_MS = 600_000;
/** Of the ten seconds that a service manager waits. */
const CLOSE_MS = 8000;

/** @throws ConnectorError kind `usage` when the address cannot be listened at */
export async function startServer(options: ServeOptions, house: House, ports: Ports): Promise<Running> {
  const ending = new AbortController();
  const requests = new Set<Promise<void>>();
  const listener: RequestListener = (request, response) => {
    const work = answer({ request, response, options, house, ports, ending: ending.signal }).finally(() =>
      requests.delete(work),
    );
    requests.add(work);
  };
  const limits = { maxHeaderSize: MOST_HEADER_BYTES, requestTimeout: HEADERS_MS, headersTimeout: HEADERS_MS };
  const server: Server = options.tls
    ? createTlsServer({ ...limits, ...options.tls }, listener)
    : createServer(limits, listener);
  server.maxConnections = MOST_CONNECTIONS;
  server.setTimeout(IDLE_MS);
  server.on('clientError', refuseMalformed);
  await listen(server, options);
  const { port, family, address } = server.address() as AddressInfo;
  const host = family === 'IPv6' ? `[${address}]` : address;
  return {
    url: `${options.tls ? 'https' : 'http'}://${host}:${port}`,
    close: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeIdleConnections();
      const late = setTimeout(() => {
        ending.abort(new ConnectorError('interrupted', 'The server is ending.'));
        server.closeAllConnections();
      }, CLOSE_MS);
      await Promise.all(requests);
      server.closeIdleConnections();
      await closed;
      clearTimeout(late);
      house.looks.close();
    },
  };
}

/** What is no HTTP, or too much of it. */
function refuseMalformed(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (!socket.writable) return;
  const status = error.code === 'HPE_HEADER_OVERFLOW' ? '431 Request Header Fields Too Large' : '400 Bad Request';
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}

function listen(server: Server, { host, port }: ServeOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) =>
      reject(
        new ConnectorError('usage', `Cannot listen at ${host}:${port} (${cause.code}). Is the port taken?`, { cause }),
      ),
    );
    server.listen(port, host, resolve);
  });
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly options: ServeOptions;
  readonly house: House;
  readonly ports: Ports;
  /** Aborted when no answer may go on. */
  readonly ending: AbortSignal;
}

/** Throws nothing: what goes wrong is the answer. */
async function answer(exchange: Exchange): Promise<void> {
  const { request, response, options, house, ports, ending } = exchange;
  const began = ports.clock.now();
  const reply = new Reply(response, request.method !== 'HEAD', options.pace ?? PACE);
  const gone = new AbortController();
  response.once('close', () => {
    // Whoever has the whole answer may close before we are told that it was sent.
    if (!response.writableFinished) gone.abort(new ConnectorError('interrupted', 'The client is gone.'));
  });
  const tooLong = setTimeout(
    () => gone.abort(new ConnectorError('later', 'The answer took too long to make: ask for less.')),
    LONGEST_ANSWER_MS,
  );
  const signal = AbortSignal.any([gone.signal, ending]);
  const { path, query } = addressOf(request.url ?? '/');
  const key = shownKey(request, query);
  const told: Told = { path: 'another address', caller: null };
  try {
    for (const [name, value] of HEADERS) response.setHeader(name, value);
    refuseBody(request);
    refuseHost(exchange);
    const route = routeAt(path);
    if (!route) throw new Problem(404, 'There is nothing at this address; /openapi.json lists what there is.');
    told.path = route.path;
    const isLocal =
      !options.behindProxy && isLoopback(request.socket.remoteAddress) && namesLoopback(request.headers.host);
    const caller = whoMay(route, house, key, isLocal);
    told.caller = caller.name;
    if (!route.mayWait || request.method === 'HEAD') request.socket.setTimeout(LONGEST_ANSWER_MS);
    const words = readParameters(query, route.options, caller, route.hasOldNames ?? false);
    const hasTags = request.headers['if-none-match'];
    await route.answer({ route, caller, words, hasTags, ports: { ...ports, signal } }, house, reply);
  } catch (error) {
    if (gone.signal.aborted && response.destroyed) return;
    const { status, message, headers } = problemOf(
      signal.aborted ? signal.reason : error,
      ports.log,
      house.warehouse.root,
    );
    // A key in the wrong place would be repeated to whoever reads the error.
    const shown = key === null ? message : redactor([new Secret(key)])(message);
    reply.fail(new Problem(status, ports.redactor.redact(shown), headers));
  } finally {
    clearTimeout(tooLong);
    reply.quiet();
    const ms = Math.round(ports.clock.now() - began);
    ports.log.info(`${told.path} ${response.destroyed && !response.writableFinished ? 'broken off' : reply.status}`, {
      ...{ method: request.method, caller: told.caller, ms, bytes: reply.bytes },
    });
  }
}

/** What the log says of a request; never its query, which may hold the key. */
interface Told {
  path: string;
  caller: string | null;
}

const HEADERS: readonly (readonly [string, string])[] = [
  ['cache-control', 'no-store'],
  ['content-security-policy', "default-src 'none'; frame-ancestors 'none'"],
  ['cross-origin-resource-policy', 'same-origin'],
  // The key may stand in the address.
  ['referrer-policy', 'no-referrer'],
  ['x-content-type-options', 'nosniff'],
  ['x-frame-options', 'DENY'],
];

function addressOf(url: string): { readonly path: string; readonly query: URLSearchParams } {
  const [path = '', ...query] = url.split('?');
  return { path, query: new URLSearchParams(query.join('?')) };
}

function refuseBody({ method, headers }: IncomingMessage): void {
  if (method !== 'GET' && method !== 'HEAD')
    throw new Problem(405, 'Only GET and HEAD are answered.', { allow: 'GET, HEAD', connection: 'close' });
  if (headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0)
    throw new Problem(413, 'A request has no body here.', { connection: 'close' });
}

/** Without keys, a page in a browser could have its own name resolved to this machine and read what we answer. */
function refuseHost({ request, options, house }: Exchange): void {
  if (house.keys.length > 0 || namesLoopback(request.headers.host)) return;
  throw new Problem(421, `Without keys only requests to this machine are answered: http://${options.host}.`);
}

function whoMay(route: Route, { keys }: House, key: string | null, isLocal: boolean): Caller {
  if (route.access === 'none') return callerOf([], null);
  if (route.access === 'whole' && isLocal && key === null) return callerOf([], null);
  const caller = callerOf(keys, key);
  if (route.access === 'whole' && !seesAll(caller))
    throw new Problem(403, 'This tells of the whole warehouse, and the key is for a part of it.');
  return caller;
}
