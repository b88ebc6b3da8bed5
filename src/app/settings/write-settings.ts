/** What may be written to Jira: nothing, unless the settings file says otherwise. No environment variable has a word in it. */
import { realpathSync } from 'node:fs';
import { resolve } from 'node:path';
import { ConnectorError } from '../../core/errors.js';
import { isWithin } from '../../core/files/within.js';
import { didYouMean } from '../../core/yaml-file.js';
import { isRemote, type WarehouseSettings } from '../../writers/storage/warehouse-settings.js';
import { actionRegistry } from './actions.js';
import type { Settings } from './settings.js';
import type { SettingsFile } from './settings-file.js';

export interface WriteSettings {
  /** The actions that are allowed, by their own names. */
  readonly actions: readonly string[];
  /** Keys of the projects whose issues may be touched. */
  readonly projects: readonly string[];
  /** Of one command, at most. */
  readonly maxRows: number;
  /** The folder below which files may be attached; null: none may. */
  readonly files: string | null;
}

const USUAL_MOST = 500;

/** Null: nothing may be written. @throws ConnectorError kind `usage` with file:line for an action that there is not */
export function writeSettingsOf(
  { value, at, folder }: Pick<SettingsFile, 'at' | 'folder'> & { value: Settings },
  warehouse: WarehouseSettings,
): WriteSettings | null {
  const { write } = value;
  if (!write?.enabled) return null;
  const registry = actionRegistry();
  const own = new Map(
    [...registry.actions.values()].flatMap((one) => [one.action, ...(one.also ?? [])].map((name) => [name, one])),
  );
  const complaints = write.actions.flatMap((name, index) => {
    const action = own.get(name);
    const where = at(['write', 'actions', index]);
    if (action === undefined) return [`${where}: there is no action \`${name}\`.${didYouMean(name, [...own.keys()])}`];
    return action.kind === 'write' ? [] : [`${where}: \`${name}\` only reads; it needs no permission here.`];
  });
  const files = write.files === undefined ? null : resolve(folder, write.files);
  const fault = files === null ? null : faultOf(files, folder, warehouse);
  if (fault !== null)
    complaints.push(
      `${at(['write', 'files'])}: \`write.files\` is ${files}, ${fault}; give a folder of its own, such as ./outbox.`,
    );
  if (complaints.length > 0) throw new ConnectorError('usage', complaints.join('\n'));
  return {
    actions: [...new Set(write.actions.map((name) => registry.get(name).action))],
    projects: write.projects,
    maxRows: write.max_rows ?? USUAL_MOST,
    files,
  };
}

/** Rows name files, and may come from what anybody wrote in Jira: what else lies there could be attached. */
function faultOf(files: string, folder: string, warehouse: WarehouseSettings): string | null {
  const real = realOf(files);
  if (isWithin(real, realOf(folder))) return 'which is or holds the folder of these settings';
  if (isRemote(warehouse)) return null;
  const root = realOf(warehouse.root);
  return isWithin(real, root) || isWithin(root, real) ? 'which is in the warehouse, or holds it' : null;
}

/** With links followed, where it is there. */
function realOf(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
