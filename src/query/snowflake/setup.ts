/**
 * Makes Snowflake see the tables, in either of two ways: files in object storage, each version told by name (docs: CREATE ICEBERG
 * TABLE, Iceberg files in object storage), or a database linked to a REST catalog, which follows by itself (docs: CREATE
 * DATABASE, catalog-linked).
 */
import { ConnectorError } from '../../core/errors.js';
import { isBeneath, plainLocation } from '../../writers/storage/location.js';
import type {
  CatalogAuth,
  RestCatalogSettings,
  S3Settings,
  WarehouseSettings,
} from '../../writers/storage/warehouse-settings.js';
import { name, path, type Section, text } from './sql.js';

export interface SnowflakeNames {
  /** Database of the views; the tables themselves are in `<database>_RAW`. */
  readonly database: string;
  /** Role that may read. */
  readonly role: string;
  /** The AWS role that Snowflake takes on to read the files; undefined: a place to fill in. */
  readonly awsRole: string | undefined;
}

export interface SnowflakeTable {
  readonly namespace: string;
  readonly name: string;
  readonly metadataLocation: string;
}

export const rawDatabase = ({ database }: SnowflakeNames) => `${database}_RAW`;

/** What an administrator runs once. @throws ConnectorError kind `usage` for a warehouse that Snowflake cannot reach */
export function setup(
  settings: WarehouseSettings,
  names: SnowflakeNames,
  tables: readonly SnowflakeTable[],
): readonly Section[] {
  if (settings.catalog) return linkedCatalog(settings.catalog, names, namespacesOf(tables));
  return objectStore(rootOf(settings), settings.s3, names, tables);
}

/** What is run after each sync: nothing where a catalog tells Snowflake. */
export function refresh(
  settings: WarehouseSettings,
  names: SnowflakeNames,
  tables: readonly SnowflakeTable[],
): readonly Section[] {
  if (settings.catalog) return [];
  const root = rootOf(settings);
  const statements = tables.map(
    (table) =>
      `ALTER ICEBERG TABLE ${path(rawDatabase(names), table.namespace, table.name)} REFRESH ${text(relative(root, table.metadataLocation))}`,
  );
  return [
    { about: 'After each sync (connector snowflake --refresh prints these with the newest versions).', statements },
  ];
}

export function namespacesOf(tables: readonly { readonly namespace: string }[]): readonly string[] {
  return [...new Set(tables.map(({ namespace }) => namespace))];
}

function rootOf({ root }: WarehouseSettings): string {
  if (root.startsWith('s3://')) return root;
  throw new ConnectorError(
    'usage',
    `Snowflake reads object storage and REST catalogs, but the tables are in ${root}. Sync into s3://bucket/prefix or a catalog, ` +
      'or move what is there: connector relocate FROM TO.',
  );
}

function objectStore(
  root: string,
  s3: S3Settings | undefined,
  names: SnowflakeNames,
  tables: readonly SnowflakeTable[],
): readonly Section[] {
  const [volume, integration] = [`${names.database}_FILES`, `${names.database}_VERSIONS`];
  const raw = rawDatabase(names);
  return [
    {
      about: 'Once, as ACCOUNTADMIN: where the files are, and that their metadata is read from there.',
      statements: [
        `CREATE EXTERNAL VOLUME IF NOT EXISTS ${name(volume)} STORAGE_LOCATIONS = ((${volumeAt(root, s3, names)})) ALLOW_WRITES = FALSE`,
        `CREATE CATALOG INTEGRATION IF NOT EXISTS ${name(integration)} CATALOG_SOURCE = OBJECT_STORE TABLE_FORMAT = ICEBERG ENABLED = TRUE`,
        `CREATE DATABASE IF NOT EXISTS ${name(raw)}`,
        ...namespacesOf(tables).map((namespace) => `CREATE SCHEMA IF NOT EXISTS ${path(raw, namespace)}`),
      ],
    },
    {
      about: 'Once, and again when a stream is new: the tables.',
      statements: tables.map(
        (table) =>
          `CREATE ICEBERG TABLE IF NOT EXISTS ${path(raw, table.namespace, table.name)} EXTERNAL_VOLUME = ${text(volume.toUpperCase())} ` +
          `CATALOG = ${text(integration.toUpperCase())} METADATA_FILE_PATH = ${text(relative(root, table.metadataLocation))}`,
      ),
    },
  ];
}

