/** One attempt of one request to a catalog service (https://github.com/apache/iceberg/blob/main/open-api/rest-catalog-open-api.yaml). */
import { fetch } from 'undici';
import { z } from 'zod';
import { isDeeperThan, parseExact } from '../../../core/exact-json.js';
import { type Failure, networkFailure, RequestFailed } from './failure.js';

export interface Outgoing {
  readonly method: 'GET' | 'POST';
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
}

/** The service's error document; OAuth's own form has a plain text under `error`. */
const refusalJson = z.looseObject({
  error: z.union([
    z.string().transform((type) => ({ type, message: '' })),
    z.looseObject({ type: z.string().default(''), message: z.string().nullish() }),
  ]),
});

/**
 * @param what the work, to follow "Could not "
 * @returns the answer's JSON with exact numbers; null for an answer without a body
 * @throws RequestFailed for everything but a 2xx answer that is whole
 */
export async function send(what: string, out: Outgoing, timeoutMs: number): Promise<unknown> {
  const { host } = out.url;
  let status: number;
  let headers: { get(name: string): string | null };
  let text: string;
  try {
    const response = await fetch(out.url, {
      method: out.method,
      headers: { accept: 'application/json', ...out.headers },
      ...(out.body === undefined ? {} : { body: out.body }),
      // A redirect that is followed could carry the credentials to a foreign host.
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
    });
    ({ status, headers } = response);
    text = await response.text();
  } catch (thrown) {
    throw new RequestFailed(what, networkFailure(host, thrown));
  }
  if (status >= 300) throw new RequestFailed(what, refusal(host, status, headers, text));
  const json = parsed(text);
  if (json !== undefined) return json;
  const came = `${host} sent something other than JSON`;
  throw new RequestFailed(what, { outcome: 'unclear', kind: 'failed', came, advice: NOT_JSON, status });
}

/** Of a table's metadata within an answer. */
const MAX_DEPTH = 510;

function parsed(text: string): unknown {
  if (text === '') return null;
  try {
    return isDeeperThan(text, MAX_DEPTH) ? undefined : parseExact(text);
  } catch {
    return undefined;
  }
}

const ADVICE: Readonly<Record<number, string>> = {
  401: 'Check `auth` of the catalog in the settings.',
  403: 'Ask for the right to list, create, read and write tables there, or check `auth` of the catalog in the settings.',
  404: 'Check `uri` and `warehouse` of the catalog in the settings.',
  419: 'Check `auth` of the catalog in the settings.',
  429: 'Run again later.',
};

function refusal(host: string, status: number, headers: { get(name: string): string | null }, text: string): Failure {
  if (status < 400) {
    const came = `${host} redirects to ${redirectHost(headers.get('location'), host)}`;
    const advice = 'Give the address where the catalog answers itself as its `uri` in the settings.';
    return { outcome: 'refused', kind: 'usage', came, advice, status };
  }
  const said = refusalJson.safeParse(parsed(text));
  const { type = '', message = '' } = said.success ? said.data.error : {};
  const words = [type, oneLine(message ?? '')].filter((word) => word !== '').join(': ');
  const came = `${host} answered ${status}${words === '' ? '' : ` (${words})`}`;
  const waitMs = status === 429 || status === 503 ? waitOf(headers.get('retry-after')) : undefined;
  const common = { came, advice: ADVICE[status] ?? (status >= 500 ? 'Run again later.' : SORRY), status, type, waitMs };
  if (status === 429) return { ...common, outcome: 'not-now', kind: 'later' };
  // A gateway's 503 can follow a request that the service has carried out.
  if (status >= 500) return { ...common, outcome: 'unclear', kind: status === 503 ? 'later' : 'failed' };
  return { ...common, outcome: 'refused', kind: [401, 403, 419].includes(status) ? 'credentials' : 'failed' };
}

const NOT_JSON = 'Check `uri` of the catalog in the settings, and look for a proxy in between.';
const SORRY = 'The service may lack a feature that is needed here.';

/** Only the host: the rest of the address may hold a token. */
function redirectHost(location: string | null, from: string): string {
  return location !== null && URL.canParse(location, `http://${from}`)
    ? new URL(location, `http://${from}`).host
    : 'nowhere';
}

function oneLine(message: string): string {
  const line = message.replaceAll(/\s+/g, ' ').trim();
  return line.length > 300 ? `${line.slice(0, 300)}…` : line;
}

/** `Retry-After`: seconds or a date (RFC 9110, 10.2.3). */
function waitOf(value: string | null): number | undefined {
  if (value === null) return undefined;
  const ms = /^\d+$/.test(value.trim()) ? Number(value) * 1000 : Date.parse(value) - Date.now();
  return Number.isFinite(ms) ? Math.max(0, ms) : undefined;
}

export interface Authorizer {
  /** What an attempt has to carry besides its own headers. */
  headers(out: Outgoing): Promise<Readonly<Record<string, string>>>;
  /** Whether other credentials can be had than those that were refused. */
  renew(refused: Readonly<Record<string, string>>): boolean;
}
