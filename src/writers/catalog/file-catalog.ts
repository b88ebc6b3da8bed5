/**
 * A catalog that is nothing but files: `<root>/<namespace>/<table>/{metadata,data}`. The commit point is the exclusive
 * creation of `v<n>.metadata.json` (I4). Locations inside are absolute, so a moved
 * warehouse has to be told (src/writers/relocate/).
 */
import { ConnectorError } from '../../core/errors.js';
import { FAILPOINT, failpoint } from '../../core/failpoints.js';
import type { FileIO } from '../../core/files/file-io.js';
import type { Catalog } from '../iceberg/catalog.js';
import { CommitConflict, CommitUnknown } from '../iceberg/errors.js';
import { newUuid } from '../iceberg/ids.js';
import { filesOf } from '../iceberg/manifest-files.js';
import {
  firstMetadata,
  nextTimestamp,
  parseMetadata,
  serializeMetadata,
  type TableMetadata,
} from '../iceberg/metadata.js';
import type { LiveFile, NewTable, TableChange, TableName, TableVersion } from '../iceberg/model.js';
import { isBeneath, plainLocation } from '../storage/location.js';
import { publish } from './publish.js';
import { type Draft, stageVersion } from './stage-version.js';
import { byContent, contains, toTableVersion } from './table-version.js';
import { newestListed, newestVersion, versionLocation, versionOf, writeHint } from './versions.js';

export interface FileCatalogOptions {
  readonly io: FileIO;
  /** Location of the warehouse as the storage names it, without a trailing slash. */
  readonly root: string;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
}

interface NumberedDraft extends Draft {
  /** Of the version to be made. */
  readonly version: number;
}

const NAME = /^[a-z_][a-z0-9_]{0,62}$/;
const READS_OF_A_MOVING_TABLE = 5;

export class FileCatalog implements Catalog {
  readonly #io: FileIO;
  readonly #root: string;
  readonly #now: () => number;
  /** What versions were made from: with a long history, reading it again would be most of a commit's time. */
  readonly #metadata = new WeakMap<TableVersion, TableMetadata>();

  constructor({ io, root, now = Date.now }: FileCatalogOptions) {
    this.#io = io;
    this.#root = root;
    this.#now = now;
  }

  /** Anything else in the folder (locks, spools, files of other tools) is none of ours. */
  async list(): Promise<readonly TableName[]> {
    const tables: TableName[] = [];
    for (const namespace of await this.#names(this.#root))
      for (const name of await this.#names(`${this.#root}/${namespace}`)) tables.push({ namespace, name });
    return tables;
  }

  storageOf(): FileIO {
    return this.#io;
  }

  async begin(): Promise<null> {
    return null;
  }

  /** @throws ConnectorError kind `usage` for a name that could become another path (I10). */
  locationOf(namespace: string, name: string): string {
    return `${this.#root}/${validName('namespace', namespace)}/${validName('table', name)}`;
  }

  async load(namespace: string, name: string): Promise<TableVersion | null> {
    const newest = await this.#newest(this.locationOf(namespace, name));
    return newest && this.#version({ namespace, name }, newest.metadata, newest.location);
  }

  async create(table: NewTable, change: TableChange): Promise<TableVersion> {
    const location = this.locationOf(table.namespace, table.name);
    // The name v1 is free again in an old table whose first versions were removed: a free name alone proves nothing.
    if ((await newestListed(this.#io, location)) > 0) throw conflict(location);
    const now = this.#now();
    const { schema, lastColumnId, properties } = table;
    const metadata = firstMetadata({ uuid: newUuid(), location, schema, lastColumnId, properties, now });
    return this.#commit(table, { metadata, version: 1, now }, change);
  }

  async commit(base: TableVersion, change: TableChange): Promise<TableVersion> {
    const location = base.metadataLocation;
    const version = versionOf(location);
    if (version === null) throw conflict(base.location);
    // What the version was made from is known; not that its file is still there, and not another table's of this place.
    const present = await this.#io.read(location);
    if (present === null || !Buffer.from(present).includes(base.uuid)) throw conflict(base.location);
    const metadata = await this.metadataOf(base);
    const previous = { location, updated: metadata['last-updated-ms'] };
    return this.#commit(
      base,
      { metadata, version: version + 1, now: nextTimestamp(metadata, this.#now()), previous },
      change,
    );
  }

  async files(
    version: TableVersion,
  ): Promise<{ readonly data: readonly LiveFile[]; readonly deletes: readonly LiveFile[] }> {
    return byContent(await filesOf(this.#io, await this.metadataOf(version)));
  }

  async metadataOf(version: TableVersion): Promise<TableMetadata> {
    const known = this.#metadata.get(version);
    if (known) return known;
    const { metadataLocation, location } = version;
    const bytes = await this.#io.read(metadataLocation);
    if (bytes === null) throw conflict(location);
    return parseMetadata(bytes, metadataLocation);
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

  async #commit(
    { namespace, name }: { readonly namespace: string; readonly name: string },
    draft: NumberedDraft,
    change: TableChange,
  ): Promise<TableVersion> {
    const location = versionLocation(draft.metadata.location, draft.version);
    const staged: string[] = [];
    let next: { readonly metadata: TableMetadata; readonly outdated: readonly string[] };
    try {
      next = await stageVersion(this.#io, draft, change, staged);
      if (!(await publish(this.#io, location, serializeMetadata(next.metadata))))
        throw conflict(draft.metadata.location);
    } catch (error) {
      if (!(error instanceof CommitUnknown)) await attempted(this.#io.delete(staged));
      throw error;
    }
    await this.#refuseGhost(draft, next.metadata, location);
    await attempted(this.#announce(draft.metadata.location, draft.version));
    await attempted(this.#removeOutdated(draft.metadata.location, next.outdated));
    return this.#version({ namespace, name }, next.metadata, location);
  }

  #version({ namespace, name }: TableName, metadata: TableMetadata, location: string): TableVersion {
    const version = toTableVersion(namespace, name, metadata, location);
    this.#metadata.set(version, metadata);
    return version;
  }

  /**
   * A writer that slept while others made so many versions that old ones were removed finds its version's name free again.
   * What it creates then is no version of the table. Old versions go oldest first, so its base is gone as well.
   */
  async #refuseGhost({ metadata, previous }: Draft, ours: TableMetadata, location: string): Promise<void> {
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
