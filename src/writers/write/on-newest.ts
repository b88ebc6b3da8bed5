/** How work on a table meets other writers: without its lease, by commits that may be refused and are then done again. */
import type { Catalog } from '../iceberg/catalog.js';
import { CommitConflict } from '../iceberg/errors.js';
import type { TableChange, TableName } from '../iceberg/model.js';
import type { TableVersion } from '../iceberg/version.js';
import type { Workbench } from './workbench.js';

/**
 * Commits a change whose new files lie in the table already. Only a conflict proves that nothing refers to them: they go then.
 * After anything else they stay (I5).
 * @param last asked right before the commit
 */
export async function commitFiles(
  catalog: Catalog,
  base: TableVersion,
  change: TableChange,
  last: () => Promise<void>,
): Promise<TableVersion> {
  try {
    await last();
    return await catalog.commit(base, change);
  } catch (error) {
    const made = change.add.map(({ location }) => location);
    if (error instanceof CommitConflict)
      await catalog
        .storageOf(base)
        .delete(made)
        .catch(() => undefined);
    throw error;
  }
}

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
      if (!(await isOvertaken(catalog, version, error))) throw error;
      if (attempt === ATTEMPTS) throw asConflict(version, error);
    }
  }
}

/** Files that vanished under the last attempt are no fault of this machine: others were faster, as in the ones before. */
const asConflict = ({ namespace, name }: TableVersion, error: unknown): CommitConflict =>
  error instanceof CommitConflict
    ? error
    : new CommitConflict(`Other writers changed table ${namespace}.${name} each time; nothing was changed. Run again.`);

/**
 * Whether work failed because the table moved on: by a refused commit, or under files that vanished. Upkeep takes no lease, so
 * what it replaced and removed may be missing to whoever works on an older version.
 */
export async function isOvertaken(catalog: Catalog, version: TableVersion | null, error: unknown): Promise<boolean> {
  if (error instanceof CommitConflict) return true;
  const newest = version && (await catalog.load(version.namespace, version.name).catch(() => null));
  return newest !== null && newest.metadataLocation !== version?.metadataLocation;
}
