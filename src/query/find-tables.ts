/** Which tables a warehouse folder holds: `<root>/<connection>/<stream>/metadata`. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

export interface TableName {
  readonly namespace: string;
  readonly name: string;
}

/** Names a table may have; anything else in the folder (locks, spools, files of other tools) is none of ours. */
const NAME = /^[a-z_][a-z0-9_]{0,62}$/;

/** In name order; empty when the folder does not exist. */
export function findTables(root: string): readonly TableName[] {
  return foldersIn(root).flatMap((namespace) =>
    foldersIn(join(root, namespace))
      .filter((name) => existsSync(join(root, namespace, name, 'metadata')))
      .map((name) => ({ namespace, name })),
  );
}

function foldersIn(path: string): string[] {
  if (!existsSync(path)) return [];
  return readdirSync(path, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && NAME.test(entry.name))
    .map((entry) => entry.name)
    .sort();
}
