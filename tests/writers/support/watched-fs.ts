/**
 * The file system with a watcher before and after each call: what a test of a failing disk, or of a power loss, is made of.
 * A test file says `vi.mock('node:fs/promises', async (original) => watchedFs(await original()))`.
 */
import type * as Fs from 'node:fs/promises';

export interface Call {
  /** Such as `rename`, or `file.sync` for a method of an open file. */
  readonly name: string;
  readonly path: string;
  /** The new name, of `rename`, `link` and `copyFile`. */
  readonly to?: string;
  /** What is written, or the flags of `open`. */
  readonly data?: unknown;
  /** Of an open file. */
  readonly fd?: number;
}

export interface Watcher {
  /** May throw in place of the call. */
  before?(call: Call): void;
  after?(call: Call): void;
}

let watcher: Watcher = {};

export function watch(next: Watcher): void {
  watcher = next;
}

const OF_PATHS = new Set([
  'open',
  'rename',
  'link',
  'unlink',
  'mkdir',
  'copyFile',
  'rm',
  'rmdir',
  'writeFile',
  'appendFile',
  'mkdtemp',
]);
const TWO_NAMES = new Set(['rename', 'link', 'copyFile']);
const OF_FILES = new Set(['writeFile', 'appendFile', 'write', 'sync', 'datasync', 'truncate']);

type AnyFunction = (...args: unknown[]) => Promise<unknown>;

export function watchedFs(original: typeof Fs): typeof Fs {
  const watched: Record<string, unknown> = { ...original };
  for (const name of OF_PATHS) {
    const real = (original as unknown as Record<string, AnyFunction>)[name] as AnyFunction;
    watched[name] = async (...args: unknown[]) => {
      const [path, second] = args;
      const call: Call = TWO_NAMES.has(name)
        ? { name, path: String(path), to: String(second) }
        : { name, path: String(path), data: second };
      const result = await around(call, () => real(...args));
      return name === 'open' ? watchedFile(result as Fs.FileHandle, String(path)) : result;
    };
  }
  return { ...watched, default: watched } as unknown as typeof Fs;
}

function watchedFile(file: Fs.FileHandle, path: string): Fs.FileHandle {
  return new Proxy(file, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function') return value;
      const method = value.bind(target) as AnyFunction;
      if (!OF_FILES.has(String(name))) return method;
      return (...args: unknown[]) =>
        around({ name: `file.${String(name)}`, path, data: args[0], fd: target.fd }, () => method(...args));
    },
  });
}

async function around<T>(call: Call, work: () => Promise<T>): Promise<T> {
  watcher.before?.(call);
  const result = await work();
  watcher.after?.(call);
  return result;
}
