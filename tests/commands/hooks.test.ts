import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type CommitEvent, callHook, type FailureEvent } from '../../src/commands/hooks.js';
import { Secret } from '../../src/secret.js';

const COMMIT: CommitEvent = {
  event: 'commit',
  run_id: 'r1',
  connection: 'acme',
  stream: 'boards',
  metadata_location: '/lake/acme/boards/metadata/v7.metadata.json',
  snapshot_id: null,
};
const FAILURE: FailureEvent = {
  event: 'failure',
  run_id: 'r1',
  connection: 'acme',
  error: 'boards: it says "no"; $(rm -rf /)',
  streams: [{ stream: 'boards', state: 'failed', error: 'it says "no"; $(rm -rf /)' }],
};

const folder = mkdtempSync(join(tmpdir(), 'hooks-'));
afterEach(() => rmSync(join(folder, 'said'), { force: true }));
afterAll(() => rmSync(folder, { recursive: true }));

const node = (code: string) => ({ command: [process.execPath, '-e', code, join(folder, 'said')] });
const said = () => readFileSync(join(folder, 'said'), 'utf8');
const env = { PATH: process.env.PATH };

describe('a program', () => {
  test('gets the event on its input and in its environment, without a shell between', async () => {
    const keep = node(
      "let t='';process.stdin.on('data',d=>t+=d).on('end',()=>require('fs').writeFileSync(process.argv[1], JSON.stringify([JSON.parse(t), process.env.CONNECTOR_ERROR, process.env.CONNECTOR_CONNECTION])))",
    );
    await callHook({ onFailure: keep }, FAILURE, env);
    expect(JSON.parse(said())).toEqual([FAILURE, FAILURE.error, 'acme']);
  });

  test('is not called for what it is not for', async () => {
    await callHook({ onFailure: node('require("fs").writeFileSync(process.argv[1], "called")') }, COMMIT, env);
    expect(said).toThrow('ENOENT');
  });

  test('that ignores its input has not failed', async () => {
    await callHook({ afterCommit: { command: ['true'] } }, { ...COMMIT, metadata_location: 'x'.repeat(1e6) }, {});
  });

  test.each([
    [
      'that fails is named with its own words',
      node('console.error("role is missing"); process.exit(3)'),
      'exit code 3: role is missing',
    ],
    ['that is not there is named', { command: ['no-such-program'] }, 'no-such-program cannot be started (ENOENT)'],
    ['that hangs is ended', node('setTimeout(() => {}, 60_000)'), 'SIGKILL (after at most 0.3 s)'],
  ])(
    '%s',
    async (_, hook, words) => {
      await expect(callHook({ afterCommit: hook }, COMMIT, env, 300)).rejects.toThrow(words);
    },
    10_000,
  );
});

describe('an address', () => {
  let server: Server;
  let bodies: string[];
  let status: number;
  beforeEach(async () => {
    bodies = [];
    status = 204;
    server = createServer((request, response) => {
      let body = '';
      request.on('data', (piece) => {
        body += piece;
      });
      request.on('end', () => {
        bodies.push(`${request.method} ${request.headers['content-type']} ${body}`);
        response.writeHead(status, { location: '/elsewhere' }).end('a long secret answer');
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterEach(() => server.close());
  const address = () => ({ url: new Secret(`http://127.0.0.1:${(server.address() as AddressInfo).port}/T0/token`) });

  test('is sent the event', async () => {
    await callHook({ afterCommit: address() }, COMMIT, {});
    expect(bodies).toEqual([`POST application/json ${JSON.stringify(COMMIT)}`]);
  });

  test('that refuses, moves away or is gone is a failure that shows neither address nor answer', async () => {
    const hooks = { afterCommit: address() };
    const message = () =>
      callHook(hooks, COMMIT, {}, 2000).then(
        () => 'called',
        (error: Error) => error.message,
      );
    status = 500;
    expect(await message()).toContain('its address answered 500');
    status = 302;
    expect(await message()).toContain('cannot be reached');
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    expect(await message()).toContain('cannot be reached');
    expect(await message()).not.toContain('token');
  });
});
