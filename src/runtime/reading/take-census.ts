/**
 * The proof of completeness: all keys of the site against the live rows of the tables. What the site no longer lists is asked for
 * by name before it is marked (the list may lag), what the tables lack is read now, and what stays unexplained fails the run.
 */
import { ConnectorError } from '../../errors.js';
import type { KeyList } from '../../writers/writer.js';
import { HARMLESS } from '../pages/anomalies.js';
import { isRequestRoute, type Registry, type RequestRoute, type Stream } from '../registry/registry.js';
import { own, valueAt } from '../rows/path.js';
import { due, isWider } from './bookmark.js';
import type { Branch } from './branch.js';
import type { RunContext } from './context.js';
import { sinceValues } from './deletions.js';
import { readBatch, readByIds } from './read-batch.js';
import { type PagedRequest, readPages } from './read-pages.js';
import type { TableRun } from './table-run.js';

type CensusDecl = NonNullable<Stream['census']>;

/** One list of keys, and all who are held against it. */
interface Count {
  readonly ctx: RunContext;
  readonly stream: Stream;
  readonly census: CensusDecl;
  /** Whose requests these are. */
  readonly label: string;
  readonly list: KeyList;
  /** Keys asked for by name, and whether the site showed them: each is asked for once. */
  readonly shown: Map<string, boolean>;
}

/**
 * Takes every census that is due, after all streams have been read: rows hang on a listed record whatever route brought them.
 * Never throws for what concerns a stream alone.
 */
export async function takeCensus(ctx: RunContext, registry: Registry, roots: readonly Branch[]): Promise<void> {
  const read = roots.flatMap((root) => root.all()).filter(({ run, alive }) => run.table && alive && !run.replaces);
  for (const stream of registry.streams.values()) {
    const { census } = stream;
    if (!census) continue;
    const listed = read.find(({ name }) => name === stream.stream);
    const below = read.filter(({ node }) => node.stream.parent?.stream === stream.stream);
    const first = [listed, ...below].find((branch) => branch && isDue(ctx, branch));
    if (!first) continue;
    await first.guard(async () => {
      const list = await readKeys(ctx, stream, census, first.name);
      await countAll({ ctx, stream, census, label: first.name, list, shown: new Map() }, listed, below);
    });
  }
}

async function countAll(count: Count, listed: Branch | undefined, below: readonly Branch[]): Promise<void> {
  if (listed && isDue(count.ctx, listed)) await listed.guard(() => countListed(count, listed));
  for (const branch of below) await branch.guard(() => countBelow(count, branch));
}

/** Once in a while, and after every whole read. */
function isDue(ctx: RunContext, { run, node }: Branch): boolean {
  if (!countable(ctx, run)) return false;
  // Nothing of what hangs on other records can have vanished before it was read the first time.
  if (!node.stream.census && !run.state) return false;
  const every = ctx.rhythm(node.stream.stream).census;
  return every !== null && (run.report.mode === 'full' || due(run.state?.census, every, ctx.runStart));
}

/** A table that holds more than the settings show, or was read as somebody else, cannot be counted. */
function countable(ctx: RunContext, { complete, state }: TableRun): boolean {
  return complete && (state === null || (!isWider(state, ctx.settings) && state.account === ctx.account));
}

async function readKeys(ctx: RunContext, stream: Stream, census: CensusDecl, label: string): Promise<KeyList> {
  const keys: string[] = [];
  const groups: string[] = [];
  const names = new Map<string, string>();
  const [key = ''] = stream.primary_key;
  const values = { ...ctx.values, ...sinceValues(ctx.settings.start) };
  for await (const page of readPages(ctx.client, label, routeOf(stream, census.list) as PagedRequest, values)) {
    if (page.anomalies.some((name) => name !== HARMLESS))
      throw new ConnectorError(
        'failed',
        `${stream.stream}: the list of all keys is not whole, so nothing was compared with it. Run again.`,
      );
    for (const { record } of page.records) {
      keys.push(String(valueAt(record, key)));
      const group = String(valueAt(record, census.group.from)).replace(/-[^-]*$/, '');
      // One string per group, not one per issue.
      if (!names.has(group)) names.set(group, group);
      groups.push(names.get(group) ?? group);
    }
  }
  return { keys, groups };
}

