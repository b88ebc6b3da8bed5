/** Rows in hand to rows in a table, by commits as a sync makes them: what is left for a site's answers to be the slow part. */

import type { Figure } from '../table.js';
import { withWarehouse } from '../warehouse.js';
import { writeInChild } from '../write-child.js';

/** Promised for a sync as a whole. */
const PEAK_MB = 500;
const KINDS = { narrow: 550, wide: 5000 } as const;

export async function writePathOf(rows: number): Promise<readonly Figure[]> {
  const figures: Figure[] = [];
  for (const [kind, bytes] of Object.entries(KINDS)) figures.push(...(await figuresOf(rows, kind, bytes)));
  return figures;
}

function figuresOf(rows: number, kind: string, bytes: number): Promise<Figure[]> {
  return withWarehouse(async ({ root, megabytes }) => {
    const { seconds, written, peakMb } = await writeInChild({ does: 'load', root, rows, bytes });
    const name = `${rows.toLocaleString('en')} ${kind} rows of ${bytes.toLocaleString('en')} bytes`;
    const missing = rows - written;
    return [
      {
        name,
        value: `${Math.round(rows / seconds).toLocaleString('en')} rows/s`,
        floor: `${seconds.toFixed(1)} s in commits of 5,000, ${await megabytes()} MB of tables`,
        ok: missing === 0,
        problem: missing === 0 ? undefined : `${missing} rows are missing`,
      },
      {
        name: `${name}, peak memory`,
        value: `${peakMb.toFixed(0)} MB`,
        limit: `${PEAK_MB} MB`,
        floor: 'resident, of the process that writes',
        ok: peakMb <= PEAK_MB,
      },
    ];
  });
}
