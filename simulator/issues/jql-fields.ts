/** The fields that JQL knows: each is a number per issue, and a way to read the values of a query as such numbers. */

import { badRequest, Refusal } from '../refusal.js';
import { FIRST_ISSUE_ID, NONE } from './issue-table.js';
import { jqlDate } from './jql-dates.js';
import type { Value } from './jql-parse.js';
import type { SiteIssues } from './site-issues.js';

export interface JqlContext {
  readonly site: SiteIssues;
  /** When the index last saw the issue change: what `updated` means to the search. */
  readonly updated: (place: number) => number;
  readonly now: number;
  /** The caller's. */
  readonly timeZone: string;
  /** An issue that does not exist refuses the query; else it merely matches nothing (`validateQuery: false`). */
  readonly validates: boolean;
}

export interface JqlField {
  /** The issue's number(s) for this field; NONE when empty. */
  readonly of: (place: number) => number | readonly number[];
  /** The number of a value in the query; throws a Refusal for an unknown one. */
  readonly read: (value: Value, field: string) => number;
}

/** Throws a Refusal (400) for a field that does not exist. */
export function fieldOf(name: string, context: JqlContext): JqlField {
  const make = own(FIELDS, own(ALIASES, name) ?? name);
  if (make === undefined || context.site.unknownFields.has(name)) throw unknownField(name);
  return make(context);
}

/** The number to sort by for a field of ORDER BY. */
export function sortValue(field: string, context: JqlContext): (place: number) => number {
  const found = own(SORTABLE, field) ?? own(SORTABLE, own(ALIASES, field) ?? '');
  if (found === undefined) throw unknownField(field);
  return found(context);
}

/** Names come from outside: `constructor` is no field. */
function own<T>(table: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}

const ALIASES: Readonly<Record<string, string>> = {
  issuekey: 'key',
  issue: 'key',
  id: 'key',
  type: 'issuetype',
  updateddate: 'updated',
  createddate: 'created',
};

const date =
  (of: (context: JqlContext) => (place: number) => number) =>
  (context: JqlContext): JqlField => ({
    of: of(context),
    read: (value, field) => jqlDate(value, field, context.now, context.timeZone),
  });

type Column = 'project' | 'type' | 'status' | 'priority';

interface Listed {
  readonly id: string;
  readonly name: string;
  readonly key?: string;
  readonly formerKeys?: readonly string[];
  readonly state?: string;
}

/** A field whose values are entries of a list of the site. */
function listed(column: Column, entries: readonly Listed[]) {
  return ({ site }: JqlContext): JqlField => ({
    of: (place) => site.table[column][place] ?? NONE,
    read: (value, field) => placeIn(entries, value, field),
  });
}

/** A project in the bin is none to the search; one whose key has changed still answers to the old one. */
function placeIn(entries: readonly Listed[], value: Value, field: string): number {
  const text = value.text.toLowerCase();
  const place = entries.findIndex(
    ({ id, name, key, formerKeys = [], state }) =>
      state !== 'deleted' && [id, name, key, ...formerKeys].some((word) => word?.toLowerCase() === text),
  );
  if (place < 0) throw unknownValue(value, field);
  return place;
}

/** Whose credentials are used. */
const CALLER = 0;

/** Account ids, names on screen, and the caller. */
function person(of: (context: JqlContext) => (place: number) => number) {
  return (context: JqlContext): JqlField => {
    const people = context.site.directory.people.map(({ accountId: id, displayName: name }) => ({ id, name }));
    return {
      of: of(context),
      read: (value, field) => (value.text.toLowerCase() === 'currentuser()' ? CALLER : placeIn(people, value, field)),
    };
  };
}

/** Equal to no issue, and not empty either. */
const NO_ISSUE = NONE - 1;

