/** What lay aside on local disk goes. When it cannot, that is told, and costs neither rows nor the run: a later run clears it away. */
import { rm } from 'node:fs/promises';
import { orStorageError } from '../../core/files/file-io.js';
import type { PendingRows } from './pending-rows.js';
import type { Workshop } from './workshop.js';

export async function putAway({ folder, untidied }: Workshop, rows: PendingRows): Promise<void> {
  try {
    await rows.remove();
    await orStorageError(`remove the folder ${folder}`, () => rm(folder, { recursive: true, force: true }));
  } catch (error) {
    untidied?.(error);
  }
}
