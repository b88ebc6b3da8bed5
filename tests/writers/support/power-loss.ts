/**
 * A disk as a power loss may leave it. A file's content is sure after its fsync, a name after the fsync of its folder; of what is not
 * sure any part may be there or not, in any order.
 */
import { createHash } from 'node:crypto';
import { lstatSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Call } from './watched-fs.js';

interface Inode {
  bytes: Buffer;
  /** What a power loss leaves for sure; null: anything. */
  sure: Buffer | null;
}

/** A change of names that is not sure yet. */
interface NameChange {
  readonly folder: string;
  readonly add?: readonly [path: string, inode: Inode | 'folder'];
  readonly remove?: string;
}

type Names = Map<string, Inode | 'folder'>;
/** Files of one possible disk; a folder is null. */
export type Image = ReadonlyMap<string, Buffer | null>;

export class Disk {
  /** As the running process sees it. */
  readonly #seen: Names = new Map();
  readonly #sure: Names = new Map();
  #pending: NameChange[] = [];

  /** @param root all names of interest lie below it. */
  constructor(
    private readonly root: string,
    private readonly ignored: RegExp,
  ) {}

  /** A call that has just been carried out. */
  note({ name, path, to = '', data }: Call): void {
    if (name === 'open' && typeof data === 'string' && data.includes('x')) this.#add(path, newInode());
    else if (name === 'open') this.#meet(path);
    else if (name === 'file.writeFile') this.#inode(path).bytes = Buffer.from(data as Uint8Array);
    else if (name === 'file.sync') this.#sync(path);
    else if (name === 'mkdir') this.#add(path, 'folder');
    else if (name === 'link') this.#add(to, this.#inode(path));
    else if (name === 'unlink') this.#change({ folder: dirname(path), remove: path });
    else if (name === 'rename') {
      const inode = this.#seen.get(path) ?? { bytes: readFileSync(to), sure: null };
      this.#change({ folder: dirname(to), add: [to, inode], remove: path });
    }
  }

  /** Every disk that a power loss may leave now, as far as single names and halves of files tell them apart. */
  *images(): Generator<Image> {
    const all = this.#pending;
    const choices = [
      [],
      ...all.map((_, end) => all.slice(0, end + 1)),
      ...all.map((one) => [one]),
      ...all.map((one) => all.filter((other) => other !== one)),
    ];
    for (const chosen of choices)
      for (const left of [1, 0.5, 0]) {
        const names = new Map(this.#sure);
        for (const change of chosen) apply(names, change);
        yield this.#imageOf(names, left);
      }
  }

  #imageOf(names: Names, left: number): Image {
    const image = new Map<string, Buffer | null>();
    const reachable = (path: string): boolean =>
      path === this.root || (names.get(path) === 'folder' && reachable(dirname(path)));
    for (const [path, inode] of names) {
      if (this.ignored.test(path) || !reachable(dirname(path))) continue;
      if (inode === 'folder') image.set(path, null);
      else image.set(path, inode.sure ?? inode.bytes.subarray(0, Math.floor(inode.bytes.length * left)));
    }
    return image;
  }

  #add(path: string, inode: Inode | 'folder'): void {
    this.#change({ folder: dirname(path), add: [path, inode] });
  }

  #change(change: NameChange): void {
    apply(this.#seen, change);
    this.#pending.push(change);
  }

  #sync(path: string): void {
    if (this.#seen.get(path) === 'folder' || path === this.root) {
      for (const change of this.#pending) if (change.folder === path) apply(this.#sure, change);
      this.#pending = this.#pending.filter(({ folder }) => folder !== path);
    } else {
      const inode = this.#inode(path);
      inode.sure = inode.bytes;
    }
  }

  /** A file that another program (DuckDB) has made: nothing of it is sure. */
  #meet(path: string): void {
    if (this.#seen.has(path) || !path.startsWith(`${this.root}/`) || !lstatSync(path).isFile()) return;
    this.#seen.set(path, { bytes: readFileSync(path), sure: null });
  }

  #inode(path: string): Inode {
    const found = this.#seen.get(path);
    if (!found || found === 'folder') throw new Error(`no file ${path}`);
    return found;
  }
}

const newInode = (): Inode => ({ bytes: Buffer.alloc(0), sure: null });

function apply(names: Names, { add, remove }: NameChange): void {
  if (remove !== undefined) names.delete(remove);
  if (add) names.set(...add);
}

/** Two images with one print are the same disk. */
export function printOf(image: Image): string {
  const hash = createHash('sha256');
  for (const [path, bytes] of [...image].sort(([a], [b]) => (a < b ? -1 : 1)))
    hash.update(`${path}\0${bytes === null ? 'folder' : createHash('sha256').update(bytes).digest('hex')}\n`);
  return hash.digest('hex');
}

/** Puts an image in place of the folder. */
export function build(root: string, image: Image): void {
  rmSync(root, { recursive: true, force: true });
  mkdirSync(root, { recursive: true });
  for (const [path, bytes] of [...image].sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (bytes === null) mkdirSync(path, { recursive: true });
    else writeFileSync(path, bytes);
  }
}
