/** A real proxy on loopback that knows CONNECT and nothing else; every name leads to this machine. */
import { createServer, type IncomingHttpHeaders } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';

export interface ProxyManners {
  /** What it answers to each CONNECT in turn, the last one for ever; 200 connects. `hang up` closes, `silence` never answers. */
  readonly answers?: readonly (number | 'hang up' | 'silence')[];
  /** `user:password` that it wants; 407 without. */
  readonly login?: string;
  /** Of this machine, where every name leads; default: the port that was asked for. */
  readonly port?: number;
}

export interface ConnectProxy {
  readonly url: string;
  /** One for each CONNECT. */
  readonly seen: readonly { readonly host: string; readonly headers: IncomingHttpHeaders }[];
  /** Bytes that went through it from the client, as Latin-1. */
  passed(): string;
  close(): Promise<void>;
}

export async function startConnectProxy({ answers = [200], login, port }: ProxyManners = {}): Promise<ConnectProxy> {
  const seen: { host: string; headers: IncomingHttpHeaders }[] = [];
  const passed: Buffer[] = [];
  const sockets = new Set<Socket>();
  const left = [...answers];
  const server = createServer((_request, response) => response.writeHead(405).end());
  server.on('connection', (socket) => sockets.add(socket));
  server.on('connect', (request, client: Socket) => {
    client.on('error', () => client.destroy());
    seen.push({ host: request.url ?? '', headers: request.headers });
    const wanted = login === undefined ? undefined : `Basic ${Buffer.from(login).toString('base64')}`;
    const answer = (left.length > 1 ? left.shift() : left[0]) ?? 200;
    if (answer === 'silence') return;
    if (answer === 'hang up') return client.destroy();
    if (wanted !== undefined && request.headers['proxy-authorization'] !== wanted) return refuse(client, 407);
    if (answer !== 200) return refuse(client, answer);
    const site = connect(port ?? Number(request.url?.split(':').at(-1)), '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n');
      client.on('data', (bytes: Buffer) => passed.push(bytes));
      client.pipe(site).pipe(client);
    });
    sockets.add(site);
    site.on('error', () => client.destroy());
    client.on('close', () => site.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    passed: () => Buffer.concat(passed).toString('latin1'),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

function refuse(client: Socket, status: number): void {
  client.end(`HTTP/1.1 ${status} No\r\ncontent-length: 0\r\nconnection: close\r\n\r\n`);
}
