/** Setting one field of one issue, by names that people use. Unknown names throw a RangeError: a mistake in a test, not an answer of Jira. */

import { plainDocument } from './adf.js';
import { type ChangeItem, change } from './change-item.js';
import { addChild, childrenOf, NONE } from './issue-table.js';
import {
  NOTHING,
  namedShown,
  numberShown,
  personShown,
  type Shown,
  sprintsShown,
  TRACKED,
  type Tracked,
} from './past.js';
import type { SiteIssues } from './site-issues.js';
import { categoryOf, statusItems } from './status-past.js';

/** What the history says about it. */
export function setField(site: SiteIssues, place: number, field: string, value: unknown, now: number): ChangeItem[] {
  if (field === 'status') return setStatus(site, place, value, now);
  if (field in COLUMNS) return setColumn(site, place, field as keyof typeof COLUMNS, value);
  if (field === 'parent') {
    const before = parentShown(site, place);
    setParent(site, place, value === null ? NONE : issuePlace(site, String(value)));
    return [change(field, field, before, parentShown(site, place))];
  }
  const before = keptBefore(site, place, field);
  keepValue(site, place, field, value);
  return [change(trackedBy(field)?.field ?? field, field, before, shownOf(field, value))];
}

function setStatus(site: SiteIssues, place: number, value: unknown, now: number): ChangeItem[] {
  const { table, directory } = site;
  const before = table.status[place] ?? 0;
  const after = placeOf(directory.statuses, value, 'status');
  site.keepMade(place, 'status');
  table.status[place] = after;
  if (categoryOf(directory, before) !== categoryOf(directory, after)) site.categoryMoved.set(place, now);
  return statusItems(site, place, before, after);
}

/** Columns that edits set: how a value is read, and how the changelog shows what is there. */
const COLUMNS = {
  priority: {
    read: (site: SiteIssues, value: unknown) => placeOf(site.directory.priorities, value, 'priority'),
    shown: ({ directory, table }: SiteIssues, place: number) =>
      namedShown(directory.priorities, table.priority[place] ?? NONE),
  },
  assignee: {
    read: (site: SiteIssues, value: unknown) => (value === null ? NONE : personPlace(site, String(value))),
    shown: ({ directory, table }: SiteIssues, place: number) => personShown(directory, table.assignee[place] ?? NONE),
  },
  sprint: {
    read: (site: SiteIssues, value: unknown) =>
      value === null ? NONE : placeOf(site.directory.sprints, value, 'sprint'),
    shown: (site: SiteIssues, place: number) => sprintsShown(site.directory, site.sprintsOf(place)),
  },
} as const;

function setColumn(site: SiteIssues, place: number, name: keyof typeof COLUMNS, value: unknown): ChangeItem[] {
  const column = COLUMNS[name];
  const before = column.shown(site, place);
  const after = column.read(site, value);
  site.keepMade(place, name);
  site.table[name][place] = after;
  return [change(TRACKED[name].field, TRACKED[name].fieldId, before, column.shown(site, place))];
}

const trackedBy = (field: string): Tracked | undefined =>
  Object.values<Tracked>(TRACKED).find(({ fieldId }) => fieldId === field);

/** The value before this edit: of the edit before, else as the seed made it. */
function keptBefore(site: SiteIssues, place: number, field: string): Shown {
  const edits = site.fieldEdits.get(place);
  if (edits?.has(field) === true) return shownOf(field, edits.get(field));
  return trackedBy(field)?.made(site, place) ?? NOTHING;
}

function shownOf(field: string, value: unknown): Shown {
  if (Array.isArray(value) && value.every((one) => typeof one === 'string')) return [null, value.join(' ')];
  return trackedBy(field) !== undefined && typeof value === 'number' ? numberShown(value) : [null, textOf(value)];
}

const textOf = (value: unknown): string | null =>
  value === null || typeof value === 'string' ? value : JSON.stringify(value);

export function issuePlace(site: SiteIssues, idOrKey: string): number {
  const place = site.find(idOrKey);
  if (place === undefined) throw new RangeError(`the simulated site shows no issue ${idOrKey}`);
  return place;
}

export function personPlace(site: SiteIssues, accountId: string): number {
  const place = site.directory.people.findIndex((person) => person.accountId === accountId);
  if (place < 0) throw new RangeError(`the simulated site has no account ${accountId}`);
  return place;
}

function keepValue(site: SiteIssues, place: number, field: string, value: unknown): void {
  const edits = site.fieldEdits.get(place) ?? new Map<string, unknown>();
  edits.set(field, field === 'description' && typeof value === 'string' ? plainDocument(value) : value);
  site.fieldEdits.set(place, edits);
}

function parentShown(site: SiteIssues, place: number): Shown {
  const parent = site.parentOf(place);
  return parent === NONE ? NOTHING : [site.idOf(parent), site.keyAt(parent)];
}

function setParent(site: SiteIssues, place: number, parent: number): void {
  const { table, directory } = site;
  const former = table.parent[place] ?? NONE;
  if (former !== NONE && childrenOf(table, former).includes(place)) {
    throw new RangeError(`issue ${site.idOf(place)} is a sub-task; its parent stays`);
  }
  table.parent[place] = parent;
  if (parent !== NONE && directory.issueTypes[table.type[place] ?? 0]?.subtask === true) addChild(table, parent, place);
}

function placeOf(
  entries: readonly { readonly id: string; readonly name: string }[],
  value: unknown,
  field: string,
): number {
  const place = entries.findIndex(({ id, name }) => id === value || name === value);
  if (place < 0) throw new RangeError(`the simulated site has no ${field} ${String(value)}`);
  return place;
}
