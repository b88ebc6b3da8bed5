/** What a run reads of records that tell of parents at rest. Kept only where a stream's `at_rest` asks for it. */
import type { Row, TableWriter } from '../../contract/table.js';
import { isObject } from '../../core/json-path.js';
import { isResting, type RestingStream } from '../plan/at-rest.js';
import { matches } from '../rows/matches.js';
import type { Registry, Stream } from '../streams/registry.js';

/** What is told of the parents of one stream. */
export interface Told {
  /** Keys of records that were read, and of those that take them along. */
  readonly keys: ReadonlySet<string>;
  /** Parents that those records name now. */
  readonly named: ReadonlySet<string>;
  /** Parents at rest that are not as they were in their table. */
  readonly changed: ReadonlySet<string>;
  /** All records that tell were read: any parent may be meant. */
  readonly everything: boolean;
}

interface Watched extends Told {
  readonly stream: RestingStream;
  readonly keys: Set<string>;
  readonly named: Set<string>;
  readonly changed: Set<string>;
  /** Parents at rest that came since the last commit, by key. */
  readonly waiting: Map<string, Row>;
  everything: boolean;
}

export class Watch {
  readonly #watched: readonly Watched[];

  /** @param written streams whose rows this run may write */
  constructor(registry: Registry, written: (stream: string) => boolean) {
    this.#watched = [...registry.streams.values()]
      .filter(isResting)
      .filter(({ stream }) => written(stream))
      .map((stream) => ({
        ...{ stream, keys: new Set(), named: new Set(), changed: new Set(), waiting: new Map() },
        everything: false,
      }));
  }

  of(stream: string): Told | undefined {
    return this.#watched.find((watched) => watched.stream.stream === stream);
  }

  /** @param whole whether the rows are of a whole read */
  note({ stream, columns, primary_key: key }: Stream, rows: readonly Row[], whole: boolean): void {
    for (const watched of this.#watched) {
      const { at_rest: rest, parent } = watched.stream;
      if (parent.stream === stream)
        for (const row of rows) if (matches(row, rest.where)) watched.waiting.set(keyOf(key, row), row);
      if (rest.told_by.stream !== stream) continue;
      watched.everything ||= whole;
      if (watched.everything) continue;
      const naming = Object.keys(columns).filter((column) => columns[column]?.texts === rest.told_by.texts);
      for (const row of rows) {
        for (const column of rest.told_by.keys) if (row[column] != null) watched.keys.add(String(row[column]));
        for (const column of naming) for (const id of idsIn(row[column])) watched.named.add(id);
      }
    }
  }

  /** Before the rows of a stream become what its table has: which of those that wait are not what it has now? */
  async compare({ stream, columns, primary_key: key }: Stream, table: TableWriter): Promise<void> {
    for (const { stream: below, waiting, changed } of this.#watched) {
      if (below.parent.stream !== stream || waiting.size === 0) continue;
      const [theirs = ''] = Object.values(below.parent.bind);
      const ids = [...new Set([...waiting.values()].map((row) => String(row[theirs])))];
      const stored = await table.rows({ columns: Object.keys(columns), where: { column: theirs, in: ids } });
      const known = new Map(stored.map((row) => [keyOf(key, row), row]));
      for (const [one, row] of waiting)
        if (!isSame(columns, row, known.get(one) ?? {})) changed.add(String(row[theirs]));
      waiting.clear();
    }
  }
}

const keyOf = (columns: readonly string[], row: Row) => JSON.stringify(columns.map((column) => String(row[column])));

function idsIn(cell: unknown): readonly string[] {
  const elements: readonly unknown[] = Array.isArray(cell) ? cell : [];
  return elements.flatMap((one) => (isObject(one) && one.id != null ? [String(one.id)] : []));
}

/** A moment comes back from a table with more digits. */
function isSame(columns: Stream['columns'], one: Row, other: Row): boolean {
  return Object.entries(columns).every(([column, { type }]) => {
    const [a, b] = [one[column] ?? null, other[column] ?? null];
    if (a === null || b === null) return a === b;
    return type === 'timestamptz' ? Date.parse(String(a)) === Date.parse(String(b)) : textOf(a) === textOf(b);
  });
}

const textOf = (cell: unknown) => (typeof cell === 'object' ? JSON.stringify(cell) : String(cell));
