import type { Simulator } from '../../simulator/simulator.js';

export type Json = Record<string, unknown>;

export interface Reply<Body> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Body;
}

/** Asks a running simulator over its socket with its own credentials, or with the given header (empty for none). */
export function visitor(simulator: Simulator, authorization?: string) {
  const basic = `Basic ${Buffer.from(`${simulator.email}:${simulator.apiToken}`).toString('base64')}`;
  const sent = authorization ?? basic;
  const headers: Record<string, string> = sent === '' ? {} : { authorization: sent };
  const ask = async <Body = Json>(path: string, init: RequestInit = {}): Promise<Reply<Body>> => {
    const response = await fetch(simulator.url + path, { ...init, headers: { ...headers, ...init.headers } });
    const text = await response.text();
    const body = (text.startsWith('{') || text.startsWith('[') ? JSON.parse(text) : text) as Body;
    return { status: response.status, headers: response.headers, body };
  };
  const send = <Body = Json>(method: string, path: string, body?: unknown): Promise<Reply<Body>> =>
    ask<Body>(path, {
      method,
      headers: { 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  const post = <Body = Json>(path: string, body: unknown): Promise<Reply<Body>> => send<Body>('POST', path, body);
  const search = (body: Json): Promise<Reply<SearchBody>> => post<SearchBody>('/rest/api/3/search/jql', body);
  /** All pages of a search. */
  const searchAll = async (body: Json): Promise<Issue[]> => {
    const issues: Issue[] = [];
    for (let token: string | undefined, page = 0; page === 0 || token !== undefined; page += 1) {
      const reply = await search({ ...body, ...(token === undefined ? {} : { nextPageToken: token }) });
      issues.push(...reply.body.issues);
      token = reply.body.nextPageToken;
    }
    return issues;
  };
  return { ask, send, post, search, searchAll };
}

export interface Issue {
  readonly id: string;
  readonly key: string;
  readonly fields: Json;
  readonly changelog: { readonly total: number; readonly histories: readonly { readonly created: string }[] };
}

export interface SearchBody {
  readonly issues: readonly Issue[];
  readonly nextPageToken?: string;
  readonly isLast: boolean;
  readonly errorMessages: readonly string[];
}

export const ALL = 'project is not EMPTY ORDER BY updated ASC, id ASC';
export const idsOf = (issues: readonly { readonly id: string }[]): string[] => issues.map(({ id }) => id);
/** As `fields.updated` and friends are written. */
export const momentOf = (text: unknown): number => Date.parse(String(text).replace(/(\d{2})(\d{2})$/, '$1:$2'));
