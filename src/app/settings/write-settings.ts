/** What may be written to Jira: nothing, unless the settings file says otherwise. No environment variable has a word in it. */
import { resolve } from 'node:path';
import { ConnectorError } from '../../core/errors.js';
import { didYouMean } from '../../core/yaml-file.js';
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
export function writeSettingsOf({
  value,
  at,
  folder,
}: Pick<SettingsFile, 'at' | 'folder'> & { value: Settings }): WriteSettings | null {
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
  if (complaints.length > 0) throw new ConnectorError('usage', complaints.join('\n'));
  return {
    actions: [...new Set(write.actions.map((name) => registry.get(name).action))],
    projects: write.projects,
    maxRows: write.max_rows ?? USUAL_MOST,
    files: write.files === undefined ? null : resolve(folder, write.files),
  };
}
