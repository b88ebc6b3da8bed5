/**
 * Issues that were written to are read again into the tables that are there, many in one request, straight from the site's own store:
 * tables and site agree at once, and the bookmarks of the tables stay where they are.
 */
import type { Known } from '../../actions/journal/entry.js';
import { projectOfKey } from '../../actions/site/site.js';
import { ConnectorError } from '../../core/errors.js';
import { own } from '../../core/json-path.js';
import { refuseOtherSite } from '../../runtime/plan/bookmark.js';
import { type SiteView, viewSite } from '../../runtime/probe/site-view.js';
import { type OpenTable, readIntoTables } from '../../runtime/read/by-ids.js';
import { tableSpecOf } from '../../runtime/rows/table-spec.js';
import { withChosenColumns } from '../../runtime/streams/chosen-columns.js';
import { deployedOn } from '../../runtime/streams/dialect.js';
import type { Connection } from '../settings/config.js';
import { definitions } from '../settings/definitions.js';
import { streamsOf } from '../sync-input.js';
import { siteIn } from './actions-table.js';
import type { WriteRun } from './open-run.js';

const ISSUES = 'issue_search';
/** Rows that come inside an issue's record, as long as they are few. */
const INSIDE = ['issue_comments', 'issue_worklog'];
interface Gone {
  readonly action: string;
  readonly table: string;
  readonly column: string;
  readonly reason: 'vanished' | 'parent';
  /** What stands in the column of rows that are gone. */
  readonly idOf: (entry: Known) => unknown;
}
const issueOf = ({ issueId }: Known) => issueId;
const given = (input: string) => (entry: Known) => own(entry.content, input);
/** What is gone when an action is done. */
const GONE: readonly Gone[] = [
  { action: 'delete_issue', table: ISSUES, column: 'id', reason: 'vanished', idOf: issueOf },
  { action: 'delete_issue', table: 'issue_comments', column: 'issue_id', reason: 'parent', idOf: issueOf },
  { action: 'delete_issue', table: 'issue_worklog', column: 'issue_id', reason: 'parent', idOf: issueOf },
  { action: 'delete_comment', table: 'issue_comments', column: 'id', reason: 'vanished', idOf: given('comment') },
  { action: 'delete_worklog', table: 'issue_worklog', column: 'id', reason: 'vanished', idOf: given('worklog') },
];

/** @returns what could not be read again, in sentences: the next sync reads it */
export async function readAgain(run: WriteRun, entries: readonly Known[]): Promise<readonly string[]> {
  const done = entries.filter(({ state }) => state === 'done');
  const { connection, writer } = run;
  if (done.length === 0 || !(await writer.has(connection.name, ISSUES))) return [];
  try {
    const names = [ISSUES];
    for (const name of INSIDE) if (await writer.has(connection.name, name)) names.push(name);
    // What other streams go by is a column, too: chosen for these alone, the tables would lose it.
    const read = [...new Set([...names, ...streamsOf(connection, {})])];
    const chosen = withChosenColumns(definitions().registry, connection.columns, read);
    const { registry: declared, streams } = deployedOn(run.site.dialect, chosen, read);
    const asked = { client: run.client, registry: declared, site: connection.url, streams };
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
      const table = await writer.open(tableSpecOf(stream, connection.name));
      open.push({ stream, table });
      refuseOtherSite(name, siteIn(table), connection.url);
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
  done: readonly Known[],
): Promise<readonly string[]> {
  const [issues, ...inside] = tables;
  if (issues === undefined) return [];
  const { client, connection } = run;
  const deleted = new Set(done.flatMap(({ action, issueId }) => (action === 'delete_issue' ? (issueId ?? []) : [])));
  const ids = [...new Set(done.flatMap(({ issueId }) => issueId ?? []))].filter((id) => !deleted.has(id));
  const tooLong = await readIntoTables(issues, inside, ids, {
    ...{ client, label: 'write', cleanerOf, links: new Set(definitions().manifest.links) },
    isSelected: (record) => isSelected(connection, String(own(record, 'key'))),
  });
  markGone(tables, done);
  for (const { table } of tables) await table.commit({ state: table.state, runId: run.runId, batch: 1 });
  return tooLong === 0
    ? []
    : [`${tooLong} lists of comments or worklogs are longer than an issue shows; the next sync reads them.`];
}

/** Whether a query of the settings finds an issue is not known here: the next sync asks. */
const isSelected = ({ scope }: Connection, key: string): boolean =>
  scope === undefined || ('projects' in scope && scope.projects.includes(projectOfKey(key)));

function markGone(tables: readonly OpenTable[], done: readonly Known[]): void {
  for (const { stream, table } of tables)
    for (const { action, column, reason, idOf } of GONE.filter((one) => one.table === stream.stream)) {
      const values = done.filter((entry) => entry.action === action).map(idOf);
      const known = values.filter((id) => typeof id === 'string');
      if (known.length > 0) table.mark({ reason, where: { column, in: known }, exceptBatch: false });
    }
}
