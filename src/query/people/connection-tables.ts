/** The tables of one connection, as far as they are there, and what they say of the connection. */
import type { TableVersion } from '../../writers/iceberg/model.js';
import { currentState } from '../../writers/state.js';
import { Source } from './shown-column.js';

export interface ConnectionTables {
  readonly namespace: string;
  /** For people. */
  readonly label: string;
  /** The site's base address without a slash at its end; null when no table knows it. */
  readonly site: string | null;
  source(table: string, alias: string): Source;
}

export function connectionTables(
  namespace: string,
  label: string,
  versions: readonly TableVersion[],
): ConnectionTables {
  const byName = new Map(versions.map((version) => [version.name, version]));
  return {
    namespace,
    label,
    site: currentSite(versions),
    source: (table, alias) => new Source(byName.get(table), alias),
  };
}

/** Every table's state remembers the site that its rows come from. */
export function currentSite(versions: readonly TableVersion[]): string | null {
  for (const version of versions) {
    const state = currentState(version);
    const site = state !== null && typeof state === 'object' && 'site' in state ? state.site : null;
    if (typeof site === 'string' && /^https?:\/\//.test(site)) return site.replace(/\/+$/, '');
  }
  return null;
}
