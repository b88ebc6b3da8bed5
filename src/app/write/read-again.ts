/**
 * Issues that were written to are read again into the tables that are there, many in one request, straight from the site's own store:
 * tables and site agree at once, and the bookmarks of the tables stay where they are.
 */
import type { Entry } from '../../actions/journal/entry.js';
import { projectOfKey } from '../../actions/site/site.js';
import type { Row, TableWriter } from '../../contract/table.js';
import { chunks } from '../../core/chunks.js';
import { ConnectorError } from '../../core/errors.js';
import type { Located } from '../../core/json-path.js';
import type { SiteView } from '../../runtime/probe/site-view.js';
import { viewSite } from '../../runtime/probe/site-view.js';
import { readByIds } from '../../runtime/requests/ask-by-ids.js';
import { claimedPath, inlineRows, withAsks } from '../../runtime/requests/inside.js';
import type { PagedRequest } from '../../runtime/requests/read-pages.js';
import { routeOf } from '../../runtime/requests/routes.js';
import { compileShaper } from '../../runtime/rows/shape.js';
import { tableSpecOf } from '../../runtime/rows/table-spec.js';
import { deployedOn } from '../../runtime/streams/dialect.js';
import type { Stream } from '../../runtime/streams/registry.js';
import type { Route } from '../../runtime/streams/stream-file.js';
import { definitions } from '../settings/definitions.js';
import type { WriteRun } from './open-run.js';

const ISSUES = 'issue_search';
/** Rows that come inside an issue's record, as long as they are few. */
const INSIDE = ['issue_comments', 'issue_worklog'];
/** What is gone when such an action is done: table and column, and where the entry has the id. */
const GONE: Readonly<
  Record<string, readonly (readonly [table: string, column: string, id: 'issue' | 'comment' | 'worklog'])[]>
> = {
  delete_issue: [
    [ISSUES, 'id', 'issue'],
    ['issue_comments', 'issue_id', 'issue'],
    ['issue_worklog', 'issue_id', 'issue'],
  ],
  delete_comment: [['issue_comments', 'id', 'comment']],
  delete_worklog: [['issue_worklog', 'id', 'worklog']],
};

interface OpenTable {
  readonly stream: Stream;
  readonly table: TableWriter;
}

interface Child extends OpenTable {
  readonly route: Route;
}

/** @returns what could not be read again, in sentences: the next sync reads it */
export async function readAgain(run: WriteRun, entries: readonly Entry[]): Promise<readonly string[]> {
  const done = entries.filter(({ state }) => state === 'done');
  if (done.length === 0 || !(await run.writer.has(run.connection.name, ISSUES))) return [];
  try {
    const names = [ISSUES, ...INSIDE];
    const { registry: declared } = deployedOn(run.site.dialect, definitions().registry, names);
    const { connection } = run;
    const asked = { client: run.client, registry: declared, site: connection.url, streams: names };
    const view = await viewSite({ ...connection, ...asked }, run.site.dialect);
    const refused = view.refused.get(ISSUES);
    if (refused !== undefined) throw refused;
    return await inTables(run, view, names, (tables) => readInto(run, view, tables, done));
  } catch (error) {
    if (!(error instanceof ConnectorError)) throw error;
    return [`The issues were not read again into the tables; the next sync does it. ${error.message}`];
  }
}

async function inTables<Result>(
  { writer, connection }: WriteRun,
  { registry }: SiteView,
  names: readonly string[],
  work: (tables: readonly OpenTable[]) => Promise<Result>,
): Promise<Result> {
  const open: OpenTable[] = [];
  try {
    for (const name of names) {
      const stream = registry.get(name);
      if (!(await writer.has(connection.name, name))) continue;
      open.push({ stream, table: await writer.open(tableSpecOf(stream, connection.name)) });
    }
    return await work(open);
  } finally {
    for (const { table } of open) await table.close();
  }
}

