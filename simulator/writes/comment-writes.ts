/** Comments: written, changed, deleted. */

import { commentJson, withProperties } from '../issues/child-shapes.js';
import type { CommentRecord } from '../issues/comments.js';
import { formOf } from '../issues/issue-desk.js';
import type { Readable } from '../issues/shapes.js';
import type { Answer, Call, SimRoute } from '../model.js';
import { badRequest, issueNotFound, Refusal } from '../refusal.js';
import { readRich } from './rich-input.js';
import { type Body, bodyOf, noContent, type WriteDesk } from './write-desk.js';

const COMMENTS = 'issue/{issueIdOrKey}/comment';
const CALLER = 0;

export function commentWrites(writes: WriteDesk): SimRoute[] {
  return [
    writes.route('POST', COMMENTS, (call) => {
      const made = addComment(writes, call, writes.issueOf(call), bodyOf(call));
      return { status: 201, body: shown(writes, call, made) };
    }),
    writes.route('PUT', `${COMMENTS}/{id}`, (call) => change(writes, call)),
    writes.route('DELETE', `${COMMENTS}/{id}`, (call) => remove(writes, call)),
  ];
}

function shown(writes: WriteDesk, call: Call, comment: CommentRecord): unknown {
  return withProperties(commentJson(writes.desk.shapes(call), comment, formOf(call)), comment);
}

/** Moves the issue's `updated`, and leaves no history. */
export function addComment(writes: WriteDesk, call: Call, issue: number, body: Body): CommentRecord {
  writes.demand('You do not have the permission to comment on this issue.', 'ADD_COMMENTS');
  const { site, rules } = writes;
  if (site.comments.countOf(issue) >= rules.mostComments)
    throw new Refusal(413, [`The issue has reached the limit of ${rules.mostComments} comments.`]);
  const record: CommentRecord = {
    ...{ id: site.comments.newId(), issue, author: CALLER, updateAuthor: CALLER },
    ...{ created: call.now, updated: call.now },
    ...bodyAndReaders(writes, call, issue, body),
    properties: writes.properties(body),
  };
  site.comments.add(record);
  site.changed(issue, call.now, true);
  return record;
}

function bodyAndReaders(
  writes: WriteDesk,
  call: Call,
  issue: number,
  body: Body,
  before: Readable = {},
): Pick<CommentRecord, 'body' | 'group' | 'role'> {
  const missing = body.body === undefined || body.body === '';
  if (missing) throw new Refusal(400, [], { comment: 'Comment body can not be empty!' });
  const document = readRich(call, body.body);
  if (typeof document === 'string') throw new Refusal(400, [], { comment: 'Comment body is not valid!' });
  if (document.content.length === 0) throw new Refusal(400, [], { comment: 'Comment body can not be empty!' });
  return { body: () => document, ...writes.readers(issue, body.visibility, before) };
}

function ofIssue(writes: WriteDesk, call: Call): CommentRecord {
  const place = writes.issueOf(call);
  const found = writes.site.comments.get(Number(call.params.id));
  if (found?.issue !== place) throw issueNotFound();
  return found;
}

function change(writes: WriteDesk, call: Call): Answer {
  const comment = ofIssue(writes, call);
  const permission = comment.author === CALLER ? 'EDIT_OWN_COMMENTS' : 'EDIT_ALL_COMMENTS';
  if (!writes.may(permission) && !writes.may('EDIT_ALL_COMMENTS'))
    throw badRequest('You do not have the permission to edit this comment.');
  const changed = {
    ...{ ...comment, ...bodyAndReaders(writes, call, comment.issue, bodyOf(call), comment) },
    ...{ updated: call.now, updateAuthor: CALLER },
  };
  writes.site.comments.replace(changed);
  writes.site.changed(comment.issue, call.now, true);
  return { body: shown(writes, call, changed) };
}

function remove(writes: WriteDesk, call: Call): Answer {
  const comment = ofIssue(writes, call);
  const permission = comment.author === CALLER ? 'DELETE_OWN_COMMENTS' : 'DELETE_ALL_COMMENTS';
  if (!writes.may(permission) && !writes.may('DELETE_ALL_COMMENTS'))
    throw badRequest('You do not have the permission to delete this comment.');
  writes.edits.deleteComment(String(comment.id), { touch: true });
  return noContent();
}
