/** A warehouse's status in the text format of Prometheus, without timestamps: a collector of text files refuses them. Arithmetic only. */
import type { OpenTable } from '../../query/open.js';
import type { WatchedStream } from '../status.js';
import type { WatchedConnection } from '../watched.js';

export interface Measured {
  /** Names the settings, so that several jobs on one machine do not share a series. */
  readonly config: string;
  readonly version: string;
  /** Epoch milliseconds. */
  readonly now: number;
  readonly streams: readonly WatchedStream[];
  readonly watched: readonly WatchedConnection[];
  readonly runs: readonly ConnectionRun[];
  readonly tables: readonly TableSize[];
  /** A line for each table that cannot be read. */
  readonly problems: readonly string[];
}

/** The last run of a connection. */
export interface ConnectionRun {
  readonly connection: string;
  /** ISO timestamp. */
  readonly startedAt: string;
  readonly seconds: number;
  readonly requests: number;
  /** By HTTP status. */
  readonly answers: Readonly<Record<string, number>>;
}

export interface TableSize {
  readonly connection: string;
  readonly stream: string;
  readonly bytes: number;
  readonly files: number;
}

interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

interface Metric {
  readonly name: string;
  readonly help: string;
  readonly samples: (measured: Measured) => readonly Sample[];
}

/** What the settings no longer name stays in the warehouse, and would alarm for ever. */
const watchedOf = ({ streams }: Measured) => streams.filter(({ wanted }) => wanted !== false);

/** One sample for each stream of which the number is known. */
const each =
  (read: (stream: WatchedStream, now: number) => number | null) =>
  (measured: Measured): readonly Sample[] =>
    watchedOf(measured).flatMap((one) => {
      const value = read(one, measured.now);
      return value === null ? [] : [{ labels: labelsOf(one), value }];
    });

const labelsOf = ({ connection, stream }: { readonly connection: string; readonly stream: string }) => ({
  connection,
  stream,
});

const secondsAt = (moment: string): number => Date.parse(moment) / 1000;

/** States that an alarm asks for stand at 0, too: a series that is not there matches no condition. */
const ALARMING = ['failed', 'incomplete', 'paused', 'skipped'] as const;
const NEVER_READ = 'never_read';

function statesOf(stream: WatchedStream): readonly Sample[] {
  const present = stream.state ?? NEVER_READ;
  return [...new Set([present, ...ALARMING])].map((state) => ({
    labels: { ...labelsOf(stream), state },
    value: state === present ? 1 : 0,
  }));
}

/** Classes that an alarm asks for stand at 0, too. */
const CLASSES = ['2xx', '4xx', '5xx', 'none'] as const;

function requestsOf({ connection, requests, answers }: ConnectionRun): readonly Sample[] {
  const classes = new Map<string, number>(CLASSES.map((name) => [name, 0]));
  const add = (name: string, count: number) => classes.set(name, (classes.get(name) ?? 0) + count);
  let answered = 0;
  for (const [status, count] of Object.entries(answers)) {
    add(`${status.slice(0, 1)}xx`, count);
    answered += count;
  }
  add('none', Math.max(0, requests - answered));
  return [...classes].map(([status_class, value]) => ({ labels: { connection, status_class }, value }));
}

