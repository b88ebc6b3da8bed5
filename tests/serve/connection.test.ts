/** Clients that leave, wait long, speak HTTP/1.0, or ask again: what becomes of their connection, and of what the server holds for them. */
import { createServer, type IncomingMessage, request } from 'node:http';
import { type AddressInfo, connect, Socket } from 'node:net';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { portsOf } from '../../src/core/ports.js';
import { Lanes } from '../../src/serve/lanes.js';
import { Problem } from '../../src/serve/problem.js';
import { Refreshes } from '../../src/serve/refresh.js';
import { Reply } from '../../src/serve/reply.js';
import { FEBRUARY, fillTwoSites, keyOf, served, serveKey, temporaryFolder } from './two-sites.js';

const { folder, remove } = temporaryFolder();
const root = join(folder, 'warehouse');
const PATH = `/api/1/worklog?${FEBRUARY}`;
const KEYS = [serveKey('full', { mayAskSite: true, mayRefresh: true })];
const headers = { authorization: `Apikey ${keyOf('full')}` };

beforeAll(() => fillTwoSites(root));
afterEach(() => vi.restoreAllMocks());
afterAll(remove);

test.each([
  'GET',
  'HEAD',
])('a client that leaves while its %s is made leaves no timer and no place taken', async (method) => {
  const [set, clear] = [vi.spyOn(globalThis, 'setTimeout'), vi.spyOn(globalThis, 'clearInterval')];
  const pace = { readyMs: 77_777, lineMs: 77_777 };
  let leave = () => undefined as unknown;
  const one = await served(root, {
    keys: KEYS,
    options: { pace },
    house: {
      lanes: new Lanes(1, 60_000),
      askSites: async (_questions, _sites, { signal }) => {
        const gone = new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
        leave();
        await gone;
        return [];
      },
    },
  });
  const client = request(`${one.url}${PATH}&jql=x`, { method, headers, agent: false }).on('error', () => undefined);
  leave = () => client.destroy();
  client.end();
  await new Promise((closed) => client.once('close', closed));
  // Its place is free, and nothing holds the server back.
  expect((await one.as('full', PATH)).status).toBe(200);
  await one.close();
  expect(one.logged.join()).toContain('broken off');
  const timers = set.mock.results.filter((_, at) => set.mock.calls[at]?.[1] === pace.readyMs).map(({ value }) => value);
  expect(timers.length).toBeGreaterThan(0);
  expect(clear.mock.calls.flat()).toEqual(expect.arrayContaining(timers));
});

test('an answer that breaks off does not end like a whole one, where a client knows the end by the connection alone', async () => {
  const server = createServer((_request, response) => {
    const reply = new Reply(response, true, { readyMs: 1e6, lineMs: 1e6 });
    const pieces = (async function* () {
      yield* ['[', '1', ',2'];
      throw new Error('a file is damaged');
    })();
    const content = { type: 'application/json', pieces };
    reply.send(200, content, new AbortController().signal).catch(() => reply.fail(new Problem(500, 'no')));
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const end = await new Promise<string>((resolve) => {
    const client = connect((server.address() as AddressInfo).port, '127.0.0.1');
    client.write('GET / HTTP/1.0\r\n\r\n');
    client.on('end', () => resolve('ended')).on('error', ({ message }) => resolve(message));
    client.resume();
  });
  server.close();
  expect(end).toContain('ECONNRESET');
});

test('who has the answer and waits for a long sync gets it again, as 202 cannot become 304', async () => {
  let end = () => undefined as unknown;
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  const run = async () => {
    await ended;
    return { exitCode: 0, words: '' };
  };
  const one = await served(root, {
    keys: KEYS,
    options: { pace: { readyMs: 1, lineMs: 60_000 } },
    house: { refreshes: new Refreshes(run, portsOf({})) },
  });
  const tag = String((await one.get(PATH, headers, 'HEAD')).headers.etag);
  const answered = await new Promise<IncomingMessage>((begun, failed) =>
    request(`${one.url}${PATH}&refresh=true`, { headers: { ...headers, 'if-none-match': tag }, agent: false }, begun)
      .on('error', failed)
      .end(),
  );
  end();
  const parts: string[] = [];
  for await (const part of answered.setEncoding('utf8')) parts.push(String(part));
  expect([answered.statusCode, JSON.parse(parts.join(''))]).toEqual([202, expect.arrayContaining([expect.anything()])]);
  await one.close();
});

test('who asks for the same tables again finds them open', async () => {
  const create = vi.spyOn(DuckDBInstance, 'create');
  const one = await served(root, { keys: KEYS });
  const first = await one.as('full', PATH);
  const again = await one.as('full', PATH);
  // Another one, without a limit, only reads statements.
  const opened = create.mock.calls.filter(([, options]) => options?.memory_limit !== undefined);
  expect([first.status, again.body === first.body, opened.length]).toEqual([200, true, 1]);
  await one.close();
});

test('many keys do not hold a database each', async () => {
  const [create, close] = [vi.spyOn(DuckDBInstance, 'create'), vi.spyOn(DuckDBInstance.prototype, 'closeSync')];
  const names = ['DEMO', 'SECRET', 'OPS'];
  const one = await served(root, { keys: names.map((name) => serveKey(name, { limits: { projects: [name] } })) });
  const open = async () => {
    const made = create.mock.results.filter((_, at) => create.mock.calls[at]?.[1]?.memory_limit !== undefined);
    const all: unknown[] = await Promise.all(made.map(({ value }) => value));
    return {
      made: all.length,
      left: all.filter((instance) => !close.mock.contexts.includes(instance as never)).length,
    };
  };
  for (const name of names) expect((await one.as(name, PATH)).status).toBe(200);
  expect(await open()).toEqual({ made: 3, left: 2 });
  await one.close();
  expect(await open()).toEqual({ made: 3, left: 0 });
});

test.each([
  ['GET', '/api/1/exportView.xlsx', true],
  ['GET', '/report/overview', true],
  ['HEAD', '/api/1/worklog', true],
  ['GET', '/api/1/worklog', false],
])('%s %s is cut off for silence only where its client is told meanwhile that it is made', async (method, path, isSilent) => {
  const idle = vi.spyOn(Socket.prototype, 'setTimeout');
  const one = await served(root, { keys: KEYS });
  expect((await one.get(`${path}?${FEBRUARY}`, headers, method)).status).toBe(200);
  await one.close();
  expect(idle.mock.calls.some(([ms]) => ms === 600_000)).toBe(isSilent);
});
