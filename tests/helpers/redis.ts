/** A real Redis on a free port of this machine, empty and without a disk. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';

export const REDIS = 'redis-server';

/** Why tests of Redis cannot run here; null when they can. */
export const lacksRedis = (): string | null =>
  spawnSync(REDIS, ['--version']).status === 0
    ? null
    : `${REDIS} is not installed (Debian: apt-get install redis-server)`;

export interface Redis {
  readonly port: number;
  /** Dies without a word to its clients. */
  kill(): Promise<void>;
}

export async function startRedis(options: { readonly password?: string } = {}): Promise<Redis> {
  const port = await freePort();
  const login = options.password === undefined ? [] : ['--requirepass', options.password];
  const child = spawn(
    REDIS,
    ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', ...login],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  await ready(child);
  return {
    port,
    async kill() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    },
  };
}

function ready(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let said = '';
    child.stdout?.on('data', (piece: Buffer) => {
      said += piece;
      if (said.includes('Ready to accept connections')) resolve();
    });
    child.once('error', reject);
    child.once('exit', () => reject(new Error(`${REDIS} ended at once: ${said}`)));
  });
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
