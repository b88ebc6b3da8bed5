/** A connection and the wishes of one run, as the reading half takes them: put together here and nowhere else. */

import type { StreamEvent } from '../contract/events.js';
import type { Writer } from '../contract/table.js';
import { startOfDay } from '../core/calendar.js';
import type { Ports } from '../core/ports.js';
import type { HttpClient } from '../http/client.js';
import { NO_SCOPES, type ScopeStore } from '../runtime/plan/scopes.js';
import type { ReadInput } from '../runtime/probe/read-input.js';
import type { Reject } from '../runtime/read/context.js';
import { type DebtStore, NO_DEBTS } from '../runtime/read/debts.js';
import type { SyncInput } from '../runtime/read/sync-input.js';
import { withSettingLists } from '../runtime/streams/setting-lists.js';
import type { Credentials } from './settings/config.js';
import { ALL_DEFAULT, type Connection } from './settings/config.js';
import { type Definitions, definitions } from './settings/definitions.js';
import { inEveryRun, type Schedule } from './settings/schedule.js';

/** What a plan is asked, and a run. */
export interface ReadWishes {
  /** Empty: what the settings name, else every enabled stream. */
  readonly streams?: readonly string[];
  readonly fullRefresh?: boolean;
  /** Deleted issues are looked for, whatever the settings say. */
  readonly census?: boolean;
  /** YYYY-MM-DD; beats the settings. */
  readonly start?: string | undefined;
}

export interface SyncWishes extends ReadWishes {
  readonly acceptDeletes?: boolean;
  /** Every parent that is owed is tried, whatever its turn. */
  readonly retryOwed?: boolean;
  /** Parents that were given up are failures, too. */
  readonly strict?: boolean;
}

/** The streams that somebody named, `default` among them perhaps; undefined: nobody did. */
function namedStreams({ streams }: Pick<Connection, 'streams'>, wishes: ReadWishes): readonly string[] | undefined {
  return wishes.streams?.length ? wishes.streams : streams;
}

/** Whether somebody said which streams are read. */
export const isNamed = (connection: Connection, wishes: ReadWishes): boolean =>
  namedStreams(connection, wishes) !== undefined;

/** What decides it: what was named, and with which credentials. */
type Choosing = Pick<Connection, 'streams'> & { readonly auth: Pick<Credentials, 'type'> };

/** The streams that are read. */
export function streamsOf(connection: Choosing, wishes: ReadWishes, { registry } = definitions()): readonly string[] {
  const enabled = registry.enabled(connection.auth.type).map(({ stream }) => stream);
  const named = namedStreams(connection, wishes) ?? [ALL_DEFAULT];
  return [...new Set(named.flatMap((name) => (name === ALL_DEFAULT ? enabled : [name])))];
}

/** What somebody names for one run is read in that run. */
function scheduleFor(schedule: Schedule, { streams = [], census }: ReadWishes): Schedule {
  const timed = streams.length > 0 ? inEveryRun(schedule) : schedule;
  return census ? { ...timed, census: 'always' } : timed;
}

export function readInputOf(
  connection: Connection,
  wishes: ReadWishes,
  { client, clock, defined = definitions() }: Pick<SyncParts, 'client' | 'clock' | 'defined'>,
): ReadInput {
  const { url: site, scope = {}, columns, people, schedule, requestsPerSecond } = connection;
  const start = wishes.start ?? connection.start;
  const streams = streamsOf(connection, wishes, defined);
  return {
    site,
    registry: withSettingLists(defined.registry, streams, connection.lists ?? {}),
    streams,
    client,
    scope,
    columns,
    people,
    start: start === undefined ? 0 : startOfDay(start),
    fullRefresh: wishes.fullRefresh === true,
    now: () => clock.wall(),
    schedule: scheduleFor(schedule, wishes),
    rate: requestsPerSecond ?? defined.manifest.rate.requests_per_second,
  };
}

/** What one run puts beside a connection and its wishes. */
export interface SyncParts extends Pick<Ports, 'clock' | 'signal'> {
  readonly client: HttpClient;
  readonly writer: Writer;
  readonly runId: string;
  /** Default: the package's own. */
  readonly defined?: Definitions;
  /** Default: nothing is remembered from run to run. */
  readonly scopes?: ScopeStore;
  readonly debts?: DebtStore;
  readonly rejects?: { add(reject: Reject): void; finish(): Promise<void> };
  warn?: (text: string) => void;
  tell?(event: StreamEvent): void;
}

export function syncInputOf(connection: Connection, wishes: SyncWishes, parts: SyncParts): SyncInput {
  const { writer, runId, signal, rejects, tell = () => undefined, defined = definitions() } = parts;
  return {
    ...readInputOf(connection, wishes, { ...parts, defined }),
    connection: connection.name,
    writer,
    runId,
    signal,
    explicit: new Set(namedStreams(connection, wishes)),
    scopes: parts.scopes ?? NO_SCOPES,
    debts: parts.debts ?? NO_DEBTS,
    acceptDeletes: wishes.acceptDeletes === true,
    retryOwed: wishes.retryOwed === true,
    strict: wishes.strict === true,
    links: new Set(defined.manifest.links),
    commitRows: defined.manifest.commit_rows,
    commitMs: defined.manifest.commit_after,
    onReject: (reject) => rejects?.add(reject),
    keepRejects: async () => rejects?.finish(),
    ...(parts.warn ? { warn: parts.warn } : {}),
    tell,
  };
}
