/**
 * Copies of remote files that never change, for readers that want local paths. Several processes share the folder: a copy is
 * written aside and renamed, and its name says how long it is, so that finding it asks nobody.
 */
import { createHash, randomUUID } from 'node:crypto';
import { readdir, stat, unlink, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { moveDurably } from '../../core/files/durable.js';
import { nullWhenAbsent, orStorageError } from '../../core/files/file-io.js';
import { makeOwnFolder, seeOwnFolder } from '../../core/files/own-folder.js';
import { inParallel } from '../../core/in-parallel.js';

export interface LocalCopiesOptions {
  /** Absolute path; made when needed, for this user alone: copies hold the tables' rows. */
  readonly folder: string;
  /** Bytes that all copies together may have. */
  readonly limit?: number;
}

/** Writes the file of this id to the path, and says how many bytes it has. */
export type Fetch = (id: string, path: string) => Promise<number>;

/** Room for the data of large sites several times over, and no threat to an ordinary disk. */
const LIMIT = 20 * 1024 ** 3;
/** A process may hold paths it was given for long; what was asked for within a day is not removed for lack of room. */
const KEPT_MS = 24 * 3_600_000;
const DOWNLOADS_AT_ONCE = 6;
/** A copy, or one under way: a digest, then its length or a mark. Nothing else in the folder is removed. */
const OURS = /^[0-9a-f]{64}[-.].*\.(parquet|tmp)$/;

/** Where copies lie beneath the cache folder. */
export function copiesFolder(cache: string): string {
  return join(cache, 'files');
}

interface Copy {
  readonly path: string;
  readonly bytes: number;
  /** Milliseconds since 1970. */
  readonly used: number;
}

export class LocalCopies {
  readonly #folder: string;
  readonly #limit: number;
  /** Bytes added since somebody last looked for room; the first addition of a process always looks. */
  #added = Number.POSITIVE_INFINITY;

  constructor({ folder, limit = LIMIT }: LocalCopiesOptions) {
    this.#folder = folder;
    this.#limit = limit;
  }

  /** Paths of the copies by id (whatever tells one remote file from all others); missing ones are fetched. @throws StorageError */
  async paths(ids: readonly string[], fetch: Fetch): Promise<ReadonlyMap<string, string>> {
    const wanted = [...new Set(ids)];
    return this.#work(async () => {
      await seeOwnFolder(this.#folder);
      const paths = await inParallel(
        wanted,
        DOWNLOADS_AT_ONCE,
        async (id) => (await this.#find(id)) ?? this.#add(id, (path) => fetch(id, path)),
      );
      return new Map(wanted.map((id, index) => [id, paths[index] ?? '']));
    });
  }

  /** Takes a local file whose content is the remote file's; it is gone from its place afterwards, whatever happens. */
  async adopt(id: string, file: string): Promise<void> {
    const take = async (path: string) => {
      await moveDurably(file, path);
      return (await stat(path)).size;
    };
    // The remote file is what counts: a copy that cannot be kept is fetched when it is needed.
    await this.#add(id, take).catch(() => undefined);
    await unlink(file).catch(() => undefined);
  }

  /** Forgets copies, as their remote files are removed. */
  async remove(ids: readonly string[]): Promise<void> {
    await this.#work(async () => {
      await seeOwnFolder(this.#folder);
      for (const id of ids) for (const path of await this.#copiesOf(id)) await unlink(path).catch(() => undefined);
    });
  }

  /** Forgets every copy, also those under way, of files that nobody refers to any more, and those in use. @throws StorageError */
  async clear(): Promise<void> {
    await this.#work(async () => {
      await seeOwnFolder(this.#folder);
      for (const { path } of await this.#all()) await unlink(path).catch(nullWhenAbsent);
    });
  }

  async #find(id: string): Promise<string | null> {
    for (const path of await this.#copiesOf(id)) {
      const found = await stat(path).catch(() => null);
      if (found?.size === bytesOf(path)) {
        await utimes(path, new Date(), found.mtime).catch(() => undefined);
        return path;
      }
      await unlink(path).catch(() => undefined);
    }
    return null;
  }

  /** @param make writes the copy to the path it is given, and answers its size */
  async #add(id: string, make: (path: string) => Promise<number>): Promise<string> {
    const { folder, name } = this.#placeOf(id);
    await makeOwnFolder(this.#folder);
    await makeOwnFolder(folder);
    const aside = join(folder, `${name}.${randomUUID()}.tmp`);
    try {
      const bytes = await make(aside);
      const path = join(folder, `${name}-${bytes}.parquet`);
      await moveDurably(aside, path);
      await this.#makeRoom(bytes);
      return path;
    } catch (error) {
      await unlink(aside).catch(() => undefined);
      throw error;
    }
  }

  /** Removes the least recently used copies above the limit. Looks seldom: each look walks through the whole folder. */
  async #makeRoom(bytes: number): Promise<void> {
    this.#added += bytes;
    if (this.#added < this.#limit / 20) return;
    this.#added = 0;
    const copies = await this.#all();
    let total = copies.reduce((sum, copy) => sum + copy.bytes, 0);
    for (const { path, bytes, used } of copies.sort((a, b) => a.used - b.used)) {
      const isLeftover = path.endsWith('.tmp');
      if (used > Date.now() - KEPT_MS || (total <= this.#limit && !isLeftover)) continue;
      await unlink(path).catch(() => undefined);
      total -= bytes;
    }
  }

  async #all(): Promise<Copy[]> {
    const copies: Copy[] = [];
    const entries = await readdir(this.#folder, { recursive: true, withFileTypes: true }).catch(nullWhenAbsent);
    for (const entry of entries ?? []) {
      if (!entry.isFile() || !OURS.test(entry.name)) continue;
      const path = join(entry.parentPath, entry.name);
      const found = await stat(path).catch(() => null);
      if (found) copies.push({ path, bytes: found.size, used: Math.max(found.atimeMs, found.mtimeMs) });
    }
    return copies;
  }

  async #copiesOf(id: string): Promise<string[]> {
    const { folder, name } = this.#placeOf(id);
    const names = await readdir(folder).catch(() => []);
    return names.filter((one) => one.startsWith(`${name}-`) && bytesOf(one) !== null).map((one) => join(folder, one));
  }

  /** Remote names may be too long for a file system, or lead out of the folder; their digests do neither (I10). */
  #placeOf(id: string): { readonly folder: string; readonly name: string } {
    const name = createHash('sha256').update(id).digest('hex');
    return { folder: join(this.#folder, name.slice(0, 2)), name };
  }

  #work<T>(work: () => Promise<T>): Promise<T> {
    return orStorageError(`keep copies of remote files in ${this.#folder} (\`cache\` under \`storage:\`)`, work);
  }
}

function bytesOf(path: string): number | null {
  const digits = /-(\d+)\.parquet$/.exec(path)?.[1];
  return digits === undefined ? null : Number(digits);
}
