/** The site that a table's rows come from: every table's state remembers it. */
import type { TableVersion } from '../../writers/iceberg/version.js';
import { currentState } from '../../writers/write/state.js';

/** The base address without a slash at its end; null when the table does not know it. */
export function siteOf(version: TableVersion): string | null {
  const state = currentState(version);
  const site = state !== null && typeof state === 'object' && 'site' in state ? state.site : null;
  return typeof site === 'string' && /^https?:\/\//.test(site) ? site.replace(/\/+$/, '') : null;
}
