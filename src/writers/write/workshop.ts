/** What an open table works with. */

import type { Catalog } from '../iceberg/catalog.js';
import type { TableVersion } from '../iceberg/version.js';
import type { Duck } from '../parquet/duckdb.js';
import type { UpsertMode } from './rewrite.js';

/** What a table needs from its warehouse. */
export interface Workshop {
  readonly catalog: Catalog;
  readonly duck: () => Promise<Duck>;
  readonly now: () => Date;
  /** A local folder for this table and run alone; made when needed. */
  readonly folder: string;
  /** Default: position deletes. */
  readonly upserts?: UpsertMode | undefined;
  /** Told of files of this table and run that could not be removed. */
  readonly untidied?: (error: unknown) => void;
  /** After the last commit to a table, the lock still held; never throws. */
  readonly keepUp?: (version: TableVersion) => Promise<void>;
}
