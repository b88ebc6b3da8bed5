/** A lease's files in a local folder. */
import { randomUUID } from 'node:crypto';
import { link, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { errorCode } from '../files/file-io.js';
import { makeOwnFolder } from '../files/own-folder.js';
import { type LeaseFiles, numberIn } from './lease-files.js';

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
    return readFile(this.nameOf(number), 'utf8').catch(whenAbsent);
  }

  async modified(number: number): Promise<number | null> {
    return stat(this.nameOf(number)).then(({ mtimeMs }) => mtimeMs, whenAbsent);
  }

  /** Written aside and linked, so that nobody ever reads half a lease. */
  async create(number: number, text: string): Promise<boolean> {
    const temporary = await this.writeAside(text);
    try {
      await link(temporary, this.nameOf(number));
      return true;
    } catch (error) {
      if (errorCode(error) === 'EEXIST') return false;
      throw error;
    } finally {
      await rm(temporary, { force: true });
    }
  }

  async replace(number: number, text: string): Promise<void> {
    await rename(await this.writeAside(text), this.nameOf(number));
  }

  async remove(numbers: readonly number[]): Promise<void> {
    await Promise.all(numbers.map((number) => rm(this.nameOf(number), { force: true })));
  }

  private async writeAside(text: string): Promise<string> {
    const temporary = join(this.folder, `.${randomUUID()}`);
    const handle = await open(temporary, 'wx', 0o600);
    try {
      await handle.writeFile(text);
      await handle.sync();
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    } finally {
      await handle.close();
    }
    return temporary;
  }
}

function whenAbsent(error: unknown): null {
  if (errorCode(error) === 'ENOENT') return null;
  throw error;
}
