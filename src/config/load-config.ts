/** sync.yaml or the environment -> a checked Config. Order of precedence: flag, environment, file, default. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ConnectorError } from '../errors.js';
import type { RedisAddress } from '../runtime/auth/redis-login.js';
import { didYouMean, parseYaml, type YamlFile } from '../yaml-file.js';
import type { Config, Connection, Credentials } from './config.js';
import { type Environment, type EnvironmentSettings, readEnvironment } from './environment.js';
import { connectionFromEnvironment, rateOf } from './environment-connection.js';
import { parseRedisUrl } from './redis-url.js';
import { rhythmOf } from './rhythm.js';
import { readSecret, readText } from './secrets.js';
import { type ConnectionSettings, SETTINGS_WORDS, type Settings, settingsSchema } from './settings.js';
import { parseSiteUrl } from './site-url.js';

export interface ConfigSource {
  /** `--config`; without it `sync.yaml` in `cwd`, when there is one. */
  readonly configFile?: string | undefined;
  /** `--warehouse`. */
  readonly warehouse?: string | undefined;
  readonly env: Environment;
  readonly cwd: string;
  /** Names that `streams:` may hold. */
  readonly streamNames?: readonly string[];
}

type SettingsFile = YamlFile<Settings> & { readonly folder: string };

/**
 * Everything a run needs, credentials included.
 * @throws ConnectorError kind `usage`, one line per mistake, with file:line where a file is to blame.
 */
export function loadConfig(source: ConfigSource): Config {
  const env = readEnvironment(source.env);
  const file = readSettingsFile(source);
  const warnings: string[] = [];
  const connections = file
    ? fromFile(file, source, env, (text) => warnings.push(text))
    : [connectionFromEnvironment(env)];
  return { warehouse: warehouseOf(source, env, file), connections, warnings };
}

/** The warehouse alone, for commands that only read tables: they need no site and no credentials. */
export function loadWarehouse(source: ConfigSource): string {
  return warehouseOf(source, readEnvironment(source.env), readSettingsFile(source));
}

function readSettingsFile(source: ConfigSource): SettingsFile | null {
  const name = source.configFile ?? 'sync.yaml';
  const path = resolve(source.cwd, name);
  if (!existsSync(path)) {
    if (source.configFile === undefined) return null;
    throw new ConnectorError('usage', `The settings file ${name} does not exist.`);
  }
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? 'unknown error';
    throw new ConnectorError('usage', `The settings file ${name} cannot be read (${code}).`, { cause });
  }
  return { ...parseYaml(name, text, settingsSchema, SETTINGS_WORDS), folder: dirname(path) };
}

function warehouseOf(source: ConfigSource, env: EnvironmentSettings, file: SettingsFile | null): string {
  const given = source.warehouse ?? env.warehouse;
  if (given === undefined && file?.value.warehouse !== undefined)
    return folderOf(file.value.warehouse, file.folder, `${file.at(['warehouse'])}: \`warehouse\``);
  return folderOf(given ?? './warehouse', source.cwd, 'The warehouse');
}

function folderOf(text: string, base: string, what: string): string {
  if (text.startsWith('file://')) return fileURLToPath(text);
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(text))
    throw new ConnectorError('usage', `${what} must be a folder or a file:// address of this machine.`);
  return resolve(base, text);
}

function fromFile(
  file: SettingsFile,
  source: ConfigSource,
  env: EnvironmentSettings,
  warn: (text: string) => void,
): Connection[] {
  const complaints = file.value.connections.flatMap((connection, index) =>
    checkConnection(connection, index, file, source.streamNames),
  );
  if (complaints.length) throw new ConnectorError('usage', complaints.join('\n'));
  return file.value.connections.map((connection, index) => ({
    name: connection.name,
    label: connection.label ?? connection.name,
    url: siteUrl(connection.url, file.at(['connections', index, 'url'])),
    auth: credentialsOf(connection, index, file, source.env, warn),
    expires: connection.auth.expires,
    start: connection.start,
    scope: connection.projects
      ? { projects: connection.projects }
      : connection.jql
        ? { jql: connection.jql }
        : undefined,
    rhythm: rhythmOf(connection),
    streams: connection.streams,
    requestsPerSecond: rateOf(env) ?? connection.throttle?.requests_per_second,
    redis: redisOf(connection, index, file, source.env, warn),
  }));
}

/** What the schema cannot say: rules between fields and between connections. */
function checkConnection(
  connection: ConnectionSettings,
  index: number,
  file: SettingsFile,
  streamNames: readonly string[] | undefined,
): string[] {
  const found: string[] = [];
  const at = (...path: PropertyKey[]) => file.at(['connections', index, ...path]);
  if (file.value.connections.findIndex(({ name }) => name === connection.name) < index)
    found.push(`${at('name')}: two connections are called \`${connection.name}\`; their tables would be the same.`);
  if (connection.projects && connection.jql) found.push(`${at('jql')}: give \`projects\` or \`jql\`, not both.`);
  if (connection.jql && hasOrderBy(connection.jql))
    found.push(`${at('jql')}: leave ORDER BY out of \`jql\`; the connector chooses the order it needs.`);
  const named = [
    ...(connection.streams ?? []).map((name, position) => ({ name, path: ['streams', position] })),
    ...Object.keys(connection.reread ?? {}).map((name) => ({ name, path: ['reread', name] })),
  ];
  for (const { name, path } of named) {
    if (streamNames && !streamNames.includes(name))
      found.push(`${at(...path)}: there is no stream \`${name}\`.${didYouMean(name, streamNames)}`);
  }
  return found;
}

/** ORDER BY outside quoted text. */
function hasOrderBy(jql: string): boolean {
  return /\border\s+by\b/i.test(jql.replace(/"(\\.|[^"\\])*"|'(\\.|[^'\\])*'/g, '""'));
}

function siteUrl(text: string, where: string): string {
  const site = parseSiteUrl(text);
  if ('refused' in site) throw new ConnectorError('usage', `${where}: \`url\` ${site.refused}`);
  return site.url;
}

/** Written out or referred to; with a password only referred to. */
function redisOf(
  connection: ConnectionSettings,
  index: number,
  file: SettingsFile,
  env: Environment,
  warn: (text: string) => void,
): RedisAddress | undefined {
  const written = connection.throttle?.redis;
  if (written === undefined) return undefined;
  const reference = {
    env,
    folder: file.folder,
    where: file.at(['connections', index, 'throttle', 'redis']),
    what: 'redis',
    warn,
  };
  const text = readText(written, reference);
  // An `@` alone makes it one: what is malformed must not be shown or let through either.
  if (text === written && written.includes('@')) readSecret(written, reference);
  const redis = parseRedisUrl(text);
  if ('refused' in redis) throw new ConnectorError('usage', `${reference.where}: \`redis\` ${redis.refused}`);
  return redis.address;
}

function credentialsOf(
  connection: ConnectionSettings,
  index: number,
  file: SettingsFile,
  env: Environment,
  warn: (text: string) => void,
): Credentials {
  const { auth } = connection;
  const reference = (what: string) => ({
    env,
    folder: file.folder,
    where: file.at(['connections', index, 'auth', what]),
    what,
    warn,
  });
  if (auth.type === 'pat') return { type: 'pat', token: readSecret(auth.token, reference('token')) };
  const email = readText(auth.email, reference('email'));
  return { type: 'basic', email, apiToken: readSecret(auth.api_token, reference('api_token')) };
}
