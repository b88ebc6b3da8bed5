/**
 * What an erasure has begun with, kept until it has ended: after a kill, tables that are done no longer tell the person's
 * names, and the others must get the same pseudonym.
 */
import { createHash, randomBytes } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { makeFolder, moveDurably, writeDurably } from '../../core/files/durable.js';
import { nullWhenAbsent, orStorageError } from '../../core/files/file-io.js';
import type { Person } from './person.js';

interface Kept {
  readonly person: Person;
  /** Tables in which something was changed. */
  readonly begun: readonly string[];
  /** Tables that another run wrote, to be looked into later: whatever is erased until then, they get the same pseudonym. */
  readonly waiting?: readonly string[];
}

export class Unfinished {
  readonly #path: string;
  #kept: Kept | null = null;

  /** @param folder a local folder that stays; made when needed */
  constructor(
    folder: string,
    private readonly id: string,
  ) {
    const name = createHash('sha256').update(id).digest('hex').slice(0, 16);
    this.#path = join(folder, `.forgetting-${name}.json`);
  }

  /** The person as an earlier run left off; a new one, without names, when there was none. */
  async person(): Promise<Person> {
    const text = await orStorageError(`read ${this.#path}`, () => readFile(this.#path, 'utf8').catch(nullWhenAbsent));
    this.#kept = text === null ? null : (JSON.parse(text) as Kept);
    const pseudonym = `forgotten-${randomBytes(4).toString('hex')}`;
    return this.#kept?.person ?? { id: this.id, pseudonym, names: [], addresses: [] };
  }

  /** Whether a table was begun with: no row of it may tell, and files of its past are still there. */
  hasBegun(table: string): boolean {
    return this.#kept?.begun.includes(table) === true;
  }

  /** Whether tables wait that a run over other connections does not come to. */
  get waits(): boolean {
    return (this.#kept?.waiting ?? []).length > 0;
  }

  /** Before anything of a table is changed. */
  async begin(person: Person, table: string): Promise<void> {
    const { begun = [], waiting = [] } = this.#kept ?? {};
    await this.#keep({ person, begun: [...begun, table], waiting });
  }

  /** A table that could not be looked into. */
  async wait(person: Person, table: string): Promise<void> {
    const { begun = [], waiting = [] } = this.#kept ?? {};
    if (!waiting.includes(table)) await this.#keep({ person, begun, waiting: [...waiting, table] });
  }

  /** A table was looked into, and what had to go is gone. */
  async ended(person: Person, table: string): Promise<void> {
    const { begun = [], waiting = [] } = this.#kept ?? {};
    if (waiting.includes(table)) await this.#keep({ person, begun, waiting: waiting.filter((one) => one !== table) });
  }

  async #keep(kept: Kept): Promise<void> {
    this.#kept = kept;
    const text = JSON.stringify(kept);
    await orStorageError(`write ${this.#path}`, async () => {
      await makeFolder(dirname(this.#path));
      const aside = `${this.#path}.tmp`;
      await rm(aside, { force: true });
      // The warehouse may be read by many; the names and the id behind the pseudonym are for none of them.
      await writeDurably(aside, Buffer.from(text), 0o600);
      await moveDurably(aside, this.#path);
    });
  }

  async remove(): Promise<void> {
    await orStorageError(`remove ${this.#path}`, () => rm(this.#path, { force: true }));
  }
}
