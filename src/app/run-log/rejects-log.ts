/** Collects rejected records and writes them in the background, a bounded number of rows and of characters at a time. */

import type { Row, Writer } from '../../contract/table.js';
import type { Reject } from '../../runtime/read/context.js';
import { appendRows, rejectRow, rejectsTable } from './run-tables.js';

/** Most are small: some 50 MB in memory. */
const MOST_WAITING = 10_000;
/** But one that was rejected for its size is as large as a page: it waits as the row it becomes, which is cut. */
const MOST_CHARACTERS = 16_000_000;

export class RejectsLog {
  #waiting: Row[] = [];
  #characters = 0;
  #batch = 0;
  #tail: Promise<void> = Promise.resolve();

  constructor(
    private readonly writer: Writer,
    private readonly namespace: string,
    private readonly runId: string,
  ) {}

  add(reject: Reject): void {
    const row = rejectRow(this.runId, reject);
    this.#waiting.push(row);
    this.#characters += String(row.record).length;
    if (this.#waiting.length >= MOST_WAITING || this.#characters >= MOST_CHARACTERS) this.#flush();
  }

  /** Resolves when all are in the table. @throws the first error of writing them. */
  async finish(): Promise<void> {
    if (this.#waiting.length > 0) this.#flush();
    await this.#tail;
  }

  #flush(): void {
    const rows = this.#waiting;
    const commit = { runId: this.runId, batch: ++this.#batch };
    this.#waiting = [];
    this.#characters = 0;
    this.#tail = this.#tail.then(() => appendRows(this.writer, rejectsTable(this.namespace), rows, commit));
    // Whoever awaits `finish` hears of it; until then it is no unhandled rejection.
    this.#tail.catch(() => undefined);
  }
}
