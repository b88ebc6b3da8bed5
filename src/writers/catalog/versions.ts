/** Finding a table's newest version among `metadata/v<n>.metadata.json`, with `version-hint.text` as no more than a hint. */
import type { FileIO } from '../../core/files/file-io.js';

export function versionLocation(table: string, version: number): string {
  return `${table}/metadata/v${version}.metadata.json`;
}

/** The number in a version's location; null for any other file. */
export function versionOf(location: string): number | null {
  const digits = /\/metadata\/v([1-9]\d{0,14})\.metadata\.json$/.exec(location)?.[1];
  return digits === undefined ? null : Number(digits);
}

/**
 * The newest version's number, 0 when the table does not exist. The hint may be late by some versions, so the next ones are
 * probed; it may be missing or nonsense, then the folder is listed.
 */
export async function newestVersion(io: FileIO, table: string): Promise<number> {
  const hinted = await readHint(io, table);
  if (hinted === null || (await isAbsent(io, table, hinted))) return newestListed(io, table);
  let newest = hinted;
  while (!(await isAbsent(io, table, newest + 1))) newest++;
  return newest;
}

/**
 * Tells readers where to look first. DuckDB reads it raw: digits without a newline. A hint that is already further on stays;
 * readers cope with a late hint, so a failure here is no failure of the commit.
 */
export async function writeHint(io: FileIO, table: string, version: number): Promise<void> {
  const hinted = await readHint(io, table);
  if (hinted !== null && hinted > version && !(await isAbsent(io, table, hinted))) return;
  await io.write(hintLocation(table), Buffer.from(String(version)));
}

/** The highest version in the metadata folder, 0 for none. */
export async function newestListed(io: FileIO, table: string): Promise<number> {
  const versions = (await io.list(`${table}/metadata`)).map((location) => versionOf(location) ?? 0);
  return versions.reduce((a, b) => Math.max(a, b), 0);
}

function hintLocation(table: string): string {
  return `${table}/metadata/version-hint.text`;
}

async function readHint(io: FileIO, table: string): Promise<number | null> {
  const bytes = await io.read(hintLocation(table));
  const text = bytes === null ? '' : Buffer.from(bytes).toString('latin1').trim();
  return /^[1-9]\d{0,14}$/.test(text) ? Number(text) : null;
}

async function isAbsent(io: FileIO, table: string, version: number): Promise<boolean> {
  return (await io.size(versionLocation(table, version))) === null;
}
