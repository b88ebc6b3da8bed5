/** What this program is called, as its package says: for those who ask which program made something. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ConnectorError } from './errors.js';

/** This module lies in src or dist/src; the package starts where package.json is. */
export function packageRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json'))) {
    const above = dirname(folder);
    if (above === folder)
      throw new ConnectorError('usage', 'The installation is incomplete: package.json is missing. Install it again.');
    folder = above;
  }
  return folder;
}

export const ENGINE = readEngine();

function readEngine(): { readonly name: string; readonly version: string } {
  const { name, version } = JSON.parse(readFileSync(join(packageRoot(), 'package.json'), 'utf8')) as Partial<
    Record<string, string>
  >;
  return { name: name ?? 'connector', version: version ?? '0.0.0' };
}
