/** The bookmark inside the table (promises I1, I3): which properties and summary entries hold it, and which one counts. */

import type { Commit, Committed, Json } from '../../contract/table.js';
import { ConnectorError } from '../../core/errors.js';
import type { TableVersion } from '../iceberg/version.js';

const STATE = 'connector.state';
/** Run and batch of the snapshot that the state property belongs to: tells a table that somebody rolled back. */
const STATE_OF = 'connector.state-of';
/** Sequence number of that snapshot: tells one that was rolled back from one that has expired. */
const STATE_AT = 'connector.state-at';
/** Run and batch of the commit that wrote the state property, with or without a snapshot. */
const STATE_BY = 'connector.state-by';
const RUN_ID = 'connector.run-id';
const BATCH = 'connector.batch';
const COUNTS = 'connector.counts';

/** Catalogs that keep properties in a database column hold no more. */
const LARGEST_STATE = 4096;

type Counts = Pick<Committed, 'written' | 'unchanged' | 'duplicate' | 'deleted' | 'late' | 'refused'>;

/** @throws ConnectorError when the state is larger than 4 KB */
export function stateText(state: Json, table: string): string {
  const text = JSON.stringify(state);
  const bytes = Buffer.byteLength(text);
  if (bytes <= LARGEST_STATE) return text;
  throw new ConnectorError(
    'failed',
    `The state of table ${table} has ${bytes} bytes of JSON; at most ${LARGEST_STATE} are kept with a table. Nothing was committed. ` +
      'State must not grow with the number of rows: please report this as a bug of the stream.',
  );
}

/**
 * The state that belongs to the rows of this version. After a rollback the property is ahead of the rows: then the newest
 * ancestor that carries a state counts, and without one the table is read anew.
 */
export function currentState(version: TableVersion): Json | null {
  const fromProperty = belongs(version) ? parse(version.properties[STATE]) : undefined;
  if (fromProperty !== undefined) return fromProperty;
  for (const { summary } of version.history) {
    const state = parse(summary[STATE]);
    if (state !== undefined) return state;
  }
  return null;
}

/** Another tool may have compacted the table and let every snapshot of ours expire: what is left came after them. */
function belongs({ properties, history }: TableVersion): boolean {
  const tag = properties[STATE_OF] ?? '';
  if (tag === '' || history.some(({ summary }) => tagOf(summary) === tag)) return true;
  const oldest = history.at(-1);
  return oldest !== undefined && Number(properties[STATE_AT] ?? Number.NaN) < oldest.sequenceNumber;
}

/** True when `text` is already what this version holds, so that it needs no commit. */
export function holdsState(version: TableVersion, text: string): boolean {
  return JSON.stringify(currentState(version)) === text;
}

/** Properties of a version that makes a snapshot for `commit`, or (`snapshot` false) changes the state alone. */
export function stateProperties(
  text: string,
  commit: Commit,
  version: TableVersion,
  snapshot: boolean,
): Record<string, string> {
  const author = authorOf(commit);
  if (snapshot) {
    const at = version.lastSequenceNumber + 1;
    return { [STATE]: text, [STATE_OF]: author, [STATE_AT]: String(at), [STATE_BY]: author };
  }
  const newest = version.history.find(({ summary }) => tagOf(summary) !== null);
  return {
    [STATE]: text,
    [STATE_OF]: newest ? (tagOf(newest.summary) ?? '') : '',
    [STATE_AT]: String(newest?.sequenceNumber ?? ''),
    [STATE_BY]: author,
  };
}

/** Entries of the snapshot summary. */
export function stateSummary(text: string, commit: Commit, counts: Counts): Record<string, string> {
  const { written, unchanged, duplicate, deleted, late, refused } = counts;
  return {
    [RUN_ID]: commit.runId,
    [BATCH]: String(commit.batch),
    [STATE]: text,
    [COUNTS]: JSON.stringify({ written, unchanged, duplicate, deleted, late, refused }),
  };
}

/**
 * The part of the newest summary with a state that a snapshot without new rows takes over, so that the bookmark does not
 * depend on how much history is kept.
 */
export function takenOverState({ history }: TableVersion): Record<string, string> {
  const summary = history.find((one) => tagOf(one.summary) !== null)?.summary ?? {};
  return Object.fromEntries(
    [RUN_ID, BATCH, STATE, COUNTS].flatMap((name) => (summary[name] === undefined ? [] : [[name, summary[name]]])),
  );
}

/** The newest snapshot that carries a state; null when none does. */
export function newestWithState({ history }: TableVersion): string | null {
  return history.find(({ summary }) => tagOf(summary) !== null)?.snapshotId ?? null;
}

/** Whose commit, as the marks of a table name it. */
export function authorOf(commit: Commit): string {
  return tag(commit.runId, commit.batch);
}

/** Whose commits wrote the state and the newest rows; none of a table without a commit of a run. */
export function authorsOf({ properties, history }: TableVersion): readonly string[] {
  const rows = history.map(({ summary }) => tagOf(summary)).find((author) => author !== null);
  return [properties[STATE_BY], rows].filter((author) => author !== undefined);
}

/** What this very commit did, when an ancestor snapshot shows that it has been done already; else null. */
export function doneBefore(version: TableVersion, commit: Commit): Committed | null {
  const wanted = authorOf(commit);
  const found = version.history.find(({ summary }) => tagOf(summary) === wanted);
  if (!found) return null;
  const counts = JSON.parse(found.summary[COUNTS] ?? '{}') as Partial<Counts>;
  const { written = 0, unchanged = 0, duplicate = 0, deleted = 0, late = 0, refused } = counts;
  const { snapshotId } = found;
  const done = { snapshotId, written, unchanged, duplicate, deleted, late, metadataLocation: version.metadataLocation };
  return refused ? { ...done, refused } : done;
}

function tagOf(summary: Readonly<Record<string, string>>): string | null {
  const [runId, batch] = [summary[RUN_ID], summary[BATCH]];
  return runId === undefined || batch === undefined ? null : tag(runId, batch);
}

function tag(runId: string, batch: number | string): string {
  return `${runId}/${batch}`;
}

/** Undefined for a text that is absent or no JSON: another source is asked then. */
function parse(text: string | undefined): Json | undefined {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}
