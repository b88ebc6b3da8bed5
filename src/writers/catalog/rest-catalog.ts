/**
 * Tables of an Iceberg REST catalog service (Polaris, Lakekeeper, Glue, Unity …). The service decides where a table lies, numbers
 * its columns and writes its metadata files; commits are optimistic, and no lease is taken.
 */
import type { FileIO } from '../../core/files/file-io.js';
import { inParallel } from '../../core/in-parallel.js';
import { HttpError } from '../../http/errors.js';
import type { Catalog } from '../iceberg/catalog.js';
import { withoutTidying } from '../iceberg/kept-files.js';
import { liveFilesOf } from '../iceberg/manifest-files.js';
import type { LiveFiles, NewTable, TableChange, TableName } from '../iceberg/model.js';
import { type TableVersion, toTableVersion } from '../iceberg/version.js';
import type { RestCatalogSettings, S3Settings } from '../storage/warehouse-settings.js';
import { isRefusal, isUnclear } from './rest/answer.js';
import { type CatalogLimits, RestClient } from './rest/client.js';
import { publish } from './rest/publish.js';
import { TableFiles } from './rest/table-files.js';
import { nameOf, type ServedTable, Tables } from './rest/tables.js';
import { commitVersion, startOf } from './stage-version.js';

export interface RestCatalogOptions {
  readonly settings: RestCatalogSettings;
  /** The object store as the user's settings have it; what they leave out is what the service says. */
  readonly s3?: S3Settings | undefined;
  /** Absolute path of the local folder for copies of remote files. */
  readonly cache: string;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
  readonly limits?: CatalogLimits;
}

/** Names that a table of ours can have; others in a shared catalog are not ours. */
const NAME = /^[a-z_][a-z0-9_]{0,62}$/;
/** Questions about what there is, side by side. */
const AT_ONCE = 16;

export class RestCatalog implements Catalog {
  readonly #client: RestClient;
  readonly #tables: Tables;
  readonly #files = new Map<string, TableFiles>();
  readonly #options: RestCatalogOptions;
  readonly #now: () => number;

  constructor(options: RestCatalogOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
    this.#client = new RestClient(options.settings, options.limits);
    // Whoever says in the settings how files are reached does not need the service's credentials.
    this.#tables = new Tables(this.#client, options.s3?.credentials === undefined);
  }

  /** Sees whether the service answers and takes our credentials. @throws HttpError */
  async prepare(): Promise<void> {
    await this.#client.open();
  }

  /** Others keep tables in the same catalog: neither shown nor maintained are those that no commit of ours has marked. */
  async list(): Promise<readonly TableName[]> {
    const namespaces = possible(await this.#tables.namespaces());
    const names = await inParallel(namespaces, AT_ONCE, (namespace) =>
      this.#tables.names(namespace).catch(orForbidden),
    );
    // Who may look into none of them has the wrong account, rather than no tables.
    const [refusal] = names;
    if (refusal instanceof HttpError && names.every((one) => one instanceof HttpError)) throw refusal;
    const found = names.flatMap((own, number) =>
      own instanceof HttpError ? [] : possible(own).map((name) => ({ namespace: namespaces[number] ?? '', name })),
    );
    const made = await inParallel(found, AT_ONCE, (table) => this.#tables.isOurs(table));
    return found.filter((_, number) => made[number]);
  }

  async load(namespace: string, name: string): Promise<TableVersion | null> {
    const table = await this.#tables.load({ namespace, name });
    return table && this.#version({ namespace, name }, table);
  }

  /** An existing table is answered as it is: somebody else may have made it a moment ago. */
  async draft(table: NewTable): Promise<TableVersion> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return this.#version(table, await this.#tables.create(table));
      } catch (error) {
        const exists = isRefusal(error, 409);
        if (!exists && !isUnclear(error)) throw error;
        const present = await this.load(table.namespace, table.name);
        if (present) return present;
        if (exists || attempt === 2) throw error;
      }
    }
  }

  async commit(base: TableVersion, change: TableChange): Promise<TableVersion> {
    const properties = { ...change.properties, ...withoutTidying(base.properties) };
    const start = startOf(base, this.#now());
    const table = await commitVersion(this.storageOf(base), start, { ...change, properties }, (next) =>
      publish(this.#tables, this.#client.limits.retry, base, base.metadata, next.metadata),
    );
    return this.#version(base, table);
  }

  files(version: TableVersion): Promise<LiveFiles> {
    return liveFilesOf(this.storageOf(version), version.metadata);
  }

  storageOf(table: TableName): FileIO {
    return this.#filesOf(table).io;
  }

  #filesOf({ namespace, name }: TableName): TableFiles {
    const key = nameOf({ namespace, name });
    const { s3, cache, settings } = this.#options;
    const region = settings.auth.type === 'sigv4' ? settings.auth.region : undefined;
    const reload = () => this.load(namespace, name);
    const files = this.#files.get(key) ?? new TableFiles({ reload, s3, region, cache });
    this.#files.set(key, files);
    return files;
  }

  #version(table: TableName, { metadata, metadataLocation, access }: ServedTable): TableVersion {
    if (access) this.#filesOf(table).learn({ location: metadata.location, access });
    return toTableVersion(table, metadata, metadataLocation);
  }
}

function possible(names: readonly string[]): readonly string[] {
  return names.filter((name) => NAME.test(name)).sort();
}

/** A namespace into which this account may not look. */
function orForbidden(error: unknown): HttpError {
  if (isRefusal(error, 403)) return error;
  throw error;
}
