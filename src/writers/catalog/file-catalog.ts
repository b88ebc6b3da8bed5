/**
 * A catalog that is nothing but files: `<root>/<namespace>/<table>/{metadata,data}`. The commit point is the exclusive
 * creation of `v<n>.metadata.json` (I4). Locations inside are absolute, so a moved
 * warehouse has to be told (src/writers/relocate/).
 */
import { ConnectorError } from '../../core/errors.js';
import { FAILPOINT, failpoint } from '../../core/failpoints.js';
import type { FileIO } from '../../core/files/file-io.js';
import type { Catalog } from '../iceberg/catalog.js';
import { CommitConflict } from '../iceberg/errors.js';
import { newUuid } from '../iceberg/ids.js';
import { liveFilesOf } from '../iceberg/manifest-files.js';
import { firstMetadata, parseMetadata, serializeMetadata, type TableMetadata } from '../iceberg/metadata.js';
import type { LiveFiles, NewTable, TableChange, TableName } from '../iceberg/model.js';
import { contains, type TableVersion, toTableVersion } from '../iceberg/version.js';
import { isBeneath, plainLocation } from '../storage/location.js';
import { publish } from './publish.js';
import { commitVersion, type Start, startOf } from './stage-version.js';
import { newestListed, newestVersion, versionLocation, versionOf, writeHint } from './versions.js';

export interface FileCatalogOptions {
  readonly io: FileIO;
  /** Location of the warehouse as the storage names it, without a trailing slash. */
  readonly root: string;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
}

interface NumberedStart extends Start {
  /** Of the version to be made. */
  readonly version: number;
}

const NAME = /^[a-z_][a-z0-9_]{0,62}$/;
const READS_OF_A_MOVING_TABLE = 5;

export class FileCatalog implements Catalog {
  readonly #io: FileIO;
  readonly #root: string;
  readonly #now: () => number;

  constructor({ io, root, now = Date.now }: FileCatalogOptions) {
    this.#io = io;
    this.#root = root;
    this.#now = now;
  }

