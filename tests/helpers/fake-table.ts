/** A table in memory that keeps the contract: nothing is visible before a commit, and deleted rows stay. */
import type {
  Cell,
  Comparison,
  Json,
  KeyList,
  LiveRows,
  Mark,
  Row,
  TableSpec,
  TableWriter,
} from '../../src/contract/table.js';

type Kept = { row: Row; deleted: string | null };

export interface FakeTable extends TableWriter {
  /** Marks of every commit so far. */
  readonly marks: readonly Mark[];
  readonly commits: number;
  /** What `rows` was asked for. */
  readonly asked: readonly LiveRows[];
}

type Spec = Partial<Pick<TableSpec, 'primaryKey'>> & {
  readonly state?: Json;
  readonly deleted?: readonly Row[];
  /** A commit takes as long; what is written meanwhile is forgotten with the rows of its batch, as by a real table. */
  readonly during?: () => Promise<void>;
};

/** @param live rows that the table has from the beginning */
export function fakeTable(live: readonly Row[] = [], { primaryKey = ['id'], ...more }: Spec = {}): FakeTable {
  const keyOf = (row: Row) => JSON.stringify(primaryKey.map((column) => row[column]));
  const kept = new Map<string, Kept>();
  for (const row of more.deleted ?? []) kept.set(keyOf(row), { row, deleted: 'vanished' });
  for (const row of live) kept.set(keyOf(row), { row, deleted: null });
  const marks: Mark[] = [];
  const asked: LiveRows[] = [];
  let spooled: Row[] = [];
  let waiting: Mark[] = [];
  let state: Json | null = more.state ?? null;
  let commits = 0;
  const liveOnes = () => [...kept.values()].filter(({ deleted }) => deleted === null);
  return {
    marks,
    asked,
    shared: false,
    conflicts: [],
    full: false,
    get commits() {
      return commits;
    },
    get state() {
      return state;
    },
    get currentSnapshotId() {
      return commits === 0 ? null : `s${commits}`;
    },
    get pending() {
      return spooled.length;
    },
    async write(rows) {
      spooled.push(...rows);
      return [];
    },
    mark: (mark) => void waiting.push(mark),
    async compare(column, group, list) {
      return comparison(
        liveOnes().map(({ row }) => row),
        column,
        group,
        list,
      );
    },
    async rows(wanted) {
      asked.push(wanted);
      const { columns, where, deleted } = wanted;
      return [...kept.values()]
        .filter((one) => (one.deleted !== null) === (deleted === true))
        .filter(({ row }) => !where || valuesAt(row, where.column).some((value) => where.in.includes(value)))
        .map(({ row }) => Object.fromEntries(columns.map((column) => [column, row[column] ?? null])));
    },
    live: async () => liveOnes().length,
    async latest(column, notAfter) {
      const moments = liveOnes().flatMap(({ row }) => (typeof row[column] === 'string' ? [row[column]] : []));
      return (
        moments
          .filter((at) => Date.parse(at) <= Date.parse(notAfter))
          .sort()
          .at(-1) ?? null
      );
    },
    async commit(commit) {
      const batch = new Map(spooled.map((row) => [keyOf(row), row]));
      const duplicate = spooled.length - batch.size;
      await more.during?.();
      const written = [...batch].filter(([key, row]) => !isSame(kept.get(key), row));
      const ended = waiting.flatMap((mark) => endedBy(mark, batch));
      const refused = ended.reduce((sum, one) => sum + one.refused, 0);
      const gone = new Map(ended.flatMap(({ keys, reason }) => keys.map((key) => [key, reason] as const)));
      const before = liveOnes().length;
      for (const [key, row] of written) kept.set(key, { row, deleted: null });
      for (const [key, reason] of gone) {
        const one = kept.get(key);
        if (one) kept.set(key, { ...one, deleted: reason });
      }
      marks.push(...waiting);
      [spooled, waiting, state] = [[], [], commit.state];
      commits += 1;
      return {
        snapshotId: written.length + gone.size > 0 ? `s${commits}` : null,
        ...{ written: written.length, unchanged: batch.size - written.length, duplicate, deleted: gone.size, late: 0 },
        ...(refused > 0 ? { refused: { rows: refused, live: before } } : {}),
        metadataLocation: `v${commits}.metadata.json`,
      };
    },
    async discard() {
      [spooled, waiting] = [[], []];
    },
    close: async () => undefined,
  };

  function endedBy({ where, exceptBatch, atMost, reason }: Mark, batch: ReadonlyMap<string, Row>) {
    const keys = [...kept].flatMap(([key, { row, deleted }]) => {
      if (deleted !== null || (exceptBatch && batch.has(key))) return [];
      return where === 'all' || isNamed(row, where) ? [key] : [];
    });
    const tooMany = atMost && keys.length > atMost.rows && keys.length > liveOnes().length * atMost.share;
    return { keys: tooMany ? [] : keys, refused: tooMany ? keys.length : 0, reason };
  }
}

function isNamed(row: Row, where: Exclude<Mark['where'], 'all'>): boolean {
  const value = String(row[where.column]);
  return 'in' in where ? where.in.includes(value) : ![...where.notIn].includes(value);
}

const isSame = (before: Kept | undefined, row: Row) =>
  before !== undefined && before.deleted === null && JSON.stringify(before.row) === JSON.stringify(row);

/** `a`, `a[]` or `a[].b`. */
function valuesAt(row: Row, path: string): readonly string[] {
  const [column = '', member = ''] = path.split('[]');
  const cells = [row[column] ?? null].flat() as readonly Cell[];
  const inner = (cell: Cell) =>
    member === '' ? cell : ((cell as Record<string, Cell> | null)?.[member.slice(1)] ?? null);
  return cells.map(inner).flatMap((value) => (value === null ? [] : [String(value)]));
}

function comparison(live: readonly Row[], column: string, group: string | null, list: KeyList): Comparison {
  const groupOf = (row: Row) => (group === null ? '' : String(row[group]).replace(/-[^-]*$/, ''));
  const present = new Map(live.flatMap((row) => (row[column] === null ? [] : [[String(row[column]), groupOf(row)]])));
  const groups = [...list.groups];
  const listed = new Map([...list.keys].map((key, at) => [key, groups[at] ?? '']));
  const names = [...new Set([...present.values(), ...listed.values()])].sort();
  const count = (keys: ReadonlyMap<string, string>, name: string) =>
    [...keys.values()].filter((one) => one === name).length;
  return {
    live: present.size,
    onlyInTable: [...present.keys()].filter((key) => !listed.has(key)),
    onlyInList: [...listed.keys()].filter((key) => !present.has(key)),
    regrouped:
      group === null
        ? []
        : [...listed].flatMap(([key, name]) => (present.has(key) && present.get(key) !== name ? [key] : [])),
    groups: names.map((name) => ({ group: name, live: count(present, name), listed: count(listed, name) })),
  };
}
