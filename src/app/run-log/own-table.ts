/** The connector's own tables beside a connection's streams, each opened for a moment only: runs of other streams write them, too. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Mark, Row, TableSpec, TableWriter, Writer } from '../../contract/table.js';
import { ConnectorError } from '../../core/errors.js';

const TRIES = 60;
const PAUSE_MS = 250;

export class OwnTable {
  #batch = 0;
  #tail: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly writer: Writer,
    private readonly spec: TableSpec,
    private readonly runId: string,
  ) {}

  /** None when there is no table yet. */
  async rows(): Promise<readonly Row[]> {
    const { namespace, name, columns } = this.spec;
    if (!(await this.writer.has(namespace, name))) return [];
    return this.#opened((table) => table.rows({ columns: columns.map((column) => column.name) }));
  }

  /** One commit, after those that were asked for before. */
  add(rows: readonly Row[], mark?: Mark): Promise<void> {
    const added = this.#tail.then(() => this.#commit(rows, mark));
    this.#tail = added.catch(() => undefined);
    return added;
  }

  async #commit(rows: readonly Row[], mark?: Mark): Promise<void> {
    if (rows.length === 0 && mark === undefined) return;
    await this.#opened(async (table) => {
      await table.write(rows);
      if (mark) table.mark(mark);
      await table.commit({ state: null, runId: this.runId, batch: ++this.#batch });
    });
  }

  /**
   * A table that is held is worth waiting for, and where nothing holds it, one that another run has written in this moment: what a
   * step does begins anew then. @throws ConnectorError kind `later` when that goes on for a quarter of a minute
   */
  async #opened<Result>(step: (table: TableWriter) => Promise<Result>): Promise<Result> {
    for (let tries = 1; ; tries++) {
      try {
        const table = await this.writer.open(this.spec);
        try {
          return await step(table);
        } finally {
          await table.close();
        }
      } catch (error) {
        if (tries === TRIES || !(error instanceof ConnectorError) || error.kind !== 'later') throw error;
        await sleep(PAUSE_MS);
      }
    }
  }
}
