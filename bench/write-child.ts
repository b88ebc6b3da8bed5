/** Asks a process of its own to write, so that its memory is measured and nothing else. */
import { ask, startChild } from './child.js';
import type { WriteCost, WriteOrder } from './write-process.js';

export async function writeInChild(order: WriteOrder): Promise<WriteCost> {
  const child = startChild('write-process.js');
  try {
    return await ask<WriteCost>(child, order);
  } finally {
    child.disconnect();
  }
}
