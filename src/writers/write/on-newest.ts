/** How work on a table meets other writers: without its lease, by commits that may be refused and are then done again. */
import type { Catalog } from '../iceberg/catalog.js';
import { CommitConflict } from '../iceberg/errors.js';
import type { TableName } from '../iceberg/model.js';
import type { TableVersion } from '../iceberg/version.js';
import type { Workbench } from './workbench.js';

/** Each lost round means that another writer's commit came first. */
const ATTEMPTS = 6;

/**
 * Does work that starts from a table's newest version, and does it again on a newer one when another writer was faster.
 * @throws CommitConflict (kind `later`) when others were faster every time
 */
export async function onNewest<T>(
  { catalog }: Pick<Workbench, 'catalog'>,
  { namespace, name }: TableName,
  work: (version: TableVersion) => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    const version = await catalog.load(namespace, name);
    if (!version) throw new CommitConflict(`Table ${namespace}.${name} is gone from the catalog.`);
    try {
      return await work(version);
    } catch (error) {
      if (attempt === ATTEMPTS || !(await isOvertaken(catalog, version, error))) throw error;
    }
  }
}

/**
 * Whether work failed because the table moved on: by a refused commit, or under files that vanished. Upkeep takes no lease, so
 * what it replaced and removed may be missing to whoever works on an older version.
 */
export async function isOvertaken(catalog: Catalog, version: TableVersion | null, error: unknown): Promise<boolean> {
  if (error instanceof CommitConflict) return true;
  const newest = version && (await catalog.load(version.namespace, version.name).catch(() => null));
  return newest !== null && newest.metadataLocation !== version?.metadataLocation;
}
