/** What the writing routes share: the site, its edits, what the caller may do, and a count of what was carried out. */

import { loginName } from '../datacenter/people.js';
import type { EntityProperty } from '../issues/children.js';
import type { SiteEdits } from '../issues/edits.js';
import type { IssueDesk } from '../issues/issue-desk.js';
import type { Readable } from '../issues/shapes.js';
import type { SiteIssues } from '../issues/site-issues.js';
import type { Answer, Call, SimRoute } from '../model.js';
import { badRequest, Refusal } from '../refusal.js';
import { HAVE } from '../routes/site-info.js';
import { arrival } from '../throttle-check.js';
import { PerIssueLimit, type WriteRules } from './rules.js';
import { readVisibility } from './visibility.js';

export type Body = Readonly<Record<string, unknown>>;

export const isObject = (value: unknown): value is Body =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What tests read. */
export interface Writes {
  readonly rules: WriteRules;
  /** `POST /rest/api/3/issue` and so on, of each request that was carried out, answered or not. */
  readonly executed: readonly string[];
}

const MOST_PROPERTY = 32_768;

export class WriteDesk implements Writes {
  readonly executed: string[] = [];
  readonly site: SiteIssues;
  /** People by login name, no limit per issue. */
  readonly isServer: boolean;
  private readonly limit: PerIssueLimit;

  constructor(
    readonly desk: IssueDesk,
    readonly edits: SiteEdits,
    readonly rules: WriteRules,
  ) {
    this.site = desk.site;
    this.isServer = desk.isServer;
    this.limit = new PerIssueLimit(rules);
  }

  may(permission: string): boolean {
    return this.rules.permissions[permission] ?? HAVE.get(permission) ?? false;
  }

  /** Throws a 403 unless one of them is given. */
  demand(message: string, ...permissions: readonly string[]): void {
    if (!permissions.some((permission) => this.may(permission))) throw new Refusal(403, [message]);
  }

  /** The issue named in the path. Throws a 404. */
  issueOf(call: Call): number {
    return this.desk.find(call.params.issueIdOrKey);
  }

  /** Place of a person by what this kind of site knows people by; undefined for nobody. */
  person(value: unknown): number | undefined {
    if (!isObject(value)) return undefined;
    const wanted = this.isServer ? value.name : (value.accountId ?? value.id);
    const place = this.site.directory.people.findIndex(
      (person, at) => (this.isServer ? loginName(person, at) : person.accountId) === wanted,
    );
    return place < 0 ? undefined : place;
  }

  /** Who may read what hangs on an issue. @param before who could until now */
  readers(issue: number, visibility: unknown, before: Readable = {}): Readable {
    const { directory, table } = this.site;
    return readVisibility(directory, directory.projects[table.project[issue] ?? 0], visibility, before);
  }

  /** `properties` of a creating request, as this site keeps them. */
  properties(body: Body): readonly EntityProperty[] {
    const given = body.properties;
    if (given === undefined || given === null) return [];
    if (this.rules.properties === 'refused') throw badRequest('You cannot set properties of this entity.');
    if (!Array.isArray(given)) throw badRequest("'properties' must be a list.");
    if (this.rules.properties === 'ignored') return [];
    return given.map((entry: unknown) => {
      const { key, value } = isObject(entry) ? entry : {};
      if (typeof key !== 'string' || key === '' || key.length > 255) throw badRequest('The property key is not valid.');
      if (JSON.stringify(value ?? null).length > MOST_PROPERTY) throw badRequest('The property value is too long.');
      return { key, value };
    });
  }

  /** A route that writes: limited per issue, and noted once it was carried out. */
  route(method: SimRoute['method'], name: string, handle: (call: Call) => Answer): SimRoute {
    const path = `/rest/api/3/${name}`;
    return {
      ...{ method, path, writes: true },
      handle: (call) => {
        const limited = this.limited(call);
        if (limited !== null) return limited;
        const answer = handle(call);
        this.executed.push(`${method} ${path}`);
        return answer;
      },
    };
  }

  private limited(call: Call): Answer | null {
    const place = this.site.find(call.params.issueIdOrKey ?? '');
    if (place === undefined || this.isServer || this.limit.allows(place, arrival())) return null;
    return {
      status: 429,
      headers: { 'retry-after': '1', 'ratelimit-reason': 'jira-per-issue-on-write' },
      body: { errorMessages: ['Rate limit exceeded.'], errors: {} },
    };
  }
}

export function bodyOf(call: Call): Body {
  if (!isObject(call.body))
    throw badRequest('Invalid request payload. Refer to the REST API documentation and try again.');
  return call.body;
}

export const noContent = (): Answer => ({ status: 204, body: undefined });
