/** A file in the new warehouse that says, while tables are being moved, where they come from. */
import { ConnectorError } from '../../core/errors.js';
import type { FileIO } from '../../core/files/file-io.js';

const MARKER = '.relocation.json';

/**
 * Makes sure that a place is empty or was begun by a move from the same source, and marks it.
 * @param dryRun look, and leave no mark
 * @throws ConnectorError kind `usage` when something else lies there
 */
export async function clearOfOthers(io: FileIO, to: string, from: string, dryRun: boolean): Promise<void> {
  const location = `${to}/${MARKER}`;
  const found = await io.read(location);
  if (found) return refuseOther(found, to, from);
  const files = (await io.list(to)).filter((file) => !/^\.(locks|spool)\//.test(file.slice(to.length + 1)));
  if (files.length > 0)
    throw new ConnectorError(
      'usage',
      `${to} is not empty (${files.length} files, such as ${files[0]}). Name an empty or a new place to move the warehouse to.`,
    );
  if (!dryRun) await io.write(location, Buffer.from(`${JSON.stringify({ moving_from: from })}\n`));
}

export async function removeMarker(io: FileIO, to: string): Promise<void> {
  await io.delete([`${to}/${MARKER}`]);
}

function refuseOther(marker: Uint8Array, to: string, from: string): void {
  const text = Buffer.from(marker).toString('utf8').trim();
  if (text === JSON.stringify({ moving_from: from })) return;
  throw new ConnectorError(
    'usage',
    `${to} was begun by another move (${text.slice(0, 200)}). Run that one again, or name an empty place.`,
  );
}
