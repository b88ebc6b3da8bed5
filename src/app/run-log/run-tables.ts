/** The connector's own tables beside a connection's streams: `_runs` (one row per stream and run) and `_rejects`. `_owed` has a file of its own. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { StreamReport } from '../../contract/report.js';
import type { Column, Row, TableSpec, TableWriter, Writer } from '../../contract/table.js';
import { ConnectorError } from '../../core/errors.js';
import type { Reject } from '../../runtime/read/context.js';
import { jsonText } from '../../runtime/rows/json-text.js';

const RUN_COLUMNS: readonly Column[] = [
  { name: 'run_id', type: 'string', doc: 'The run; one for all streams of one command.' },
  { name: 'stream', type: 'string', doc: 'Name of the stream.' },
  { name: 'site', type: 'string', doc: "The site's address." },
  { name: 'started_at', type: 'timestamptz', doc: 'When the run began.' },
  { name: 'state', type: 'string', doc: 'ok, empty, incomplete, forbidden, unsupported, failed, paused or skipped.' },
  { name: 'mode', type: 'string', doc: 'full or incremental.' },
  { name: 'route', type: 'string', doc: 'The route of the stream file that was taken.' },
  { name: 'rows_read', type: 'long', doc: 'Rows read: written, rejected, or accounted for by an outcome.' },
  { name: 'rows_written', type: 'long', doc: 'Rows put into data files.' },
  { name: 'rows_deleted', type: 'long', doc: 'Live rows that were marked deleted.' },
  { name: 'rows_rejected', type: 'long', doc: 'Rows whose key or cursor did not fit; see _rejects.' },
  { name: 'rows_late', type: 'long', doc: 'Written rows that an earlier run should have met and did not.' },
  { name: 'outcome_duplicate', type: 'long', doc: 'Rows superseded by a later row of the same key.' },
  { name: 'outcome_unchanged', type: 'long', doc: 'Rows that were stored like that already.' },
  { name: 'outcome_gone', type: 'long', doc: 'Parents or ids that no longer exist.' },
  { name: 'outcome_not_visible', type: 'long', doc: 'Ids that this account may not see.' },
  { name: 'outcome_out_of_scope', type: 'long', doc: 'Rows outside the projects or the jql of the settings.' },
  { name: 'owed', type: 'long', doc: 'Parents whose rows are owed after the run; see _owed.' },
  { name: 'hidden', type: 'long', doc: 'Parents with rows that the site counts and does not show to this account.' },
  { name: 'requests', type: 'long', doc: 'Requests sent for this stream, repeats included.' },
  { name: 'seconds', type: 'double', doc: 'How long the stream took.' },
  {
    name: 'snapshot_id',
    type: 'string',
    doc: "The stream table's snapshot after the run; null when nothing was committed.",
  },
  { name: 'bookmark', type: 'string', doc: 'How far the stream has been read.' },
  {
    name: 'census_listed',
    type: 'long',
    doc: 'Rows the site lists, by the census of this run; null when none was taken.',
  },
  { name: 'census_live', type: 'long', doc: 'Live rows of the table, after the census.' },
  { name: 'census_added', type: 'long', doc: 'Rows that were listed and lacking, and were read then.' },
  { name: 'census_gone', type: 'long', doc: 'Rows that were no longer listed and were marked deleted.' },
  { name: 'census_confirmed', type: 'long', doc: 'Rows that were not listed, yet the site showed them.' },
  { name: 'census_groups', type: 'string', doc: 'Live and listed rows of each group (project), as JSON text.' },
  { name: 'error', type: 'string', doc: 'What went wrong, and what to do.' },
];

const REJECT_COLUMNS: readonly Column[] = [
  { name: 'run_id', type: 'string', doc: 'The run that met the record.' },
  { name: 'stream', type: 'string', doc: 'Name of the stream.' },
  { name: 'reason', type: 'string', doc: 'Why the record could not become a row.' },
  { name: 'record', type: 'string', doc: 'The record as it came, JSON text.' },
];

/** What is told about a stream that was not even begun, too. */
export interface RunFacts {
  readonly runId: string;
  readonly site: string;
  /** ISO, UTC. */
  readonly startedAt: string;
}

export function runsTable(namespace: string): TableSpec {
  const doc = 'One row per stream and run.';
  return { namespace, name: '_runs', doc, columns: RUN_COLUMNS, primaryKey: [], mode: 'append' };
}

export function rejectsTable(namespace: string): TableSpec {
  const doc = 'Records whose key or cursor did not fit their stream, as they came.';
  return { namespace, name: '_rejects', doc, columns: REJECT_COLUMNS, primaryKey: [], mode: 'append' };
}

export function runRow(facts: RunFacts, report: StreamReport): Row {
  const { outcomes, census } = report;
  return {
    run_id: facts.runId,
    stream: report.stream,
    site: facts.site,
    started_at: facts.startedAt,
    state: report.state,
    mode: report.mode,
    route: report.route,
    rows_read: report.rows_read,
    rows_written: report.rows_written,
    rows_deleted: report.rows_deleted,
    rows_rejected: report.rows_rejected,
    rows_late: report.rows_late,
    outcome_duplicate: outcomes.duplicate,
    outcome_unchanged: outcomes.unchanged,
    outcome_gone: outcomes.gone,
    outcome_not_visible: outcomes.not_visible,
    outcome_out_of_scope: outcomes.out_of_scope,
    owed: report.owed,
    hidden: report.hidden,
    requests: report.requests,
    seconds: report.seconds,
    snapshot_id: report.snapshot_id,
    bookmark: report.bookmark,
    census_listed: census?.listed ?? null,
    census_live: census?.live ?? null,
    census_added: census?.added ?? null,
    census_gone: census?.gone ?? null,
    census_confirmed: census?.confirmed ?? null,
    census_groups: census ? jsonText(census.groups) : null,
    error: report.error ?? report.reason ?? null,
    _extra: null,
  };
}

/** Of a record that was too large for its own table, not more than is of use. */
const LONGEST_RECORD = 1_000_000;

function shortened(text: string): string {
  if (text.length <= LONGEST_RECORD) return text;
  // By way of bytes: a slice would hold the whole text in memory.
  const beginning = Buffer.from(text.slice(0, LONGEST_RECORD)).toString();
  return `${beginning}… (cut; ${text.length} characters came)`;
}

export function rejectRow(runId: string, { stream, reason, record }: Reject): Row {
  return { run_id: runId, stream, reason, record: shortened(jsonText(record)), _extra: null };
}

const TRIES = 60;
const PAUSE_MS = 250;

/**
 * Adds rows in one commit. Runs of other streams of the same connection write these tables, too, each for a moment:
 * a table that is held is worth waiting for.
 * @throws ConnectorError kind `later` when it is still held after a quarter of a minute.
 */
export async function appendRows(
  writer: Writer,
  spec: TableSpec,
  rows: readonly Row[],
  commit: { readonly runId: string; readonly batch: number },
): Promise<void> {
  if (rows.length === 0) return;
  const table = await openSoon(writer, spec);
  try {
    await table.write(rows);
    await table.commit({ state: null, ...commit });
  } finally {
    await table.close();
  }
}

/** @throws ConnectorError kind `later` when another run holds the table for longer than a moment. */
export async function openSoon(writer: Writer, spec: TableSpec): Promise<TableWriter> {
  for (let tries = 1; ; tries++) {
    try {
      return await writer.open(spec);
    } catch (error) {
      if (tries === TRIES || !(error instanceof ConnectorError) || error.kind !== 'later') throw error;
      await sleep(PAUSE_MS);
    }
  }
}
