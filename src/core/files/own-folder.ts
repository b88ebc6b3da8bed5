/**
 * Folders that belong to this user alone. In any other one nothing is read, trusted or removed: a link may lead to the
 * user's own files, and what somebody else may write into can name a victim.
 */
import { constants, type Stats } from 'node:fs';
import { lstat, open } from 'node:fs/promises';
import { ConnectorError } from '../errors.js';
import { makeFolder } from './durable.js';
import { errorCode, orStorageError } from './file-io.js';

const OTHERS = 0o077;

/** Looks at a folder that may be absent. One that others may enter is closed to them. @throws ConnectorError (usage) when it is not this user's */
export async function seeOwnFolder(path: string): Promise<void> {
  await orStorageError(`look at ${path}`, async () => {
    const found = await lstatOrNull(path);
    if (found === null) return;
    if (found.isSymbolicLink())
      throw refusal(path, 'is a symbolic link', 'Replace it by the folder itself (or mount what it leads to there)');
    if (!isOwn(found))
      throw refusal(path, `belongs to another user (uid ${found.uid})`, 'Run as that user, or move the folder away');
    if (found.isDirectory() && isOpen(found)) await close(path);
  });
}

/** Makes a folder for this user alone when it is absent. @throws ConnectorError (usage) as `seeOwnFolder` */
export async function makeOwnFolder(path: string): Promise<void> {
  await seeOwnFolder(path);
  await makeFolder(path, 0o700);
  // Again: somebody may have been quicker.
  await seeOwnFolder(path);
}

/** Whether an entry is of this user; where the system knows no users, every one is. */
export function isOwn({ uid }: Stats): boolean {
  return process.getuid === undefined || uid === process.getuid();
}

/** Whether other users may enter, read or write. */
export function isOpen({ mode }: Stats): boolean {
  return process.getuid !== undefined && (mode & OTHERS) !== 0;
}

/** By its handle, so that a link put in its place meanwhile is not followed. */
async function close(path: string): Promise<void> {
  const folder = await open(path, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW);
  try {
    await folder.chmod(0o700);
    if (isOpen(await folder.stat()))
      throw refusal(path, 'is open to other users and cannot be closed (chmod 0700 has no effect)', 'Mount it so');
  } finally {
    await folder.close();
  }
}

function refusal(path: string, why: string, todo: string): ConnectorError {
  return new ConnectorError(
    'usage',
    `${path} ${why}. It must be a folder of this user alone, as rows under way and locks lie there; nothing in it was touched. ${todo}, then run again.`,
  );
}

async function lstatOrNull(path: string): Promise<Stats | null> {
  return lstat(path).catch((error: unknown) => {
    // A file in its way is told by what makes the folder.
    if (['ENOENT', 'ENOTDIR'].includes(errorCode(error) ?? '')) return null;
    throw error;
  });
}
