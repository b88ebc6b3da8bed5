/** Hands an operation in, waits for its task, and says what became of each row. A task that is lost sight of leaves its rows in doubt. */

import { ConnectorError } from '../../core/errors.js';
import { isObject, own } from '../../core/json-path.js';
import type { HttpClient } from '../../http/client.js';
import { HttpStatusError } from '../../http/errors.js';
import type { JsonValue } from '../../http/parse.js';
import { encodeSegment } from '../../http/url.js';
import type { Entry } from '../journal/entry.js';
import type { Action } from '../registry/registry.js';
import type { Operation } from './operations.js';
import { failure, type Outcome, requestOf } from './send-one.js';

export interface QueuePorts {
  readonly client: HttpClient;
  readonly now: () => number;
  readonly sleep: (ms: number) => Promise<void>;
  readonly signal: AbortSignal;
  /** Of words that a site says. */
  readonly redact: (text: string) => string;
}

/** `refused`: none of it was carried out; its rows are good one by one, or say themselves why they are not. */
export type Queued = { readonly outcomes: readonly Outcome[] } | { readonly refused: readonly Entry[] };

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 10_000;
/** A task of a thousand issues takes minutes; one that takes longer is looked for in the issues. */
const PATIENCE_MS = 15 * 60_000;

const ENDED = new Set(['COMPLETE', 'FAILED', 'CANCELLED', 'DEAD']);

export async function sendQueued({ entries, request }: Operation, action: Action, ports: QueuePorts): Promise<Queued> {
  const tried = entries.map((entry): Entry => ({ ...entry, attempts: entry.attempts + 1 }));
  let task: unknown;
  try {
    task = own((await requestOf(ports.client, action.action, request)).json, 'taskId');
  } catch (error) {
    // No permission for bulk changes, or one row that is bad for all.
    if (error instanceof HttpStatusError && [400, 403, 404].includes(error.status)) return { refused: entries };
    return { outcomes: tried.map((entry) => failure(entry, action, error, ports.now())) };
  }
  const ended = typeof task === 'string' ? await taskEnd(task, action.action, ports) : null;
  return { outcomes: tried.map((entry) => ({ entry: outcomeOf(entry, ended, ports) })) };
}

/** Null when it did not end while we looked. */
async function taskEnd(task: string, onBehalfOf: string, ports: QueuePorts): Promise<JsonValue | null> {
  const path = `/rest/api/3/bulk/queue/${encodeSegment(task)}`;
  const until = ports.now() + PATIENCE_MS;
  for (
    let wait = FIRST_WAIT_MS;
    ports.now() < until && !ports.signal.aborted;
    wait = Math.min(2 * wait, LONGEST_WAIT_MS)
  ) {
    try {
      const { json } = await ports.client.request({ method: 'GET', path, repeatable: true, onBehalfOf });
      if (ENDED.has(String(own(json, 'status')))) return json;
    } catch (error) {
      if (error instanceof ConnectorError) return null;
      throw error;
    }
    await ports.sleep(wait);
  }
  return null;
}

function outcomeOf(entry: Entry, ended: JsonValue | null, { now, redact }: QueuePorts): Entry {
  const processed = own(ended, 'processedAccessibleIssues');
  const ids = Array.isArray(processed) ? processed.map(String) : [];
  const at = { endedAt: now() };
  if (ids.includes(entry.issueId ?? '')) return { ...entry, ...at, state: 'done', status: 201, error: null };
  const failed = own(ended, 'failedAccessibleIssues');
  const reasons = isObject(failed) ? own(failed, entry.issueId ?? '') : undefined;
  if (Array.isArray(reasons)) {
    const words = redact(reasons.map(String).join(' ')) || 'Jira refused it without a word';
    return { ...entry, ...at, state: 'failed', status: 201, error: words };
  }
  return { ...entry, ...at, state: 'unknown', status: 201, error: 'the task of Jira does not say what became of it' };
}