  /** Anything else in the folder (leases, spools, files of other tools) is none of ours. */
  async list(): Promise<readonly TableName[]> {
    const tables: TableName[] = [];
    for (const namespace of await this.#names(this.#root))
      for (const name of await this.#names(`${this.#root}/${namespace}`)) tables.push({ namespace, name });
    return tables;
  }

  storageOf(): FileIO {
    return this.#io;
  }

  /** @throws ConnectorError kind `usage` for a name that could become another path (I10). */
  locationOf({ namespace, name }: TableName): string {
    return `${this.#root}/${validName('namespace', namespace)}/${validName('table', name)}`;
  }

  async load(namespace: string, name: string): Promise<TableVersion | null> {
    const newest = await this.#newest(this.locationOf({ namespace, name }));
    return newest && toTableVersion({ namespace, name }, newest.metadata, newest.location);
  }

  async draft(table: NewTable): Promise<TableVersion> {
    const { schema, lastColumnId, properties } = table;
    const location = this.locationOf(table);
    const first = firstMetadata({ uuid: newUuid(), location, schema, lastColumnId, properties, now: this.#now() });
    return toTableVersion(table, first, '');
  }

  async commit(base: TableVersion, change: TableChange): Promise<TableVersion> {
    const start = base.metadataLocation === '' ? await this.#startOfFirst(base) : await this.#startOfNext(base);
    const location = versionLocation(base.location, start.version);
    const next = await commitVersion(this.#io, start, change, async (staged) => {
      if (!(await publish(this.#io, location, serializeMetadata(staged.metadata)))) throw conflict(base.location);
      return staged;
    });
    await this.#refuseGhost(start, next.metadata, location);
    await attempted(this.#announce(base.location, start.version));
    await attempted(this.#removeOutdated(base.location, next.outdated));
    return toTableVersion(base, next.metadata, location);
  }

  files(version: TableVersion): Promise<LiveFiles> {
    return liveFilesOf(this.#io, version.metadata);
  }

  async #startOfFirst({ location, metadata }: TableVersion): Promise<NumberedStart> {
    // The name v1 is free again in an old table whose first versions were removed: a free name alone proves nothing.
    if ((await newestListed(this.#io, location)) > 0) throw conflict(location);
    return { metadata, version: 1, now: this.#now() };
  }

  async #startOfNext(base: TableVersion): Promise<NumberedStart> {
    const { location, metadataLocation, uuid } = base;
    const version = versionOf(metadataLocation);
    if (version === null) throw conflict(location);
    // What the version was made from is known; not that its file is still there, and not another table's of this place.
    const present = await this.#io.read(metadataLocation);
    if (present === null || !Buffer.from(present).includes(uuid)) throw conflict(location);
    return { ...startOf(base, this.#now()), version: version + 1 };
  }

  async #names(folder: string): Promise<readonly string[]> {
    return (await this.#io.folders(folder)).filter((name) => NAME.test(name));
  }

  async #newest(table: string): Promise<{ metadata: TableMetadata; location: string } | null> {
    const newest = await this.#newestIn(table);
    // As the table itself names its files, which may be by a path where it would be by a URI today.
    return newest && { ...newest, location: versionLocation(newest.metadata.location, newest.version) };
  }

  async #newestIn(table: string): Promise<{ metadata: TableMetadata; version: number } | null> {
    for (let attempt = 1; attempt <= READS_OF_A_MOVING_TABLE; attempt++) {
      const version = await newestVersion(this.#io, table);
      if (version === 0) return null;
      const location = versionLocation(table, version);
      const bytes = await this.#io.read(location);
      // Null: so many commits came in between that this version has been removed; look again.
      if (bytes) return { metadata: refuseMoved(parseMetadata(bytes, location), table, this.#root), version };
    }
    throw new CommitConflict(`${table} changes faster than it can be read. Run again when the other writers are done.`);
  }

  /**
   * A writer that slept while others made so many versions that old ones were removed finds its version's name free again.
   * What it creates then is no version of the table. Old versions go oldest first, so its base is gone as well.
   */
  async #refuseGhost({ metadata, previous }: Start, ours: TableMetadata, location: string): Promise<void> {
    if (!previous || (await this.#io.size(previous.location)) !== null) return;
    const newest = await this.#newest(metadata.location);
    if (newest && (newest.location === location || contains(newest.metadata, ours, location))) return;
    await this.#io.delete([location]);
    throw conflict(metadata.location);
  }

  async #announce(table: string, version: number): Promise<void> {
    await writeHint(this.#io, table, version);
    failpoint(FAILPOINT.hintWritten);
  }

  async #removeOutdated(table: string, outdated: readonly string[]): Promise<void> {
    const own = outdated.filter((location) => isBeneath(table, location) && versionOf(location) !== null);
    await this.#io.delete(own);
    failpoint(FAILPOINT.outdatedRemoved);
  }
}

/** For work around a commit whose outcome stands already: its failure leaves untidy files, never a wrong table. */
async function attempted(work: Promise<void>): Promise<void> {
  await work.catch(() => undefined);
}

function validName(what: string, name: string): string {
  if (NAME.test(name)) return name;
  throw new ConnectorError(
    'usage',
    `${JSON.stringify(name.slice(0, 80))} cannot be a ${what} name: expected 1 to 63 of a-z, 0-9 and _, not beginning with a digit.`,
  );
}

function refuseMoved(metadata: TableMetadata, table: string, root: string): TableMetadata {
  if (plainLocation(metadata.location) === plainLocation(table)) return metadata;
  throw new ConnectorError(
    'failed',
    `The table in ${plainLocation(table)} was made for ${plainLocation(metadata.location)}, and its files name that place. If the warehouse was moved or ` +
      `copied here, run: connector relocate ${shellWord(plainLocation(root))} (or move it back).`,
  );
}

function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

function conflict(table: string): CommitConflict {
  return new CommitConflict(`Another writer changed ${table} first; nothing of this commit is visible. Run again.`);
}
