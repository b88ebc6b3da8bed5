/** An S3 server (moto) on a free port of this machine, and a proxy before it that counts requests and plays accidents. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, request as forward, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { Secret } from '../../src/core/secret.js';
import type { S3Settings } from '../../src/writers/storage/warehouse-settings.js';

const START = join(import.meta.dirname, '..', 'servers', 's3', 'start.sh');

/** The first start on a machine fetches about 30 MB of Python packages. */
export const S3_START_MS = 300_000;

/** Of no account: the server believes everybody. */
export const S3_KEYS = { id: 'AKIATESTKEY', secret: 'a-secret-key-that-nobody-may-see' };

/** Why tests of S3 cannot run here; null when they can, and where all tests have to run. */
export const lacksS3 = (): string | null => {
  if (process.env.CI === 'true') return null;
  return spawnSync('python3', ['-c', 'import venv, ensurepip']).status === 0
    ? null
    : 'python3 with venv not found (Debian: apt-get install python3 python3-venv)';
};

/** Objects in one page of a listing: few, so that every test meets several pages. */
export const S3_PAGE = 10;

export interface S3Server {
  readonly endpoint: string;
  /** Makes an empty bucket. @returns its name */
  bucket(): Promise<string>;
  stop(): Promise<void>;
}

export function s3Settings(endpoint: string): S3Settings {
  const credentials = { accessKeyId: S3_KEYS.id, secretAccessKey: new Secret(S3_KEYS.secret) };
  return { endpoint, region: 'eu-central-1', pathStyle: true, credentials };
}

export async function startS3(): Promise<S3Server> {
  const child = spawn('bash', [START], {
    env: { ...process.env, MOTO_S3_DEFAULT_MAX_KEYS: String(S3_PAGE) },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const endpoint = await address(child);
  const credentials = { accessKeyId: S3_KEYS.id, secretAccessKey: S3_KEYS.secret };
  const client = new S3Client({ endpoint, region: 'us-east-1', forcePathStyle: true, credentials });
  return {
    endpoint,
    async bucket() {
      const Bucket = `lake-${randomUUID()}`;
      await client.send(new CreateBucketCommand({ Bucket }));
      return Bucket;
    },
    stop: () => stop(child),
  };
}

export interface S3Request {
  readonly method: string;
  /** Path without query, decoded. */
  readonly path: string;
  readonly isConditional: boolean;
}

/** What becomes of a request: its answer is lost after it was carried out, it is lost itself, or it is answered so. */
export type Accident = 'answer lost' | 'request lost' | { readonly status: number; readonly code?: string };

export interface S3Proxy {
  readonly endpoint: string;
  /** In order of arrival; a test may empty it. */
  readonly seen: S3Request[];
  /** Says what happens to a request; undefined: nothing. */
  accident: (request: S3Request) => Accident | undefined;
  close(): void;
}

export async function startS3Proxy(endpoint: string): Promise<S3Proxy> {
  const seen: S3Request[] = [];
  const server = createServer((request, response) => {
    const path = decodeURIComponent((request.url ?? '').split('?')[0] ?? '');
    const one = { method: request.method ?? '', path, isConditional: 'if-none-match' in request.headers };
    seen.push(one);
    void collect(request).then((body) => play(endpoint, proxy.accident(one), request, body, response));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const proxy: S3Proxy = {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    accident: () => undefined,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
  return proxy;
}

function play(
  endpoint: string,
  accident: Accident | undefined,
  request: IncomingMessage,
  body: Buffer,
  response: ServerResponse,
): void {
  if (accident === 'request lost') return void response.destroy();
  if (typeof accident === 'object') {
    const { status, code = 'InternalError' } = accident;
    response.writeHead(status, { 'content-type': 'application/xml' });
    return void response.end(request.method === 'HEAD' ? '' : `<Error><Code>${code}</Code></Error>`);
  }
  const { method, url, headers } = request;
  const onward = forward(new URL(url ?? '/', endpoint), { method, headers }, (answer) => {
    // Lost only when the answer is there: the server has done its work by then.
    if (accident === 'answer lost') return void answer.resume().on('end', () => response.destroy());
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
  });
  onward.on('error', () => response.destroy());
  onward.end(body);
}

async function collect(request: IncomingMessage): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece);
  return Buffer.concat(pieces);
}

function address(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = '';
    let errors = '';
    child.stdout?.on('data', (piece: Buffer) => {
      said += piece;
      if (said.includes('\n')) resolve(said.trim());
    });
    child.stderr?.on('data', (piece: Buffer) => {
      errors += piece;
    });
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`the S3 server ended at once (${code}): ${errors.slice(-2000)}`)));
  });
}

/** The server ends when its input does. */
async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.stdin?.end();
  await ended;
}
