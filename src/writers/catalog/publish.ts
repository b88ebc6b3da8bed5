/** The commit point of a file catalog, and what to believe when it does not answer clearly (I4, I5). */

import { type FileIO, OutcomeUnknown } from '../../core/files/file-io.js';
import { CommitUnknown } from '../iceberg/errors.js';

type Place = Pick<FileIO, 'createExclusive' | 'read'>;

/**
 * Creates a version's file once. After an unclear answer the file is read back: ours or another's decides; absent is tried
 * once more under the same name, so that at most one of the two tries can land.
 * @returns false when the version belongs to somebody else.
 * @throws CommitUnknown when reading back does not settle it; any other error means that nothing became visible.
 */
export async function publish(io: Place, location: string, bytes: Uint8Array): Promise<boolean> {
  const first = await tryOnce(io, location, bytes);
  if (typeof first === 'boolean') return first;
  let second: boolean | OutcomeUnknown;
  try {
    second = await tryOnce(io, location, bytes);
  } catch (error) {
    // A sure failure of the second try says nothing about the first, which a remote store may still carry out.
    throw unknown(location, error);
  }
  if (typeof second === 'boolean') return second;
  throw unknown(location, second);
}

/** Whether the version is ours; OutcomeUnknown when the try ended unclear and no such file is to be seen. */
async function tryOnce(io: Place, location: string, bytes: Uint8Array): Promise<boolean | OutcomeUnknown> {
  let unclear: OutcomeUnknown | null = null;
  try {
    if ((await io.createExclusive(location, bytes)) === 'created') return true;
  } catch (error) {
    if (!(error instanceof OutcomeUnknown)) throw error;
    unclear = error;
  }
  // Also after a plain `exists`: what exists may be the result of our own try whose answer was lost.
  const present = await io.read(location).catch((error: unknown) => {
    throw unknown(location, error);
  });
  if (present === null) return unclear ?? false;
  return Buffer.compare(present, bytes) === 0;
}

function unknown(location: string, cause: unknown): CommitUnknown {
  return new CommitUnknown(
    `It is not known whether ${location} was created. Nothing was removed: check the disk, mount or connection, then run again; ` +
      'the next run reads the table and goes on from what it finds.',
    { cause, detail: cause instanceof Error ? cause.message : String(cause) },
  );
}
