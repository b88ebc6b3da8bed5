/**
 * The proof of completeness: all keys of the site against the live rows of the tables. What the site no longer lists is asked for
 * by name before it is marked (the list may lag), what the tables lack is read now, and what stays unexplained fails the run.
 */
import { ConnectorError } from '../../errors.js';
import type { KeyList } from '../../writers/writer.js';
import { isRequestRoute, type RequestRoute, type Stream } from '../registry/registry.js';
import { own, valueAt } from '../rows/path.js';
import { due, isWider } from './bookmark.js';
import type { Branch } from './branch.js';
import type { RunContext } from './context.js';
import { sinceValues } from './deletions.js';
import { readBatch } from './read-batch.js';
import { type PagedRequest, readPages } from './read-pages.js';

type CensusDecl = NonNullable<Stream['census']>;

/** Tables of this tree that a census is due for; they must have been read to their end. */
export async function takeCensus(ctx: RunContext, root: Branch): Promise<void> {
  const { census } = root.node.stream;
  if (!census) return;
  const counted = root.all().filter((branch) => isDue(ctx, branch));
  if (counted.length === 0) return;
  const list = await readKeys(ctx, root, census);
  for (const branch of counted) branch.run.counted = true;
  if (counted.includes(root)) await countRoot(ctx, root, census, list);
  else await countChildren(ctx, root, census, counted, list);
  for (const branch of counted) await branch.append();
}

/** Once in a while, and after every whole read. A table that holds more than the settings show cannot be counted. */
function isDue(ctx: RunContext, { run, alive, node }: Branch): boolean {
  if (!run.table || !alive || run.replaces || !run.complete) return false;
  if (run.state && (isWider(run.state, ctx.settings) || run.state.account !== ctx.account)) return false;
  if (run.parentColumn === '' && !node.stream.census) return false;
  const every = ctx.rhythm(node.stream.stream).census;
  return every !== null && (run.report.mode === 'full' || due(run.state?.census, every, ctx.runStart));
}

async function readKeys(ctx: RunContext, root: Branch, census: CensusDecl): Promise<KeyList> {
  const keys: string[] = [];
  const groups: string[] = [];
  const names = new Map<string, string>();
  const [key = ''] = root.node.stream.primary_key;
  const values = { ...ctx.values, ...sinceValues(ctx.settings.start) };
  for await (const page of readPages(
    ctx.client,
    root.label,
    routeOf(root.node.stream, census.list) as PagedRequest,
    values,
  )) {
    if (page.anomalies.length > 0)
      throw new ConnectorError(
        'failed',
        `${root.name}: the list of all keys is not whole, so nothing was compared with it.`,
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

async function countRoot(ctx: RunContext, root: Branch, census: CensusDecl, list: KeyList): Promise<void> {
  const [key = ''] = root.node.stream.primary_key;
  const first = await root.run.compare(key, census.group.column, list);
  if (!first) return;
  const gone = await confirmGone(ctx, root, census, first.onlyInTable);
  ctx.fewEnough(root.name, gone.length, first.live);
  root.run.markGone(key, gone, 'vanished');
  markChildren(root, gone);
  const added = await readMissing(ctx, root, census, first.onlyInList);
  const changed = gone.length > 0 || added.length > 0;
  if (changed) await root.append();
  const last = changed ? await root.run.compare(key, census.group.column, list) : first;
  const lacking = (last?.onlyInList.length ?? 0) - (first.onlyInList.length - added.length);
  root.run.report.census = {
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
      `${root.name}: the site lists ${lacking} rows that the table lacks although they were read. Run again; if it stays so, please report it.`,
    );
}

/** A child stream that runs alone: its parents against the list. */
async function countChildren(
  ctx: RunContext,
  root: Branch,
  census: CensusDecl,
  counted: readonly Branch[],
  list: KeyList,
): Promise<void> {
  for (const { run, name } of counted) {
    const found = await run.compare(run.parentColumn, null, list);
    if (!found) continue;
    const gone = await confirmGone(ctx, root, census, found.onlyInTable);
    ctx.fewEnough(name, gone.length, found.live);
    run.markGone(run.parentColumn, gone, 'parent');
  }
}

function markChildren(root: Branch, gone: readonly string[]): void {
  for (const { run, node, alive } of root.all()) {
    if (alive && node.stream.parent?.stream === root.name && run.state) run.markGone(run.parentColumn, gone, 'parent');
  }
}

/** Those of the keys that the site does not show when asked for them by name. */
async function confirmGone(
  ctx: RunContext,
  root: Branch,
  census: CensusDecl,
  suspects: readonly string[],
): Promise<readonly string[]> {
  const route = routeOf(root.node.stream, census.confirm);
  const [key = ''] = root.node.stream.primary_key;
  const shown = new Set<string>();
  for (const ids of chunks(suspects, route.batch?.max ?? 1)) {
    const page = await readBatch(ctx, root, route, ids);
    for (const { record } of page.records) shown.add(String(own(record, key)));
  }
  return suspects.filter((id) => !shown.has(id));
}

/** Reads what the tables lack; rows the site does not hand out although it lists them are counted as `gone`. */
async function readMissing(
  ctx: RunContext,
  root: Branch,
  census: CensusDecl,
  missing: readonly string[],
): Promise<readonly string[]> {
  const route = routeOf(root.node.stream, census.read);
  const added: string[] = [];
  for (const ids of chunks(missing, route.batch?.max ?? 1)) {
    const page = await readBatch(ctx, root, route, ids);
    added.push(...page.records.map(({ record }) => String(valueAt(record, route.batch?.answers ?? 'id'))));
    await root.deliver(route, page.records, {}, null);
  }
  return added;
}

function* chunks<T>(items: readonly T[], size: number): Generator<readonly T[]> {
  for (let at = 0; at < items.length; at += size) yield items.slice(at, at + size);
}
