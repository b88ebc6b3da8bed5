/** One issue and what hangs on it: changelog, comments, worklogs. */

import { commentJson, historyJson, withProperties, worklogJson } from '../issues/child-shapes.js';
import { formOf, type IssueDesk } from '../issues/issue-desk.js';
import { chooseFields, describeFields, renderIssue } from '../issues/render.js';
import type { Answer, Call, SimRoute } from '../model.js';
import { badRequest, issueNotFound } from '../refusal.js';
import { Params, window } from './issue-params.js';

const ISSUE = '/rest/api/3/issue/{issueIdOrKey}';
/** Documented defaults; 100 is also the measured cap of the first two. */
const CHANGELOG_PAGE = 100;
const COMMENT_PAGE = 100;
const WORKLOG_PAGE = 5000;

export function oneIssueRoutes(desk: IssueDesk): SimRoute[] {
  return [
    { method: 'GET', path: ISSUE, handle: (call) => issue(desk, call) },
    { method: 'GET', path: `${ISSUE}/changelog`, handle: (call) => changelog(desk, call) },
    { method: 'GET', path: `${ISSUE}/comment`, handle: (call) => comments(desk, call) },
    { method: 'GET', path: `${ISSUE}/comment/{id}`, handle: (call) => comment(desk, call) },
    { method: 'GET', path: `${ISSUE}/worklog`, handle: (call) => worklogs(desk, call) },
  ];
}

function issue(desk: IssueDesk, call: Call): Answer {
  const params = new Params(call);
  const choice = chooseFields(desk.site, params.list('fields'), ['*all']);
  const expand = params.commaSet('expand');
  const place = desk.find(call.params.issueIdOrKey);
  const options = { choice, expand, form: formOf(call), properties: params.list('properties') };
  const body = renderIssue(desk.site, desk.shapes(call), place, options);
  return { body: { ...body, ...describeFields(choice, expand) } };
}

function changelog(desk: IssueDesk, call: Call): Answer {
  const all = desk.site.histories.of(desk.find(call.params.issueIdOrKey));
  const { startAt, maxResults } = window(call, CHANGELOG_PAGE, CHANGELOG_PAGE);
  const values = all.slice(startAt, startAt + maxResults).map((entry) => historyJson(desk.shapes(call), entry, 'iso'));
  const self = `${call.origin}${call.path}?maxResults=${maxResults}&startAt=`;
  const isLast = startAt + values.length >= all.length;
  const next = isLast ? {} : { nextPage: `${self}${startAt + values.length}` };
  return { body: { self: `${self}${startAt}`, ...next, maxResults, startAt, total: all.length, isLast, values } };
}

function comments(desk: IssueDesk, call: Call): Answer {
  const all = desk.site.comments.of(desk.find(call.params.issueIdOrKey));
  const { startAt, maxResults } = window(call, COMMENT_PAGE, COMMENT_PAGE);
  const ordered = inOrder(all, call.query.get('orderBy'));
  const rendered = call.query.get('expand')?.includes('renderedBody') === true;
  const shapes = desk.shapes(call);
  const page = ordered.slice(startAt, startAt + maxResults);
  // Cloud expands properties of comments by their ids alone.
  const withThem = desk.isServer && call.query.get('expand')?.includes('properties') === true;
  const shown = page.map((entry) => {
    const json = commentJson(shapes, entry, formOf(call), rendered);
    return withThem ? withProperties(json, entry) : json;
  });
  return { body: { startAt, maxResults, total: all.length, comments: shown } };
}

/** Comments sort by nothing but their creation. */
function inOrder<T>(oldestFirst: readonly T[], orderBy: string | null): readonly T[] {
  if (orderBy === null || orderBy === 'created' || orderBy === '+created') return oldestFirst;
  if (orderBy === '-created') return oldestFirst.toReversed();
  throw badRequest(`'${orderBy}' is not a valid value for orderBy. Valid values are: created.`);
}

function comment(desk: IssueDesk, call: Call): Answer {
  const place = desk.find(call.params.issueIdOrKey);
  const found = desk.site.comments.get(Number(call.params.id));
  if (found?.issue !== place) throw issueNotFound();
  return { body: commentJson(desk.shapes(call), found, formOf(call)) };
}

function worklogs(desk: IssueDesk, call: Call): Answer {
  const params = new Params(call);
  const [after, before] = [params.integer('startedAfter', -Infinity), params.integer('startedBefore', Infinity)];
  const place = desk.find(call.params.issueIdOrKey);
  const all = desk.site.worklogs.of(place).filter(({ started }) => started > after && started < before);
  const { startAt, maxResults } = window(call, WORKLOG_PAGE, WORKLOG_PAGE);
  const shapes = desk.shapes(call);
  const withThem = call.query.get('expand')?.includes('properties') === true;
  const shown = all.slice(startAt, startAt + maxResults).map((entry) => {
    const json = worklogJson(shapes, entry, formOf(call));
    return withThem ? withProperties(json, entry) : json;
  });
  return { body: { startAt, maxResults, total: all.length, worklogs: shown } };
}
