/** A warehouse opened as its settings say: its catalog, its leases, and a local folder for what is under way. */
import { join } from 'node:path';
import { ConnectorError } from '../../core/errors.js';
import { orStorageError } from '../../core/files/file-io.js';
import { makeOwnFolder, seeOwnFolder } from '../../core/files/own-folder.js';
import { type Lease, NO_LEASE, TableLease } from '../../core/lease/lease.js';
import type { LeaseFiles } from '../../core/lease/lease-files.js';
import { LocalLeaseFiles } from '../../core/lease/local-lease-files.js';
import type { Catalog } from '../iceberg/catalog.js';
import { isLocal, LocalFileIO, realpathOfExistingPart, toLocalPath } from '../storage/local.js';
import { copiesFolder } from '../storage/local-copies.js';
import { localLocation } from '../storage/location.js';
import { isRemote, type RestCatalogSettings, type WarehouseSettings } from '../storage/warehouse-settings.js';
import { FileCatalog } from './file-catalog.js';
import { StoredLeaseFiles } from './stored-lease-files.js';

export interface OpenCatalog {
  readonly catalog: Catalog;
  /** Each table lies in `<root>/<namespace>/<name>`; null where a service decides that. */
  readonly root: string | null;
  /** The local folders beneath which the paths lie that `localPaths` answers for files of tables at these locations. */
  foldersOf(tables: readonly string[]): readonly string[];
  /** Absolute path of the local folder for rows under way. */
  readonly scratch: string;
  /** Makes what is missing and sees whether it can be written. @throws StorageError, or ConnectorError (usage) for a folder of somebody else */
  prepare(): Promise<void>;
  /**
   * Keeps other runs from a table (I12).
   * @throws TableBusyError (kind `later`) when another run holds it
   */
  lease(namespace: string, name: string, runStart: Date): Promise<Lease>;
}

/** The clock of table versions, milliseconds since 1970. */
type Clock = () => number;

/** Opens a warehouse; makes and writes nothing, and asks nothing of other machines yet. */
export async function openCatalog(settings: WarehouseSettings, now: Clock = Date.now): Promise<OpenCatalog> {
  if (!isRemote(settings)) return openFolder(settings.root, now);
  const cache = await cacheOf(settings);
  return settings.catalog ? openRest(settings, settings.catalog, cache, now) : openS3(settings, cache, now);
}

async function openFolder(folder: string, now: Clock): Promise<OpenCatalog> {
  const storage = await LocalFileIO.open(folder);
  const { root } = storage;
  const location = localLocation(root);
  const catalog = new FileCatalog({ io: storage, root: location, now });
  const [scratch, allLeases] = [join(root, '.spool'), join(root, '.locks')];
  return {
    catalog,
    root: location,
    foldersOf: () => [root],
    scratch,
    async prepare() {
      for (const folder of [scratch, allLeases]) await seeOwnFolder(folder);
      await storage.prepare();
    },
    lease: leases(catalog, root, async (location) => {
      await makeOwnFolder(allLeases);
      return LocalLeaseFiles.open(location);
    }),
  };
}

async function openS3({ root, s3 = {} }: WarehouseSettings, cache: string, now: Clock): Promise<OpenCatalog> {
  // AWS's client is loaded where it is needed: it takes as long to start as all the rest.
  const { S3FileIO } = await import('../storage/s3.js');
  const storage = await S3FileIO.open({ location: root, settings: s3, cache });
  const catalog = new FileCatalog({ io: storage, root, now });
  return {
    ...remote(cache),
    catalog,
    root,
    prepare: () => prepareRemote(cache, storage),
    lease: leases(catalog, root, async (location) => new StoredLeaseFiles(storage, location)),
  };
}

async function openRest(
  { s3 }: WarehouseSettings,
  settings: RestCatalogSettings,
  cache: string,
  now: Clock,
): Promise<OpenCatalog> {
  const { RestCatalog } = await import('./rest-catalog.js');
  const catalog = new RestCatalog({ settings, s3, cache, now });
  return {
    ...remote(cache),
    // A service on this machine may keep tables in a folder; there is no one folder of all its tables, then.
    foldersOf: (tables) => [copiesFolder(cache), ...tables.filter(isLocal).map(toLocalPath)],
    catalog,
    root: null,
    prepare: () => prepareRemote(cache, catalog),
    lease: async () => NO_LEASE,
  };
}

function remote(cache: string): Pick<OpenCatalog, 'foldersOf' | 'scratch'> {
  return { foldersOf: () => [copiesFolder(cache)], scratch: spoolOf(cache) };
}

async function prepareRemote(cache: string, store: Pick<OpenCatalog, 'prepare'>): Promise<void> {
  for (const folder of [spoolOf(cache), copiesFolder(cache)]) await seeOwnFolder(folder);
  await store.prepare();
}

const spoolOf = (cache: string) => join(cache, 'spool');

async function cacheOf({ root, cache }: WarehouseSettings): Promise<string> {
  if (cache !== undefined) return realpathOfExistingPart(cache);
  throw new ConnectorError(
    'usage',
    `Tables in ${root} need a local folder for copies: set \`cache\` under \`storage:\`.`,
  );
}

function leases(
  catalog: FileCatalog,
  root: string,
  open: (location: string) => Promise<LeaseFiles>,
): OpenCatalog['lease'] {
  return (namespace, name, runStart) => {
    const table = `${namespace}.${name}`;
    const location = `${root}/.locks/${table}`;
    return orStorageError(`lock table ${table} in ${location}`, async () =>
      TableLease.acquire(await open(location), `${table} (${catalog.locationOf({ namespace, name })})`, runStart),
    );
  };
}
