/** Where the tables are, from flag, environment and sync.yaml; for commands that only read tables, this is all they need. */

import { tmpdir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ConnectorError } from '../../core/errors.js';
import type {
  CatalogAuth,
  RestCatalogSettings,
  S3Settings,
  WarehouseSettings,
} from '../../writers/storage/warehouse-settings.js';
import { readEnvironment } from './environment.js';
import { homeFolder } from './home-folder.js';
import { networkAt } from './network.js';
import { readSecret, readText, readToken } from './secrets.js';
import { type ConfigSource, type Reading, readSettingsFile, referenceAt, type SettingsFile } from './settings-file.js';
import { refuseOpen } from './site-url.js';

/** The warehouse alone: it needs no site and none of its credentials. @throws ConnectorError kind `usage` */
export function loadWarehouse(source: ConfigSource): {
  readonly warehouse: WarehouseSettings;
  readonly warnings: readonly string[];
} {
  const warnings: string[] = [];
  const file = readSettingsFile(source);
  const warehouse = warehouseOf(source, file && { file, env: source.env, warn: (text) => warnings.push(text) });
  return { warehouse, warnings };
}

/** Precedence of the warehouse: flag, environment, file, `./warehouse`. @throws ConnectorError kind `usage` */
export function warehouseOf(source: ConfigSource, reading: Reading | null): WarehouseSettings {
  const file = reading?.file ?? null;
  const place = placeOf(source, reading);
  const cache = cacheFolder(source, file);
  if (!reading || !file) return { root: place ?? resolve(source.cwd, 'warehouse'), cache };
  const catalog = catalogOf(reading);
  if (catalog && place !== undefined)
    throw new ConnectorError(
      'usage',
      `${file.at(['catalog'])}: with a REST catalog, the catalog decides where tables lie: leave out \`warehouse\` ` +
        '(flag, environment and file), or leave out `catalog`.',
    );
  return {
    root: catalog?.uri ?? place ?? resolve(source.cwd, 'warehouse'),
    s3: storageOf(reading),
    catalog,
    cache,
  };
}

/** For copies of remote files, and rows under way to them. */
function cacheFolder(source: ConfigSource, file: SettingsFile | null): string {
  const set = file?.value.storage?.cache;
  if (file && set !== undefined) return resolve(file.folder, set);
  const { cacheHome } = readEnvironment(source.env);
  if (cacheHome !== undefined && isAbsolute(cacheHome)) return join(cacheHome, 'jira-iceberg-connector');
  const home = homeFolder();
  // A container may run as any number, without a home: what can be made again then lies where it is thrown away.
  return home === undefined
    ? join(tmpdir(), `jira-iceberg-connector-${process.getuid?.() ?? 'cache'}`)
    : join(home, '.cache', 'jira-iceberg-connector');
}

/** Undefined when nobody says. */
function placeOf(source: ConfigSource, reading: Reading | null): string | undefined {
  if (source.warehouse !== undefined) return addressOf(source.warehouse, source.cwd, 'The warehouse');
  const { warehouse: variable } = readEnvironment(source.env);
  const given = variable === undefined ? undefined : addressOf(variable, source.cwd, 'The warehouse');
  const written = reading?.file.value.warehouse;
  if (!reading || written === undefined) return given;
  const where = reading.file.at(['warehouse']);
  const place = addressOf(written, reading.file.folder, `${where}: \`warehouse\``);
  if (given === undefined) return place;
  // An image and a unit set the variable, and whoever mounts a file there may not know.
  if (given !== place)
    reading.warn(
      `${where}: \`warehouse\` has no effect, as CONNECTOR_WAREHOUSE names ${given}. Set the variable to nothing where the file is to decide.`,
    );
  return given;
}

function addressOf(text: string, base: string, what: string): string {
  if (text.startsWith('file://')) return fileURLToPath(text);
  if (text === '~' || text.startsWith('~/')) {
    const home = homeFolder();
    if (home === undefined)
      throw new ConnectorError('usage', `${what} begins with ~, and this account has no home folder: write it out.`);
    return join(home, text.slice(2));
  }
  const bucket = /^s3:\/\/[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](?<prefix>(\/[^/?#\s]+)*)\/?$/;
  if (bucket.test(text)) return text.replace(/\/$/, '');
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(text))
    throw new ConnectorError(
      'usage',
      `${what} must be a folder, a file:// address of this machine, or s3://bucket/prefix.`,
    );
  return resolve(base, text);
}

function storageOf(reading: Reading): S3Settings | undefined {
  const storage = reading.file.value.storage;
  if (!storage) return undefined;
  const { endpoint, region, path_style, access_key_id, secret_access_key, session_token } = storage;
  const at = (name: string) => referenceAt(reading, ['storage', name]);
  if ((access_key_id === undefined) !== (secret_access_key === undefined))
    throw new ConnectorError(
      'usage',
      `${reading.file.at(['storage'])}: \`access_key_id\` and \`secret_access_key\` go together; leave out both to use AWS's own chain.`,
    );
  if (endpoint !== undefined) refuseOpen(endpoint, `${at('endpoint').where}: \`endpoint\``);
  return {
    endpoint,
    region,
    pathStyle: path_style ?? endpoint !== undefined,
    credentials:
      access_key_id === undefined || secret_access_key === undefined
        ? undefined
        : {
            accessKeyId: readText(access_key_id, at('access_key_id')),
            secretAccessKey: readSecret(secret_access_key, at('secret_access_key')),
            sessionToken: session_token === undefined ? undefined : readToken(session_token, at('session_token')),
          },
  };
}

function catalogOf(reading: Reading): RestCatalogSettings | undefined {
  const catalog = reading.file.value.catalog;
  if (!catalog) return undefined;
  refuseOpen(catalog.uri, `${reading.file.at(['catalog', 'uri'])}: \`uri\``);
  return {
    uri: catalog.uri.replace(/\/+$/, ''),
    warehouse: catalog.warehouse,
    auth: authOf(reading),
    network: networkAt(catalog.tls, reading, ['catalog']),
  };
}

function authOf(reading: Reading): CatalogAuth {
  const auth = reading.file.value.catalog?.auth ?? { type: 'none' };
  const at = (name: string) => referenceAt(reading, ['catalog', 'auth', name]);
  switch (auth.type) {
    case 'none':
      return auth;
    case 'bearer':
      return { type: 'bearer', token: readToken(auth.token, at('token')) };
    case 'sigv4':
      return { type: 'sigv4', region: auth.region, service: auth.service ?? 'glue' };
    case 'oauth2': {
      if (auth.token_url !== undefined) refuseOpen(auth.token_url, `${at('token_url').where}: \`token_url\``);
      return {
        type: 'oauth2',
        clientId: readText(auth.client_id, at('client_id')),
        clientSecret: readSecret(auth.client_secret, at('client_secret')),
        scope: auth.scope,
        tokenUrl: auth.token_url,
      };
    }
  }
}
