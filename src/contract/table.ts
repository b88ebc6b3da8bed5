/**
 * The contract between reading and writing: what a table is, what a row is, and what one commit means.
 * Nothing here knows where rows come from. A writer keeps promises I1-I7 of docs/architecture.md.
 */

/** A column's type in Iceberg's words (spec: Schemas and Data Types). JSON documents are kept as `string`. */
export type ColumnType =
  | 'string'
  | 'boolean'
  | 'int'
  | 'long'
  | 'double'
  | 'date'
  | 'timestamptz'
  | { readonly struct: readonly Member[] }
  | { readonly list: ColumnType };

export interface Member {
  /** Lower snake_case, unique without regard to case at its level. */
  readonly name: string;
  readonly type: ColumnType;
  /** One sentence for analysts; becomes the column's doc. */
  readonly doc?: string;
}

export interface Column extends Member {
  /** True for a column whose change alone does not make a row a new version (a counter that ticks at every look). */
  readonly volatile?: boolean;
}

/**
 * A row's cells by column name, ready for JSON: string, finite number, bigint (long), boolean, null, array, object of members.
 * `timestamptz` is a string `YYYY-MM-DDTHH:MM:SS.ffffffZ` (UTC, 0 to 6 fraction digits), `date` is `YYYY-MM-DD`.
 * The producer has checked every cell against its type; a writer may fail loudly on a cell that does not fit, never coerce.
 */
export type Cell = string | number | bigint | boolean | null | readonly Cell[] | { readonly [member: string]: Cell };
export type Row = Readonly<Record<string, Cell>>;

/** Bytes of a row as JSON: work on rows holds several in memory, each more than once. */
export const LARGEST_ROW = 32 * 1024 * 1024;

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** Reasons a row is marked deleted; rows are never dropped. */
export type DeletedReason = 'feed' | 'vanished' | 'parent';

export interface TableSpec {
  /** Iceberg namespace (the connection's name) and table (the stream's name); both `^[a-z_][a-z0-9_]{0,62}$`. */
  readonly namespace: string;
  readonly name: string;
  readonly doc: string;
  /** The declared columns, without the system columns, which the writer adds at the end. */
  readonly columns: readonly Column[];
  /** Never null in a row; becomes the table's identifier fields. Empty only for `append`. */
  readonly primaryKey: readonly string[];
  /** `merge`: a row replaces the row of the same key. `append`: every row is new (`_runs`, `_rejects`, logs). */
  readonly mode: 'merge' | 'append';
  /** A column whose difference proves that a row changed; spares the writer a full comparison. */
  readonly cursor?: string;
  /** Columns whose equal values should lie together in files, where nobody says otherwise; default: the primary key. */
  readonly cluster?: readonly string[];
}

/** Columns the writer adds to every table, in this order, after the declared ones. `_extra` comes with the row. */
export const SYSTEM_COLUMNS: readonly Column[] = [
  { name: '_synced_at', type: 'timestamptz', doc: 'When this version of the row was written.' },
  { name: '_deleted_at', type: 'timestamptz', doc: 'When the row was found to be gone; null while it is visible.' },
  {
    name: '_deleted_reason',
    type: 'string',
    doc: 'feed, vanished (deleted, archived, moved out of scope or no longer visible) or parent.',
  },
  { name: '_extra', type: 'string', doc: 'JSON text of everything that came and has no column; null when nothing.' },
];

/** Live rows to mark deleted at the next commit. With `exceptBatch`, keys written since the last commit stay live. */
export interface Mark {
  readonly reason: DeletedReason;
  readonly where:
    | 'all'
    | { readonly column: string; readonly in: readonly string[] }
    | { readonly column: string; readonly notIn: Iterable<string> };
  readonly exceptBatch: boolean;
  /**
   * Left out, and told as `refused`, when it would end more live rows than both: so many at once are not believed. With
   * `values`, values of its column are counted in place of rows: parents, however many rows hang on each.
   */
  readonly atMost?: { readonly rows: number; readonly share: number; readonly values?: true };
}

export interface Commit {
  /** Small (under 4 KB) JSON kept as table property `connector.state`, in the same metadata version as the rows (I1). */
  readonly state: Json;
  readonly runId: string;
  /** 1, 2, 3 … within the run and table; a (runId, batch) already in the table's history is not committed again (I3). */
  readonly batch: number;
  /** Written rows whose cursor lies before this moment (ISO 8601, UTC) are counted as late: an earlier read should have met them. */
  readonly seenUntil?: string;
  /** All rows there are have been written for the first time: what comes from now on is little, and readers come. */
  readonly firstWhole?: boolean;
}