function routeOf(stream: Stream, name: string): RequestRoute {
  const route = stream.routes.find((other) => other.name === name);
  if (!route || !isRequestRoute(route))
    throw new ConnectorError('usage', `${stream.file}: census names the route \`${name}\`, which has no request.`);
  return route;
}

/** The table of the listed records themselves. */
async function countListed(count: Count, branch: Branch): Promise<void> {
  const { ctx, census, list } = count;
  const [key = ''] = count.stream.primary_key;
  const first = await branch.run.compare(key, census.group.column, list);
  if (!first) return;
  const gone = await confirmGone(count, first.onlyInTable);
  ctx.fewEnough(branch.name, gone.length, first.live);
  branch.run.markGone(key, gone, 'vanished');
  const added = await readMissing(count, branch, first.onlyInList);
  branch.run.counted = true;
  for (const one of branch.all()) if (one.alive && !one.run.replaces) await one.append();
  const changed = gone.length > 0 || added.length > 0;
  const last = changed ? await branch.run.compare(key, census.group.column, list) : first;
  const lacking = (last?.onlyInList.length ?? 0) - (first.onlyInList.length - added.length);
  branch.run.report.census = {
    listed: list.keys.length,
    live: last?.live ?? first.live,
    added: added.length,
    gone: gone.length,
    confirmed: first.onlyInTable.length - gone.length,
    groups: last?.groups ?? first.groups,
  };
  if (lacking > 0)
    throw new ConnectorError(
      'failed',
      `${branch.name}: the site lists ${lacking} rows that the table lacks although they were read. Run again; if it stays so, please report it.`,
    );
}

/** A table whose rows hang on the listed records: each is compared for itself, so that a run that died in between is made good. */
async function countBelow(count: Count, branch: Branch): Promise<void> {
  const { ctx, list } = count;
  const { run } = branch;
  if (!countable(ctx, run)) return;
  const found = await run.compare(run.parentColumn, null, list);
  if (!found) return;
  const gone = await confirmGone(count, found.onlyInTable);
  ctx.fewEnough(branch.name, gone.length, found.live);
  run.markGone(run.parentColumn, gone, 'parent');
  run.counted = true;
  await branch.append();
}

/** Those of the keys that the site does not show when asked for them by name. */
async function confirmGone(count: Count, suspects: readonly string[]): Promise<readonly string[]> {
  const { ctx, stream, census, label, shown } = count;
  const route = routeOf(stream, census.confirm);
  const [key = ''] = stream.primary_key;
  const unasked = suspects.filter((id) => !shown.has(id));
  for (const ids of chunks(unasked, route.batch?.max ?? 1)) {
    const answered = await readByIds(ctx, label, { ...(route as PagedRequest), batch: route.batch }, ids);
    for (const id of ids) shown.set(id, false);
    for (const { record } of answered) shown.set(String(own(record, key)), true);
  }
  return suspects.filter((id) => shown.get(id) === false);
}

/** Reads what the tables lack; rows the site does not hand out although it lists them are counted as `gone`. */
async function readMissing({ ctx, stream, census }: Count, branch: Branch, missing: readonly string[]) {
  const route = routeOf(stream, census.read);
  const added: string[] = [];
  for (const ids of chunks(missing, route.batch?.max ?? 1)) {
    const page = await readBatch(ctx, branch, route, ids);
    added.push(...page.records.map(({ record }) => String(valueAt(record, route.batch?.answers ?? 'id'))));
    await branch.deliver(route, page.records, {}, null);
  }
  return added;
}

function* chunks<T>(items: readonly T[], size: number): Generator<readonly T[]> {
  for (let at = 0; at < items.length; at += size) yield items.slice(at, at + size);
}
