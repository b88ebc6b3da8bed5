/** Turns an answer of the Cloud routes into what Data Center sends: people by key and name, groups by name, version 2, none of what came later. */

import type { Directory } from '../model.js';
import { ServerPeople } from './people.js';
import { isSprintOfIssue, sprintText } from './sprint-text.js';

type Json = Record<string, unknown>;

/** Members that only Cloud sends. */
const CLOUD_ONLY: ReadonlySet<string> = new Set([
  ...['groupId', 'accountType', 'hierarchyLevel', 'entityId', 'simplified', 'style', 'scope', 'isPrivate', 'insight'],
  ...['properties', 'jsdPublic', 'identifier', 'untranslatedName', 'issuerestriction', 'nextPage'],
]);

export class ServerShapes {
  readonly people: ServerPeople;

  /** @param sprintTexts as versions before 9 write the sprints of an issue */
  constructor(
    private readonly directory: Directory,
    private readonly sprintTexts: boolean,
  ) {
    this.people = new ServerPeople(directory);
  }

  /** @param origin with the context path: where links of this site begin. */
  of(body: unknown, origin: string): unknown {
    if (typeof body === 'string') return this.text(body, origin);
    if (Array.isArray(body)) return body.map((element) => this.of(element, origin));
    if (typeof body !== 'object' || body === null) return body;
    if (this.sprintTexts && isSprintOfIssue(body as Json)) return sprintText(body as Json);
    const { accountId, ...rest } = changeOfServer(fieldOfServer(body as Json));
    const person = this.directory.people.find((one) => one.accountId === accountId);
    // What else hangs on the person, such as the groups of the caller, stays.
    const user = person === undefined ? {} : this.people.user(origin, person);
    const members = Object.entries(rest).filter(([name, value]) => !CLOUD_ONLY.has(name) || isOfIssue(name, value));
    return { ...Object.fromEntries(members.map(([name, value]) => [name, this.of(value, origin)])), ...user };
  }

  private text(text: string, origin: string): string {
    if (text.startsWith(`${origin}/rest/api/3/`)) return text.replace('/rest/api/3/', '/rest/api/2/');
    return this.people.keyOf(text) ?? text;
  }
}

/** Issues have properties there, too, by key, and comments a list of them; what has none shows no empty list. */
const isOfIssue = (name: string, value: unknown): boolean =>
  name === 'properties' && typeof value === 'object' && !(Array.isArray(value) && value.length === 0);

/** What changes of an issue above are called there. */
const CALLED: Readonly<Record<string, string>> = { IssueParentAssociation: 'Epic Child', parent: 'Epic Link' };

/** Changes name their fields and tell no id of them. */
function changeOfServer(body: Json): Json {
  if (!('fromString' in body)) return body;
  const { fieldId: _, ...change } = body;
  const field = CALLED[String(change.field)];
  return field === undefined ? change : { ...change, field, fieldtype: 'custom' };
}

/** Data Center calls the elements of the sprint field texts, in every version. */
function fieldOfServer(body: Json): Json {
  const isSprint = body.type === 'array' && String(body.custom).endsWith(':gh-sprint');
  return isSprint ? { ...body, items: 'string' } : body;
}
