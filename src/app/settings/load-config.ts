/**
 * sync.yaml or the environment -> a checked Config. Sites come from one of them alone; of the rest the order is flag, environment
 * (CONNECTOR_WAREHOUSE, CONNECTOR_REQUESTS_PER_SECOND), file, default.
 */

import { resolve } from 'node:path';
import { ConnectorError } from '../../core/errors.js';
import type { RedisAddress } from '../../http/throttle/redis-login.js';
import type { ColumnChoices } from '../../runtime/streams/column-choice.js';
import type { StoppedConnection } from './config.js';
import { ALL_DEFAULT, type Config, type Connection, type People } from './config.js';
import { credentialsOf } from './credentials.js';
import { readEnvironment } from './environment.js';
import { connectionFromEnvironment, rateOf } from './environment-connection.js';
import { hooksOf } from './hooks.js';
import { warehouseOf } from './load-warehouse.js';
import { networkAt } from './network.js';
import { parseRedisUrl } from './redis-url.js';
import { scheduleOf } from './schedule.js';
import { MissingReference, readSecret, readText } from './secrets.js';
import { selectConnections } from './select-connections.js';
import type { ConnectionSettings } from './settings.js';
import { type ConfigSource, type Reading, readSettingsFile, referenceAt, type SettingsFile } from './settings-file.js';
import { parseSiteUrl } from './site-url.js';
import { streamHint } from './stream-names.js';
import { checkTables, layoutsOf } from './table-layouts.js';
import { writeSettingsOf } from './write-settings.js';

/**
 * Everything a run needs, credentials included.
 * @throws ConnectorError kind `usage`, one line per mistake, with file:line where a file is to blame.
 */
export function loadConfig(source: ConfigSource): Config {
  const env = readEnvironment(source.env);
  const file = readSettingsFile(source);
  const warnings: string[] = [];
  const warn = (text: string) => void warnings.push(text);
  const reading = file && { file, env: source.env, warn };
  const read = reading
    ? connectionsOf(reading, source)
    : { connections: selectConnections([connectionFromEnvironment(env)], source.connections), stopped: [] };
  if (file && env.url !== undefined) warnOfOtherSite(file, env.url, warn);
  const warehouse = warehouseOf(source, reading);
  return {
    warehouse,
    ...read,
    hooks: reading ? hooksOf(reading) : {},
    write: file && writeSettingsOf(file, warehouse),
    textfile: file?.value.metrics && resolve(file.folder, file.value.metrics.textfile),
    warnings,
  };
}

/** Whoever exports JIRA_URL in a folder with somebody's sync.yaml would read another site than they think. */
function warnOfOtherSite(file: SettingsFile, variable: string, warn: (text: string) => void): void {
  const [address, ...written] = [variable, ...file.value.connections.map(({ url }) => url)].map(parseSiteUrl);
  if (address && written.some((one) => 'url' in one && 'url' in address && one.url === address.url)) return;
  warn(`JIRA_URL has no effect, as ${file.file} says which sites are read; none of them is the one it names.`);
}

/**
 * One whose secret is missing stops alone; a mistake in the file stops them all.
 * @throws ConnectorError kind `usage`, one line per mistake; also when there is none that could be read
 */
export function connectionsOf(
  reading: Reading,
  { streamNames, sortColumns, configFile, connections }: Omit<ConfigSource, 'env' | 'cwd'>,
): Pick<Config, 'connections' | 'stopped'> {
  const { file } = reading;
  const complaints = file.value.connections.flatMap((connection, index) =>
    checkConnection(connection, index, file, { streamNames, sortColumns }),
  );
  if (complaints.length) throw new ConnectorError('usage', complaints.join('\n'));
  const all = file.value.connections;
  const [read, stopped]: [Connection[], StoppedConnection[]] = [[], []];
  for (const one of selectConnections(all, connections)) {
    const index = all.indexOf(one);
    const { name, streams, auth } = one;
    const url = siteUrl(one.url, file.at(['connections', index, 'url']));
    try {
      read.push(connectionOf(one, index, url, reading, configFile));
    } catch (error) {
      if (!(error instanceof MissingReference)) throw error;
      const expires = 'expires' in auth ? auth.expires : undefined;
      stopped.push({ name, url, streams, auth: { type: auth.type }, expires, error });
    }
  }
  if (read.length === 0 && stopped.length > 0)
    throw new ConnectorError('usage', stopped.map(({ error }) => error.message).join('\n'));
  return { connections: read, stopped };
}

function connectionOf(
  connection: ConnectionSettings,
  index: number,
  url: string,
  reading: Reading,
  configFile: string | undefined,
): Connection {
  const env = readEnvironment(reading.env);
  return {
    name: connection.name,
    label: connection.label ?? connection.name,
    url,
    auth: credentialsOf(connection, index, reading, url, configFile),
    expires: 'expires' in connection.auth ? connection.auth.expires : undefined,
    start: connection.start,
    scope: connection.projects
      ? { projects: connection.projects.map(String) }
      : connection.jql
        ? { jql: connection.jql }
        : undefined,
    schedule: scheduleOf(connection),
    columns: columnsOf(connection),
    lists: { issue_properties: [...new Set(connection.issue_properties ?? [])] },
    people: peopleOf(connection, index, reading),
    upserts: connection.upserts ?? 'position-deletes',
    tables: layoutsOf(connection.tables),
    streams: connection.streams,
    requestsPerSecond: rateOf(env) ?? connection.throttle?.requests_per_second,
    redis: redisOf(connection, index, reading),
    network: networkAt(connection.tls, reading, ['connections', index]),
  };
}

