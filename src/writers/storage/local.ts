/** Files on a local disk. A location is the plain absolute path: every Iceberg reader takes it, spaces and umlauts included. */
import type { Stats } from 'node:fs';
import { access, constants, type FileHandle, lstat, open, readdir, realpath, stat, unlink } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { ConnectorError } from '../../core/errors.js';
import { FAILPOINT, failpoint } from '../../core/failpoints.js';
import {
  makeFolder,
  moveDurably,
  nameAside,
  replaceDurably,
  syncFolder,
  writeDurably,
} from '../../core/files/durable.js';
import { linkExclusively } from '../../core/files/exclusive.js';
import {
  type Content,
  errorCode,
  type FileDetails,
  type FileIO,
  OutcomeUnknown,
  StorageError,
} from '../../core/files/file-io.js';
import { isWithin } from '../../core/files/within.js';
import { inParallel } from '../../core/in-parallel.js';
import { plainLocation } from './location.js';

/** Files that are looked at side by side; the system's threads are four. */
const LOOKS_AT_ONCE = 8;

/** The local path of a location, which is a plain absolute path or (from other writers) a `file:` URI. */
export function toLocalPath(location: string): string {
  return plainLocation(location);
}

/** Whether a location is on this machine. */
export function isLocal(location: string): boolean {
  return toLocalPath(location).startsWith('/');
}

export class LocalFileIO implements FileIO {
  private constructor(
    /** The warehouse folder with symbolic links resolved, so that one table has one location whatever way led to it. */
    readonly root: string,
  ) {}

  /** Opens a folder as storage. Creates nothing: the folder is made by the first write. */
  static async open(folder: string): Promise<LocalFileIO> {
    return new LocalFileIO(await realpathOfExistingPart(resolve(folder)));
  }

  /** Makes the warehouse folder when it is missing, and sees whether it can be written. @throws StorageError */
  async prepare(): Promise<void> {
    await makeFolder(this.root);
    await attempt(`write into the warehouse ${this.root}`, () => access(this.root, constants.W_OK));
  }

  async read(location: string): Promise<Uint8Array | null> {
    const { path, real, stats } = await this.#file(location);
    return (
      stats &&
      orNullWhenAbsent(
        withFile(real, (file) => file.readFile()),
        `read ${path}`,
      )
    );
  }

  async readRange(location: string, start: number, end: number): Promise<Uint8Array> {
    const { path, real } = await this.#file(location);
    return attempt(`read bytes ${start} to ${end} of ${path}`, () =>
      withFile(real, async (file) => {
        const bytes = new Uint8Array(end - start);
        const { bytesRead } = await file.read(bytes, 0, bytes.length, start);
        if (bytesRead !== bytes.length) throw new Error(`the file ends ${bytes.length - bytesRead} bytes too early`);
        return bytes;
      }),
    );
  }

  async size(location: string): Promise<number | null> {
    const { stats } = await this.#file(location);
    return stats?.size ?? null;
  }

  async write(location: string, content: Content): Promise<void> {
    const path = await this.#inside(location);
    const what = content instanceof Uint8Array ? `${content.length} bytes to ${path}` : path;
    await attempt(`write ${what}`, async () => {
      await makeFolder(dirname(path));
      if (content instanceof Uint8Array) await replaceDurably(path, content);
      else await moveIn(content.localFile, path);
    });
  }

  async createExclusive(location: string, bytes: Uint8Array): Promise<'created' | 'exists'> {
    const path = await this.#inside(location);
    const prepared = nameAside(path);
    try {
      await attempt(`write ${bytes.length} bytes to ${prepared}`, () => prepare(prepared, bytes));
      const outcome = await linkExclusively(prepared, path, bytes);
      if (outcome === 'created') await confirm(path);
      return outcome;
    } finally {
      await removePrepared(prepared).catch(() => undefined);
    }
  }

  async delete(locations: readonly string[]): Promise<void> {
    for (const location of locations) {
      const path = await this.#inside(location);
      await orNullWhenAbsent(unlink(path), `remove ${path}`);
    }
  }

  async list(folder: string): Promise<readonly string[]> {
    const path = await this.#inside(`${folder}/`);
    const entries = await orNullWhenAbsent(readdir(path, { recursive: true, withFileTypes: true }), `list ${path}`);
    return (
      (entries ?? [])
        .filter((entry) => entry.isFile())
        // Named as the folder was named, which may be by a URI.
        .map((entry) => folder.replace(/\/+$/, '') + join(entry.parentPath, entry.name).slice(path.length))
        .sort()
    );
  }

  /** A file that vanishes while the folder is looked through is left out. */
  async details(folder: string): Promise<readonly FileDetails[]> {
    const found: FileDetails[] = [];
    for (const location of await this.list(folder)) {
      const stats = await orNullWhenAbsent(stat(toLocalPath(location)), `look at ${location}`);
      if (stats) found.push({ location, bytes: stats.size, modified: stats.mtimeMs });
    }
    return found;
  }

