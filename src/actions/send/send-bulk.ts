/** Creates up to fifty issues by one request, whose answer may be a mixture of successes and refusals. */
import type { Dialect } from '../../contract/dialect.js';
import { own } from '../../core/json-path.js';
import { HttpStatusError, serverSentence } from '../../http/errors.js';
import type { JsonValue } from '../../http/parse.js';
import type { Entry } from '../journal/entry.js';
import { requestWith } from '../plan/request.js';
import { type Action, spokenOn } from '../registry/registry.js';
import { failure, type Outcome, requestOf, type SendPorts } from './send-one.js';

export interface BulkPorts extends SendPorts {
  readonly dialect: Dialect;
  readonly redact: (text: string) => string;
}

export async function sendBulk(
  entries: readonly Entry[],
  action: Action,
  ports: BulkPorts,
): Promise<readonly Outcome[]> {
  const { client, dialect, now } = ports;
  const tried = entries.map((entry): Entry => ({ ...entry, attempts: entry.attempts + 1 }));
  const { request = '', put = '' } = action.bulk ?? {};
  const all = requestWith(spokenOn(dialect, request), [
    { place: put, value: tried.map((entry) => entry.request.body) },
  ]);
  try {
    const { json, status } = await requestOf(client, action.action, all);
    return mapped(tried, json, status, ports);
  } catch (error) {
    // All were refused, and the sentence does not say which for what: one by one they say it themselves.
    const isRefusal = error instanceof HttpStatusError && error.status === 400;
    return tried.map((entry) => {
      const outcome = failure(entry, action, error, now());
      return isRefusal && entries.length > 1 ? { entry: { ...outcome.entry, error: REFUSED_TOGETHER } } : outcome;
    });
  }
}

/** The rows of a request that was refused as a whole. */
export const REFUSED_TOGETHER = 'Jira refused all issues of the request';

/** The issues come without the number of what they answer to: in order, those that failed left out. */
function mapped(
  entries: readonly Entry[],
  answer: JsonValue,
  status: number,
  { redact, now }: BulkPorts,
): readonly Outcome[] {
  const list = (name: string) => {
    const value = own(answer, name);
    return Array.isArray(value) ? (value as readonly JsonValue[]) : [];
  };
  const errors = list('errors');
  const refused = new Map(errors.map((one) => [own(one, 'failedElementNumber'), one]));
  const isPlace = (at: unknown) => Number.isInteger(at) && Number(at) >= 0 && Number(at) < entries.length;
  const made = list('issues');
  const isNamed = (issue: JsonValue) => [own(issue, 'id'), own(issue, 'key')].every((one) => (one ?? null) !== null);
  // Numbers that do not fit leave it open which row has which issue: the markers tell.
  const fits = made.length + errors.length === entries.length && refused.size === errors.length;
  if (!fits || ![...refused.keys()].every(isPlace) || !made.every(isNamed))
    return entries.map((entry) => ({
      entry: {
        ...entry,
        state: 'unknown',
        status,
        error: 'the answer does not say what became of each row',
        endedAt: now(),
      },
    }));
  let next = 0;
  return entries.map((entry, at) => {
    const refusal = refused.get(at);
    if (refusal !== undefined) return { entry: refusedRow(entry, refusal, redact, now()) };
    const issue = made[next++];
    const [id, key] = [String(own(issue, 'id')), String(own(issue, 'key'))];
    const done = { resultId: id, issueId: id, issueKey: key, endedAt: now() };
    return { entry: { ...entry, ...done, state: 'done', status, error: null } };
  });
}

function refusedRow(entry: Entry, refusal: JsonValue, redact: (text: string) => string, endedAt: number): Entry {
  const words = serverSentence((own(refusal, 'elementErrors') ?? null) as JsonValue, redact);
  const status = Number(own(refusal, 'status') ?? 400);
  return { ...entry, state: 'failed', status, error: words || 'Jira refused it without a word', endedAt };
}
