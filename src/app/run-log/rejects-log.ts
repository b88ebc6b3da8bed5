/** The table `_rejects` of a connection: records that became no row, written in the background, a bounded number of rows and of characters at a time. */
import type { Column, Row, TableSpec, Writer } from '../../contract/table.js';
import type { Reject } from '../../runtime/read/context.js';
import { jsonText } from '../../runtime/rows/json-text.js';
import { OwnTable } from './own-table.js';

const COLUMNS: readonly Column[] = [
  { name: 'run_id', type: 'string', doc: 'The run that met the record.' },
  { name: 'stream', type: 'string', doc: 'Name of the stream.' },
  { name: 'reason', type: 'string', doc: 'Why the record could not become a row.' },
  { name: 'record', type: 'string', doc: 'The record as it came, JSON text.' },
];

function rejectsTable(namespace: string): TableSpec {
  const doc = 'Records whose key or cursor did not fit their stream, as they came.';
  return { namespace, name: '_rejects', doc, columns: COLUMNS, primaryKey: [], mode: 'append' };
}

/** Of a record that was too large for its own table, not more than is of use. */
const LONGEST_RECORD = 1_000_000;

function shortened(text: string): string {
  if (text.length <= LONGEST_RECORD) return text;
  // By way of bytes: a slice would hold the whole text in memory.
  const beginning = Buffer.from(text.slice(0, LONGEST_RECORD)).toString();
  return `${beginning}… (cut; ${text.length} characters came)`;
}

export function rejectRow(runId: string, { stream, reason, record }: Reject): Row {
  return { run_id: runId, stream, reason, record: shortened(jsonText(record)), _extra: null };
}

/** Most are small: some 50 MB in memory. */
const MOST_WAITING = 10_000;
/** But one that was rejected for its size is as large as a page: it waits as the row it becomes, which is cut. */
const MOST_CHARACTERS = 16_000_000;

export class RejectsLog {
  readonly #table: OwnTable;
  #waiting: Row[] = [];
  #characters = 0;
  #written: Promise<void> = Promise.resolve();

  constructor(
    writer: Writer,
    namespace: string,
    private readonly runId: string,
  ) {
    this.#table = new OwnTable(writer, rejectsTable(namespace), runId);
  }

  add(reject: Reject): void {
    const row = rejectRow(this.runId, reject);
    this.#waiting.push(row);
    this.#characters += String(row.record).length;
    if (this.#waiting.length >= MOST_WAITING || this.#characters >= MOST_CHARACTERS) this.#flush();
  }

  /** Resolves when all are in the table. @throws the first error of writing them. */
  async finish(): Promise<void> {
    if (this.#waiting.length > 0) this.#flush();
    await this.#written;
  }

  #flush(): void {
    const rows = this.#waiting;
    this.#waiting = [];
    this.#characters = 0;
    this.#written = this.#written.then(() => this.#table.add(rows));
    // Whoever awaits `finish` hears of it; until then it is no unhandled rejection.
    this.#written.catch(() => undefined);
  }
}
