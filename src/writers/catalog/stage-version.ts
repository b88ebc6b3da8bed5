/** A table's next version, complete but not yet published: the part of a commit that all catalogs share. */

import type { FileIO } from '../../core/files/file-io.js';
import { CommitUnknown } from '../iceberg/errors.js';
import { newUuid } from '../iceberg/ids.js';
import {
  COMMIT_ID,
  closeVersion,
  type NextVersion,
  nextTimestamp,
  type TableMetadata,
  withoutSnapshots,
  withSchema,
  withSnapshot,
} from '../iceberg/metadata.js';
import type { TableChange } from '../iceberg/model.js';
import { stageSnapshot } from '../iceberg/snapshot.js';
import { withSortOrder } from '../iceberg/sort-order.js';
import { withoutUnusedSchemas } from '../iceberg/unused-schemas.js';
import type { TableVersion } from '../iceberg/version.js';
import { refuseUnwritable } from '../iceberg/writable.js';

/** What a commit starts from. */
export interface Start {
  readonly metadata: TableMetadata;
  /** Milliseconds since 1970, later than the metadata's. */
  readonly now: number;
  /** The version the metadata came from; absent for a new table. */
  readonly previous?: { readonly location: string; readonly updated: number };
}

export function startOf({ metadata, metadataLocation }: TableVersion, now: number): Start {
  const previous = { location: metadataLocation, updated: metadata['last-updated-ms'] };
  return { metadata, now: nextTimestamp(metadata, now), previous };
}

/** Stages the next version and publishes it. What was staged goes again, but for a commit that may have been carried out. */
export async function commitVersion<T>(
  io: FileIO,
  start: Start,
  change: TableChange,
  publish: (next: NextVersion) => Promise<T>,
): Promise<T> {
  const staged: string[] = [];
  try {
    return await publish(await stageVersion(io, start, change, staged));
  } catch (error) {
    // Untidy files are better than a failure that hides the first one.
    if (!(error instanceof CommitUnknown)) await io.delete(staged).catch(() => undefined);
    throw error;
  }
}

/** @param staged receives the location of every file before it is written */
async function stageVersion(
  io: FileIO,
  { metadata, now, previous }: Start,
  change: TableChange,
  staged: string[],
): Promise<NextVersion> {
  // Whatever wants to change a table comes by here.
  refuseUnwritable(tableOf(metadata.location), metadata);
  const { operation, schema, properties, sort, expire = [] } = change;
  const kept = expire.length > 0 ? withoutUnusedSchemas(withoutSnapshots(metadata, expire)) : metadata;
  const known = schema ? withSchema(kept, schema) : kept;
  const grown = sort ? withSortOrder(known, sort) : known;
  const complete =
    operation === null
      ? grown
      : withSnapshot(grown, await stageSnapshot(io, grown, { ...change, operation }, now, staged));
  return closeVersion(complete, { now, properties: { ...properties, [COMMIT_ID]: newUuid() }, previous });
}

const tableOf = (location: string) => location.split('/').slice(-2).join('.');
