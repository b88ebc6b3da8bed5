/** What was done, is under way, or is in doubt, of one connection. What it is told is durable when `put` resolves. */
import { type Entry, isOpen, isWhole, type Known } from './entry.js';

/** Where entries live (the table `_actions`). */
export interface JournalStore {
  /** All of them; whole where they are open, or leave steps to be done. */
  load(): Promise<readonly (Known | Entry)[]>;
  whole(ids: readonly string[]): Promise<readonly Entry[]>;
  /** One commit. @throws ConnectorError kind `later` when another run has written since this one looked */
  save(entries: readonly Entry[]): Promise<void>;
}

export class Journal {
  readonly #entries = new Map<string, Known | Entry>();
  /** Outcomes that are not durable yet: the next commit takes them along. */
  readonly #unsaved = new Map<string, Entry>();

  private constructor(
    private readonly store: JournalStore,
    entries: readonly (Known | Entry)[],
  ) {
    for (const entry of entries) this.#entries.set(entry.id, entry);
  }

  static async open(store: JournalStore): Promise<Journal> {
    return new Journal(store, await store.load());
  }

  get(id: string): Known | Entry | undefined {
    return this.#entries.get(id);
  }

  all(): readonly (Known | Entry)[] {
    return [...this.#entries.values()];
  }

  open(): readonly Entry[] {
    return this.all().filter(isOpen).filter(isWhole);
  }

  async ofRun(runId: string): Promise<readonly Entry[]> {
    const ours = this.all().filter((entry) => entry.runId === runId);
    const read = await this.store.whole(ours.flatMap((entry) => (isWhole(entry) ? [] : entry.id)));
    const whole = new Map(read.map((entry) => [entry.id, entry]));
    return ours.flatMap((entry) => (isWhole(entry) ? entry : (whole.get(entry.id) ?? [])));
  }

  /** Known from now on, durable with the next commit: a loss costs a look at the site, never a second request. */
  note(...entries: readonly Entry[]): void {
    for (const entry of entries) {
      this.#entries.set(entry.id, entry);
      this.#unsaved.set(entry.id, entry);
    }
  }

  /** Everything noted is durable when it resolves: before a request goes out, its entry is. */
  async keep(): Promise<void> {
    if (this.#unsaved.size === 0) return;
    const entries = [...this.#unsaved.values()];
    await this.store.save(entries);
    for (const entry of entries) if (this.#unsaved.get(entry.id) === entry) this.#unsaved.delete(entry.id);
  }
}
