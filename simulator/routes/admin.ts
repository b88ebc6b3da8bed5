import { jiraTime } from '../clock.js';
import type { Answer, Call, Directory, IssueIndex, SimRoute } from '../model.js';
import { badRequest } from '../refusal.js';
import { tokenOwner } from '../site/people.js';
import { ok, wholeNumber } from './paging.js';

const USUAL = { usual: 1000, cap: 1000 };
/** Something is administered every six hours from here on, so the log grows with the site's clock, as a real one does. */
const FIRST_EVENT = Date.UTC(2025, 0, 1, 3, 0);
const EVERY_MS = 6 * 3_600_000;

/** The audit log. */
export function adminRoutes(directory: Directory, _issues: IssueIndex): SimRoute[] {
  return [{ method: 'GET', path: '/rest/api/3/auditing/record', handle: (call) => auditRecords(directory, call) }];
}

/** Newest first, by `offset` and `limit`; `from` and `to` bound the time, `filter` must be part of the summary. */
function auditRecords(directory: Directory, call: Call): Answer {
  const from = momentOf(call, 'from', FIRST_EVENT);
  const to = Math.min(call.now, momentOf(call, 'to', call.now));
  const filter = (call.query.get('filter') ?? '').toLowerCase();
  const first = Math.max(0, Math.ceil((from - FIRST_EVENT) / EVERY_MS));
  const last = Math.floor((to - FIRST_EVENT) / EVERY_MS);
  const all = Array.from({ length: Math.max(0, last - first + 1) }, (_, place) => last - place);
  const rows = all.filter((number) => eventOf(number).summary.toLowerCase().includes(filter));
  const offset = wholeNumber(call, 'offset', 0);
  const limit = Math.min(wholeNumber(call, 'limit', USUAL.usual), USUAL.cap);
  const records = rows.slice(offset, offset + limit).map((number) => recordShape(directory, number));
  return ok({ offset, limit, total: rows.length, records });
}

function momentOf(call: Call, name: string, otherwise: number): number {
  const text = call.query.get(name);
  if (text === null || text === '') {
    return otherwise;
  }
  const moment = Date.parse(text);
  if (Number.isNaN(moment)) {
    throw badRequest(`The query parameter '${name}' must be a date and time, but was '${text}'.`);
  }
  return moment;
}

const EVENTS = [
  { summary: 'User added to group', category: 'group management', typeName: 'USER' },
  { summary: 'Issue deleted', category: 'issue', typeName: 'ISSUE' },
  { summary: 'Custom field created', category: 'fields', typeName: 'CUSTOM_FIELD' },
  { summary: 'Permission scheme updated', category: 'permissions', typeName: 'SCHEME' },
] as const;

function eventOf(number: number): (typeof EVENTS)[number] {
  return EVENTS[number % 4] ?? EVENTS[0];
}

/** Members that do not apply are missing, as in Jira: no address for automatic events, no changed values for deletions. */
function recordShape(directory: Directory, number: number): Record<string, unknown> {
  const { summary, category, typeName } = eventOf(number);
  const author = directory.people[number % directory.people.length] ?? tokenOwner(directory);
  const group = directory.groups[number % Math.max(1, directory.groups.length)];
  const changed = typeName === 'ISSUE' ? {} : { changedValues: changesOf(number) };
  const items = group === undefined ? [] : [{ id: group.groupId, name: group.name, typeName: 'GROUP' }];
  return {
    id: 1 + number,
    summary,
    ...(author.accountType === 'app' ? {} : { remoteAddress: `192.0.2.${1 + (number % 250)}` }),
    authorKey: author.accountId,
    created: jiraTime(FIRST_EVENT + number * EVERY_MS),
    category,
    eventSource: '',
    ...(number % 3 === 0 ? { description: 'Erledigt über die Verwaltung' } : {}),
    objectItem: { id: String(10_000 + number), name: `${typeName} ${number}`, typeName },
    ...changed,
    ...(typeName === 'USER' ? { associatedItems: items } : {}),
  };
}

function changesOf(number: number): Record<string, unknown>[] {
  return [
    { fieldName: 'Name', changedFrom: `vor ${number}`, changedTo: `nach ${number}` },
    { fieldName: 'Description', changedTo: 'neu' },
  ];
}
