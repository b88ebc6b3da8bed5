/** A real loopback server that plays a script per path: the accidents of networks and of Jira, on purpose. */
import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';

export interface Reply {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string | string[]>>;
  /** Objects are sent as JSON. */
  readonly body?: unknown;
  /** Destroys the connection after this many bytes of the body. */
  readonly cutAtByte?: number;
  /** Milliseconds between single bytes of the body, for ever when the body ends. */
  readonly dripMs?: number;
  /** Never answers. */
  readonly hang?: boolean;
  /** Destroys the connection before any answer. */
  readonly destroy?: boolean;
  /** Answers after this many milliseconds. */
  readonly delayMs?: number;
}

export interface Seen {
  readonly method: string;
  /** Path with query, as sent. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** Milliseconds (monotonic) at arrival. */
  readonly at: number;
}

export interface FaultServer {
  readonly url: string;
  /** Requests in order of arrival. */
  readonly seen: readonly Seen[];
  /** Replies for a path, in order; the last one is repeated for ever. */
  script(path: string, ...replies: Reply[]): void;
  close(): Promise<void>;
}

/** @param tls key and certificate; https when given. */
export async function startFaultServer(tls?: { key: string; cert: string }): Promise<FaultServer> {
  const seen: Seen[] = [];
  const scripts = new Map<string, Reply[]>();
  const server: Server = tls ? createTlsServer(tls) : createServer();
  server.on('request', (request, response) => {
    const at = performance.now();
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const url = request.url ?? '';
      seen.push({
        method: request.method ?? '',
        url,
        headers: request.headers,
        body: Buffer.concat(chunks).toString(),
        at,
      });
      const replies = scripts.get(url.split('?')[0] ?? '') ?? [{ status: 404, body: { errorMessages: ['no script'] } }];
      const reply = (replies.length > 1 ? replies.shift() : replies[0]) ?? {};
      setTimeout(() => play(reply, response), reply.delayMs ?? 0);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `${tls ? 'https' : 'http'}://127.0.0.1:${port}`,
    seen,
    script: (path, ...replies) => void scripts.set(path, [...replies]),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function play(reply: Reply, response: ServerResponse): void {
  if (reply.hang) return;
  if (reply.destroy) {
    response.destroy();
    return;
  }
  const body = bytesOf(reply.body);
  response.writeHead(reply.status ?? 200, { 'content-type': 'application/json', ...reply.headers });
  if (reply.dripMs !== undefined) drip(response, body, reply.dripMs);
  else if (reply.cutAtByte === undefined) response.end(body);
  else cut(response, body.subarray(0, reply.cutAtByte));
}

/** Destroys the connection only when the bytes before the cut are on their way. */
function cut(response: ServerResponse, body: Buffer): void {
  response.flushHeaders();
  response.write(body, () => setTimeout(() => response.destroy(), 5));
}

function drip(response: ServerResponse, body: Buffer, everyMs: number): void {
  response.flushHeaders();
  let at = 0;
  const timer = setInterval(() => response.write(at < body.length ? body.subarray(at, ++at) : ' '), everyMs);
  response.on('close', () => clearInterval(timer));
}

function bytesOf(body: unknown): Buffer {
  if (Buffer.isBuffer(body)) return body;
  if (body === undefined) return Buffer.alloc(0);
  return Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
}
