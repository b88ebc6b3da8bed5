/** The files that come with the connector: its manifest and its stream files. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ConnectorError } from '../errors.js';

export interface PackageFile {
  /** Path as people know it, such as `streams/boards.yaml`. */
  readonly file: string;
  readonly text: string;
}

export interface StreamPackageFile extends PackageFile {
  readonly untested: boolean;
}

/** This module lies in src/config or dist/src/config; the package starts where package.json is. */
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

export function packageVersion(): string {
  const read: unknown = JSON.parse(readPackageFile('package.json').text);
  const version = typeof read === 'object' && read !== null && 'version' in read ? read.version : null;
  return typeof version === 'string' ? version : '0.0.0';
}

/** @throws ConnectorError kind `usage` when the installation lacks it. */
export function readPackageFile(file: string): PackageFile {
  try {
    return { file, text: readFileSync(join(packageRoot(), file), 'utf8') };
  } catch (cause) {
    throw new ConnectorError('usage', `The installation is incomplete: ${file} is missing. Install it again.`, {
      cause,
    });
  }
}

/** Every stream file in name order: `streams/*.yaml`, then `streams/untested/*.yaml`. */
export function readStreamFiles(): readonly StreamPackageFile[] {
  return [...inFolder('streams', false), ...inFolder('streams/untested', true)];
}

function inFolder(folder: string, untested: boolean): StreamPackageFile[] {
  const path = join(packageRoot(), folder);
  const names = existsSync(path) ? readdirSync(path).filter((name) => name.endsWith('.yaml')) : [];
  return names.sort().map((name) => ({ ...readPackageFile(`${folder}/${name}`), untested }));
}
