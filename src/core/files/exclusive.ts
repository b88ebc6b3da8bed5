/** Giving a prepared file its final name if nobody has taken it (I4): the one step that decides a commit on a local disk. */
import { link, stat, unlink } from 'node:fs/promises';
import { writeDurably } from './durable.js';
import { errorCode, OutcomeUnknown, StorageError } from './file-io.js';

const LINKS_UNAVAILABLE = new Set(['EPERM', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP', 'EMLINK']);

/**
 * `rename` would replace a version that another process has just made; `link` fails with EEXIST instead. Where the file
 * system has no links the file is created with O_EXCL, which a crash can leave incomplete: then loading says so.
 * @param makeLink stands for the file system's own call in tests.
 * @throws OutcomeUnknown when the file system neither confirms nor denies; StorageError when nothing was created.
 */
export async function linkExclusively(
  prepared: string,
  path: string,
  bytes: Uint8Array,
  makeLink: typeof link = link,
): Promise<'created' | 'exists'> {
  try {
    await makeLink(prepared, path);
    return 'created';
  } catch (error) {
    // The answer may be lost although the link was made (network file systems): the number of names tells the truth.
    if (await hasSecondName(prepared, path, error)) return 'created';
    const code = errorCode(error) ?? '';
    if (code === 'EEXIST') return 'exists';
    if (LINKS_UNAVAILABLE.has(code)) return createWhereLinksAreUnavailable(path, bytes);
    throw new StorageError(`create ${path}`, error);
  }
}

async function hasSecondName(prepared: string, path: string, linkError: unknown): Promise<boolean> {
  try {
    return (await stat(prepared)).nlink > 1;
  } catch {
    throw new OutcomeUnknown(`learn whether ${path} was created`, linkError);
  }
}

async function createWhereLinksAreUnavailable(path: string, bytes: Uint8Array): Promise<'created' | 'exists'> {
  try {
    await writeDurably(path, bytes);
    return 'created';
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return 'exists';
    // writeDurably has tried to remove what it began; only a look can tell whether that worked.
    const left = await stat(path).catch(() => null);
    if (left === null) throw new StorageError(`create ${path}`, error);
    await unlink(path).catch(() => undefined);
    throw new OutcomeUnknown(`create ${path} whole`, error);
  }
}
