/** A simulated site, a warehouse folder and the real road between them: what end-to-end tests run on. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Simulator, type SimulatorOptions, startSimulator } from '../../simulator/simulator.js';
import { openSite } from '../../src/app/open.js';
import { OwedTable } from '../../src/app/run-log/owed-table.js';
import { ProjectsTable } from '../../src/app/run-log/projects-table.js';
import { loadManifest } from '../../src/app/settings/manifest.js';
import { readStreamFiles } from '../../src/app/settings/package-files.js';
import { syncInputOf } from '../../src/app/sync-input.js';
import type { StreamReport } from '../../src/contract/report.js';
import { systemClock } from '../../src/core/clock.js';
import type { ErrorKind } from '../../src/core/errors.js';
import { Secret } from '../../src/core/secret.js';
import { basicAuth } from '../../src/http/authorizer.js';
import { createClient } from '../../src/http/client.js';
import { createThrottle } from '../../src/http/throttle/throttle.js';
import { openForReading } from '../../src/query/open.js';
import type { Reject } from '../../src/runtime/read/context.js';
import { runSync, type SyncResult } from '../../src/runtime/read/sync.js';
import type { SyncInput } from '../../src/runtime/read/sync-input.js';
import { loadRegistry } from '../../src/runtime/streams/load.js';
import type { Registry } from '../../src/runtime/streams/registry.js';
import { openWarehouse } from '../../src/writers/warehouse.js';
import { LIMITS } from './http-client.js';

export const registry = loadRegistry(readStreamFiles());
const manifest = loadManifest();

export interface Ran extends SyncResult {
  /** Kinds of the problems. */
  readonly failures: readonly ErrorKind[];
  readonly requests: number;
  readonly rejects: readonly Reject[];
  of(stream: string): StreamReport;
}

export interface JiraAndWarehouse {
  readonly jira: Simulator;
  readonly root: string;
  /** Names of streams, or none for all enabled ones; anything of the input may be overridden. */
  sync(streams?: readonly string[], change?: Change, properties?: readonly string[]): Promise<Ran>;
  /** Rows of one query over the warehouse's views. */
  rows(sql: string): Promise<Record<string, unknown>[]>;
  close(): Promise<void>;
}

/** No census and no re-reads: tests of other things count requests. */
export const NEVER = { census: null, overlap: null, reread: new Map<string, number>() };

/** Every field, and people as they are. */
export const AS_IT_IS = { columns: {}, people: { mode: 'full' } } as const;

/** The settings name these, for the stream of issue properties. */
export const PROPERTY_KEYS: readonly string[] = [
  ...['request-channel-type', 'review.score', 'review.notes', 'review.done', 'review.empty'],
];

let runs = 0;

/** Small by default, so that a test costs milliseconds; retries wait hardly at all. */
export async function jiraAndWarehouse(
  options: SimulatorOptions = {},
  streamFiles: Registry = registry,
): Promise<JiraAndWarehouse> {
  const jira = await startSimulator({ issues: 120, projects: 3, ...options });
  const root = mkdtempSync(join(tmpdir(), 'lake-'));
  return {
    jira,
    root,
    sync: (streams, change, properties) => syncInto(jira, root, streamFiles, streams, change, properties),
    async rows(sql) {
      const warehouse = await openForReading({ root });
      try {
        const reader = await warehouse.read(sql);
        return reader.getRowObjectsJson() as Record<string, unknown>[];
      } finally {
        warehouse.close();
      }
    },
    async close() {
      await jira.close();
      rmSync(root, { recursive: true, force: true });
    },
  };
}

export type Change = Partial<SyncInput> & { readonly perSecond?: number };

/** One sync of a site that listens somewhere. @param streams absent: all enabled ones. */
export async function syncInto(
  jira: Pick<Simulator, 'url' | 'email' | 'apiToken'> & Partial<Pick<Simulator, 'now'>>,
  root: string,
  streamFiles: Registry,
  streams?: readonly string[],
  change: Change = {},
  properties: readonly string[] = PROPERTY_KEYS,
): Promise<Ran> {
  const runId = `run-${process.pid}-${++runs}`;
  const writer = await openWarehouse({ root, runId });
  const client = createClient({
    ...LIMITS,
    baseUrl: jira.url,
    auth: basicAuth(jira.email, new Secret(jira.apiToken)),
    throttle: createThrottle(change.perSecond ?? 500),
    random: () => 0,
  });
  const rejects: Reject[] = [];
  try {
    const site = openSite({
      name: 'demo',
      url: jira.url,
      auth: { type: 'basic', email: jira.email, api_token: jira.apiToken },
      issue_properties: [...properties],
    });
    const parts = {
      client,
      writer,
      runId,
      signal: new AbortController().signal,
      clock: { ...systemClock, wall: () => jira.now?.() ?? Date.now() },
      defined: { registry: streamFiles, manifest },
      scopes: new ProjectsTable(writer, 'demo', runId),
      debts: new OwedTable(writer, 'demo', runId),
      rejects: { add: (reject: Reject) => rejects.push(reject), finish: async () => undefined },
    };
    const result = await runSync({
      ...syncInputOf(site, { streams: streams ?? streamFiles.enabled().map((stream) => stream.stream) }, parts),
      explicit: new Set(streams),
      schedule: NEVER,
      ...change,
    });
    const of = (name: string) => {
      const found = result.reports.find((report) => report.stream === name);
      if (!found) throw new Error(`no report of ${name}`);
      return found;
    };
    return { ...result, failures: [...result.problems.values()], rejects, requests: client.counters().requests, of };
  } finally {
    await client.close();
    await writer.close();
  }
}
