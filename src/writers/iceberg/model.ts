/** The nouns of an Iceberg v2 table as this writer uses them (spec: https://iceberg.apache.org/spec/). */
import type { ColumnType } from '../../contract/table.js';

/** A field with its id; ids are never reused. Nested: `element` for lists, `fields` for structs. */
export interface Field {
  readonly id: number;
  readonly name: string;
  readonly required: boolean;
  readonly type: FieldType;
  readonly doc?: string;
}

/** `float` is never declared; tables that other tools have touched may have it, until it grows to double. */
export type PrimitiveType = Extract<ColumnType, string> | 'float';
export type FieldType =
  | PrimitiveType
  | { readonly kind: 'struct'; readonly fields: readonly Field[] }
  | { readonly kind: 'list'; readonly elementId: number; readonly element: FieldType };

export interface Schema {
  readonly schemaId: number;
  readonly fields: readonly Field[];
  readonly identifierFieldIds: readonly number[];
}

/** A transform of a column's values: rows of one value of all fields lie in files of their own (spec: Partitioning). */
export interface PartitionField {
  readonly id: number;
  readonly name: string;
  /** The id of the column; null: of several columns, which only version 3 knows. */
  readonly sourceId: number | null;
  /** In Iceberg's words: `bucket[8]`. */
  readonly transform: string;
}

/** A table begins with a spec without fields, and may be given others; files stay under the spec they were written by. */
export interface PartitionSpec {
  readonly specId: number;
  readonly fields: readonly PartitionField[];
}

/** Days since 1970 for date; bigint for long and timestamptz (microseconds since 1970). */
export type PartitionValue = string | number | bigint | boolean;

/** What all rows of a file have in common. */
export interface Partition {
  readonly specId: number;
  /** By the ids of the spec's fields; one that is absent is null. */
  readonly values: ReadonlyMap<number, PartitionValue>;
}

/** One Parquet file with what readers prune by. Locations are absolute and exactly as manifests hold them. */
export interface DataFile {
  readonly content: 'data' | 'position-deletes';
  readonly location: string;
  /** Of a delete file: that of the data file it is about. */
  readonly partition: Partition;
  readonly records: number;
  readonly bytes: number;
  /** By field id. Leaves inside lists carry no counts and no bounds. */
  readonly columnSizes: ReadonlyMap<number, number>;
  readonly valueCounts: ReadonlyMap<number, number>;
  readonly nullCounts: ReadonlyMap<number, number>;
  readonly nanCounts: ReadonlyMap<number, number>;
  /** Single-value serialisation (spec: Appendix D), made by `bounds.ts`. */
  readonly lowerBounds: ReadonlyMap<number, Uint8Array>;
  readonly upperBounds: ReadonlyMap<number, Uint8Array>;
  /** Where row groups begin, ascending; null: not told. */
  readonly splitOffsets: readonly number[] | null;
  /** Of the table's sort orders; 0: rows are in no declared one. Null for delete files, which have an order of their own. */
  readonly sortOrderId: number | null;
  /** Of a delete file: the one data file that all its positions are in; null: it may name several. */
  readonly referencedDataFile: string | null;
}

/** A file of the current snapshot, with the sequence number that decides which deletes reach it. */
export interface LiveFile extends DataFile {
  readonly sequenceNumber: number;
  readonly fileSequenceNumber: number;
  readonly snapshotId: string;
}

/** What a version's current snapshot consists of. */
export interface LiveFiles {
  readonly data: readonly LiveFile[];
  readonly deletes: readonly LiveFile[];
}

/** What one commit does to a table: all of it or nothing. */
export interface TableChange {
  /** Null when only properties change: then no snapshot is made. */
  readonly operation: 'append' | 'overwrite' | 'replace' | 'delete' | null;
  readonly add: readonly DataFile[];
  readonly remove: readonly LiveFile[];
  /** The schema from this version on; absent: unchanged. */
  readonly schema?: Schema;
  readonly properties?: Readonly<Record<string, string>>;
  /** Names of the columns that become the table's sort order; absent: unchanged. */
  readonly sort?: readonly string[];
  /** Extra entries of the snapshot summary. */
  readonly summary?: Readonly<Record<string, string>>;
  /** True: the snapshot's manifests are packed into few, and those of files that are gone are left out. */
  readonly packManifests?: boolean;
  /** Ids of snapshots that leave the history (never the current one); their files are the caller's to remove, afterwards. */
  readonly expire?: readonly string[];
}

export interface NewTable extends TableName {
  readonly schema: Schema;
  readonly lastColumnId: number;
  readonly properties: Readonly<Record<string, string>>;
}

export interface TableName {
  readonly namespace: string;
  readonly name: string;
}
