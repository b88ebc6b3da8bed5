/** Comments, worklogs and histories as JSON. */

import { jiraTime } from '../clock.js';
import { type AdfDocument, html, wikiMarkup } from './adf.js';
import type { EntityProperty } from './children.js';
import type { CommentRecord } from './comments.js';
import type { HistoryRecord } from './histories.js';
import { FIRST_ISSUE_ID } from './issue-table.js';
import type { Shapes } from './shapes.js';
import { duration, type WorklogRecord } from './worklogs.js';

type Json = Record<string, unknown>;

/** Version 3 sends documents, version 2 wiki markup. */
export type RichText = 'adf' | 'wiki';

export function richText(document: AdfDocument, form: RichText): unknown {
  return form === 'adf' ? document : wikiMarkup(document);
}

/** Customers of a service desk may not read it. */
const isInternal = ({ properties = [] }: CommentRecord): boolean =>
  properties.some(
    ({ key, value }) => key === 'sd.public.comment' && (value as { internal?: unknown }).internal === true,
  );

/** `rendered`: with the HTML of the body, as `expand=renderedBody` asks. */
export function commentJson(shapes: Shapes, comment: CommentRecord, form: RichText, rendered = false): Json {
  const body = comment.body();
  return {
    self: shapes.self(`issue/${FIRST_ISSUE_ID + comment.issue}/comment/${comment.id}`),
    id: String(comment.id),
    author: shapes.user(comment.author),
    body: richText(body, form),
    ...(rendered ? { renderedBody: html(body) } : {}),
    updateAuthor: shapes.user(comment.updateAuthor),
    created: jiraTime(comment.created),
    updated: jiraTime(comment.updated),
    ...shapes.visibility(comment),
    jsdPublic: !isInternal(comment),
  };
}

export function worklogJson(shapes: Shapes, worklog: WorklogRecord, form: RichText): Json {
  const comment = worklog.comment();
  return {
    self: shapes.self(`issue/${FIRST_ISSUE_ID + worklog.issue}/worklog/${worklog.id}`),
    author: shapes.user(worklog.author),
    updateAuthor: shapes.user(worklog.updateAuthor),
    ...(comment === null ? {} : { comment: richText(comment, form) }),
    created: jiraTime(worklog.created),
    updated: jiraTime(worklog.updated),
    ...shapes.visibility(worklog),
    started: jiraTime(worklog.started),
    timeSpent: duration(worklog.seconds),
    timeSpentSeconds: worklog.seconds,
    id: String(worklog.id),
    issueId: String(FIRST_ISSUE_ID + worklog.issue),
  };
}

/** With what apps keep on it, as `expand=properties` asks. */
export const withProperties = (
  json: Json,
  { properties = [] }: { readonly properties?: readonly EntityProperty[] },
): Json => ({
  ...json,
  properties,
});

/** `created` is ISO text everywhere but in the bulk answer, where it is epoch milliseconds. */
export function historyJson(shapes: Shapes, history: HistoryRecord, created: 'iso' | 'ms'): Json {
  const author = shapes.user(history.author);
  return {
    id: String(history.id),
    ...(author === null ? {} : { author }),
    created: created === 'iso' ? jiraTime(history.created) : history.created,
    items: history.items,
  };
}
