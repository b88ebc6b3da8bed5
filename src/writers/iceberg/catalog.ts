/** Where the versions of tables live. */
import type { FileIO } from '../../core/files/file-io.js';
import type { TableMetadata } from './metadata.js';
import type { LiveFile, NewTable, TableChange, TableName, TableVersion } from './model.js';

/**
 * Where table versions live. A version is created, never replaced (I4).
 * @throws CommitConflict when somebody else's version came first; CommitUnknown when it cannot be told (I5).
 */
export interface Catalog {
  /** Every table, in name order. */
  list(): Promise<readonly TableName[]>;
  load(namespace: string, name: string): Promise<TableVersion | null>;
  /**
   * A new table without rows, for a catalog that itself decides where a table lies and how its columns are numbered: go on
   * with what it answers. Null from a catalog that makes a table with its first files (`create`).
   */
  begin(table: NewTable): Promise<TableVersion | null>;
  /** Where a table's files go, before the table exists; only after `begin` has answered null. */
  locationOf(namespace: string, name: string): string;
  /** The table's first version, made together with its first files. */
  create(table: NewTable, change: TableChange): Promise<TableVersion>;
  commit(base: TableVersion, change: TableChange): Promise<TableVersion>;
  /** Files of the version's current snapshot. */
  files(version: TableVersion): Promise<{ readonly data: readonly LiveFile[]; readonly deletes: readonly LiveFile[] }>;
  /** The version's whole metadata: its snapshots and logs. */
  metadataOf(version: TableVersion): Promise<TableMetadata>;
  /** What reads and writes the table's files. */
  storageOf(namespace: string, name: string): FileIO;
}
