/** Where a browser brings the answer of the consent page: a listener on this machine, or a line that a person pastes. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createInterface } from 'node:readline/promises';
import { ConnectorError } from '../../core/errors.js';

export interface Callback {
  readonly redirectUri: string;
  /**
   * The address the browser was sent to.
   * @param isOurs whether an address answers what was asked: any page in the browser can call a listener on this machine
   * @throws ConnectorError kind `interrupted`
   */
  address(signal: AbortSignal, isOurs: (address: string) => boolean): Promise<string>;
  close(): void;
}

const PATH = '/callback';
const callbackAddress = (port: number) => `http://127.0.0.1:${port}${PATH}`;

const page = (text: string) => `<!doctype html><meta charset="utf-8"><title>connector</title><p>${text}</p>`;
const ARRIVED = page('The answer has arrived. You can close this window and go back to the terminal.');
const NOT_OURS = page('This is not the answer to the login that waits in the terminal. Open the address shown there.');

/** @param port 0 takes a free one. @throws ConnectorError kind `usage` when the port is taken. */
export async function listenForCallback(port: number): Promise<Callback> {
  let arrived: (address: string) => void = () => undefined;
  const first = new Promise<string>((resolve) => {
    arrived = resolve;
  });
  let accepts: (address: string) => boolean = () => false;
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    const here = request.method === 'GET' && url.pathname === PATH;
    const answers = here && accepts(url.href);
    // The address holds the code: it must not go on to anybody from here.
    response.writeHead(answers ? 200 : here ? 400 : 404, {
      'content-type': 'text/html',
      'referrer-policy': 'no-referrer',
      connection: 'close',
    });
    response.end(answers ? ARRIVED : here ? NOT_OURS : '');
    if (answers) arrived(url.href);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) =>
      reject(
        new ConnectorError(
          'usage',
          `Port ${port} of this machine is taken. End the other program, or choose another port with --port and make ${callbackAddress(port)} with that port the app's callback URL.`,
          { cause },
        ),
      ),
    );
    server.listen(port, '127.0.0.1', resolve);
  });
  return {
    redirectUri: callbackAddress((server.address() as AddressInfo).port),
    address: (signal, isOurs) => {
      accepts = isOurs;
      return unlessInterrupted(first, signal);
    },
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** For machines without a browser: the person opens the address elsewhere and pastes where the browser ended up. */
export function pastedCallback(port: number, input: NodeJS.ReadableStream): Callback {
  const lines = createInterface({ input });
  return {
    redirectUri: callbackAddress(port),
    async address(signal) {
      const line = await unlessInterrupted(firstLine(lines), signal);
      if (line !== null) return line;
      throw new ConnectorError(
        'usage',
        'Nothing was pasted. Run the command on a terminal, or hand the address to its standard input.',
      );
    },
    close: () => lines.close(),
  };
}

async function firstLine(lines: AsyncIterable<string>): Promise<string | null> {
  for await (const line of lines) if (line.trim() !== '') return line.trim();
  return null;
}

async function unlessInterrupted<Value>(value: Promise<Value>, signal: AbortSignal): Promise<Value> {
  const interrupted = new Promise<never>((_resolve, reject) => {
    const stop = () => reject(new ConnectorError('interrupted', 'The login was interrupted; nothing was changed.'));
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
  });
  return Promise.race([value, interrupted]);
}
