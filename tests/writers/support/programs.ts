/** What child processes of the writer's tests do; each takes and returns plain JSON. */
import '../../../src/app/settings/freed-memory.js';
import { readdir, readlink } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TableSpec } from '../../../src/contract/table.js';
import { armFailpoints } from '../../../src/core/failpoints.js';
import { TableBusyError, TableLease } from '../../../src/core/lease/lease.js';
import { LocalLeaseFiles } from '../../../src/core/lease/local-lease-files.js';
import { forget } from '../../../src/writers/erase/forget.js';
import { CommitConflict } from '../../../src/writers/iceberg/errors.js';
import { relocate } from '../../../src/writers/relocate/relocate.js';
import type { StepReport } from '../../../src/writers/upkeep/report.js';
import { openWarehouse } from '../../../src/writers/warehouse.js';
import { s3Settings } from '../../helpers/s3-server.js';
import { batch, ITEMS, item } from './tables.js';

/** Where the tables are: a folder, or a place in a test's object store. */
interface At {
  readonly root: string;
  readonly endpoint?: string;
  readonly cache?: string;
}

const warehouseAt = ({ root, endpoint, cache }: At) =>
  endpoint === undefined ? { root } : { root, cache, s3: s3Settings(endpoint) };

/** Three batches that insert, change, mark and add again; goes on after the last batch whose state was committed. */
export async function threeBatches({ failpoint, ...at }: At & { failpoint: string }) {
  armFailpoints(failpoint);
  const writer = await openWarehouse({ ...warehouseAt(at), runId: 'run-1' });
  const table = await writer.open(ITEMS);
  const done = (table.state as { at: number } | null)?.at ?? 0;
  for (let number = done + 1; number <= 3; number += 1) {
    await table.write(['a', 'b', 'c', `only-${number}`].map((id) => item(id, number)));
    if (number === 2) table.mark({ reason: 'vanished', where: { column: 'id', in: ['only-1'] }, exceptBatch: true });
    await table.commit(batch(number));
  }
  await writer.close();
}

/** One batch that changes row `a` and adds row `new` in a table that is copied on write; does nothing when it is committed. */
export async function copyOnWrite({ failpoint, ...at }: At & { failpoint: string }) {
  armFailpoints(failpoint);
  const writer = await openWarehouse({ ...warehouseAt(at), runId: 'run-2', upserts: () => 'copy-on-write' });
  const table = await writer.open(ITEMS);
  await table.write([item('a', 9), item('new', 9)]);
  await table.commit(batch(1, { at: 9 }, 'run-2'));
  await writer.close();
}

/**
 * Gives tables up in several ways, then collects what nobody holds any more. Node 20 warns of a file handle that is collected
 * unclosed, newer ones end the process.
 */
export async function giveUp(at: At) {
  const warnings: string[] = [];
  process.on('warning', ({ message }) => warnings.push(message));
  for (const end of ['forgotten', 'discarded', 'failed', 'closed'] as const) await leaveTable(at, end);
  for (let round = 0; round < 10; round += 1) {
    (globalThis as { gc?: () => void }).gc?.();
    await sleep(20);
  }
  const open = await Promise.all(
    (await readdir('/proc/self/fd')).map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => '')),
  );
  return {
    collects: 'gc' in globalThis,
    warnings: warnings.filter((message) => /garbage|FileHandle/i.test(message)),
    open: open.filter((path) => path.includes('.spool')),
  };
}

async function leaveTable(at: At, end: 'forgotten' | 'discarded' | 'failed' | 'closed'): Promise<void> {
  const writer = await openWarehouse({ ...warehouseAt(at), runId: end });
  const table = await writer.open({ ...ITEMS, name: end });
  const rows = Array.from({ length: 300 }, (_, at) => ({ ...item(`${end}-${at}`), parent_id: 'x'.repeat(10_000) }));
  await table.write(rows);
  if (end === 'forgotten') return;
  if (end === 'failed') {
    armFailpoints('FP5:1:ENOSPC');
    await table.commit(batch(1)).catch(() => undefined);
    armFailpoints('');
  }
  if (end === 'discarded') {
    await table.discard();
    await table.write(rows);
    return;
  }
  await Promise.allSettled([table.write(rows), writer.close(), table.write(rows)]);
  await table.write(rows).catch(() => undefined);
  await writer.open({ ...ITEMS, name: `${end}-late` }).catch(() => undefined);
}

/** A first batch, and a second one that brings a new column together with rows; goes on after the last one that was committed. */
export async function growColumn({ failpoint, batches, ...at }: At & { failpoint: string; batches: number }) {
  armFailpoints(failpoint);
  const writer = await openWarehouse({ ...warehouseAt(at), runId: 'run-1' });
  for (let number = 1; number <= batches; number += 1) {
    const grown = { name: 'grown', type: 'string', doc: 'New.' } as const;
    const table = await writer.open(number === 1 ? ITEMS : { ...ITEMS, columns: [...ITEMS.columns, grown] });
    const done = (table.state as { at: number } | null)?.at ?? 0;
    if (done < number) {
      const rows = number === 1 ? [item('a')] : ['a', 'b'].map((id) => item(id, 2, { grown: 'yes' }));
      await table.write(rows);
      await table.commit(batch(number));
    }
    await table.close();
  }
  await writer.close();
}

