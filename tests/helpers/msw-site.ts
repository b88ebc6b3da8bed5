/** A site on loopback whose answers are msw's handlers: what is written for a browser is tried over a real socket. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getResponse, type RequestHandler } from 'msw';

export interface MswSite {
  readonly url: string;
  /** Requests that no handler knew. */
  readonly unhandled: readonly string[];
  close(): Promise<void>;
}

export async function startMswSite(handlers: (url: string) => RequestHandler[]): Promise<MswSite> {
  const unhandled: string[] = [];
  let known: RequestHandler[] = [];
  const server = createServer(async (incoming, outgoing) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const { method = 'GET', url = '/' } = incoming;
    const headers = new Headers(
      Object.entries(incoming.headersDistinct).flatMap(([name, all = []]) =>
        all.map((one): [string, string] => [name, one]),
      ),
    );
    const body = chunks.length > 0 ? Buffer.concat(chunks) : undefined;
    const request = new Request(new URL(url, site), { method, headers, ...(body ? { body } : {}) });
    const response = await getResponse(known, request);
    if (!response) unhandled.push(`${method} ${url}`);
    outgoing.writeHead(response?.status ?? 501, Object.fromEntries(response?.headers ?? []));
    outgoing.end(response ? Buffer.from(await response.arrayBuffer()) : '{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const site = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  known = handlers(site);
  return {
    url: site,
    unhandled,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