/** `fields` is an older name for the columns of issues. */
function columnsOf({ fields, columns = {} }: ConnectionSettings): ColumnChoices {
  const exclude = fields?.exclude;
  return { ...columns, ...(exclude ? { [OF_FIELDS]: { exclude } } : {}) };
}

const OF_FIELDS = 'issue_search';

function peopleOf(connection: ConnectionSettings, index: number, reading: Reading): People {
  const { people = 'full', people_key: key } = connection;
  const at = referenceAt(reading, ['connections', index, 'people_key']);
  if (people === 'pseudonymous')
    return { mode: 'pseudonymous', key: key === undefined ? undefined : readSecret(key, at) };
  if (key !== undefined)
    throw new ConnectorError('usage', `${at.where}: \`people_key\` is of use with \`people: pseudonymous\` alone.`);
  return { mode: 'full' };
}

/** What the schema cannot say: rules between fields and between connections. */
function checkConnection(
  connection: ConnectionSettings,
  index: number,
  file: SettingsFile,
  { streamNames, sortColumns }: Pick<ConfigSource, 'streamNames' | 'sortColumns'>,
): string[] {
  const found: string[] = [];
  const at = (...path: PropertyKey[]) => file.at(['connections', index, ...path]);
  if (file.value.connections.findIndex(({ name }) => name === connection.name) < index)
    found.push(`${at('name')}: two connections are called \`${connection.name}\`; their tables would be the same.`);
  if (connection.projects && connection.jql) found.push(`${at('jql')}: give \`projects\` or \`jql\`, not both.`);
  if (connection.jql && hasOrderBy(connection.jql))
    found.push(`${at('jql')}: leave ORDER BY out of \`jql\`; the connector chooses the order it needs.`);
  if (connection.jql && !isClosed(connection.jql))
    found.push(
      `${at('jql')}: the parentheses or quotes of \`jql\` do not match; the rest of the query would be read otherwise.`,
    );
  if (connection.fields?.exclude && connection.columns?.[OF_FIELDS])
    found.push(`${at('fields')}: \`fields\` is an older name for \`columns: { ${OF_FIELDS}: … }\`; give one of them.`);
  const named = [
    ...(connection.streams ?? [])
      .map((name, position) => ({ name, path: ['streams', position] }))
      .filter(({ name }) => name !== ALL_DEFAULT),
    ...Object.keys(connection.reread ?? {}).map((name) => ({ name, path: ['reread', name] })),
    ...Object.keys(connection.every ?? {}).map((name) => ({ name, path: ['every', name] })),
    ...Object.keys(connection.columns ?? {}).map((name) => ({ name, path: ['columns', name] })),
    ...Object.keys(connection.tables ?? {}).map((name) => ({ name, path: ['tables', name] })),
  ];
  for (const { name, path } of named) {
    if (streamNames && !streamNames.includes(name))
      found.push(`${at(...path)}: there is no stream \`${name}\`.${streamHint(name, streamNames)}`);
  }
  return [...found, ...checkTables(connection.tables, sortColumns, (...path) => at('tables', ...path))];
}

const withoutTexts = (jql: string) => jql.replace(/"(\\.|[^"\\])*"|'(\\.|[^'\\])*'/g, ' ');

/** ORDER BY outside quoted text. */
const hasOrderBy = (jql: string) => /\border\s+by\b/i.test(withoutTexts(jql));

/** Whether what is put behind the query in parentheses is a condition of its own: every parenthesis and quote has its partner. */
function isClosed(jql: string): boolean {
  let open = 0;
  for (const mark of withoutTexts(jql)) {
    if (mark === '"' || mark === "'") return false;
    open += mark === '(' ? 1 : mark === ')' ? -1 : 0;
    if (open < 0) return false;
  }
  return open === 0;
}

function siteUrl(text: string, where: string): string {
  const site = parseSiteUrl(text);
  if ('refused' in site) throw new ConnectorError('usage', `${where}: \`url\` ${site.refused}`);
  return site.url;
}

/** Written out or referred to; with a password only referred to. */
function redisOf(connection: ConnectionSettings, index: number, reading: Reading): RedisAddress | undefined {
  const written = connection.throttle?.redis;
  if (written === undefined) return undefined;
  const reference = referenceAt(reading, ['connections', index, 'throttle', 'redis']);
  const text = readText(written, reference);
  // An `@` alone makes it one: what is malformed must not be shown or let through either.
  if (text === written && written.includes('@')) readSecret(written, reference);
  const redis = parseRedisUrl(text);
  if ('refused' in redis) throw new ConnectorError('usage', `${reference.where}: \`redis\` ${redis.refused}`);
  return redis.address;
}