export interface Committed {
  /** Snapshot made by this commit; null when no rows had to be written (state alone may still have been committed). */
  readonly snapshotId: string | null;
  /** Rows put into data files from `write`, not counting rows rewritten only to carry a deletion mark. */
  readonly written: number;
  /** Rows whose stored version was equal already. */
  readonly unchanged: number;
  /** Rows superseded by a later row of the same key within the batch. */
  readonly duplicate: number;
  /** Live rows that were marked deleted. */
  readonly deleted: number;
  /** Of the written rows, those with a cursor before the commit's `seenUntil`. */
  readonly late: number;
  /** What a mark would have ended and its `atMost` kept alive (of several marks the largest); absent when there was none. */
  readonly refused?: { readonly rows: number; readonly live: number };
  /** Where the table's newest metadata file lies. */
  readonly metadataLocation: string;
}

/** Keys that should be in a table, each with the group by which the comparison is broken down. */
export interface KeyList {
  readonly keys: Iterable<string>;
  /** One for each of `keys`. */
  readonly groups: Iterable<string>;
}

/** Live rows of a table held against a list of keys. */
export interface Comparison {
  /** Distinct live values of the column. */
  readonly live: number;
  readonly onlyInTable: readonly string[];
  readonly onlyInList: readonly string[];
  /** Keys on both sides whose group is another one in the list; none where no group column is named. */
  readonly regrouped: readonly string[];
  readonly groups: readonly { readonly group: string; readonly live: number; readonly listed: number }[];
}

/** Which rows to read back: few, as they become objects in memory. */
export interface LiveRows {
  readonly columns: readonly string[];
  /** Rows that hold one of the values in a column of strings (`a`), a list of them (`a[]`) or a member of structs in a list (`a[].b`); absent: all. */
  readonly where?: { readonly column: string; readonly in: readonly string[] };
  /** Those marked deleted in place of the live ones. */
  readonly deleted?: true;
}

/**
 * One open table. Only one exists per table at a time, over all processes; where no lease can see to that, the one that commits
 * later is refused (I12).
 */
export interface TableWriter {
  /** `connector.state` of the current version; null for a table that does not exist yet or never had one. */
  readonly state: Json | null;
  readonly currentSnapshotId: string | null;
  /** Whether nothing keeps other runs from having it open, too. */
  readonly shared: boolean;
  /**
   * Declared columns that the table keeps under a type which cannot become the declared one: no row may bring a value for
   * them (`write` refuses it), and they are written as null. Of the version known now; may change with `commit`.
   */
  readonly conflicts: readonly string[];
  /**
   * Spools rows; resolves when more may come (back-pressure). Nothing is visible before `commit`.
   * @returns indexes of rows that are larger than `LARGEST_ROW`, which were left out
   */
  write(rows: readonly Row[]): Promise<readonly number[]>;
  mark(mark: Mark): void;
  /** Rows spooled since the last commit. */
  readonly pending: number;
  /** Whether so much is spooled that a commit should come soon: rows may be few and large. */
  readonly full: boolean;
  /**
   * Compares what is committed (not what is spooled) with a list.
   * @param group column of the live rows that holds their group; null: all are in the group ''.
   */
  compare(column: string, group: string | null, list: KeyList): Promise<Comparison>;
  /** Live rows of what is committed, not of what is spooled. A column the table does not have is null. */
  rows(wanted: LiveRows): Promise<readonly Row[]>;
  /** How many rows of what is committed are live. */
  live(): Promise<number>;
  /** The latest live value of a timestamptz column that is not after a moment (both ISO 8601, UTC); null when there is none. */
  latest(column: string, notAfter: string): Promise<string | null>;
  /**
   * Makes spooled rows, marks and state visible in one table version, or nothing.
   * @throws ConnectorError kind `later` when another run wrote the table since this one opened it
   */
  commit(commit: Commit): Promise<Committed>;
  /** Forgets what was spooled and not committed. */
  discard(): Promise<void>;
  /** Discards, removes temporary files and releases the table's lease. */
  close(): Promise<void>;
}

export interface Writer {
  /**
   * Opens (and leases) a table; creates nothing before the first commit.
   * @throws TableBusyError (kind `later`) when another run holds it, with the holder's process, host and start.
   */
  open(spec: TableSpec): Promise<TableWriter>;
  /** Whether the table was ever committed to. */
  has(namespace: string, name: string): Promise<boolean>;
  /** Ends the writer: closes what is open, frees DuckDB. */
  close(): Promise<void>;
}
