import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type CommitEvent, callHook, type FailureEvent } from '../../../src/app/hooks/call-hook.js';
import { Secret } from '../../../src/core/secret.js';

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
  ])(
    '%s',
    async (_, hook, words) => {
      await expect(callHook({ afterCommit: hook }, COMMIT, env)).rejects.toThrow(words);
    },
    10_000,
  );
});

describe('the time and the world of a program', () => {
  const shell = (script: string) => ({ command: ['sh', '-c', script, 'sh', join(folder, 'said')] });
  const child = () => Number(said().trim());

  test('one that hangs is ended', async () => {
    const hook = node('setTimeout(() => {}, 60_000)');
    await expect(callHook({ afterCommit: hook }, COMMIT, env, 300)).rejects.toThrow(
      'did not end within 0.3 s and was killed',
    );
  });

  test('a minute is a minute: what the program started ends with it, and nobody waits for what holds its output', async () => {
    const hook = shell('sleep 600 & echo $! >"$1"; wait');
    await expect(callHook({ afterCommit: hook }, COMMIT, env, 2000)).rejects.toThrow('did not end within 2 s');
    await vi.waitFor(() => expect(isRunning(child())).toBe(false));
  }, 20_000);

  test('a program that has ended has ended, though it left another one with its output open', async () => {
    await callHook({ afterCommit: shell('sleep 600 & echo $! >"$1"') }, COMMIT, env, 10_000);
    expect(isRunning(child()), 'it is not waited for').toBe(true);
    process.kill(child(), 'SIGKILL');
    const failing = shell('sleep 600 & echo $! >"$1"; echo no role >&2; exit 4');
    await expect(callHook({ afterCommit: failing }, COMMIT, env, 10_000)).rejects.toThrow('exit code 4: no role');
    process.kill(child(), 'SIGKILL');
  }, 20_000);

  test('I9 it knows no secret of ours but those it is to know', async () => {
    const world = {
      ...env,
      HOME: '/home/me',
      JIRA_API_TOKEN: 'canary',
      REDIS_URL: 'canary',
      SNOWFLAKE_PASSWORD: 'asked',
    };
    await callHook({ afterCommit: shell('env >"$1"') }, COMMIT, world);
    expect(said()).toContain('HOME=/home/me');
    expect(said()).toContain('CONNECTOR_STREAM=boards');
    expect(said()).not.toMatch(/canary|asked/);
    await callHook({ afterCommit: { ...shell('env >"$1"'), env: ['SNOWFLAKE_PASSWORD'] } }, COMMIT, world);
    expect(said()).toContain('SNOWFLAKE_PASSWORD=asked');
    expect(said()).not.toContain('canary');
  });
});

/** A killed process that nobody has waited for yet does not run. */
function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    const stat = process.platform === 'linux' ? readFileSync(`/proc/${pid}/stat`, 'utf8') : ') R';
    return !/^[ZX]/.test(stat.slice(stat.lastIndexOf(')') + 2));
  } catch {
    return false;
  }
}

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
    expect(bodies).toEqual([
      `POST application/json ${JSON.stringify({ text: 'Jira: acme.boards has new rows.', ...COMMIT })}`,
    ]);
  });

  test('of a chat gets a text that people can read, and that calls nobody', async () => {
    const error = `boards: the site says <!channel> & more${'x'.repeat(9000)}`;
    await callHook({ onFailure: address() }, { ...FAILURE, error }, {});
    const { text, ...event } = JSON.parse(bodies[0]?.replace(/^POST \S+ /, '') ?? '');
    expect(event).toEqual({ ...FAILURE, error });
    expect(text).toMatch(/^Jira: the sync of acme failed\.\nboards: the site says &lt;!channel&gt; &amp; more/);
    expect(text.length).toBeLessThan(3100);
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
