/** Setting one field of one issue, by names that people use. Unknown names throw a RangeError: a mistake in a test, not an answer of Jira. */

import { plainDocument } from './adf.js';
import { type ChangeItem, change, statusChange } from './histories.js';
import { addChild, childrenOf, NONE } from './issue-table.js';
import type { SiteIssues } from './site-issues.js';

/** What the history says about it. */
export function setField(site: SiteIssues, place: number, field: string, value: unknown): ChangeItem {
  const { table, directory, firstStatus } = site;
  if (field === 'status') {
    const before = table.status[place] ?? 0;
    if (!firstStatus.has(place)) firstStatus.set(place, before);
    table.status[place] = placeOf(directory.statuses, value, field);
    return statusChange(directory, before, table.status[place] ?? 0);
  }
  if (field === 'priority') table.priority[place] = placeOf(directory.priorities, value, field);
  else if (field === 'assignee') table.assignee[place] = value === null ? NONE : personPlace(site, String(value));
  else if (field === 'sprint') table.sprint[place] = value === null ? NONE : placeOf(directory.sprints, value, field);
  else if (field === 'parent') setParent(site, place, value === null ? NONE : issuePlace(site, String(value)));
  else keepValue(site, place, field, value);
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return change(field, field, [null, null], [null, text]);
}

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
