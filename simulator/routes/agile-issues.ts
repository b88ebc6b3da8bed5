/** Issues of boards and sprints: the token lists, and the offset lists they replace. */

import type { Answer, Call, Directory, IssueIndex, SimRoute } from '../model.js';
import { badRequest } from '../refusal.js';
import { findBoard, findSprint } from './agile-find.js';
import { listOf, ok, wholeNumber } from './paging.js';

const USUAL = 50;
/** Reached only when nothing but id and key is asked for. */
const CAP_OF_KEYS = 5000;
const CAP_OF_FIELDS = 100;
const OLD_CAP = 5000;

type Lister = (call: Call) => readonly string[];

export function agileIssueRoutes(directory: Directory, issues: IssueIndex): SimRoute[] {
  const ofBoard: Lister = (call) => {
    const board = findBoard(directory, call.params.boardId ?? '');
    const ids = issues.idsOfProject(board.projectId);
    // Epics stand beside the backlog of a scrum board, not on it.
    return board.type === 'scrum' ? matching(issues, call, ids, 'issuetype != Epic') : ids;
  };
  const ofSprint: Lister = (call) => issues.idsOfSprint(findSprint(directory, call.params.sprintId ?? '').id);
  const byToken =
    (ids: Lister) =>
    (call: Call): Answer =>
      tokenPage(issues, call, ids(call));
  const byOffset =
    (ids: Lister) =>
    (call: Call): Answer =>
      offsetPage(issues, call, ids(call));
  return [
    { method: 'GET', path: '/rest/software/1.0/board/{boardId}/issue', handle: byToken(ofBoard) },
    { method: 'GET', path: '/rest/software/1.0/sprint/{sprintId}/issue', handle: byToken(ofSprint) },
    { method: 'GET', path: '/rest/agile/1.0/board/{boardId}/issue', handle: byOffset(ofBoard) },
    { method: 'GET', path: '/rest/agile/1.0/sprint/{sprintId}/issue', handle: byOffset(ofSprint) },
  ];
}

/** isLast and a token for the next page; no total. */
function tokenPage(issues: IssueIndex, call: Call, all: readonly string[]): Answer {
  const ids = selected(issues, call, all);
  const fields = wantedFields(call);
  const cap = fields.every((name) => name === 'id' || name === 'key') ? CAP_OF_KEYS : CAP_OF_FIELDS;
  const maxResults = Math.min(Math.max(1, wholeNumber(call, 'maxResults', USUAL)), cap);
  const from = placeOf(call);
  const to = from + maxResults;
  const isLast = to >= ids.length;
  const rows = ids.slice(from, to).map((id) => issueShape(issues, call, id, fields));
  return ok({ issues: rows, isLast, ...(isLast ? {} : { nextPageToken: tokenFor(call, to) }) });
}

/** Offset page without isLast; `maxResults` is echoed as it was used. */
function offsetPage(issues: IssueIndex, call: Call, all: readonly string[]): Answer {
  const ids = selected(issues, call, all);
  const fields = wantedFields(call);
  const startAt = wholeNumber(call, 'startAt', 0);
  const maxResults = Math.min(wholeNumber(call, 'maxResults', USUAL), OLD_CAP);
  const rows = ids.slice(startAt, startAt + maxResults).map((id) => issueShape(issues, call, id, fields));
  return ok({ expand: 'schema,names', startAt, maxResults, total: ids.length, issues: rows });
}

/** The ids that the request's own `jql` leaves. */
function selected(issues: IssueIndex, call: Call, ids: readonly string[]): readonly string[] {
  return matching(issues, call, ids, call.query.get('jql') ?? '');
}

function matching(issues: IssueIndex, call: Call, ids: readonly string[], jql: string): readonly string[] {
  return jql === '' || issues.matching === undefined ? ids : issues.matching(ids, jql, call);
}

function wantedFields(call: Call): readonly string[] {
  const asked = listOf(call, 'fields');
  return asked.length === 0 ? ['*navigable'] : asked;
}

/** `key` and `id` are members of the issue, not of its fields. */
function issueShape(issues: IssueIndex, call: Call, id: string, fields: readonly string[]): unknown {
  const names = fields.filter((name) => name !== 'id' && name !== 'key');
  if (names.length > 0 && issues.render !== undefined) {
    return issues.render(id, names, call);
  }
  const expand = 'operations,versionedRepresentations,editmeta,changelog,renderedFields';
  return { expand, id, self: `${call.origin}/rest/agile/1.0/issue/${id}`, key: issues.keyOf(id) };
}

/** Opaque to callers: where the next page starts, and the query it belongs to. */
function tokenFor(call: Call, place: number): string {
  return Buffer.from(JSON.stringify([place, queryOf(call)])).toString('base64url');
}

function placeOf(call: Call): number {
  const token = call.query.get('nextPageToken');
  if (token === null || token === '') {
    return 0;
  }
  const [place, query] = opened(token);
  if (typeof place !== 'number' || query !== queryOf(call)) {
    throw badRequest('The provided next page token is invalid or has expired.');
  }
  return place;
}

function opened(token: string): unknown[] {
  try {
    const parts: unknown = JSON.parse(Buffer.from(token, 'base64url').toString('utf8'));
    return Array.isArray(parts) ? parts : [];
  } catch {
    return [];
  }
}

function queryOf(call: Call): string {
  return `${call.path}?${call.query.get('jql') ?? ''}`;
}
