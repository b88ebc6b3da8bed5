/** What a batch of changed rows costs in a large table: time and bytes must follow the batch, not the table. */

import type { Figure } from '../table.js';
import { withWarehouse } from '../warehouse.js';
import { writeInChild } from '../write-child.js';
import type { WriteCost } from '../write-process.js';

const ROWS = 5_000_000;
const FILES = 20;
const KEYS = 10_000;
const TIMES = 5;
const LIMIT = { seconds: 0.3, megabytes: 1 };

const BATCHES: Readonly<Record<string, (draw: () => number) => number>> = {
  'any rows': (draw) => Math.floor(draw() * ROWS),
  '95 % newest rows': (draw) => Math.floor(draw() < 0.95 ? ROWS * (0.95 + draw() * 0.05) : draw() * ROWS),
};

export async function upsert(): Promise<readonly Figure[]> {
  return withWarehouse(async ({ root, megabytes }) => {
    await writeInChild({ does: 'make', root, rows: ROWS, files: FILES });
    const table = `${ROWS.toLocaleString('en')} rows, ${FILES} files, ${await megabytes()} MB`;
    const figures: Figure[] = [];
    for (const [name, pick] of Object.entries(BATCHES)) {
      const cost = await writeInChild({ does: 'upsert', root, indexes: distinct(pick), times: TIMES });
      figures.push(...figuresOf(`${KEYS.toLocaleString('en')} keys, ${name}`, table, cost));
    }
    return figures;
  });
}

function figuresOf(name: string, table: string, { seconds, bytes, written, peakMb }: WriteCost): Figure[] {
  const missing = KEYS * TIMES - written;
  const problem = missing === 0 ? undefined : `${missing} rows were not written`;
  const megabytes = bytes / 1e6;
  return [
    {
      name: `${name}, commit`,
      value: `${seconds.toFixed(2)} s`,
      limit: `${LIMIT.seconds} s`,
      floor: `best of ${TIMES}; ${table}; peak memory ${peakMb.toFixed(0)} MB`,
      ok: seconds <= LIMIT.seconds,
      problem,
    },
    {
      name: `${name}, written`,
      value: `${megabytes.toFixed(2)} MB`,
      limit: `${LIMIT.megabytes} MB`,
      floor: `data, deletes and metadata of one commit`,
      ok: megabytes <= LIMIT.megabytes,
    },
  ];
}

function distinct(pick: (draw: () => number) => number): number[] {
  const draw = drawer();
  const indexes = new Set<number>();
  while (indexes.size < KEYS) indexes.add(pick(draw));
  return [...indexes];
}

/** The same numbers from 0 to 1 at every run. */
function drawer(): () => number {
  let state = 1;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}
