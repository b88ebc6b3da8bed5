/** Copies a file from one storage to another by way of a local file, so that no file has to fit into memory. */
import { randomUUID } from 'node:crypto';
import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ConnectorError } from '../../core/errors.js';
import { type FileIO, orStorageError } from '../../core/files/file-io.js';

export interface Place {
  readonly io: FileIO;
  readonly location: string;
}

const PIECE = 16 * 1024 * 1024;

/**
 * Copies unless the copy is there already. Files of a table never change, so name and size tell.
 * @param bytes what the file must have; both the file and its copy are looked at
 * @param folder a local folder for the copy under way
 */
export async function copyFile(from: Place, to: Place, bytes: number, folder: string): Promise<void> {
  await mustHave(from, bytes);
  if ((await to.io.size(to.location)) === bytes) return;
  const localFile = join(folder, randomUUID());
  try {
    await orStorageError(`copy ${from.location} to ${localFile}`, () => fetchTo(localFile, from, bytes));
    await to.io.write(to.location, { localFile });
  } finally {
    await rm(localFile, { force: true });
  }
  await mustHave(to, bytes);
}

/** @throws ConnectorError when the file is missing or has another size */
export async function mustHave({ io, location }: Place, bytes: number): Promise<void> {
  const found = await io.size(location);
  if (found === bytes) return;
  throw new ConnectorError(
    'failed',
    `${location} ${found === null ? 'is missing' : `has ${found} bytes`}, expected ${bytes}. The table was not moved: ` +
      'bring the file back as it was, then run again.',
  );
}

async function fetchTo(localFile: string, from: Place, bytes: number): Promise<void> {
  const file = await open(localFile, 'wx');
  try {
    for (let start = 0; start < bytes; start += PIECE)
      await file.writeFile(await from.io.readRange(from.location, start, Math.min(start + PIECE, bytes)));
  } finally {
    await file.close();
  }
}