function volumeAt(root: string, s3: S3Settings | undefined, { awsRole }: SnowflakeNames): string {
  if (s3?.endpoint === undefined)
    return `NAME = 'lake' STORAGE_PROVIDER = 'S3' STORAGE_BASE_URL = ${text(`${root}/`)} STORAGE_AWS_ROLE_ARN = ${text(awsRole ?? '<ARN of the role Snowflake takes on>')}`;
  const [url, host] = [root.replace(/^s3:/, 's3compat:'), new URL(s3.endpoint).host];
  return (
    `NAME = 'lake' STORAGE_PROVIDER = 'S3COMPAT' STORAGE_BASE_URL = ${text(`${url}/`)} STORAGE_ENDPOINT = ${text(host)} ` +
    `CREDENTIALS = (AWS_KEY_ID = '<access key id>' AWS_SECRET_KEY = '<secret access key>')`
  );
}

function linkedCatalog(
  catalog: RestCatalogSettings,
  names: SnowflakeNames,
  namespaces: readonly string[],
): readonly Section[] {
  const integration = `${names.database}_CATALOG`;
  const warehouse = catalog.warehouse === undefined ? '' : ` CATALOG_NAME = ${text(catalog.warehouse)}`;
  const kind = catalog.auth.type === 'sigv4' && catalog.auth.service === 'glue' ? ' CATALOG_API_TYPE = AWS_GLUE' : '';
  const delegation = catalog.auth.type === 'sigv4' ? '' : ' ACCESS_DELEGATION_MODE = VENDED_CREDENTIALS';
  return [
    {
      about: 'Once, as ACCOUNTADMIN: the catalog, and a database that follows it by itself.',
      statements: [
        `CREATE CATALOG INTEGRATION IF NOT EXISTS ${name(integration)} CATALOG_SOURCE = ICEBERG_REST TABLE_FORMAT = ICEBERG ` +
          `REST_CONFIG = (CATALOG_URI = ${text(catalog.uri)}${kind}${warehouse}${delegation}) ` +
          `REST_AUTHENTICATION = (${authentication(catalog.auth, names)}) ENABLED = TRUE`,
        `CREATE DATABASE IF NOT EXISTS ${name(rawDatabase(names))} LINKED_CATALOG = (CATALOG = ${text(integration.toUpperCase())}, ` +
          `ALLOWED_NAMESPACES = (${namespaces.map(text).join(', ')}), ALLOWED_WRITE_OPERATIONS = NONE) CATALOG_CASE_SENSITIVITY = CASE_INSENSITIVE`,
      ],
    },
  ];
}

/** Secrets are never printed: they are for the administrator to fill in. */
function authentication(auth: CatalogAuth, { awsRole }: SnowflakeNames): string {
  switch (auth.type) {
    case 'none':
      return 'TYPE = NONE';
    case 'bearer':
      return "TYPE = BEARER BEARER_TOKEN = '<token>'";
    case 'sigv4':
      return `TYPE = SIGV4 SIGV4_IAM_ROLE = ${text(awsRole ?? '<ARN of the role Snowflake takes on>')} SIGV4_SIGNING_REGION = ${text(auth.region)}`;
    case 'oauth2': {
      const token = auth.tokenUrl === undefined ? '' : ` OAUTH_TOKEN_URI = ${text(auth.tokenUrl)}`;
      const scopes =
        auth.scope === undefined ? '' : ` OAUTH_ALLOWED_SCOPES = (${auth.scope.split(/\s+/).map(text).join(', ')})`;
      return `TYPE = OAUTH${token} OAUTH_CLIENT_ID = ${text(auth.clientId)} OAUTH_CLIENT_SECRET = '<client secret>'${scopes}`;
    }
  }
}

/** A location below the volume, without a leading slash. */
function relative(root: string, location: string): string {
  if (isBeneath(root, location)) return plainLocation(location).slice(plainLocation(root).length + 1);
  throw new ConnectorError('usage', `${location} is not beneath ${root}, where Snowflake would look for it.`);
}
