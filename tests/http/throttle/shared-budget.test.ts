import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { inspect } from 'node:util';
import { afterEach, describe, expect, test } from 'vitest';
import { startSimulator } from '../../../simulator/simulator.js';
import { maxInWindow } from '../../../simulator/throttle-check.js';
import type { ConnectorError } from '../../../src/core/errors.js';
import { SharedBudget } from '../../../src/http/throttle/shared-budget.js';
import { freePort, lacksRedis, type Redis, startRedis } from '../../helpers/redis.js';
import { NAME, redisAt, type Task } from '../budget-process.js';

const lacking = lacksRedis();
if (lacking !== null) console.warn(`Tests of the shared budget are skipped: ${lacking}.`);

const redises: Redis[] = [];
const budgets: SharedBudget[] = [];
afterEach(async () => {
  await Promise.all(budgets.splice(0).map((budget) => budget.close()));
  await Promise.all(redises.splice(0).map((redis) => redis.kill()));
});

async function redisServer(password?: string): Promise<Redis> {
  const redis = await startRedis({ password });
  redises.push(redis);
  return redis;
}

function budgetAt(port: number, change: { password?: string; requestsPerSecond?: number } = {}): SharedBudget {
  const { password, requestsPerSecond = 5 } = change;
  const budget = new SharedBudget({ redis: redisAt(port, password), name: NAME, requestsPerSecond });
  budgets.push(budget);
  return budget;
}

const failure = (work: Promise<unknown>): Promise<ConnectorError> =>
  work.then(
    () => expect.fail('was expected to fail'),
    (error: ConnectorError) => error,
  );

/** @returns when each of its requests was sent. */
async function runProcess(task: Task): Promise<readonly number[]> {
  const loader = fileURLToPath(new URL('../../writers/support/child.mjs', import.meta.url));
  const module = fileURLToPath(new URL('../budget-process.ts', import.meta.url));
  const child = spawn(process.execPath, [loader, module, 'askMany', JSON.stringify(task)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  child.stdout.on('data', (piece: Buffer) => {
    said += piece;
  });
  const [code] = await once(child, 'close');
  expect(code).toBe(0);
  return JSON.parse(said) as readonly number[];
}

test('a Redis that is not there is told as "run again later", at once and to everybody who asks', async () => {
  const port = await freePort();
  const budget = budgetAt(port);
  for (const error of await Promise.all([failure(budget.take()), failure(budget.take())])) {
    expect(error).toMatchObject({ name: 'ConnectorError', kind: 'later' });
    expect(error.message).toContain(`Redis at 127.0.0.1:${port} (\`throttle.redis\`) cannot be used: ECONNREFUSED.`);
  }
});

describe.skipIf(lacking !== null)('with a real Redis', () => {
  test('I8: three processes together never send more than 5 requests within a second, and all are served', {
    timeout: 120_000,
  }, async () => {
    const [redis, jira] = await Promise.all([redisServer(), startSimulator({ issues: 10 })]);
    const { url, email, apiToken } = jira;
    const task = { url, email, apiToken, redisPort: redis.port, requests: 20 };
    const sent = (await Promise.all([1, 2, 3].map(() => runProcess(task)))).flat();
    const { log } = jira.requests;
    expect(log.map(({ status }) => status)).toEqual(Array(60).fill(200));
    expect(sent).toHaveLength(60);
    expect(maxInWindow(sent, 1000)).toBeLessThanOrEqual(5);
    // A machine under load notes arrivals some ten milliseconds late.
    const arrivals = log.map(({ at }) => at);
    expect(maxInWindow(arrivals, 900)).toBeLessThanOrEqual(5);
    await jira.close();
  });

  test('there are as many places as requests in a second, whoever holds them', async () => {
    const { port } = await redisServer();
    const [one, other] = [budgetAt(port), budgetAt(port)];
    const held = [];
    for (const budget of [one, other, one, other, one]) held.push(await budget.take());
    let sixth = 0;
    const waiting = other.take().then((place) => {
      sixth++;
      return place;
    });
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(sixth).toBe(0);
    held[0]?.leave(0);
    held[0]?.leave(0);
    held.push(await waiting);
    expect(held.map((place) => place.lost())).toEqual(Array(6).fill(false));
    for (const place of held) place.leave(0);
  });

  test('a process that goes leaves its places free for the next one', async () => {
    const { port } = await redisServer();
    const first = budgetAt(port, { requestsPerSecond: 1 });
    (await first.take()).leave(50);
    await first.close();
    (await budgetAt(port, { requestsPerSecond: 1 }).take()).leave(0);
  });

  test('a budget that was closed can be used again', async () => {
    const { port } = await redisServer();
    const budget = budgetAt(port);
    (await budget.take()).leave(0);
    await budget.close();
    (await budget.take()).leave(0);
  });

  test('a Redis that dies in the middle ends the run with "later": what others send is not known any more', async () => {
    const redis = await redisServer();
    const budget = budgetAt(redis.port, { requestsPerSecond: 1 });
    const place = await budget.take();
    const waiting = failure(budget.take());
    await redis.kill();
    expect(await waiting).toMatchObject({ kind: 'later' });
    expect(await failure(budget.take())).toMatchObject({ kind: 'later' });
    place.leave(0);
  });

  test('I9: a wrong or missing password is a mistake in the settings, and never shown', async () => {
    const { port } = await redisServer('canary-7f3a9c-right');
    const wrong = await failure(budgetAt(port, { password: 'canary-7f3a9c-wrong' }).take());
    expect(wrong).toMatchObject({ kind: 'usage' });
    expect(wrong.message).toContain('WRONGPASS');
    expect(inspect(wrong, { depth: 9, showHidden: true })).not.toContain('canary');
    expect(await failure(budgetAt(port).take())).toMatchObject({ kind: 'usage' });
    (await budgetAt(port, { password: 'canary-7f3a9c-right' }).take()).leave(0);
  });
});
