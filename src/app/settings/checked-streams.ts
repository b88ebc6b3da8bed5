/**
 * Stream files as the build has checked them, in one file beside the code: the checks take half a second of a processor,
 * and a start with the files of the build repeats none of them. A file that anybody has changed since is read and checked.
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { packageRoot } from '../../core/engine.js';
import { makeRegistry, type Registry, type Stream } from '../../runtime/streams/registry.js';
import type { StreamPackageFile } from './package-files.js';

const BUILT = join(packageRoot(), 'dist');
/** Of use to built code alone: the sources may have changed since the last build. */
const CHECKED = fileURLToPath(import.meta.url).startsWith(BUILT) ? join(BUILT, 'checked-streams.json') : null;

interface Checked {
  readonly digest: string;
  readonly streams: readonly Stream[];
}

/** The text of the file, once all is checked. */
export function checkedText(files: readonly StreamPackageFile[], { streams }: Registry): string {
  const checked: Checked = { digest: digestOf(files), streams: [...streams.values()] };
  return JSON.stringify(checked);
}

/** Null when these are not the files that the build has checked. */
export function checkedRegistry(
  files: readonly StreamPackageFile[],
  place: string | URL | null = CHECKED,
): Registry | null {
  if (place === null || !existsSync(place)) return null;
  const { digest, streams } = JSON.parse(readFileSync(place, 'utf8')) as Checked;
  return digest === digestOf(files) ? makeRegistry(streams) : null;
}

function digestOf(files: readonly StreamPackageFile[]): string {
  return createHash('sha256').update(JSON.stringify(files)).digest('hex');
}