const METRICS: readonly Metric[] = [
  {
    name: 'connector_build_info',
    help: 'Always 1; the versions are labels.',
    samples: ({ version }) => [{ labels: { version, node: process.versions.node }, value: 1 }],
  },
  {
    name: 'connector_run_timestamp_seconds',
    help: 'When the last run began.',
    samples: ({ config, runs }) => {
      const began = runs.map(({ startedAt }) => secondsAt(startedAt));
      return began.length === 0 ? [] : [{ labels: { config }, value: Math.max(...began) }];
    },
  },
  {
    name: 'connector_run_duration_seconds',
    help: 'How long the longest stream of the last run took.',
    samples: ({ runs }) => runs.map(({ connection, seconds }) => ({ labels: { connection }, value: seconds })),
  },
  {
    name: 'connector_requests',
    help: 'Requests of the streams of the last run, by the class of their answer; none: they were cut off.',
    samples: ({ runs }) => runs.flatMap(requestsOf),
  },
  {
    name: 'connector_rate_limited_requests',
    help: 'Requests of the streams of the last run that the site refused as too many (429).',
    samples: ({ runs }) =>
      runs.map(({ connection, answers }) => ({ labels: { connection }, value: answers[429] ?? 0 })),
  },
  {
    name: 'connector_last_success_timestamp_seconds',
    help: 'Start of the last run that read the stream whole; 0: there was none.',
    samples: each((stream) => {
      const refused = stream.state === 'forbidden' || stream.state === 'unsupported';
      if (stream.last_success_at !== null) return secondsAt(stream.last_success_at);
      return refused ? null : 0;
    }),
  },
  {
    name: 'connector_stream_state',
    help: '1 for the state of the last run.',
    samples: (measured) => watchedOf(measured).flatMap(statesOf),
  },
  {
    name: 'connector_stream_every_seconds',
    help: 'How often the stream is read at most; 0: in every run.',
    samples: each(({ every_seconds: every }) => every),
  },
  { name: 'connector_stream_rows', help: 'Live rows of the table.', samples: each(({ rows }) => rows) },
  {
    name: 'connector_rows_deleted',
    help: 'Rows that the last run marked deleted.',
    samples: each(({ rows_deleted: rows }) => rows),
  },
  {
    name: 'connector_rows_rejected',
    help: 'Rows that the last run could not write.',
    samples: each(({ rows_rejected: rows }) => rows),
  },
  {
    name: 'connector_bookmark_age_seconds',
    help: 'How far behind now the stream has been read.',
    samples: each(({ bookmark }, now) => (bookmark === null ? null : Math.max(0, now / 1000 - secondsAt(bookmark)))),
  },
  {
    name: 'connector_credential_expires_timestamp_seconds',
    help: 'When the token ends, as the settings note it.',
    samples: ({ watched }) =>
      watched.flatMap(({ name, expires }) =>
        expires === undefined ? [] : [{ labels: { connection: name }, value: secondsAt(expires) }],
      ),
  },
  {
    name: 'connector_tables_unreadable',
    help: 'Tables that cannot be read.',
    samples: ({ config, problems }) => [{ labels: { config }, value: problems.length }],
  },
  {
    name: 'connector_table_bytes',
    help: 'Size of the files of the present version.',
    samples: ({ tables }) => tables.map((table) => ({ labels: labelsOf(table), value: table.bytes })),
  },
  {
    name: 'connector_table_files',
    help: 'Data files of the present version.',
    samples: ({ tables }) => tables.map((table) => ({ labels: labelsOf(table), value: table.files })),
  },
];

/** Ends with a newline; a metric without a sample is left out. */
export function prometheusText(measured: Measured): string {
  return METRICS.map(({ name, help, samples }) => {
    const lines = samples(measured).map(({ labels, value }) => `${name}{${labelText(labels)}} ${value}\n`);
    return lines.length === 0 ? '' : `# HELP ${name} ${help}\n# TYPE ${name} gauge\n${lines.join('')}`;
  }).join('');
}

const labelText = (labels: Sample['labels']): string =>
  Object.entries(labels)
    .map(([name, value]) => `${name}="${escaped(value)}"`)
    .join(',');

const escaped = (text: string): string => text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');

/** Of a table's present version, by the summary of its snapshot. */
export function sizeOf({ namespace, name, version }: OpenTable): readonly TableSize[] {
  const summary = version.history[0]?.summary;
  if (!summary || name.startsWith('_')) return [];
  const total = (key: string) => Number(summary[key] ?? 0);
  return [{ connection: namespace, stream: name, bytes: total('total-files-size'), files: total('total-data-files') }];
}
