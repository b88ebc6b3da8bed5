/** What child processes of the writer's tests do; each takes and returns plain JSON. */
import { armFailpoints } from '../../../src/writers/iceberg/failpoints.js';
import { TableBusyError, TableLock } from '../../../src/writers/lock/table-lock.js';
import { openWarehouse } from '../../../src/writers/warehouse.js';
import { batch, ITEMS, item } from './tables.js';

/** Three batches that insert, change, mark and add again; goes on after the last batch whose state was committed. */
export async function threeBatches({ root, failpoint }: { root: string; failpoint: string }) {
  armFailpoints(failpoint);
  const writer = await openWarehouse({ root, runId: 'run-1' });
  const table = await writer.open(ITEMS);
  const done = (table.state as { at: number } | null)?.at ?? 0;
  for (let number = done + 1; number <= 3; number += 1) {
    await table.write(['a', 'b', 'c', `only-${number}`].map((id) => item(id, number)));
    if (number === 2) table.mark({ reason: 'vanished', where: { column: 'id', in: ['only-1'] }, spareBatch: true });
    await table.commit(batch(number));
  }
  await writer.close();
}

/** Opens the table again and again until it got in `times` times; each time adds 1 to the row's value. */
export async function countUp({ root, times }: { root: string; times: number }) {
  let busy = 0;
  for (let done = 0; done < times; ) {
    const writer = await openWarehouse({ root, runId: `run-${process.pid}-${done}` });
    try {
      const table = await writer.open(ITEMS);
      const { at } = (table.state as { at: number } | null) ?? { at: 0 };
      await table.write([item(`row-${at + 1}`, at + 1), item('last', at + 1)]);
      await table.commit(batch(1, { at: at + 1 }, `run-${process.pid}-${done}`));
      done += 1;
    } catch (error) {
      if (!(error instanceof TableBusyError)) throw error;
      busy += 1;
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 50));
    } finally {
      await writer.close();
    }
  }
  return { busy };
}

/** Spools rows and dies without a commit. */
export async function dieWithSpooledRows({ root }: { root: string }) {
  const table = await (await openWarehouse({ root, runId: 'dead' })).open(ITEMS);
  await table.write([item('a')]);
  process.kill(process.pid, 'SIGKILL');
}

/** Takes a lock, increments a number in a file without any other protection, releases. */
export async function lockedIncrements({ folder, file, times }: { folder: string; file: string; times: number }) {
  const { readFile, writeFile } = await import('node:fs/promises');
  for (let done = 0; done < times; ) {
    const lock = await TableLock.acquire(folder, 't', new Date()).catch((error) => {
      if (error instanceof TableBusyError) return null;
      throw error;
    });
    if (!lock) {
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 5));
      continue;
    }
    const value = Number(await readFile(file, 'utf8'));
    await writeFile(file, String(value + 1));
    // Every other time the lock is left to a dead pid: the next one has to steal it, often several at once.
    if (done % 2 === 0) await abandon(folder);
    else await lock.release();
    done += 1;
  }
}

/** Rewrites the lock as if its holder had died: the pid of a process that is gone. */
async function abandon(folder: string) {
  const { readdir, readFile, rename, writeFile } = await import('node:fs/promises');
  const top = Math.max(...(await readdir(folder)).filter((name) => /^\d+$/.test(name)).map(Number));
  const holder = JSON.parse(await readFile(`${folder}/${top}`, 'utf8'));
  const aside = `${folder}/.dead-${process.pid}`;
  await writeFile(aside, JSON.stringify({ ...holder, processStart: 'long ago' }));
  await rename(aside, `${folder}/${top}`);
}

/** Writes `rows` rows of about `bytes` bytes in batches, and says how much memory that took at most. */
export async function manyRows(input: { root: string; rows: number; bytes: number; batch: number }) {
  const writer = await openWarehouse({ root: input.root, runId: 'run-1' });
  const table = await writer.open(ITEMS);
  for (let first = 0; first < input.rows; first += input.batch) {
    for (let page = first; page < first + input.batch; page += 100) {
      await table.write(Array.from({ length: 100 }, (_, index) => wideRow(page + index, input.bytes)));
    }
    await table.commit(batch(1 + first / input.batch));
  }
  await writer.close();
  return { peak: process.resourceUsage().maxRSS * 1024 };
}

function wideRow(number: number, bytes: number) {
  let text = '';
  for (let part = number; text.length < bytes; part += 7919) text += (part * 2654435761).toString(36);
  return item(`id-${number}`, number, { tags: ['x', String(number % 7)], _extra: text });
}
