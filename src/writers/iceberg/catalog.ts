/** Where the versions of tables live. */
import type { FileIO } from '../../core/files/file-io.js';
import type { LiveFiles, NewTable, TableChange, TableName } from './model.js';
import type { TableVersion } from './version.js';

/**
 * Where table versions live. A version is created, never replaced (I4).
 * @throws CommitConflict when somebody else's version came first; CommitUnknown when it cannot be told (I5).
 */
export interface Catalog {
  /** Every table, in name order. */
  list(): Promise<readonly TableName[]>;
  load(namespace: string, name: string): Promise<TableVersion | null>;
  /**
   * The version before a table's first: where it lies and how its columns are numbered. The commit of it makes the table. A
   * catalog that decides both itself makes an empty table at once, and answers the one that others have made meanwhile.
   */
  draft(table: NewTable): Promise<TableVersion>;
  commit(base: TableVersion, change: TableChange): Promise<TableVersion>;
  /** Files of the version's current snapshot. */
  files(version: TableVersion): Promise<LiveFiles>;
  /** What reads and writes the table's files. */
  storageOf(table: TableName): FileIO;
}
