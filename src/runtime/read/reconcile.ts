/**
 * The proof of completeness: all keys of the site against the live rows of the tables. What the site no longer lists is asked for
 * by name before it is marked (the list may lag), what the tables lack is read now, and what stays unexplained fails the run.
 */

import type { KeyList } from '../../contract/table.js';
import { chunks } from '../../core/chunks.js';
import { ConnectorError } from '../../core/errors.js';
import { valueAt } from '../../core/json-path.js';
import { PackedTexts } from '../../core/packed-texts.js';
import { type CountedStream, parentColumnOf, type ReadPlan } from '../plan/read-plan.js';
import { type PagedRequest, readPages } from '../requests/read-pages.js';
import { routeOf } from '../requests/routes.js';
import { sinceValues } from '../requests/since.js';
import { Confirmation } from './confirm.js';
import type { RunContext } from './context.js';
import { markFollowers } from './followers.js';
import { valuesOf } from './kept.js';
import { namersOf, readNamers } from './namers.js';
import { readBatch } from './read-batch.js';
import type { StreamRun } from './stream-run.js';

/** All keys that the site lists: a million of them are held while tables are compared with them. */
interface SiteKeys extends KeyList {
  readonly keys: PackedTexts;
}

/** One list of keys, and all who are held against it. */
interface Count {
  readonly ctx: RunContext;
  readonly stream: CountedStream;
  readonly list: SiteKeys;
  readonly confirmation: Confirmation;
  /** Listed records that are lost and may be so many; null: nobody judged them, or not all may be believed. */
  believed: ReadonlySet<string> | null;
}

/**
 * Takes every census that the plan foresees, after all streams have been read: rows hang on a listed record whatever route brought them.
 * Never throws for what concerns a stream alone.
 */
export async function reconcile(ctx: RunContext, plan: ReadPlan, roots: readonly StreamRun[]): Promise<void> {
  const read = roots.flatMap((root) => root.all()).filter(({ run, alive }) => run.table && alive && !run.replaces);
  for (const { stream, ...steps } of plan.reconciliations) {
    const listed = read.find(({ name }) => name === steps.listed?.stream.stream);
    const below = read.filter(({ name }) => steps.below.some((step) => step.stream.stream === name));
    const first = [listed, ...below].find((streamRun) => streamRun && isDue(streamRun));
    if (!first) continue;
    await first.guard(async () => {
      const list = await readKeys(ctx, stream, first.name);
      const confirmation = new Confirmation(ctx, stream, first.name);
      await countAll({ ctx, stream, list, confirmation, believed: null }, listed, below);
    });
  }
  await markFollowers(ctx, read);
}

/** A read that is not whole proves nothing. */
const isDue = ({ run, node }: StreamRun): boolean => run.complete && node.deletes.reconcile;

/** The listed records first: what hangs on those that are believed to be gone is believed, too. */
async function countAll(count: Count, listed: StreamRun | undefined, below: readonly StreamRun[]): Promise<void> {
  if (listed && isDue(listed)) {
    await listed.guard(() => countListed(count, listed));
    if (count.believed === null) return;
  }
  for (const streamRun of below) await streamRun.guard(() => countBelow(count, streamRun, listed));
}

async function readKeys(ctx: RunContext, stream: CountedStream, label: string): Promise<SiteKeys> {
  const { census } = stream;
  const [keys, groups] = [new PackedTexts(), new PackedTexts()];
  const [key = ''] = stream.primary_key;
  const values = { ...ctx.values, ...sinceValues(ctx.settings.start) };
  for await (const page of readPages(ctx.client, label, routeOf(stream, census.list) as PagedRequest, values)) {
    if (page.lack !== null)
      throw new ConnectorError(
        'failed',
        `${stream.stream}: the list of all keys is not whole, so nothing was compared with it. Run again.`,
      );
    for (const { record } of page.records) {
      keys.push(String(valueAt(record, key)));
      groups.push(String(valueAt(record, census.group.from)).replace(/-[^-]*$/, ''));
    }
  }
  return { keys, groups };
}

