/** Hands an operation in, waits for its task, and says what became of each row. A task that is lost sight of leaves its rows in doubt. */

import { ConnectorError } from '../../core/errors.js';
import { own } from '../../core/json-path.js';
import type { HttpClient } from '../../http/client.js';
import { HttpStatusError } from '../../http/errors.js';
import type { JsonValue } from '../../http/parse.js';
import type { Entry } from '../journal/entry.js';
import type { Action } from '../registry/registry.js';
import { hasEnded, PATIENCE_MS, saidOf, taskNow } from '../settle/task.js';
import type { Operation } from './operations.js';
import { failure, type Outcome, requestOf } from './send-one.js';

export interface QueuePorts {
  readonly client: HttpClient;
  readonly now: () => number;
  readonly sleep: (ms: number) => Promise<void>;
  readonly signal: AbortSignal;
  /** Of words that a site says. */
  readonly redact: (text: string) => string;
  /** Told the number of the task before it is waited for. */
  readonly onTask?: (task: string) => Promise<void>;
}

/** `refused`: none of it was carried out; its rows are good one by one, or say themselves why they are not. */
export type Queued = { readonly outcomes: readonly Outcome[] } | { readonly refused: readonly Entry[] };

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 10_000;

export async function sendQueued({ entries, request }: Operation, action: Action, ports: QueuePorts): Promise<Queued> {
  const tried = entries.map((entry): Entry => ({ ...entry, attempts: entry.attempts + 1 }));
  let task: unknown;
  try {
    task = own((await requestOf(ports.client, action.action, request)).json, 'taskId');
  } catch (error) {
    // No permission for bulk changes, or one row that is bad for all.
    if (error instanceof HttpStatusError && [400, 403, 404].includes(error.status))
      return { refused: entries.map((entry) => ({ ...entry, task: null })) };
    return { outcomes: tried.map((entry) => notHandedIn(failure(entry, action, error, ports.now()))) };
  }
  if (typeof task !== 'string') return { outcomes: tried.map((entry) => ({ entry: outcomeOf(entry, null, ports) })) };
  await ports.onTask?.(task);
  const ended = await taskEnd(task, action.action, ports);
  return { outcomes: tried.map((entry) => ({ entry: { ...outcomeOf(entry, ended, ports), task } })) };
}

/** Of what surely was not taken there is no task. */
const notHandedIn = (outcome: Outcome): Outcome =>
  outcome.entry.state === 'failed' ? { ...outcome, entry: { ...outcome.entry, task: null } } : outcome;

/** Null when it did not end while we looked. */
async function taskEnd(task: string, onBehalfOf: string, ports: QueuePorts): Promise<JsonValue | null> {
  const until = ports.now() + PATIENCE_MS;
  for (
    let wait = FIRST_WAIT_MS;
    ports.now() < until && !ports.signal.aborted;
    wait = Math.min(2 * wait, LONGEST_WAIT_MS)
  ) {
    try {
      const now = await taskNow(ports.client, task, onBehalfOf);
      if (hasEnded(now)) return now;
    } catch (error) {
      if (error instanceof ConnectorError) return null;
      throw error;
    }
    await ports.sleep(wait);
  }
  return null;
}

function outcomeOf(entry: Entry, ended: JsonValue | null, { now, redact }: QueuePorts): Entry {
  const said = saidOf(ended, entry.issueId ?? '');
  const at = { endedAt: now(), status: 201 };
  if (said === true) return { ...entry, ...at, state: 'done', error: null };
  if (said !== null) return { ...entry, ...at, state: 'failed', error: redact(said) };
  return { ...entry, ...at, state: 'unknown', error: 'the task of Jira does not say what became of it' };
}