  async folders(folder: string): Promise<readonly string[]> {
    const path = await this.#inside(`${folder}/`);
    const entries = await orNullWhenAbsent(readdir(path, { withFileTypes: true }), `list ${path}`);
    return (entries ?? [])
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name)
      .sort();
  }

  async localPaths(locations: readonly string[]): Promise<ReadonlyMap<string, string>> {
    // A table has thousands of files in one folder: that is looked at once.
    const folders = new Map<string, Promise<string>>();
    const realFolder = (folder: string) => {
      const known = folders.get(folder) ?? realpathOfExistingPart(folder);
      folders.set(folder, known);
      return known;
    };
    const found = await inParallel(locations, LOOKS_AT_ONCE, (location) => this.#file(location, realFolder));
    return new Map(locations.map((location, index) => [location, found[index]?.path ?? location]));
  }

  /**
   * A file by its location, null in place of what is not there. DuckDB and we ourselves follow links and wait for pipes: a link
   * out of the warehouse is refused here, and so is whatever is no file, before anybody opens it.
   */
  async #file(
    location: string,
    realFolder = realpathOfExistingPart,
  ): Promise<{ readonly path: string; readonly real: string; readonly stats: Stats | null }> {
    const path = await this.#inside(location, realFolder);
    const own = await orNullWhenAbsent(lstat(path), `look at ${path}`);
    if (own?.isSymbolicLink() !== true) return { path, real: path, stats: plainFile(path, own) };
    const real = await orNullWhenAbsent(realpath(path), `resolve ${path}`);
    if (real === null) return { path, real: path, stats: null };
    if (!isWithin(this.root, real)) throw this.#outside(path, real);
    return { path, real, stats: plainFile(path, await orNullWhenAbsent(stat(real), `look at ${path}`)) };
  }

  /** The path of a location, refused when its folder lies outside the warehouse, also by way of a symbolic link (I10). */
  async #inside(location: string, realFolder = realpathOfExistingPart): Promise<string> {
    const path = resolve(toLocalPath(location));
    const folder = location.endsWith('/') ? path : dirname(path);
    const real = await realFolder(folder);
    // The way there may lead over links: where others say what a table's location is, they need not resolve them.
    if (isWithin(this.root, real)) return path;
    throw this.#outside(path, real);
  }

  #outside(path: string, real: string): ConnectorError {
    return new ConnectorError(
      'failed',
      `${path} leads to ${real}, outside the warehouse ${this.root}. Symbolic links out of the warehouse are refused: ` +
        'replace the link by what it leads to, or name the place it leads to as the warehouse.',
    );
  }
}

/** @throws ConnectorError for a pipe, a socket or a device; a folder is left to fail by the system's own words */
function plainFile(path: string, stats: Stats | null): Stats | null {
  if (stats === null || stats.isFile() || stats.isDirectory()) return stats;
  const what = stats.isFIFO() ? 'a pipe' : stats.isSocket() ? 'a socket' : 'a device';
  throw new ConnectorError(
    'failed',
    `${path} is ${what}, where a table has a plain file. Nothing was read from it: remove it, or bring the file back.`,
  );
}

/** What was a file when it was looked at may be a pipe or a link by now: it is neither waited for nor followed. */
async function withFile<T>(path: string, work: (file: FileHandle) => Promise<T>): Promise<T> {
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW);
  try {
    return await work(file);
  } finally {
    await file.close();
  }
}

/** A path without symbolic links, as far as it exists already. */
export async function realpathOfExistingPart(path: string): Promise<string> {
  const real = await orNullWhenAbsent(realpath(path), `resolve ${path}`);
  if (real !== null) return real;
  return join(await realpathOfExistingPart(dirname(path)), path.slice(dirname(path).length));
}

async function moveIn(localFile: string, path: string): Promise<void> {
  failpoint(FAILPOINT.dataFilesWritten);
  await moveDurably(localFile, path);
  failpoint(FAILPOINT.dataFilesDurable);
}

async function prepare(path: string, bytes: Uint8Array): Promise<void> {
  await makeFolder(dirname(path));
  await writeDurably(path, bytes);
  failpoint(FAILPOINT.metadataPrepared);
}

/** Best effort: a left-over name is untidy, but by now the outcome is decided. */
async function removePrepared(path: string): Promise<void> {
  await unlink(path);
  failpoint(FAILPOINT.preparedRemoved);
}

/** From here on the file is visible, so a failure no longer means that nothing was created. */
async function confirm(path: string): Promise<void> {
  try {
    failpoint(FAILPOINT.versionLinked);
    await syncFolder(dirname(path));
    failpoint(FAILPOINT.versionDurable);
  } catch (error) {
    throw new OutcomeUnknown(`make ${path} durable`, error);
  }
}

async function attempt<T>(what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof ConnectorError ? error : new StorageError(what, error);
  }
}

async function orNullWhenAbsent<T>(work: Promise<T>, what: string): Promise<T | null> {
  try {
    return await work;
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null;
    throw new StorageError(what, error);
  }
}
