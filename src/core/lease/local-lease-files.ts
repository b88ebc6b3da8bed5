/** A lease's files in a local folder. */
import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { nameAside, replaceDurably, writeDurably } from '../files/durable.js';
import { linkExclusively } from '../files/exclusive.js';
import { nullWhenAbsent } from '../files/file-io.js';
import { makeOwnFolder } from '../files/own-folder.js';
import { type LeaseFiles, numberIn } from './lease-files.js';

/** Leases name processes and hosts: for this user alone. */
const MODE = 0o600;

export class LocalLeaseFiles implements LeaseFiles {
  private constructor(private readonly folder: string) {}

  /** @param folder made when absent @throws ConnectorError (usage) when it is not this user's alone */
  static async open(folder: string): Promise<LocalLeaseFiles> {
    await makeOwnFolder(folder);
    return new LocalLeaseFiles(folder);
  }

  nameOf(number: number): string {
    return join(this.folder, String(number));
  }

  async numbers(): Promise<readonly number[]> {
    return (await readdir(this.folder)).flatMap(numberIn);
  }

  async read(number: number): Promise<string | null> {
    return readFile(this.nameOf(number), 'utf8').catch(nullWhenAbsent);
  }

  async modified(number: number): Promise<number | null> {
    return stat(this.nameOf(number)).then(({ mtimeMs }) => mtimeMs, nullWhenAbsent);
  }

  /** Written aside and linked, so that nobody ever reads half a lease. */
  async create(number: number, text: string): Promise<boolean> {
    const [path, bytes] = [this.nameOf(number), Buffer.from(text)];
    const aside = nameAside(path);
    try {
      await writeDurably(aside, bytes, MODE);
      return (await linkExclusively(aside, path, bytes)) === 'created';
    } finally {
      await rm(aside, { force: true });
    }
  }

  async replace(number: number, text: string): Promise<void> {
    await replaceDurably(this.nameOf(number), Buffer.from(text), MODE);
  }

  async remove(numbers: readonly number[]): Promise<void> {
    await Promise.all(numbers.map((number) => rm(this.nameOf(number), { force: true })));
  }
}
