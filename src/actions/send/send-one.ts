/** Sends one change and says what became of it. A request that may have been carried out is never sent again from here. */
import type { Json } from '../../contract/table.js';
import { ConnectorError } from '../../core/errors.js';
import { valueAt } from '../../core/json-path.js';
import type { HttpClient, HttpResponse, Upload } from '../../http/client.js';
import { HttpError, HttpStatusError, RateLimitTooLongError, TlsError } from '../../http/errors.js';
import type { Entry, SentRequest } from '../journal/entry.js';
import type { Action } from '../registry/registry.js';
import { type ReadFile, uploadOf } from './upload.js';

/** An outcome; `stop` ends the run: no other row would fare better. */
export interface Outcome {
  readonly entry: Entry;
  readonly stop?: ConnectorError;
}

/** Statuses of a change that concern this row alone. */
const UNDERSTOOD = [400, 403, 404, 405, 409, 413, 422];

export interface SendPorts {
  readonly client: HttpClient;
  /** The site's clock, epoch milliseconds. */
  readonly now: () => number;
  /** Of files that rows name. */
  readonly readFile?: ReadFile | undefined;
}

export async function sendOne(entry: Entry, action: Action, { client, now, readFile }: SendPorts): Promise<Outcome> {
  const tried = { ...entry, attempts: entry.attempts + 1 };
  const upload = uploadOf(entry.request, readFile);
  if (typeof upload === 'string') return { entry: { ...entry, state: 'failed', error: upload, endedAt: now() } };
  try {
    const response = await requestOf(client, action.action, entry.request, upload);
    return { entry: succeeded(tried, action, response, now()) };
  } catch (error) {
    return failure(tried, action, error, now());
  }
}

/** Jira takes a form from nobody who does not say this: a web page cannot. */
const FORM = { 'x-atlassian-token': 'no-check' };

export function requestOf(
  client: HttpClient,
  action: string,
  { method, path, query, body }: SentRequest,
  upload: Upload | null = null,
): Promise<HttpResponse> {
  return client.request({
    ...{ method, path, query: Object.entries(query), repeatable: 'unseen', onBehalfOf: action, understood: UNDERSTOOD },
    ...(upload !== null ? { upload, headers: FORM } : body === null ? {} : { body }),
  });
}

/** What was made is looked for as after a lost answer. */
const UNTOLD = 'the answer does not say what was made';

function succeeded(entry: Entry, { result }: Action, { status, json }: HttpResponse, now: number): Entry {
  // Of one file a list of one attachment is answered.
  const read = (path: string | undefined) => (path === undefined ? undefined : [valueAt(json, path)].flat()[0]);
  const [id, key] = [read(result?.id), read(result?.key)];
  if ([result?.id, result?.key].some((path) => path !== undefined && (read(path) ?? null) === null))
    return { ...entry, state: 'unknown', status, error: UNTOLD, endedAt: now };
  const made = id === undefined ? {} : { resultId: String(id) };
  // A new issue is what it was about from now on.
  const issue = key === undefined ? {} : { issueId: String(id), issueKey: String(key) };
  return { ...entry, ...made, ...issue, state: 'done', status, error: null, endedAt: now };
}

export function failure(entry: Entry, action: Action, error: unknown, now: number): Outcome {
  if (!(error instanceof ConnectorError)) throw error;
  const status = error instanceof HttpStatusError ? error.status : null;
  const ended = { ...entry, status, endedAt: now };
  const words = error instanceof HttpStatusError && error.sentence !== '' ? error.sentence : error.message;
  if (error.kind === 'interrupted') return { entry: { ...ended, state: 'unknown', error: words }, stop: error };
  // A login that is over is found out before a request goes out, or by its refusal.
  const isUntaken = error.kind === 'credentials';
  const outcome = error instanceof HttpError ? error.outcome : isUntaken ? 'refused' : 'unclear';
  // Somebody else was writing to the issue; or what was to be deleted is gone, or may not be deleted: Jira says 404 to both. What is
  // there now is looked at before anything is sent again.
  const isOpen = outcome === 'unclear' || status === 409 || (status === 404 && action.once === 'gone');
  if (isOpen) return { entry: { ...ended, state: 'unknown', error: words } };
  const failed: Entry = { ...ended, state: 'failed', error: words };
  const isElsewhere = error instanceof TlsError || error instanceof RateLimitTooLongError;
  const stops = isUntaken || isElsewhere || outcome === 'unseen';
  return stops || (error instanceof HttpStatusError && error.missingScope)
    ? { entry: failed, stop: error }
    : { entry: failed };
}

/** A copy of a request whose body lacks a member. */
export function without(request: SentRequest, member: string): SentRequest {
  const body = Object.fromEntries(
    Object.entries((request.body ?? {}) as Record<string, Json>).filter(([name]) => name !== member),
  );
  return { ...request, body };
}
