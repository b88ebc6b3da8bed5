/** Writes one answer to the socket: JSON, compressed when the client accepts it, broken where a fault says so. */

import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { type Fault, SIGN_IN_PAGE } from './faults.js';
import type { Answer } from './model.js';

/** Below this size compressing costs more than it saves. */
const COMPRESS_FROM_BYTES = 1024;

interface Outgoing {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly bytes: Buffer;
}

/** Sends the answer with the fault applied; the status that went out. */
export async function send(
  request: IncomingMessage,
  response: ServerResponse,
  answer: Answer,
  fault: Fault | undefined,
): Promise<number> {
  const outgoing = encode(request, applied(answer, fault), fault);
  response.writeHead(outgoing.status, outgoing.headers);
  if (fault?.resetAtByte !== undefined) {
    response.write(outgoing.bytes.subarray(0, fault.resetAtByte), () => response.socket?.resetAndDestroy());
  } else if (fault?.dripMs !== undefined) {
    await drip(response, outgoing.bytes, fault.dripMs);
  } else response.end(outgoing.bytes);
  return outgoing.status;
}

function applied(answer: Answer, fault: Fault | undefined): Answer {
  if (fault === undefined) return answer;
  const headers = { ...answer.headers, ...fault.headers };
  if (fault.html === true) {
    const type = { 'content-type': 'text/html;charset=UTF-8' };
    return { status: fault.status ?? 200, headers: { ...type, ...headers }, body: SIGN_IN_PAGE };
  }
  if ('body' in fault) return { status: fault.status ?? 200, headers, body: fault.body };
  const status = fault.status ?? answer.status;
  return { ...answer, status, headers, body: fault.rewrite === undefined ? answer.body : fault.rewrite(answer.body) };
}

function encode(request: IncomingMessage, answer: Answer, fault: Fault | undefined): Outgoing {
  const headers: Record<string, string> = { 'content-type': 'application/json;charset=UTF-8', ...answer.headers };
  let bytes = toBytes(answer.body);
  if (fault?.gzip !== undefined) {
    headers['content-encoding'] = 'gzip';
    bytes = brokenGzip(bytes, fault.gzip);
  } else if (bytes.length >= COMPRESS_FROM_BYTES && acceptsGzip(request)) {
    headers['content-encoding'] = 'gzip';
    headers.vary = 'accept-encoding';
    bytes = gzipSync(bytes, { level: 1 });
  }
  if (fault?.cutAtByte !== undefined) bytes = bytes.subarray(0, fault.cutAtByte);
  headers['content-length'] ??= String(bytes.length);
  return { status: answer.status ?? 200, headers, bytes };
}

function toBytes(body: unknown): Buffer {
  if (Buffer.isBuffer(body)) return body;
  if (typeof body === 'string') return Buffer.from(body);
  return body === undefined ? Buffer.alloc(0) : Buffer.from(JSON.stringify(body));
}

function brokenGzip(bytes: Buffer, how: 'garbage' | 'no_trailer' | 'half'): Buffer {
  if (how === 'garbage') return bytes;
  const whole = gzipSync(bytes);
  return whole.subarray(0, how === 'half' ? Math.floor(whole.length / 2) : whole.length - 8);
}

const acceptsGzip = (request: IncomingMessage): boolean =>
  /\bgzip\b/.test(String(request.headers['accept-encoding'] ?? ''));

async function drip(response: ServerResponse, bytes: Buffer, pauseMs: number): Promise<void> {
  for (let at = 0; at < bytes.length && !response.destroyed; at += 1) {
    response.write(bytes.subarray(at, at + 1));
    await sleep(pauseMs);
  }
  response.end();
}