async function readInto(
  run: WriteRun,
  { cleanerOf }: SiteView,
  tables: readonly OpenTable[],
  done: readonly Entry[],
): Promise<readonly string[]> {
  const [issues] = tables;
  if (issues === undefined) return [];
  const children = tables.slice(1).flatMap((open): readonly Child[] => {
    const route = insideRoute(open.stream);
    return route ? [{ ...open, route }] : [];
  });
  const deleted = new Set(done.flatMap(({ action, issueId }) => (action === 'delete_issue' ? (issueId ?? []) : [])));
  const ids = [...new Set(done.flatMap(({ issueId }) => issueId ?? []))].filter((id) => !deleted.has(id));
  const route = routeOf(issues.stream, issues.stream.census?.read ?? '');
  const inside = children.map((child) => child.route);
  const asked = { ...(withAsks(route, inside) as PagedRequest), batch: route.batch };
  const claimed = inside.map(claimedPath);
  let late = 0;
  for (const some of chunks(ids, route.batch?.max ?? 1)) {
    const records = await readByIds({ client: run.client, values: {} }, 'write', asked, some);
    const kept = await wantedOf(run, issues, records, some);
    const rows = shaped(
      issues,
      route,
      kept.map((record) => ({ record, carried: {} })),
      claimed,
      cleanerOf,
    );
    await issues.table.write(rows);
    for (const child of children)
      for (const [at, record] of kept.entries()) {
        const found = inlineRows(child.route, record);
        if (found === null) late += 1;
        else await child.table.write(shaped(child, child.route, found, [], cleanerOf, { issue_id: rows[at]?.id }));
      }
  }
  markGone(tables, done);
  for (const { table } of tables) await table.commit({ state: table.state, runId: run.runId, batch: 1 });
  return late === 0
    ? []
    : [`${late} lists of comments or worklogs are longer than an issue shows; the next sync reads them.`];
}

/** The route whose rows come inside the records of issues. */
const insideRoute = (stream: Stream): Route | undefined =>
  stream.routes.find(({ inside }) => inside?.total !== undefined);

/** Of issues that the table never had, only those that the settings select. */
async function wantedOf(
  { connection: { scope } }: WriteRun,
  { table }: OpenTable,
  records: readonly Located[],
  ids: readonly string[],
): Promise<readonly unknown[]> {
  const known = await table.rows({ columns: ['id'], where: { column: 'id', in: ids } });
  const live = new Set(known.map(({ id }) => String(id)));
  const all = records.map(({ record }) => record as { readonly id?: unknown; readonly key?: unknown });
  return all.filter(({ id, key }) => {
    if (scope === undefined || live.has(String(id))) return true;
    return 'projects' in scope && scope.projects.includes(projectOfKey(String(key)));
  });
}

function shaped(
  { stream, table }: OpenTable,
  route: Route,
  records: readonly Located[],
  claimed: readonly string[],
  cleanerOf: SiteView['cleanerOf'],
  bound: Readonly<Record<string, unknown>> = {},
): readonly Row[] {
  const aside = { has: (column: string) => table.conflicts.includes(column) };
  const shaper = compileShaper(stream, route, { links: new Set(definitions().manifest.links), claimed, aside });
  const clean = cleanerOf(stream);
  return records.map(({ record, carried }) => {
    const one = shaper.shape(clean ? clean(record, () => undefined) : record, { ...bound, ...carried });
    if ('reject' in one) throw new ConnectorError('failed', `${stream.stream}: ${one.reject}.`);
    return one.row;
  });
}

function markGone(tables: readonly OpenTable[], done: readonly Entry[]): void {
  for (const { stream, table } of tables) {
    const marks = done.flatMap((entry) =>
      (GONE[entry.action] ?? [])
        .filter(([name]) => name === stream.stream)
        .map(([, column, id]) => ({ column, value: id === 'issue' ? entry.issueId : idIn(entry, id) })),
    );
    for (const column of new Set(marks.map((one) => one.column))) {
      const values = marks.flatMap((one) => (one.column === column && one.value !== null ? [one.value] : []));
      const reason = column === 'issue_id' ? 'parent' : 'vanished';
      if (values.length > 0) table.mark({ reason, where: { column, in: values }, exceptBatch: false });
    }
  }
}

function idIn({ content }: Entry, name: 'comment' | 'worklog'): string | null {
  const value = (content as Readonly<Record<string, unknown>>)[name];
  return typeof value === 'string' ? value : null;
}
