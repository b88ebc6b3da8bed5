/** Collects rejected records and writes them in the background, a bounded number at a time. */

import type { Writer } from '../../contract/table.js';
import type { Reject } from '../../runtime/read/context.js';
import { appendRows, rejectRow, rejectsTable } from './run-tables.js';

/** Records are whole Jira issues at worst: some 50 MB in memory. */
const MOST_WAITING = 10_000;

export class RejectsLog {
  #waiting: Reject[] = [];
  #batch = 0;
  #tail: Promise<void> = Promise.resolve();

  constructor(
    private readonly writer: Writer,
    private readonly namespace: string,
    private readonly runId: string,
  ) {}

  add(reject: Reject): void {
    this.#waiting.push(reject);
    if (this.#waiting.length >= MOST_WAITING) this.#flush();
  }

  /** Resolves when all are in the table. @throws the first error of writing them. */
  async finish(): Promise<void> {
    if (this.#waiting.length > 0) this.#flush();
    await this.#tail;
  }

  #flush(): void {
    const rows = this.#waiting.map((reject) => rejectRow(this.runId, reject));
    const commit = { runId: this.runId, batch: ++this.#batch };
    this.#waiting = [];
    this.#tail = this.#tail.then(() => appendRows(this.writer, rejectsTable(this.namespace), rows, commit));
    // Whoever awaits `finish` hears of it; until then it is no unhandled rejection.
    this.#tail.catch(() => undefined);
  }
}
