/** Identifiers drawn for new tables, snapshots and files. */
import { randomBytes, randomUUID } from 'node:crypto';

/**
 * A random positive snapshot id below 2^53. The format allows 63 bits, but a reader that parses JSON numbers as doubles
 * would then see another id than the one we wrote.
 */
export function newSnapshotId(): bigint {
  const id = randomBytes(8).readBigUInt64BE() >> 11n;
  return id === 0n ? newSnapshotId() : id;
}

/** A random UUID for table ids and file names. */
export function newUuid(): string {
  return randomUUID();
}
