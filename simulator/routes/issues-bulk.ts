/** Many at once: issues, histories, comments and worklogs by id. */

import { commentJson, historyJson, withProperties, worklogJson } from '../issues/child-shapes.js';
import type { HistoryRecord } from '../issues/histories.js';
import { formOf, type IssueDesk } from '../issues/issue-desk.js';
import { FIRST_ISSUE_ID } from '../issues/issue-table.js';
import { readToken, writeToken } from '../issues/page-token.js';
import { chooseFields, type FieldChoice, renderIssue } from '../issues/render.js';
import type { Answer, Call, SimRoute } from '../model.js';
import { badRequest, NOT_FOUND } from '../refusal.js';
import { bodyOf, boundedList, Params } from './issue-params.js';
import { propertiesOf } from './issues-search.js';

const BATCH = 1000;
/** What a bulk fetch takes at once; the larger number only for named single-valued fields without expansions. */
const FETCH = { usual: 100, slim: 1000, slimFields: 100 };
const MANY_VALUED: ReadonlySet<string> = new Set(['comment', 'worklog', 'attachment']);
const HEAVY_EXPANSIONS = [
  'changelog',
  'editmeta',
  'operations',
  'renderedFields',
  'transitions',
  'versionedRepresentations',
];
const HISTORIES = { fallback: 1000, most: 10_000, fieldIds: 10 };

export function bulkRoutes(desk: IssueDesk): SimRoute[] {
  return [
    { method: 'POST', path: '/rest/api/3/issue/bulkfetch', handle: (call) => issues(desk, call) },
    { method: 'POST', path: '/rest/api/3/changelog/bulkfetch', handle: (call) => histories(desk, call) },
    { method: 'POST', path: '/rest/api/3/comment/list', handle: (call) => comments(desk, call) },
    { method: 'POST', path: '/rest/api/3/worklog/list', handle: (call) => worklogs(desk, call) },
  ];
}

/** In ascending order of ids; what is not there or not visible is an error of its own. */
function issues(desk: IssueDesk, call: Call): Answer {
  const params = new Params(call);
  const names = params.list('fields');
  const expand = new Set(params.list('expand'));
  const choice = chooseFields(desk.site, names, ['*navigable']);
  const ids = boundedList(bodyOf(call), 'issueIdsOrKeys', isSlim(names, choice, expand) ? FETCH.slim : FETCH.usual);
  const options = { choice, expand, form: formOf(call), properties: propertiesOf(params) };
  const shapes = desk.shapes(call);
  const found = placesOf(desk, ids).map((place) => renderIssue(desk.site, shapes, place, options));
  const missing = ids.map(String).filter((id) => desk.site.find(id) === undefined);
  const issueErrors = [...new Set(missing)].map((id) => ({ id, errorMessage: NOT_FOUND }));
  return { body: { issueErrors, issues: found } };
}

function isSlim(names: readonly string[], choice: FieldChoice, expand: ReadonlySet<string>): boolean {
  const named = names.some((name) => !name.startsWith('-') && !name.startsWith('*'));
  const single = choice.fields.every(({ id }) => !MANY_VALUED.has(id));
  const light = !HEAVY_EXPANSIONS.some((name) => expand.has(name));
  return (
    named && !names.some((name) => name.startsWith('*')) && single && light && choice.fields.length <= FETCH.slimFields
  );
}

function placesOf(desk: IssueDesk, ids: readonly (string | number)[]): number[] {
  const places = new Set(ids.flatMap((id) => desk.site.find(String(id)) ?? []));
  return [...places].sort((a, b) => a - b);
}

/** Histories of all named issues by date, then issue: one issue may show on several pages. */
function histories(desk: IssueDesk, call: Call): Answer {
  const params = new Params(call);
  const places = placesOf(desk, boundedList(bodyOf(call), 'issueIdsOrKeys', BATCH));
  const fieldIds = params.list('fieldIds');
  if (fieldIds.length > HISTORIES.fieldIds)
    throw badRequest(`'fieldIds' must hold at most ${HISTORIES.fieldIds} entries.`);
  const size = params.integer('maxResults', HISTORIES.fallback);
  if (size < 1 || size > HISTORIES.most) throw badRequest(`'maxResults' must be between 1 and ${HISTORIES.most}.`);
  const all = places.flatMap((place) => desk.site.histories.of(place)).filter((entry) => touches(entry, fieldIds));
  all.sort((a, b) => a.created - b.created || a.issue - b.issue || a.id - b.id);
  const query = `changelog ${places.join()} ${fieldIds.join()}`;
  const token = params.text('nextPageToken');
  const start = token === null ? 0 : (readToken(token, query)[0] ?? 0);
  const page = all.slice(start, start + size);
  const end = start + page.length;
  const next = end < all.length ? { nextPageToken: writeToken(query, [end]) } : {};
  return { body: { issueChangeLogs: groupedByIssue(desk, call, page), ...next } };
}

function touches(entry: HistoryRecord, fieldIds: readonly string[]): boolean {
  return (
    fieldIds.length === 0 ||
    entry.items.some(({ fieldId }) => typeof fieldId === 'string' && fieldIds.includes(fieldId))
  );
}

function groupedByIssue(desk: IssueDesk, call: Call, page: readonly HistoryRecord[]): unknown[] {
  const groups = new Map<number, Record<string, unknown>[]>();
  const shapes = desk.shapes(call);
  for (const entry of page) {
    const group = groups.get(entry.issue) ?? [];
    group.push(historyJson(shapes, entry, 'ms'));
    groups.set(entry.issue, group);
  }
  return [...groups].map(([issue, changeHistories]) => ({ issueId: String(FIRST_ISSUE_ID + issue), changeHistories }));
}

function comments(desk: IssueDesk, call: Call): Answer {
  const ids = boundedList(bodyOf(call), 'ids', BATCH);
  const shapes = desk.shapes(call);
  const found = childrenOf(desk, ids, (id) => desk.site.comments.get(id));
  const withThem = call.query.get('expand')?.includes('properties') === true;
  const shown = found.map((entry) => ({ entry, json: commentJson(shapes, entry, formOf(call)) }));
  const values = shown.map(({ entry, json }) => (withThem ? withProperties(json, entry) : json));
  return { body: { maxResults: BATCH, startAt: 0, total: values.length, isLast: true, values } };
}

function worklogs(desk: IssueDesk, call: Call): Answer {
  const ids = boundedList(bodyOf(call), 'ids', BATCH);
  const shapes = desk.shapes(call);
  const found = childrenOf(desk, ids, (id) => desk.site.worklogs.get(id));
  return { body: found.map((entry) => worklogJson(shapes, entry, formOf(call))) };
}

/** Those that exist on visible issues, once each, in the order asked for. */
function childrenOf<T extends { readonly issue: number }>(
  desk: IssueDesk,
  ids: readonly (string | number)[],
  get: (id: number) => T | undefined,
): T[] {
  return [...new Set(ids.map(Number))].flatMap((id) => {
    const child = get(id);
    return child !== undefined && desk.site.table.visible[child.issue] === 1 ? [child] : [];
  });
}
