/** `/search/jql` and its count; the removed `/search`. */

import { formOf, type IssueDesk } from '../issues/issue-desk.js';
import { chooseFields, describeFields, renderIssue } from '../issues/render.js';
import type { Answer, Call, SimRoute } from '../model.js';
import { badRequest, Refusal } from '../refusal.js';
import { Params } from './issue-params.js';

const DEFAULT_PAGE = 50;
/** Measured on a live site: the documented 5000 is reached only when nothing but id and key is asked for. */
const CAP = { keysOnly: 5000, fields: 100 };
const MOST_RECONCILED = 50;

export function searchRoutes(desk: IssueDesk): SimRoute[] {
  return [
    ...(['GET', 'POST'] as const).map((method): SimRoute => {
      return { method, path: '/rest/api/3/search/jql', handle: (call) => search(desk, call) };
    }),
    ...(['GET', 'POST'] as const).map((method): SimRoute => ({ method, path: '/rest/api/3/search', handle: removed })),
    { method: 'POST', path: '/rest/api/3/search/approximate-count', handle: (call) => count(desk, call) },
  ];
}

function search(desk: IssueDesk, call: Call): Answer {
  const { site } = desk;
  const params = new Params(call);
  const choice = chooseFields(site, params.list('fields'), ['id']);
  const expand = params.commaSet('expand');
  const asked = params.integer('maxResults', DEFAULT_PAGE);
  if (asked < 1) throw badRequest("The parameter 'maxResults' must be at least 1.");
  reconcile(desk, params.list('reconcileIssues'));
  const page = desk.index.page({
    jql: params.text('jql') ?? '',
    token: params.text('nextPageToken'),
    limit: Math.min(
      asked,
      choice.keysOnly && expand.size + params.list('properties').length === 0 ? CAP.keysOnly : CAP.fields,
    ),
    now: call.now,
    timeZone: desk.timeZone,
  });
  const options = { choice, expand, form: formOf(call), properties: propertiesOf(params) };
  const shapes = desk.shapes(call);
  return {
    body: {
      issues: page.places.map((place) => renderIssue(site, shapes, place, options)),
      ...(page.nextToken === null ? {} : { nextPageToken: page.nextToken }),
      isLast: page.nextToken === null,
      ...describeFields(choice, expand),
    },
  };
}

/** A search takes five at most, and so does a bulk fetch. */
export function propertiesOf(params: Params): readonly string[] {
  const keys = params.list('properties');
  if (keys.length > 5) throw badRequest("'properties' must hold at most 5 entries.");
  return keys;
}

function reconcile(desk: IssueDesk, ids: readonly string[]): void {
  if (ids.length > MOST_RECONCILED) throw badRequest(`'reconcileIssues' must hold at most ${MOST_RECONCILED} entries.`);
  if (ids.length > 0) desk.index.reconcile(ids.flatMap((id) => desk.site.find(id) ?? []));
}

function count(desk: IssueDesk, call: Call): Answer {
  const jql = new Params(call).text('jql') ?? '';
  return { body: { count: desk.index.count({ jql, now: call.now, timeZone: desk.timeZone }) } };
}

function removed(): Answer {
  const moved = 'Please migrate to the /rest/api/3/search/jql API.';
  throw new Refusal(410, [`The requested API has been removed. ${moved}`]);
}
