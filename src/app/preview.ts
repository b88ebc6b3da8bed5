/** Rows of one stream as they would be written, from the site or from a saved answer; nothing is written. */

import { setMaxListeners } from 'node:events';
import type { Committed, Row, TableSpec, TableWriter, Writer } from '../contract/table.js';
import { ConnectorError } from '../core/errors.js';
import { type Ports, portsOf } from '../core/ports.js';
import type { Reject } from '../runtime/read/context.js';
import { runSync } from '../runtime/read/sync.js';
import { previewFile } from '../runtime/rows/preview.js';
import { SiteClients } from './connect/site-clients.js';
import { rowsWhere } from './preview-where.js';
import type { Connection } from './settings/config.js';
import { definitions } from './settings/definitions.js';
import { scheduleOf } from './settings/schedule.js';
import { refuseUnknownStreams } from './settings/stream-names.js';
import { syncInputOf } from './sync-input.js';

/** What a preview tells, whatever the source. */
export interface Previewed {
  readonly stream: string;
  /** Of a file: the route whose records these look like. */
  readonly route?: string;
  readonly rows: readonly Row[];
  /** With a condition: how many rows were looked at for those that are shown. */
  readonly looked?: number;
  readonly written: number;
  readonly rejected: number;
  readonly rejects: readonly { readonly reason: string; readonly record: unknown }[];
  /** Columns whose value did not fit, with how often; the value is under `_extra`. */
  readonly misfits?: Readonly<Record<string, number>>;
  /** Names under `_extra`, with how often. */
  readonly extra?: Readonly<Record<string, number>>;
}

export interface PreviewJob {
  readonly connection: Connection;
  readonly stream: string;
  /** Rows; default 10. */
  readonly limit?: number;
  /** As `columns: { STREAM: { include } }` of the settings would have it; none: what the settings say. */
  readonly columns?: readonly string[];
  /** A condition in SQL. */
  readonly where?: string | undefined;
}

/** Rows among which those of a condition are looked for: some pages, and not the site. */
const LOOKED_AT = 500;

/** A route is chosen as for a site that lets us ask that often; the client keeps to what the settings say. */
const USUAL_RATE = 5;
const NEVER = scheduleOf({ census: 'never', overlap: 'never' });

/**
 * The main job on the site with a writer that keeps nothing but the first rows.
 * @throws ConnectorError with what the site refused, when that left no row to show.
 */
export async function preview(job: PreviewJob, given: Partial<Ports> = {}): Promise<Previewed> {
  const ports = portsOf(given);
  const { stream, limit = 10, columns = [], where } = job;
  refuseUnknownStreams([stream]);
  const chosen = columns.length === 0 ? {} : { [stream]: { include: columns } };
  const connection = { ...job.connection, columns: { ...job.connection.columns, ...chosen } };
  const most = where === undefined ? limit : Math.max(limit, LOOKED_AT);
  const enough = new AbortController();
  const signal = AbortSignal.any([enough.signal, ports.signal]);
  setMaxListeners(0, signal);
  const client = new SiteClients({ ...ports, signal }).clientFor(connection);
  const rows: Row[] = [];
  const rejects: Reject[] = [];
  let spec: TableSpec | undefined;
  const writer = collectingWriter((more, table) => {
    spec = table;
    rows.push(...more.slice(0, most - rows.length));
    if (rows.length >= most) enough.abort();
  });
  const collected = { add: (reject: Reject) => rejects.push(reject), finish: async () => undefined };
  const hurried = { ...connection, schedule: NEVER, requestsPerSecond: USUAL_RATE };
  try {
    const parts = { ...ports, client, writer, signal, runId: 'preview', rejects: collected };
    const { reports } = await runSync({ ...syncInputOf(hurried, { streams: [stream] }, parts), commitRows: most });
    const error = reports.find((report) => report.error !== undefined)?.error;
    if (error !== undefined && rows.length === 0) throw new ConnectorError('failed', error);
  } catch (error) {
    // Stopping the run is how it ends once there are enough rows.
    if (!enough.signal.aborted) throw error;
  } finally {
    await client.close();
  }
  const matching = where === undefined || !spec ? rows : await rowsWhere(spec, rows, where, ports);
  const shown = matching.slice(0, limit);
  const looked = where === undefined ? {} : { looked: rows.length };
  return {
    ...{ stream, rows: shown, ...looked, written: shown.length },
    rejected: rejects.length,
    rejects: rejects.slice(0, limit),
  };
}

/** The same from an answer that was saved: a page, an array, one record, or JSON lines. */
export function previewAnswer(stream: string, bytes: Uint8Array, limit: number): Previewed {
  const { registry, manifest } = definitions();
  const links = new Set(manifest.links);
  const { route, rows, rejects, misfits, extra } = previewFile(registry, stream, bytes, { links });
  return {
    stream,
    route,
    rows: rows.slice(0, limit),
    written: rows.length,
    rejected: rejects.length,
    rejects: rejects.slice(0, limit),
    misfits: Object.fromEntries(misfits),
    extra: Object.fromEntries(extra),
  };
}

/** A writer that keeps nothing but the rows that come: what a preview reads into. */
function collectingWriter(keep: (rows: readonly Row[], spec: TableSpec) => void): Writer {
  return {
    open: async (spec) => collectingTable((rows) => keep(rows, spec)),
    has: async () => false,
    close: async () => undefined,
  };
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
    shared: false,
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
      return { live: [...keys].length, onlyInTable: [], onlyInList: [], regrouped: [], groups: [] };
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
