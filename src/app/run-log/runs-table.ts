/** The table `_runs` of a connection: one row per stream and run. */
import type { StreamReport } from '../../contract/report.js';
import type { Column, Row, TableSpec } from '../../contract/table.js';
import { jsonText } from '../../runtime/rows/json-text.js';

const COLUMNS: readonly Column[] = [
  { name: 'run_id', type: 'string', doc: 'The run; one for all streams of one command.' },
  { name: 'stream', type: 'string', doc: 'Name of the stream.' },
  { name: 'site', type: 'string', doc: "The site's address." },
  { name: 'started_at', type: 'timestamptz', doc: 'When the run began.' },
  {
    name: 'state',
    type: 'string',
    doc: 'ok, empty, incomplete, forbidden, unsupported, failed, paused, skipped or not_due.',
  },
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
  { name: 'answers', type: 'string', doc: 'Their answers by HTTP status, as JSON text.' },
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
  { name: 'due_at', type: 'timestamptz', doc: 'Of a stream that was not due: when it is.' },
  { name: 'error', type: 'string', doc: 'What went wrong, and what to do.' },
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
  return { namespace, name: '_runs', doc, columns: COLUMNS, primaryKey: [], mode: 'append' };
}

export function runRow({ runId, site, startedAt }: RunFacts, report: StreamReport): Row {
  const { outcomes, census, error, reason, misfits, conflicts, left_out, anomalies, answers, ...alike } = report;
  return {
    ...alike,
    run_id: runId,
    site,
    started_at: startedAt,
    outcome_duplicate: outcomes.duplicate,
    outcome_unchanged: outcomes.unchanged,
    outcome_gone: outcomes.gone,
    outcome_not_visible: outcomes.not_visible,
    outcome_out_of_scope: outcomes.out_of_scope,
    answers: jsonText(answers),
    census_listed: census?.listed ?? null,
    census_live: census?.live ?? null,
    census_added: census?.added ?? null,
    census_gone: census?.gone ?? null,
    census_confirmed: census?.confirmed ?? null,
    census_groups: census ? jsonText(census.groups) : null,
    due_at: report.due_at ?? null,
    error: error ?? reason ?? null,
    _extra: null,
  };
}
