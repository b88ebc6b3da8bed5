/** A TypeScript program of this folder as a process of its own: its memory and its clock are then its own. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** @param file name of a compiled file beside this one. @param execArgv flags of Node */
export function startChild(file: string, execArgv: readonly string[] = []): ChildProcess {
  const path = fileURLToPath(new URL(`./${file}`, import.meta.url));
  const threads = fileURLToPath(new URL('./first-threads.cjs', import.meta.url));
  return fork(path, [], { serialization: 'advanced', execArgv: ['--require', threads, ...execArgv] });
}

/** Lets go of it and waits for its end, when it writes what its flags ask for. */
export async function endChild(child: ChildProcess): Promise<void> {
  const ended = once(child, 'exit');
  child.disconnect();
  await ended;
}

/** Sends an order and waits for its answer. @throws when the child dies or says that it failed. */
export async function ask<Answer>(child: ChildProcess, order: unknown): Promise<Answer> {
  const settled = new AbortController();
  const { signal } = settled;
  const answered = once(child, 'message', { signal }).then(([message]) => message as { ok?: Answer; error?: string });
  const died = once(child, 'exit', { signal }).then(([code, ended]) => {
    throw new Error(`the process of ${child.spawnargs.at(-1)} ended: ${code ?? ended}`);
  });
  for (const outcome of [answered, died]) outcome.catch(() => undefined);
  child.send(order as object);
  try {
    const { ok, error } = await Promise.race([answered, died]);
    if (error !== undefined) throw new Error(error);
    return ok as Answer;
  } finally {
    settled.abort();
  }
}

/** In the child: answers orders in turn until the parent lets go. */
export function answerOrders<Order>(work: (order: Order) => Promise<unknown>): void {
  let turn = Promise.resolve();
  process.on('message', (order) => {
    turn = turn.then(async () => {
      try {
        process.send?.({ ok: await work(order as Order) });
      } catch (error) {
        process.send?.({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
      }
    });
  });
  process.on('disconnect', () => process.exit());
}