/** The table of the listed records themselves. */
async function countListed(count: Count, streamRun: StreamRun): Promise<void> {
  const { list, stream } = count;
  const { column } = stream.census.group;
  const [key = ''] = stream.primary_key;
  const first = await streamRun.run.compare(key, column, list);
  if (!first) return;
  const lost = await markLost(count, streamRun, first);
  const added = await readMissing(count, streamRun, first.onlyInList);
  // A renamed project touches none of its issues: only the list shows their new keys.
  await readMissing(count, streamRun, first.regrouped);
  streamRun.run.absence.counted = true;
  await streamRun.append();
  const changed = lost + added.length + first.regrouped.length > 0;
  const last = changed ? await streamRun.run.compare(key, column, list) : first;
  const lacking = (last?.onlyInList.length ?? 0) - (first.onlyInList.length - added.length);
  const census = {
    listed: list.keys.length,
    live: last?.live ?? first.live,
    added: added.length,
    gone: lost,
    confirmed: first.onlyInTable.length - lost,
    groups: last?.groups ?? first.groups,
  };
  streamRun.run.tell({ kind: 'reconciled', census });
  if (lacking > 0)
    throw new ConnectorError(
      'failed',
      `${streamRun.name}: the site lists ${lacking} rows that the table lacks although they were read. Run again; if it stays so, please report it.`,
    );
}

/** Marks what is no longer there or no longer in scope, and reads again what names it. @returns how many were marked. */
async function markLost(
  count: Count,
  streamRun: StreamRun,
  { onlyInTable: suspects, live }: { readonly onlyInTable: readonly string[]; readonly live: number },
): Promise<number> {
  const { ctx, stream, confirmation } = count;
  const [key = ''] = stream.primary_key;
  const naming = await namersOf(streamRun, suspects);
  let losses = 0;
  const came = await confirmation.ask(suspects, () => streamRun.run.believe(++losses, live), naming);
  const lost = confirmation.lost(suspects);
  count.believed = new Set(lost);
  streamRun.run.markGone(key, lost, 'vanished');
  const gone = confirmation.gone(suspects);
  const ended = new Set(lost);
  const namers = gone.length === suspects.length ? naming : await namersOf(streamRun, gone);
  await readNamers(
    ctx,
    streamRun,
    namers.filter((id) => !ended.has(id)),
    came,
  );
  return lost.length;
}

/** A table whose rows hang on the listed records: each is compared for itself, so that a run that died in between is made good. */
async function countBelow(count: Count, streamRun: StreamRun, listed: StreamRun | undefined): Promise<void> {
  const { list, confirmation } = count;
  const { run } = streamRun;
  if (!run.complete || !streamRun.node.deletes.countable) return;
  const found = await run.compare(parentColumnOf(streamRun.node), null, list);
  if (!found) return;
  const judged = await judgedOf(count, listed, found.onlyInTable);
  let losses = 0;
  await confirmation.ask(found.onlyInTable, (id) => {
    if (!judged.has(id)) run.believe(++losses, found.live);
  });
  const gone = confirmation.lost(found.onlyInTable);
  run.markGone(parentColumnOf(streamRun.node), gone, 'parent');
  await streamRun.append();
  run.absence.counted = true;
  // What else a whole re-read did not see is judged now, without the rows above.
  await streamRun.append();
}

/** Those of these records that somebody has judged before: this run, or one that marked them. */
async function judgedOf({ stream, believed }: Count, listed: StreamRun | undefined, suspects: readonly string[]) {
  const [column = ''] = stream.primary_key;
  const rest = suspects.filter((id) => !believed?.has(id));
  if (!listed || rest.length === 0) return new Set(believed);
  const marked = await valuesOf(listed.run.table, column, { where: { column, in: rest }, deleted: true });
  return new Set([...(believed ?? []), ...marked]);
}

/** Reads what the tables lack, or hold under a former key; rows the site does not hand out although it lists them are counted as `gone`. */
async function readMissing({ ctx, stream }: Count, streamRun: StreamRun, missing: readonly string[]) {
  const route = routeOf(stream, stream.census.read);
  const added: string[] = [];
  for (const ids of chunks(missing, route.batch?.max ?? 1)) {
    const page = await readBatch(ctx, streamRun, route, ids);
    added.push(...page.records.map(({ record }) => String(valueAt(record, route.batch?.answers ?? 'id'))));
    await streamRun.deliver(route, page.records, {}, null);
  }
  return added;
}
