/** The commit point of a catalog service, and what to believe when it does not answer clearly (I4, I5). */
import { setTimeout as sleep } from 'node:timers/promises';
import { HttpStatusError, RateLimitTooLongError } from '../../../http/errors.js';
import type { RetryRules } from '../../../http/retry.js';
import { CommitConflict, CommitUnknown } from '../../iceberg/errors.js';
import { COMMIT_ID, type TableMetadata } from '../../iceberg/metadata.js';
import type { TableName } from '../../iceberg/model.js';
import { isRefusal, isUnclear } from './answer.js';
import { commitBody } from './commit-body.js';
import { nameOf, type ServedTable, type Tables } from './tables.js';

/**
 * After an unclear answer the table is read back: what is ours there is proof. Else the same request is sent once more; its
 * requirements let at most one of the two be carried out.
 * @returns the table with `next`, which others may have changed since
 * @throws CommitConflict when the version belongs to somebody else; CommitUnknown when reading back does not settle it; any
 *   other error means that nothing became visible.
 */
export async function publish(
  tables: Tables,
  rules: RetryRules,
  table: TableName,
  base: TableMetadata,
  next: TableMetadata,
): Promise<ServedTable> {
  const body = commitBody(base, next);
  for (let attempt = 1; ; attempt += 1) {
    const failure = await tables.commit(table, body).catch((error: unknown) => new Failed(error));
    if (!(failure instanceof Failed)) return failure;
    const { error } = failure;
    const refused = isRefusal(error, 409);
    if (!refused && !isUnclear(error)) throw attempt === 1 ? error : unknown(table, error);
    // Also after a plain conflict: a gateway may have sent our request twice, and what is in its way may be our own.
    const present = await tables.load(table).catch((reason: unknown) => {
      throw unknown(table, reason);
    });
    if (present && isIn(present.metadata, base, next)) return present;
    if (refused) throw conflict(table);
    if (attempt === 2) throw unknown(table, error);
    await sleep(Math.min(askedMs(error) ?? rules.firstWaitMs, rules.longestWaitMs));
  }
}

/** Milliseconds that the service asks to wait. */
function askedMs(error: unknown): number | null {
  if (error instanceof RateLimitTooLongError) return error.waitMs;
  return error instanceof HttpStatusError ? error.askedMs : null;
}

/** Keeps what was thrown apart from what was answered. */
class Failed {
  constructor(readonly error: unknown) {}
}

/** Whether a table has what `next` added to `base`: its mark, or its snapshot beneath those of others. */
function isIn(present: TableMetadata, base: TableMetadata, next: TableMetadata): boolean {
  const made = next['current-snapshot-id'];
  const isNew = made != null && made !== base['current-snapshot-id'];
  const holds = present.snapshots.some((snapshot) => snapshot['snapshot-id'] === made);
  return present.properties[COMMIT_ID] === next.properties[COMMIT_ID] || (isNew && holds);
}

function conflict(table: TableName): CommitConflict {
  return new CommitConflict(
    `Another writer changed table ${nameOf(table)} first; nothing of this commit is visible. Run again.`,
  );
}

function unknown(table: TableName, cause: unknown): CommitUnknown {
  return new CommitUnknown(
    `It is not known whether the catalog carried out a commit to table ${nameOf(table)}. Nothing was removed: run again; ` +
      'the next run reads the table and goes on from what it finds.',
    { cause, detail: cause instanceof Error ? cause.message : String(cause) },
  );
}
