/** The REST catalog of Apache Iceberg's own tests, on a free port of this machine, with an SQLite file behind it. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

const START = join(import.meta.dirname, '..', 'servers', 'rest-catalog', 'start.sh');

/** The first start on a machine fetches about 110 MB of jars. */
export const REST_CATALOG_START_MS = 300_000;

/** Why tests of a real REST catalog cannot run here; null when they can, and where all tests have to run. */
export const lacksRestCatalog = (): string | null => {
  if (process.env.CI === 'true') return null;
  const missing = ['javac', 'mvn'].filter((command) => spawnSync(command, ['--version']).status !== 0);
  return missing.length === 0
    ? null
    : `${missing.join(' and ')} not found (Debian: apt-get install openjdk-17-jdk-headless maven)`;
};

export interface RestCatalogServer {
  readonly uri: string;
  /** Drops all tables; their files stay. */
  clear(): Promise<void>;
  stop(): Promise<void>;
}

export interface RestCatalogServerOptions {
  /** Local folder for the catalog's own books. */
  readonly folder: string;
  /** Where it puts tables: a location such as `file:///…` or `s3://bucket/prefix`. */
  readonly warehouse: string;
  /** More settings of the catalog, by their Iceberg names, such as `s3.endpoint`. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Hands the credentials among the settings out with each table. */
  readonly vendsCredentials?: boolean;
}

export async function startRestCatalog(options: RestCatalogServerOptions): Promise<RestCatalogServer> {
  const settings = {
    'catalog-impl': 'org.apache.iceberg.jdbc.JdbcCatalog',
    uri: `jdbc:sqlite:${join(options.folder, 'catalog.db')}?busy_timeout=30000`,
    'jdbc.schema-version': 'V1',
    warehouse: options.warehouse,
    ...(options.vendsCredentials ? { 'include-credentials': 'true' } : {}),
    ...options.settings,
  };
  const child = spawn('bash', [START], {
    env: { ...process.env, ...Object.fromEntries(Object.entries(settings).map(variable)) },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const uri = await address(child);
  return { uri, clear: () => clear(uri), stop: () => stop(child) };
}

async function clear(uri: string): Promise<void> {
  const namespaces = (await ask('GET', `${uri}/v1/namespaces`)) as { namespaces: string[][] };
  for (const [namespace] of namespaces.namespaces) {
    const path = `${uri}/v1/namespaces/${namespace}`;
    const tables = (await ask('GET', `${path}/tables`)) as { identifiers: { name: string }[] };
    for (const { name } of tables.identifiers) await ask('DELETE', `${path}/tables/${name}`);
  }
}

async function ask(method: string, url: string): Promise<unknown> {
  const response = await fetch(url, { method });
  if (!response.ok) throw new Error(`${method} ${url}: ${response.status} ${(await response.text()).slice(0, 500)}`);
  return method === 'GET' ? response.json() : null;
}

/** The fixture's way of naming settings: `s3.access-key-id` is CATALOG_S3_ACCESS__KEY__ID. */
function variable([name, value]: [string, string]): [string, string] {
  return [`CATALOG_${name.replaceAll('-', '__').replaceAll('.', '_').toUpperCase()}`, value];
}

function address(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = '';
    let errors = '';
    child.stdout?.on('data', (piece: Buffer) => {
      said += piece;
      if (said.includes('\n')) resolve(said.trim());
    });
    child.stderr?.on('data', (piece: Buffer) => {
      errors += piece;
    });
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`the REST catalog ended at once (${code}): ${errors.slice(-2000)}`)));
  });
}

/** The server ends when its input does. */
async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.stdin?.end();
  await ended;
}
