/** The least that the same bytes cost, each part by itself in a process of its own: fetched, parsed, and written by DuckDB in one pass. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ask, startChild } from './child.js';
import type { SiteAddress } from './site.js';

export interface FloorOrder {
  readonly floor: 'download' | 'parse' | 'duckdb';
  readonly address: SiteAddress;
  /** Pages, lines and file are kept there between the floors. */
  readonly folder: string;
}

export interface FloorCost {
  readonly cpuSeconds: number;
  /** Of what was read; of the Parquet file for `duckdb`. */
  readonly bytes: number;
  readonly peakMb: number;
}

export type Floors = Readonly<Record<FloorOrder['floor'], FloorCost>>;

export async function floorsOf(address: SiteAddress): Promise<Floors> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-floor-'));
  const run = async (floor: FloorOrder['floor']) => {
    const child = startChild('floor-process.js');
    try {
      return await ask<FloorCost>(child, { floor, address, folder });
    } finally {
      child.disconnect();
    }
  };
  try {
    const download = await run('download');
    const parse = await run('parse');
    return { download, parse, duckdb: await run('duckdb') };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export const sumOf = ({ download, parse, duckdb }: Floors): number =>
  download.cpuSeconds + parse.cpuSeconds + duckdb.cpuSeconds;

/** With the arithmetic: `7.5 s: download 1.9 + JSON.parse 3.4 + DuckDB 2.2, of 213 MB`. */
export function floorInWords(floors: Floors): string {
  const { download, parse, duckdb } = floors;
  const seconds = (cost: FloorCost) => cost.cpuSeconds.toFixed(1);
  const parts = `download ${seconds(download)} + JSON.parse ${seconds(parse)} + DuckDB ${seconds(duckdb)}`;
  return `${sumOf(floors).toFixed(1)} s: ${parts}, of ${Math.round(download.bytes / 1_000_000)} MB`;
}
