/** A warehouse folder that lasts as long as one case. */
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openForReading } from '../src/query/open.js';
import { ask, endChild, startChild } from './child.js';
import { type SyncCost, type SyncOrder, syncOnce } from './sync-once.js';

export interface Warehouse {
  /** Its folder. */
  readonly root: string;
  sync(order: Omit<SyncOrder, 'root'>): Promise<SyncCost>;
  /** In a process of its own, whose CPU time and peak of memory are then the sync's. @param flags of its Node */
  syncInChild(order: Omit<SyncOrder, 'root'>, flags?: readonly string[]): Promise<SyncCost>;
  /** The first value of the first row. */
  value(sql: string): Promise<unknown>;
  /** Size of all data and metadata. */
  megabytes(): Promise<number>;
}

export async function withWarehouse<T>(work: (warehouse: Warehouse) => Promise<T>): Promise<T> {
  const root = mkdtempSync(join(tmpdir(), 'bench-lake-'));
  try {
    return await work(warehouseAt(root));
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

function warehouseAt(root: string): Warehouse {
  return {
    root,
    sync: (order) => syncOnce({ ...order, root }),
    async syncInChild(order, flags) {
      const child = startChild('sync-process.js', flags);
      try {
        return await ask<SyncCost>(child, { ...order, root });
      } finally {
        await endChild(child);
      }
    },
    async value(sql) {
      const warehouse = await openForReading({ root });
      try {
        const [row = {}] = (await warehouse.read(sql)).getRowObjectsJson();
        return Object.values(row)[0];
      } finally {
        warehouse.close();
      }
    },
    async megabytes() {
      const files = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
      const bytes = files.reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
      return Math.round(bytes / 1_000_000);
    },
  };
}
