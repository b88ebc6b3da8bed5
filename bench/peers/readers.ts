/** Who reads the simulated site: each is installed where Python keeps its packages, started as its makers say, and its rows are counted. */
import { execFile } from 'node:child_process';
import { createReadStream, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { openForReading } from '../../src/query/open.js';
import { settings } from '../cases/small-changes.js';
import { command } from '../command.js';
import type { SiteAddress } from '../site.js';

/** This process goes on meanwhile: it hands on what readers ask over TLS. */
const run = promisify(execFile);
/** A log line for each request may be written meanwhile. */
const MOST_OUTPUT = 64_000_000;

export interface Where {
  readonly address: SiteAddress;
  /** The same site, with TLS. */
  readonly secure: { readonly url: string; readonly certificate: string };
  /** For what this reader writes. */
  readonly folder: string;
  /** For installed packages, kept between runs. */
  readonly packages: string;
}

export interface ReaderCost {
  readonly cpuSeconds: number;
  readonly peakMb: number;
  /** Rows by our stream's name, each key once. */
  readonly rows: Readonly<Record<string, number>>;
}

export const STREAMS = ['issue_search', 'issue_comments', 'issue_worklog', 'issue_changelog'];

export const READERS: Readonly<Record<string, (where: Where) => Promise<ReaderCost>>> = {
  'this connector': ours,
  'tap-jira (Singer)': singerTap,
  "dlt's REST source, configuration of ours": dltRest,
};

async function ours({ address, folder }: Where): Promise<ReaderCost> {
  const config = join(folder, 'sync.yaml');
  writeFileSync(config, settings('bench', address.url));
  const env = { BENCH_EMAIL: address.email, BENCH_TOKEN: address.apiToken };
  const cost = await command(['sync', '--config', config, '--warehouse', folder, '--log-level', 'error'], env);
  if (cost.status !== 0) throw new Error(`the sync ended with ${cost.status}`);
  const warehouse = await openForReading({ root: folder });
  const rows: Record<string, number> = {};
  for (const stream of STREAMS)
    rows[stream] = Number((await warehouse.read(`select count(*) from ${stream}`)).getRows()[0]?.[0]);
  warehouse.close();
  return { ...cost, rows };
}

/** Its names for our streams. */
const TAP_STREAMS: Readonly<Record<string, string>> = {
  issues: 'issue_search',
  issue_comments: 'issue_comments',
  worklogs: 'issue_worklog',
  changelogs: 'issue_changelog',
};

async function singerTap({ address, secure, folder, packages }: Where): Promise<ReaderCost> {
  const python = await pythonWith(packages, 'tap-jira', ['tap-jira==2.6.0']);
  const tap = join(python, '..', 'tap-jira');
  const [config, catalog, output] = ['config.json', 'catalog.json', 'output'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  const credentials = { username: address.email, password: address.apiToken, base_url: secure.url };
  writeFileSync(config, JSON.stringify({ ...credentials, start_date: '2000-01-01T00:00:00Z', user_agent: 'bench' }));
  // It heeds no setting for authorities: the certificate goes into the list of its own environment.
  const trust = 'import certifi,sys;open(certifi.where(),"a").write(open(sys.argv[1]).read())';
  await run(python, ['-c', trust, secure.certificate]);
  const { env } = process;
  const { stdout } = await run(tap, ['--config', config, '--discover'], { env, maxBuffer: MOST_OUTPUT });
  const found = JSON.parse(stdout) as Catalog;
  writeFileSync(catalog, JSON.stringify(withSelection(found)));
  const cost = await measured(python, output, [tap, '--config', config, '--properties', catalog], env);
  return { ...cost, rows: await recordsIn(output) };
}

interface Catalog {
  readonly streams: readonly { readonly stream: string; readonly metadata: readonly { metadata: object }[] }[];
}

function withSelection({ streams }: Catalog): Catalog {
  return {
    streams: streams.map((stream) => ({
      ...stream,
      metadata: stream.metadata.map((entry) => ({
        ...entry,
        metadata: { ...entry.metadata, selected: stream.stream in TAP_STREAMS },
      })),
    })),
  };
}

/** Singer's messages, one a line. */
async function recordsIn(output: string): Promise<Record<string, number>> {
  const keys = new Map(Object.values(TAP_STREAMS).map((stream) => [stream, new Set<unknown>()]));
  for await (const line of createInterface({ input: createReadStream(output) })) {
    const { type, stream, record } = JSON.parse(line) as { type: string; stream: string; record?: { id: unknown } };
    if (type === 'RECORD') keys.get(TAP_STREAMS[stream] ?? '')?.add(record?.id);
  }
  return Object.fromEntries([...keys].map(([stream, ids]) => [stream, ids.size]));
}

async function dltRest({ address, folder, packages }: Where): Promise<ReaderCost> {
  const python = await pythonWith(packages, 'dlt', ['dlt[duckdb]==1.31.0']);
  const output = join(folder, 'output');
  const { url, email, apiToken } = address;
  const env = { ...process.env, RUNTIME__DLTHUB_TELEMETRY: 'false', RUNTIME__LOG_LEVEL: 'ERROR' };
  const cost = await measured(python, output, [python, script('dlt_issues.py'), url, email, apiToken, folder], env);
  return { ...cost, rows: JSON.parse(readFileSync(output, 'utf8').trim().split('\n').at(-1) ?? '') };
}

/** Beside the source: the compiled file lies below dist/. */
const script = (name: string) => fileURLToPath(new URL(`../../../bench/peers/${name}`, import.meta.url));

/** @returns the interpreter of an environment that has the packages; the first time they are installed */
async function pythonWith(packages: string, name: string, wanted: readonly string[]): Promise<string> {
  const folder = join(packages, name);
  const python = join(folder, 'bin', 'python');
  if (existsSync(python)) return python;
  await run('python3', ['-m', 'venv', folder]);
  await run(python, ['-m', 'pip', 'install', '--quiet', ...wanted]);
  return python;
}

async function measured(
  python: string,
  output: string,
  line: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<Pick<ReaderCost, 'cpuSeconds' | 'peakMb'>> {
  const { stdout, stderr } = await run(python, [script('measure.py'), output, ...line], {
    env,
    maxBuffer: MOST_OUTPUT,
  });
  const { status, ...cost } = JSON.parse(stdout) as { status: number; cpuSeconds: number; peakMb: number };
  if (status !== 0) throw new Error(`${line[0]} ended with ${status}: ${stderr.trim().split('\n').at(-1)}`);
  return cost;
}
