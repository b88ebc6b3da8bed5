/** Accidents at the commit point: of a storage, and of the way to a catalog service. */
import { createServer, request as forward, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import { type FileIO, OutcomeUnknown } from '../../../src/core/files/file-io.js';
import type { Accident } from './suite.js';

/** The storage's way to make a version's file, with an accident. */
export function accidentIn(io: FileIO, accident: Accident): Partial<FileIO> {
  let happened = false;
  return {
    async createExclusive(location, bytes) {
      if (happened && accident !== 'all requests lost') return io.createExclusive(location, bytes);
      happened = true;
      if (accident === 'answer lost' || accident === 'request sent twice') await io.createExclusive(location, bytes);
      if (accident === 'request sent twice') return io.createExclusive(location, bytes);
      throw new OutcomeUnknown(`create ${location}`, new Error('connection lost'));
    },
  };
}

/** A proxy before a catalog service that meets the accident at the first commit, or at all. @returns its address */
export async function accidentBefore(uri: string, accident: Accident): Promise<string> {
  let happened = false;
  const server = createServer((request, response) => {
    const isCommit = request.method === 'POST' && /\/tables\/[^/]+$/.test(request.url ?? '');
    const meets = isCommit && (!happened || accident === 'all requests lost');
    happened ||= isCommit;
    void collect(request).then((body) => {
      if (!meets) pass(uri, request, body, (answer) => deliver(answer, response));
      else if (accident === 'answer lost') pass(uri, request, body, (answer) => lose(answer, response));
      else if (accident === 'request sent twice')
        pass(uri, request, body, (first) => {
          first.resume().on('end', () => pass(uri, request, body, (second) => deliver(second, response)));
        });
      else response.destroy();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function collect(request: IncomingMessage): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece);
  return Buffer.concat(pieces);
}

function pass(
  uri: string,
  { method, url, headers }: IncomingMessage,
  body: Buffer,
  then: (a: IncomingMessage) => void,
) {
  forward(new URL(url ?? '/', uri), { method, headers }, then).end(body);
}

function deliver(answer: IncomingMessage, response: ServerResponse): void {
  response.writeHead(answer.statusCode ?? 502, answer.headers);
  answer.pipe(response);
}

/** Only when the answer is there: the service has done its work by then. */
function lose(answer: IncomingMessage, response: ServerResponse): void {
  answer.resume().on('end', () => response.destroy());
}
