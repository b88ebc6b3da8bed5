/** Writing so that a power loss cannot take it back: the file's content, and its name in every folder above it. */
import { randomUUID } from 'node:crypto';
import { copyFile, mkdir, open, rename, stat, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { errorCode, StorageError } from './file-io.js';

/**
 * Creates a new file with this content and fsyncs it; its folder is left to the caller. Removes what it began on failure.
 * @param mode permissions of the file, before the user's umask
 */
export async function writeDurably(path: string, bytes: Uint8Array, mode = 0o666): Promise<void> {
  const file = await open(path, 'wx', mode);
  try {
    await file.writeFile(bytes);
    await file.sync();
  } catch (error) {
    await file.close();
    await unlink(path).catch(() => undefined);
    throw error;
  }
  await file.close();
}

/**
 * Creates or replaces a file: readers see the old content or the new, and what counts survives. Removes what it began on failure.
 * @param mode permissions of the file, before the user's umask
 */
export async function replaceDurably(path: string, bytes: Uint8Array, mode?: number): Promise<void> {
  const prepared = nameAside(path);
  try {
    await writeDurably(prepared, bytes, mode);
    await rename(prepared, path);
  } catch (error) {
    await unlink(prepared).catch(() => undefined);
    throw error;
  }
  await syncFolder(dirname(path));
}

/** A name beside the file for what is not ready yet. */
export function nameAside(path: string): string {
  return `${path}.${randomUUID()}.tmp`;
}

// Some file systems cannot fsync a folder; there is nothing better to do on them.
const FOLDER_SYNC_UNSUPPORTED = new Set(['EINVAL', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EISDIR', 'EPERM']);

/** Makes the names created in a folder durable. */
export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } catch (error) {
    if (!FOLDER_SYNC_UNSUPPORTED.has(errorCode(error) ?? '')) throw error;
  } finally {
    await folder.close();
  }
}

/**
 * Makes a folder and the missing ones above it, each name durable. Not by mkdir's own `recursive`: below a place
 * that takes no folders, such as /proc, Node repeats that for ever.
 * @param mode of the folder itself; the ones above it get the usual one.
 * @throws StorageError naming the folder that could not be made.
 */
export async function makeFolder(path: string, mode?: number): Promise<void> {
  if (await isMade(path, mode)) return;
  await makeFolder(dirname(path));
  if (await isMade(path, mode)) return;
  throw new StorageError(`make the folder ${path}`, new Error('the folder above it takes no new ones'));
}

/** @returns false when the folder above is missing. */
async function isMade(path: string, mode: number | undefined): Promise<boolean> {
  try {
    await mkdir(path, { mode });
    await syncFolder(dirname(path));
    return true;
  } catch (error) {
    const code = errorCode(error);
    if (code === 'ENOENT' && dirname(path) !== path) return false;
    // Made before, perhaps this moment by another process; some systems name another reason first.
    if (await isFolder(path)) return true;
    throw new StorageError(`make the folder ${path}`, code === 'EEXIST' ? notAFolder() : error);
  }
}

const isFolder = (path: string) =>
  stat(path).then(
    (stats) => stats.isDirectory(),
    () => false,
  );

const notAFolder = () => Object.assign(new Error('a file has this name'), { code: 'ENOTDIR' });

/** Moves a file to a new name durably, by copying when it comes from another disk. */
export async function moveDurably(from: string, to: string): Promise<void> {
  const file = await open(from, 'r');
  await file.sync().finally(() => file.close());
  try {
    await rename(from, to);
  } catch (error) {
    if (errorCode(error) !== 'EXDEV') throw error;
    await copyAcrossDisks(from, to);
  }
  await syncFolder(dirname(to));
}

async function copyAcrossDisks(from: string, to: string): Promise<void> {
  const partial = `${to}.tmp`;
  try {
    await copyFile(from, partial);
    await moveDurably(partial, to);
  } catch (error) {
    await unlink(partial).catch(() => undefined);
    throw error;
  }
  await unlink(from);
}
