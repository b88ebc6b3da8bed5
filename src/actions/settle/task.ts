/** Rows that went by a bulk task of Jira: until it has ended, an issue without the change proves nothing. */
import { ConnectorError } from '../../core/errors.js';
import { isObject, own } from '../../core/json-path.js';
import type { HttpClient } from '../../http/client.js';
import type { JsonValue } from '../../http/parse.js';
import { encodeSegment } from '../../http/url.js';
import type { Entry } from '../journal/entry.js';
import { lostAt, type Verdict } from './verdict.js';

/** A task of a thousand issues takes minutes; one that takes longer is looked for in the issues. */
export const PATIENCE_MS = 15 * 60_000;

const ENDED = new Set(['COMPLETE', 'FAILED', 'CANCELLED', 'DEAD']);

/** What Jira says of a task. @throws ConnectorError */
export async function taskNow(client: HttpClient, task: string, onBehalfOf: string): Promise<JsonValue> {
  const path = `/rest/api/3/bulk/queue/${encodeSegment(task)}`;
  return (await client.request({ method: 'GET', path, repeatable: true, onBehalfOf })).json;
}

export const hasEnded = (task: JsonValue): boolean => ENDED.has(String(own(task, 'status')));

/** What a task says of one issue: true, the reasons against it, or nothing. */
export function saidOf(task: JsonValue | null, issueId: string): true | string | null {
  const processed = own(task, 'processedAccessibleIssues');
  if (Array.isArray(processed) && processed.map(String).includes(issueId)) return true;
  const failed = own(task, 'failedAccessibleIssues');
  const reasons = isObject(failed) ? own(failed, issueId) : undefined;
  return Array.isArray(reasons) ? reasons.map(String).join(' ') || 'Jira refused it without a word' : null;
}

interface Asked {
  readonly client: HttpClient;
  readonly redact: (text: string) => string;
  readonly now: number;
}

/** Corrects what the issues show by what their tasks say. */
export async function byTasks(
  entries: readonly Entry[],
  shown: ReadonlyMap<string, Verdict>,
  { client, redact, now }: Asked,
): Promise<ReadonlyMap<string, Verdict>> {
  const tasks = new Map<string, JsonValue | null>();
  const verdicts = new Map(shown);
  for (const entry of entries) {
    const { id, task, action, issueId } = entry;
    const verdict = shown.get(id);
    if (typeof task !== 'string' || verdict === undefined || verdict.is === 'done') continue;
    if (!tasks.has(task)) tasks.set(task, task === '' ? null : await ifTold(taskNow(client, task, action)));
    const told = tasks.get(task) ?? null;
    const said = told !== null && hasEnded(told) ? saidOf(told, issueId ?? '') : null;
    if (said === true) verdicts.set(id, { is: 'done', resultId: null });
    else if (said !== null) verdicts.set(id, { is: 'failed', why: redact(said) });
    else if (verdict.is !== 'unknown' && mayReachIt(told, entry, now))
      verdicts.set(id, { is: 'unknown', why: underway(entry, now) });
  }
  return verdicts;
}

/** A task that nobody can ask for is believed to be over in the end. */
const mayReachIt = (task: JsonValue | null, entry: Entry, now: number): boolean =>
  task === null ? now - lostAt(entry) < PATIENCE_MS : !hasEnded(task);

function underway(entry: Entry, now: number): string {
  const minutes = Math.ceil((lostAt(entry) + PATIENCE_MS - now) / 60_000);
  const when = minutes > 0 ? `in ${minutes} min` : 'later';
  return `the bulk task of Jira may not have reached it yet; run again ${when} to be sure`;
}

/** A task that Jira does not know any more, or does not tell of. */
async function ifTold(asked: Promise<JsonValue>): Promise<JsonValue | null> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof ConnectorError && error.kind !== 'interrupted') return null;
    throw error;
  }
}
