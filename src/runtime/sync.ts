/** The main job for one connection: check the credentials, open the tables, walk the tree, report. */
import { ConnectorError, type ErrorKind } from '../errors.js';
import type { TableWriter, Writer } from '../writers/writer.js';
import type { HttpClient } from './http/client.js';
import { type Identity, identify } from './identity.js';
import { durationMs } from './reading/bookmark.js';
import { Branch } from './reading/branch.js';
import type { Progress, Reject, RunContext } from './reading/context.js';
import { makeLane } from './reading/lane.js';
import type { StreamReport } from './reading/report.js';
import { readIds, type Scope, scopeClause } from './reading/scope.js';
import { type Dialect, planTree, type TreeNode } from './reading/tree.js';
import { walkRoot } from './reading/walk.js';
import type { Registry, Stream } from './registry/registry.js';
import { tableSpecOf } from './rows/table-spec.js';

export interface SyncInput {
  /** The connection's name: the Iceberg namespace of its tables. */
  readonly connection: string;
  /** Base URL, without a trailing slash. */
  readonly site: string;
  readonly registry: Registry;
  readonly client: HttpClient;
  readonly writer: Writer;
  readonly runId: string;
  /** Streams to sync, and whether the user named them (then `forbidden` and `unsupported` are failures). */
  readonly streams: readonly string[];
  readonly explicit: boolean;
  readonly scope: Scope;
  /** Issues and worklogs updated from here on, epoch milliseconds; 0: all. */
  readonly start: number;
  readonly fullRefresh: boolean;
  readonly acceptDeletes: boolean;
  readonly links: ReadonlySet<string>;
  readonly commitRows: number;
  readonly signal: AbortSignal;
  onReject(reject: Reject): void;
  onProgress(progress: Progress): void;
}

export interface SyncResult {
  readonly identity: Identity;
  readonly reports: readonly StreamReport[];
  /** What went wrong, by recovery: decides the exit code. */
  readonly failures: readonly ErrorKind[];
}

/** Roots under way at once; the throttle decides how fast they really go. */
const ROOTS_AT_ONCE = 8;

/** @throws ConnectorError when nothing can be read at all (credentials, another site's warehouse). */
export async function runSync(input: SyncInput): Promise<SyncResult> {
  const identity = await identify(input.client);
  const roots = planTree(input.registry, input.streams, dialectOf(identity));
  const ctx = await makeContext(input, identity);
  const tables = new Map<string, TableWriter>();
  const busy = new Map<string, unknown>();
  try {
    for (const node of selectedNodes(roots)) await openTable(input, node.stream, tables, busy);
    const branches = roots.map((node) => new Branch(node, ctx, (stream) => tables.get(stream) ?? null));
    const lane = makeLane(ROOTS_AT_ONCE);
    for (const branch of branches)
      if (branch.all().some(({ run }) => run.table)) await lane.run(() => timed(branch, () => walkRoot(ctx, branch)));
    await lane.drain();
    return conclude(input, identity, branches, busy);
  } finally {
    for (const table of tables.values()) await table.close();
  }
}

const dialectOf = (identity: Identity): Dialect => (identity.deployment === 'Cloud' ? 'cloud' : 'datacenter');

function selectedNodes(roots: readonly TreeNode[]): readonly TreeNode[] {
  return roots.flatMap((node) => [...(node.selected ? [node] : []), ...selectedNodes(node.children)]);
}

/** A table that another run holds is left out; the rest goes on. */
async function openTable(
  input: SyncInput,
  stream: Stream,
  tables: Map<string, TableWriter>,
  busy: Map<string, unknown>,
): Promise<void> {
  try {
    tables.set(stream.stream, await input.writer.open(tableSpecOf(stream, input.connection)));
  } catch (error) {
    if (error instanceof ConnectorError && error.kind === 'usage') throw error;
    busy.set(stream.stream, error);
  }
}

async function timed(branch: Branch, walk: () => Promise<void>): Promise<void> {
  const begin = performance.now();
  await walk();
  const seconds = Math.round((performance.now() - begin) / 100) / 10;
  for (const one of branch.all()) one.run.report.seconds = seconds;
}

async function makeContext(input: SyncInput, identity: Identity): Promise<RunContext> {
  const { registry, scope } = input;
  const values = { scope: scopeClause(scope) };
  const ids = await readIds(input, values);
  const projects = scope.projects ? new Set(scope.projects) : null;
  return {
    client: input.client,
    runId: input.runId,
    site: input.site,
    account: identity.accountId,
    links: input.links,
    values,
    settings: {
      scope: values.scope,
      start: input.start,
      fullRefresh: input.fullRefresh,
      acceptDeletes: input.acceptDeletes,
    },
    inScope(stream, row) {
      if (!stream.scope || !('of' in stream.scope)) return true;
      const allowed = ids.get(stream.scope.of);
      return allowed === undefined || allowed.has(String(row[stream.scope.column]));
    },
    parentInScope(parent, row) {
      const own = registry.get(parent).scope;
      return projects === null || !own || !('projects' in own) || projects.has(String(row[own.projects]));
    },
    ceilingOf(stream) {
      return identity.serverTime - durationMs(registry.get(stream).cursor?.lookback ?? '1s');
    },
    commitRows: input.commitRows,
    reject: input.onReject,
    progress: input.onProgress,
    signal: input.signal,
  };
}

function conclude(
  input: SyncInput,
  identity: Identity,
  branches: readonly Branch[],
  busy: ReadonlyMap<string, unknown>,
): SyncResult {
  const failures: ErrorKind[] = [];
  const reports: StreamReport[] = [];
  const byLabel = input.client.counters().byLabel;
  for (const { run, failure } of branches.flatMap((branch) => branch.all())) {
    if (!run.node.selected) continue;
    const { report } = run;
    report.requests = byLabel.get(report.stream) ?? 0;
    const problem = failure ?? busy.get(report.stream) ?? refusal(input, report, run.state?.complete === true);
    if (problem !== null && problem !== undefined) {
      failures.push(problem instanceof ConnectorError ? problem.kind : 'failed');
      if (report.state === 'ok')
        report.state = problem instanceof ConnectorError && problem.kind === 'later' ? 'paused' : 'failed';
      report.error ??= problem instanceof Error ? problem.message : String(problem);
    }
    reports.push(report);
  }
  return { identity, reports: reports.sort((a, b) => (a.stream < b.stream ? -1 : 1)), failures };
}

/** Refused streams are fine only when nobody named them and they never worked before. */
function refusal(input: SyncInput, report: StreamReport, succeededBefore: boolean): ConnectorError | null {
  if (report.state !== 'forbidden' && report.state !== 'unsupported') return null;
  if (!input.explicit && !succeededBefore) return null;
  const stream = input.registry.get(report.stream);
  const why =
    report.state === 'forbidden'
      ? `this account may not read it; it needs: ${stream.needs.permission}`
      : `the site does not offer it${stream.needs.edition ? `; it needs: ${stream.needs.edition}` : ''}`;
  return new ConnectorError('failed', `${report.stream}: ${why}.${succeededBefore ? ' It worked before.' : ''}`);
}