/** Deleted or not visible is all the same: one such issue refuses the query. */
const issue =
  (context: JqlContext): JqlField['read'] =>
  (value, field) => {
    const place = context.site.find(value.text);
    if (place !== undefined) return FIRST_ISSUE_ID + place;
    if (!context.validates) return NO_ISSUE;
    if (/^\d+$/.test(value.text))
      throw badRequest(`A value with ID '${value.text}' does not exist for the field '${field}'.`);
    throw badRequest(`An issue with key '${value.text}' does not exist for field '${field}'.`);
  };

function number({ text }: Value, field: string): number {
  if (!/^-?\d+$/.test(text)) throw badRequest(`Value '${text}' is invalid for the '${field}' field.`);
  return Number(text);
}

const FIELDS: Readonly<Record<string, (context: JqlContext) => JqlField>> = {
  project: (context) => listed('project', context.site.directory.projects)(context),
  issuetype: (context) => listed('type', context.site.directory.issueTypes)(context),
  status: (context) => listed('status', context.site.directory.statuses)(context),
  priority: (context) => listed('priority', context.site.directory.priorities)(context),
  assignee: person(
    ({ site }) =>
      (place) =>
        site.table.assignee[place] ?? NONE,
  ),
  creator: person(
    ({ site }) =>
      (place) =>
        site.creatorOf(place),
  ),
  sprint: ({ site }) => ({
    of: (place) => site.sprintsOf(place),
    read: (value, field) => {
      const place = site.directory.sprints.findIndex(({ id, name }) => id === value.text || name === value.text);
      if (place < 0) throw unknownValue(value, field);
      return place;
    },
  }),
  parent: (context) => ({
    of: (place) => {
      const parent = context.site.parentOf(place);
      return parent === NONE ? NONE : FIRST_ISSUE_ID + parent;
    },
    read: issue(context),
  }),
  key: (context) => ({ of: (place) => FIRST_ISSUE_ID + place, read: issue(context) }),
  watchers: ({ site }) => ({ of: (place) => site.extras.watchersOf(place).length, read: number }),
  votes: ({ site }) => ({ of: (place) => site.extras.votersOf(place).length, read: number }),
  // No tool for development is connected.
  'development[commits].all': () => ({ of: () => 0, read: number }),
  'development[pullrequests].all': () => ({ of: () => 0, read: number }),
  'development[builds].all': () => ({ of: () => 0, read: number }),
  updated: date(({ updated }) => updated),
  created: date(
    ({ site }) =>
      (place) =>
        site.table.created[place] ?? NONE,
  ),
};

const SORTABLE: Readonly<Record<string, (context: JqlContext) => (place: number) => number>> = {
  updated: ({ updated }) => updated,
  created: ({ site }) => column(site, 'created'),
  status: ({ site }) => column(site, 'status'),
  priority: ({ site }) => column(site, 'priority'),
  issuetype: ({ site }) => column(site, 'type'),
  assignee: ({ site }) => column(site, 'assignee'),
  id: () => (place) => place,
  rank: () => (place) => place,
  project: ({ site }) => projectRank(site),
  key: ({ site }) => {
    const rank = projectRank(site);
    return (place) => rank(place) * 1e9 + (site.table.number[place] ?? 0);
  },
};

function column(
  site: SiteIssues,
  name: 'created' | 'status' | 'priority' | 'type' | 'assignee',
): (place: number) => number {
  return (place) => site.table[name][place] ?? NONE;
}

/** Projects sort by key. */
function projectRank(site: SiteIssues): (place: number) => number {
  const { projects } = site.directory;
  const sorted = projects.map(({ key }) => key).sort();
  const ranks = projects.map(({ key }) => sorted.indexOf(key));
  return (place) => ranks[site.table.project[place] ?? 0] ?? 0;
}

const unknownField = (field: string): Refusal =>
  badRequest(`Field '${field}' does not exist or you do not have permission to view it.`);
const unknownValue = (value: Value, field: string): Refusal =>
  new Refusal(400, [`The value '${value.text}' does not exist for the field '${field}'.`]);
