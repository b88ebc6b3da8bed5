/** Tables of the demo: one of another site, or of another size, begins anew instead of passing for changes of the one before. */
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { openRunHistory } from '../query/run-history.js';
import { isRemote, type WarehouseSettings } from '../writers/storage/warehouse-settings.js';

/** What a demo was made with; kept beside its tables. */
const madeSchema = z.object({
  /** Issues of each site; null: as many as usual. */
  issues: z.int().nullable(),
  /** Addresses by connection. */
  sites: z.record(z.string(), z.string()),
});
export type Made = z.infer<typeof madeSchema>;

const FILE = 'demo.json';

/**
 * Removes the tables of an earlier demo that was another one, and nothing else: a table counts as a demo's when it says that it holds the
 * site that the file names.
 * @returns connections whose tables were removed
 */
export async function makeRoom(warehouse: WarehouseSettings, made: Made): Promise<readonly string[]> {
  if (isRemote(warehouse)) return [];
  const before = await madeBefore(warehouse.root);
  const same = before?.issues === made.issues;
  const outdated = Object.entries(before?.sites ?? {}).filter(([name, site]) => !same || made.sites[name] !== site);
  const removed: string[] = [];
  for (const [name, site] of outdated) {
    if (!(name in made.sites) || !(await holds(warehouse, name, site))) continue;
    await rm(join(warehouse.root, name), { recursive: true });
    removed.push(name);
  }
  return removed;
}

/** Called when there are tables. */
export async function rememberMade(warehouse: WarehouseSettings, made: Made): Promise<void> {
  if (!isRemote(warehouse)) await writeFile(join(warehouse.root, FILE), `${JSON.stringify(made)}\n`);
}

async function madeBefore(root: string): Promise<Made | null> {
  const text = await readFile(join(root, FILE), 'utf8').catch(() => null);
  if (text === null) return null;
  try {
    return madeSchema.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

async function holds(warehouse: WarehouseSettings, connection: string, site: string): Promise<boolean> {
  if (!/^[a-z_][a-z0-9_]{0,62}$/.test(connection)) return false;
  const history = await openRunHistory(warehouse, connection);
  try {
    const state = history.state('issue_search') ?? history.state('project_search');
    return typeof state === 'object' && state !== null && 'site' in state && state.site === site;
  } finally {
    history.close();
  }
}
