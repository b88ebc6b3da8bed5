/** `--out FILE`: an answer goes to a name beside it first, and takes its place when it is whole. */
import { existsSync, statSync } from 'node:fs';
import { type FileHandle, open, unlink } from 'node:fs/promises';
import { resolve } from 'node:path';
import { ConnectorError } from '../../core/errors.js';
import { moveDurably, nameAside } from '../../core/files/durable.js';
import { orStorageError } from '../../core/files/file-io.js';
import { type Io, writing } from './io.js';

export interface OutOptions {
  /** A file, or `-` for standard output. */
  readonly out: string;
  /** Whether a file of that name may be replaced. */
  readonly force: boolean;
}

/** Before any work: a file that is there already, or a folder. @throws ConnectorError kind `usage` */
export function refuseTaken({ cwd }: Io, { out, force }: OutOptions): void {
  const path = resolve(cwd, out);
  if (out === '-' || !existsSync(path)) return;
  if (statSync(path).isDirectory()) throw new ConnectorError('usage', `${out} is a folder; name a file in it.`);
  if (!force) throw new ConnectorError('usage', `${out} exists; --force replaces it.`);
}

/** @throws ConnectorError kind `failed` when the file cannot be written; then there is nothing new under its name */
export async function writeOut(
  io: Io,
  { out }: Pick<OutOptions, 'out'>,
  pieces: AsyncIterable<string | Uint8Array>,
): Promise<void> {
  if (out === '-') {
    const write = writing(io.stdout);
    for await (const piece of pieces) await write(piece);
    return;
  }
  const path = resolve(io.cwd, out);
  const beside = nameAside(path);
  const file = await opened(beside, out);
  try {
    await fill(file, out, pieces);
    await orStorageError(`write ${out}`, () => moveDurably(beside, path));
  } catch (error) {
    await unlink(beside).catch(() => undefined);
    throw error;
  }
}

async function opened(beside: string, out: string): Promise<FileHandle> {
  try {
    return await open(beside, 'wx');
  } catch (cause) {
    const reason = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
    throw new ConnectorError('failed', `--out ${out} cannot be written (${reason}).`, { cause });
  }
}

async function fill(file: FileHandle, out: string, pieces: AsyncIterable<string | Uint8Array>): Promise<void> {
  try {
    for await (const piece of pieces) await orStorageError(`write ${out}`, () => file.writeFile(piece));
  } finally {
    await orStorageError(`write ${out}`, () => file.close());
  }
}
