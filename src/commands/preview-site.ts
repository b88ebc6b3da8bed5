/** Reads the first rows of one stream from the site: the main job with a writer that keeps nothing but those rows. */
import { setMaxListeners } from 'node:events';
import type { Connection } from '../app/settings/config.js';
import type { Committed, Row, TableWriter, Writer } from '../contract/table.js';
import { ConnectorError } from '../core/errors.js';
import { NO_SCOPES } from '../runtime/plan/scopes.js';
import type { Reject } from '../runtime/read/context.js';
import { NO_DEBTS } from '../runtime/read/debts.js';
import { runSync } from '../runtime/read/sync.js';
import type { Context } from './context.js';
import { SiteClients } from './site-client.js';

export interface SitePreview {
  readonly rows: readonly Row[];
  readonly rejects: readonly Reject[];
  readonly requests: number;
}

/** @throws ConnectorError with what the site refused, when that left no row to show. */
export async function previewSite(
  context: Context,
  connection: Connection,
  stream: string,
  limit: number,
): Promise<SitePreview> {
  const enough = new AbortController();
  const signal = AbortSignal.any([enough.signal, context.io.signal]);
  setMaxListeners(0, signal);
  const client = new SiteClients(context.manifest(), context.log, signal).clientFor(connection);
  const rows: Row[] = [];
  const rejects: Reject[] = [];
  const keep = (more: readonly Row[]) => {
    rows.push(...more.slice(0, limit - rows.length));
    if (rows.length >= limit) enough.abort();
  };
  try {
    const { reports } = await runSync({
      connection: connection.name,
      site: connection.url,
      registry: context.registry(),
      client,
      writer: collectingWriter(keep),
      runId: 'preview',
      streams: [stream],
      explicit: true,
      scope: connection.scope ?? {},
      scopes: NO_SCOPES,
      excludedFields: connection.excludedFields,
      people: connection.people,
      start: connection.start === undefined ? 0 : Date.parse(`${connection.start}T00:00:00Z`),
      fullRefresh: false,
      acceptDeletes: false,
      retryOwed: false,
      strict: false,
      debts: NO_DEBTS,
      now: Date.now,
      links: new Set(context.manifest().links),
      commitRows: limit,
      signal,
      rhythm: { census: null, overlap: null, reread: new Map() },
      rate: 5,
      onReject: (reject) => rejects.push(reject),
      keepRejects: async () => undefined,
      onProgress: () => undefined,
    });
    const error = reports.find((report) => report.error !== undefined)?.error;
    if (error !== undefined && rows.length === 0) throw new ConnectorError('failed', error);
  } catch (error) {
    // Stopping the run is how it ends once there are enough rows.
    if (!enough.signal.aborted) throw error;
  } finally {
    await client.close();
  }
  return { rows, rejects, requests: client.counters().requests };
}

function collectingWriter(keep: (rows: readonly Row[]) => void): Writer {
  return { open: async () => collectingTable(keep), has: async () => false, close: async () => undefined };
}

function collectingTable(keep: (rows: readonly Row[]) => void): TableWriter {
  let pending = 0;
  const nothing: Committed = {
    snapshotId: null,
    written: 0,
    unchanged: 0,
    duplicate: 0,
    deleted: 0,
    late: 0,
    metadataLocation: '',
  };
  return {
    state: null,
    currentSnapshotId: null,
    conflicts: [],
    async write(rows) {
      pending += rows.length;
      keep(rows);
      return [];
    },
    full: false,
    mark: () => undefined,
    // Nothing is kept, so nothing can be missing: a census must not make the run ask for it again.
    async compare(_column, _group, { keys }) {
      return { live: keys.length, onlyInTable: [], onlyInList: [], regrouped: [], groups: [] };
    },
    rows: async () => [],
    live: async () => 0,
    latest: async () => null,
    get pending() {
      return pending;
    },
    async commit() {
      const written = pending;
      pending = 0;
      return { ...nothing, written };
    },
    async discard() {
      pending = 0;
    },
    close: async () => undefined,
  };
}
