/** The files that come with the connector: its manifest and its stream files. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../core/engine.js';
import { ConnectorError } from '../../core/errors.js';

export { packageRoot };

export interface PackageFile {
  /** Path as people know it, such as `streams/boards.yaml`. */
  readonly file: string;
  readonly text: string;
}

export interface StreamPackageFile extends PackageFile {
  readonly untested: boolean;
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

/** Every action file, in name order. */
export const readActionFiles = (): readonly PackageFile[] => yamlFilesIn('actions');

const inFolder = (folder: string, untested: boolean): StreamPackageFile[] =>
  yamlFilesIn(folder).map((file) => ({ ...file, untested }));

function yamlFilesIn(folder: string): PackageFile[] {
  const path = join(packageRoot(), folder);
  const names = existsSync(path) ? readdirSync(path).filter((name) => name.endsWith('.yaml')) : [];
  return names.sort().map((name) => readPackageFile(`${folder}/${name}`));
}
