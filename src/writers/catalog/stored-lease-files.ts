/** A lease's files in a storage that can create a file exclusively. */

import type { FileIO } from '../../core/files/file-io.js';
import { type LeaseFiles, numberIn } from '../../core/lease/lease-files.js';
import { publish } from './publish.js';

export class StoredLeaseFiles implements LeaseFiles {
  /** @param folder its location, without a trailing slash */
  constructor(
    private readonly io: FileIO,
    private readonly folder: string,
  ) {}

  nameOf(number: number): string {
    return `${this.folder}/${number}`;
  }

  async numbers(): Promise<readonly number[]> {
    const files = await this.io.list(this.folder);
    return files.flatMap((location) => numberIn(location.slice(this.folder.length + 1)));
  }

  async read(number: number): Promise<string | null> {
    const bytes = await this.io.read(this.nameOf(number));
    return bytes && Buffer.from(bytes).toString();
  }

  async modified(number: number): Promise<number | null> {
    const files = await this.io.details(this.folder);
    return files.find(({ location }) => location === this.nameOf(number))?.modified ?? null;
  }

  /** As a table's version is made: an answer that got lost is no lease that nobody knows of. */
  async create(number: number, text: string): Promise<boolean> {
    return publish(this.io, this.nameOf(number), Buffer.from(text));
  }

  async replace(number: number, text: string): Promise<void> {
    await this.io.write(this.nameOf(number), Buffer.from(text));
  }

  async remove(numbers: readonly number[]): Promise<void> {
    await this.io.delete(numbers.map((number) => this.nameOf(number)));
  }
}