/** Opens the table again and again until it got in `times` times; each time adds 1 to the row's value. */
export async function countUp({ times, ...at }: At & { times: number }) {
  let busy = 0;
  for (let done = 0; done < times; ) {
    const writer = await openWarehouse({ ...warehouseAt(at), runId: `run-${process.pid}-${done}` });
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
export async function dieWithSpooledRows(at: At) {
  const table = await (await openWarehouse({ ...warehouseAt(at), runId: 'dead' })).open(ITEMS);
  await table.write([item('a')]);
  process.kill(process.pid, 'SIGKILL');
}

/** Takes a lease, increments a number in a file without any other protection, releases. */
export async function lockedIncrements({ folder, file, times }: { folder: string; file: string; times: number }) {
  const { readFile, writeFile } = await import('node:fs/promises');
  for (let done = 0; done < times; ) {
    const lease = await TableLease.acquire(await LocalLeaseFiles.open(folder), 't', new Date()).catch((error) => {
      if (error instanceof TableBusyError) return null;
      throw error;
    });
    if (!lease) {
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 5));
      continue;
    }
    const value = Number(await readFile(file, 'utf8'));
    await writeFile(file, String(value + 1));
    // Every other time the lease is left to a dead pid: the next one has to steal it, often several at once.
    if (done % 2 === 0) await abandon(folder);
    else await lease.release();
    done += 1;
  }
}

/** Rewrites the lease as if its holder had died: the pid of a process that is gone. */
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

/** Rows of many long texts; a part of them again in another version, so that the table is compacted when it is closed. */
export async function wideRows({ root, columns, length, rows, changed }: WideRows) {
  const names = Array.from({ length: columns }, (_, index) => `cf_${index}`);
  const spec: TableSpec = {
    ...ITEMS,
    columns: [{ name: 'id', type: 'string' }, ...names.map((name) => ({ name, type: 'string' as const }))],
  };
  const writer = await openWarehouse({ root, runId: 'run-1' });
  const table = await writer.open(spec);
  let batches = 0;
  for (const [version, count] of [rows, changed].entries())
    for (let row = 0; row < count; row += 1) {
      const texts = names.map((name) => [name, `${version} ${row} ${name} `.padEnd(length, 'text ')]);
      await table.write([{ id: `k${row}`, ...Object.fromEntries(texts) }]);
      if (table.full || row === count - 1) await table.commit(batch(++batches));
    }
  await writer.close();
  return { peak: process.resourceUsage().maxRSS * 1024, batches };
}

interface WideRows {
  readonly root: string;
  readonly columns: number;
  /** Of each text. */
  readonly length: number;
  readonly rows: number;
  readonly changed: number;
}

function wideRow(number: number, bytes: number) {
  let text = '';
  for (let part = number; text.length < bytes; part += 7919) text += (part * 2654435761).toString(36);
  return item(`id-${number}`, number, { tags: ['x', String(number % 7)], _extra: text });
}

/** Moves a warehouse; `from` and `to` may be one. */
export async function moveWarehouse({ from, to, failpoint }: { from: string; to: string; failpoint: string }) {
  armFailpoints(failpoint);
  const signal = new AbortController().signal;
  await relocate({ root: from }, { root: to }, { dryRun: false, signal, onTable: () => undefined });
}

/** All steps of upkeep, as if a year had passed; of the history only the newest snapshot stays. */
export async function maintainOnce({
  root,
  failpoint,
  times = 1,
}: {
  root: string;
  failpoint: string;
  times?: number;
}) {
  armFailpoints(failpoint);
  const { openWorkbench } = await import('../../../src/writers/write/workbench.js');
  const { maintainTable } = await import('../../../src/writers/upkeep/maintain.js');
  const bench = await openWorkbench({ root }, { runId: 'maintain', now: () => Date.now() + 366 * 86_400_000 });
  const retention = { days: 5, snapshots: 1 };
  const options = { retention, orphanAgeMs: 367 * 86_400_000, dryRun: false, neighbours: [] };
  const outcomes: string[] = [];
  for (let time = 0; time < times; time += 1) {
    const told = ({ step, outcome }: StepReport) => {
      if (outcome === 'done') outcomes.push(step);
    };
    try {
      await maintainTable(bench, { namespace: 'acme', name: 'items' }, options, told);
    } catch (error) {
      // Others were faster every time.
      if (!(error instanceof CommitConflict)) throw error;
      outcomes.push('busy');
    }
  }
  await bench.close();
  return outcomes;
}

/** Erases a person from all tables. */
export async function forgetPerson({ root, accountId, failpoint }: Record<'root' | 'accountId' | 'failpoint', string>) {
  armFailpoints(failpoint);
  const signal = new AbortController().signal;
  await forget({ root }, { accountId, namespaces: [], dryRun: false, signal, onTable: () => undefined });
}
