/** What a site is asked around an action: everything here reads, and each thing is asked once a run. */

import type { Dialect } from '../../contract/dialect.js';
import type { Json } from '../../contract/table.js';
import { chunks } from '../../core/chunks.js';
import { isObject, own } from '../../core/json-path.js';
import type { HttpClient, HttpRequest } from '../../http/client.js';
import { HttpStatusError } from '../../http/errors.js';
import type { JsonValue } from '../../http/parse.js';
import { encodeSegment } from '../../http/url.js';
import { byOffset, byToken, type Listed, type Reach } from './listed.js';

export interface FoundIssue {
  readonly id: string;
  readonly key: string;
  readonly fields: Readonly<Record<string, Json>>;
}

/** Whom the site takes us for, and its clock. */
export interface Caller {
  readonly accountId: string;
  readonly timeZone: string | null;
}

export interface SearchOptions extends Pick<Reach, 'most'> {
  readonly fields: readonly string[];
  /** Names of properties that come with each issue. */
  readonly properties?: readonly string[];
}

const ISSUES_A_REQUEST = 100;
const WHO = 'write';

export class Site {
  readonly #asked = new Map<string, Promise<Json>>();
  readonly api: string;

  constructor(
    readonly client: HttpClient,
    readonly dialect: Dialect,
    readonly caller: Caller,
  ) {
    this.api = dialect === 'cloud' ? '/rest/api/3' : '/rest/api/2';
  }

  /** @param path below the API, or from `/rest/` on for another one; its segments encoded */
  async get(path: string, query: Readonly<Record<string, string>> = {}): Promise<Json> {
    const whole = path.startsWith('/rest/') ? path : `${this.api}${path}`;
    return this.#ask({ method: 'GET', path: whole, query: Object.entries(query) });
  }

  /** A question that is sent as POST. */
  async post(path: string, body: Json, query: Readonly<Record<string, string>> = {}): Promise<Json> {
    return this.#ask({ method: 'POST', path: `${this.api}${path}`, body, query: Object.entries(query) });
  }

  /** Null where there is nothing, or nothing that this account may see. */
  async getIfThere(path: string, query: Readonly<Record<string, string>> = {}): Promise<Json> {
    try {
      return await this.get(path, query);
    } catch (error) {
      if (error instanceof HttpStatusError && error.status === 404) return null;
      throw error;
    }
  }

  /** The same answer for the whole run. */
  once(path: string, query: Readonly<Record<string, string>> = {}): Promise<Json> {
    const key = `${path} ${JSON.stringify(query)}`;
    const known = this.#asked.get(key) ?? this.get(path, query);
    this.#asked.set(key, known);
    return known;
  }

  /** Issues as Jira gives them, in the order that the query says. */
  async search(jql: string, { fields, properties = [], most }: SearchOptions): Promise<Listed> {
    const query = { jql, fields, maxResults: ISSUES_A_REQUEST };
    if (this.dialect === 'cloud') {
      const asked = properties.length === 0 ? query : { ...query, properties };
      const ask = (token: string | null) =>
        this.post('/search/jql', token === null ? asked : { ...asked, nextPageToken: token });
      return byToken('issues', ask, { most });
    }
    const found = await byOffset('issues', (startAt) => this.post('/search', { ...query, startAt }), { most });
    if (properties.length === 0) return found;
    // Data Center's search shows no properties: each issue is asked for its own.
    const items: Json[] = [];
    for (const issue of found.items) {
      const path = `/issue/${encodeSegment(String(own(issue, 'id')))}/properties`;
      const kept: Json[] = [];
      for (const name of properties) kept.push(await this.getIfThere(`${path}/${encodeSegment(name)}`));
      items.push({ ...(issue as Readonly<Record<string, Json>>), properties: kept.filter((one) => one !== null) });
    }
    return { items, isWhole: found.isWhole };
  }

  /** By the names they were asked by; those that are not there, or not visible, are left out. */
  async issues(names: readonly string[], fields: readonly string[]): Promise<ReadonlyMap<string, FoundIssue>> {
    const wanted = [...new Set(names)];
    const found = new Map<string, FoundIssue>();
    const take = (issue: unknown, asked?: string) => {
      const [id, key] = [String(own(issue, 'id')), String(own(issue, 'key'))];
      const one: FoundIssue = { id, key, fields: (own(issue, 'fields') ?? {}) as Record<string, Json> };
      for (const name of [id, key, ...(asked === undefined ? [] : [asked])]) found.set(name, one);
    };
    for (const part of chunks(wanted, ISSUES_A_REQUEST)) await this.#readIssues(part, fields, take);
    // A moved issue answers under its new key, and a list does not say to which name.
    for (const name of this.dialect === 'cloud' ? wanted.filter((one) => !found.has(one)) : []) {
      const issue = await this.getIfThere(`/issue/${encodeSegment(name)}`, { fields: fields.join() });
      if (issue !== null) take(issue, name);
    }
    return found;
  }

  async #readIssues(
    names: readonly string[],
    fields: readonly string[],
    take: (issue: unknown, asked?: string) => void,
  ): Promise<void> {
    if (this.dialect === 'cloud') {
      const answer = await this.post('/issue/bulkfetch', { issueIdsOrKeys: names, fields });
      for (const issue of listAt(answer, 'issues')) take(issue);
      return;
    }
    for (const name of names) {
      const issue = await this.getIfThere(`/issue/${encodeSegment(name)}`, { fields: fields.join() });
      if (issue !== null) take(issue, name);
    }
  }

  async #ask(request: Pick<HttpRequest, 'method' | 'path' | 'query' | 'body'>): Promise<Json> {
    const { json } = await this.client.request({ ...request, repeatable: true, onBehalfOf: WHO });
    return plain(json);
  }
}

/** A list in an answer, empty when there is none. */
export function listAt(value: unknown, name: string): readonly Json[] {
  const list = own(value, name);
  return Array.isArray(list) ? (list as readonly Json[]) : [];
}

/** Numbers that JavaScript cannot hold stay text: here they are ids at most. */
export function plain(value: JsonValue): Json {
  if (typeof value === 'bigint') return String(value);
  if (Array.isArray(value)) return value.map(plain);
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, plain(one)]));
}

/** `ENG-7` -> `ENG`; of a project's own key the key. */
export const projectOfKey = (key: string): string => key.replace(/-\d+$/, '');
