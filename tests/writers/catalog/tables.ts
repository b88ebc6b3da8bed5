/** What the catalog's tests share: a warehouse in a folder with an awkward name, and a table of one column. */
import { mkdtemp, readdir, readFile, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { FileIO } from '../../../src/core/files/file-io.js';
import { FileCatalog } from '../../../src/writers/catalog/file-catalog.js';
import type { Catalog } from '../../../src/writers/iceberg/catalog.js';
import type { DataFile, NewTable, TableChange } from '../../../src/writers/iceberg/model.js';
import { assignIds } from '../../../src/writers/iceberg/schema.js';
import type { TableVersion } from '../../../src/writers/iceberg/version.js';
import { LocalFileIO } from '../../../src/writers/storage/local.js';
import { dataFile } from '../iceberg/files.js';

export async function temporaryFolder(): Promise<string> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'catalog ü #?% ')));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

export async function fileCatalog(
  root: string,
  options: { replace?: (io: FileIO) => Partial<FileIO>; now?: () => number } = {},
): Promise<FileCatalog> {
  const io = await LocalFileIO.open(root);
  return new FileCatalog({ io: replaced(io, options.replace?.(io) ?? {}), root: io.root, now: options.now });
}

export const ITEMS: NewTable = {
  namespace: 'acme',
  name: 'items',
  ...assignIds([{ name: 'id', type: 'string', doc: 'The key.' }], ['id']),
  properties: { comment: 'Things.' },
};

export function append(...add: DataFile[]): TableChange {
  return { operation: 'append', add, remove: [] };
}

export function setProperties(properties: Record<string, string>): TableChange {
  return { operation: null, add: [], remove: [], properties };
}

/** A table's first version with a change. */
export async function make(catalog: Catalog, table: NewTable, change: TableChange): Promise<TableVersion> {
  return catalog.commit(await catalog.draft(table), change);
}

/** Names of the files in the table's metadata folder. */
export async function metadataFiles(root: string): Promise<string[]> {
  return (await readdir(join(root, 'acme', 'items', 'metadata'))).sort();
}

/** The storage with some methods exchanged. */
export function replaced(io: FileIO, methods: Partial<FileIO>): FileIO {
  const all: FileIO = {
    read: (location) => io.read(location),
    readRange: (location, start, end) => io.readRange(location, start, end),
    size: (location) => io.size(location),
    write: (location, content) => io.write(location, content),
    createExclusive: (location, bytes) => io.createExclusive(location, bytes),
    delete: (locations) => io.delete(locations),
    list: (folder) => io.list(folder),
    details: (folder) => io.details(folder),
    folders: (folder) => io.folders(folder),
    localPaths: (locations) => io.localPaths(locations),
  };
  return { ...all, ...methods };
}

export async function rawMetadata(version: TableVersion): Promise<Record<string, unknown>> {
  return JSON.parse(await readFile(version.metadataLocation, 'utf8'));
}

/** A table of one file and as many versions as asked for. */
export async function makeVersions(root: string, count: number): Promise<TableVersion> {
  const catalog = await fileCatalog(root);
  let version = await make(catalog, ITEMS, append(dataFile('/1')));
  for (let left = count; left > 1; left--)
    version = await catalog.commit(version, setProperties({ left: String(left) }));
  return version;
}
