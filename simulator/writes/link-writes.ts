/** Links between two issues: made, shown and removed. */

import { change } from '../issues/change-item.js';
import { formOf } from '../issues/issue-desk.js';
import type { SiteLink } from '../issues/links.js';
import { NOTHING } from '../issues/past.js';
import { brief } from '../issues/system-fields.js';
import type { Answer, Call, SimRoute } from '../model.js';
import { issueNotFound, Refusal } from '../refusal.js';
import { addComment } from './comment-writes.js';
import { BadValue, listedPlace } from './field-input.js';
import { bodyOf, isObject, noContent, type WriteDesk } from './write-desk.js';

export function linkWrites(writes: WriteDesk): SimRoute[] {
  return [
    writes.route('POST', 'issueLink', (call) => create(writes, call)),
    writes.route('DELETE', 'issueLink/{linkId}', (call) => remove(writes, call)),
    { method: 'GET', path: '/rest/api/3/issueLink/{linkId}', handle: (call) => ({ body: shown(writes, call) }) },
  ];
}

/** 201 without a body. One that is there already is answered the same way, and stays one; a comment is added all the same. */
function create(writes: WriteDesk, call: Call): Answer {
  demandLinking(writes);
  const { site } = writes;
  const body = bodyOf(call);
  const type = typeOf(writes, body.type);
  const [from, to] = [end(writes, body.inwardIssue), end(writes, body.outwardIssue)];
  writes.demand('No Link Issue Permission for issue.', 'LINK_ISSUES');
  if (from === to) throw new Refusal(400, ['You cannot link an issue to itself.']);
  const isKnown = site.links.of(from).some((link) => link.type === type && link.from === from && link.to === to);
  if (!isKnown) {
    if (Math.max(site.links.of(from).length, site.links.of(to).length) >= writes.rules.mostLinks)
      throw new Refusal(413, [`The issue has reached the limit of ${writes.rules.mostLinks} links.`]);
    const link = site.links.add(type, from, to);
    tell(writes, link, true);
  }
  if (isObject(body.comment)) addComment(writes, call, from, body.comment);
  return { status: 201, body: undefined };
}

function remove(writes: WriteDesk, call: Call): Answer {
  const link = found(writes, call);
  // The published answers of this operation have no 403.
  if (!writes.may('LINK_ISSUES')) throw new Refusal(404, ['No Link Issue Permission for issue.']);
  writes.site.links.remove(link);
  tell(writes, link, false);
  return noContent();
}

function shown(writes: WriteDesk, call: Call): unknown {
  const { id, type, from, to } = found(writes, call);
  const { site } = writes;
  const shapes = writes.desk.shapes(call);
  const scene = { site, shapes, place: from, form: formOf(call), commentCap: 0 };
  return {
    ...{ id: String(id), self: shapes.self(`issueLink/${id}`), type: shapes.linkType(type) },
    ...{ inwardIssue: brief(scene, from), outwardIssue: brief(scene, to) },
  };
}

function found(writes: WriteDesk, call: Call): SiteLink {
  demandLinking(writes);
  const link = writes.site.links.get(Number(call.params.linkId));
  if (link === undefined) throw new Refusal(404, [`No issue link with id '${call.params.linkId ?? ''}' exists.`]);
  return link;
}

function demandLinking({ rules }: WriteDesk): void {
  if (!rules.issueLinking) throw new Refusal(404, ['Issue linking is currently disabled.']);
}

function typeOf({ site }: WriteDesk, value: unknown): number {
  try {
    return listedPlace(site.directory.linkTypes, value, 'Issue link type');
  } catch (error) {
    if (!(error instanceof BadValue)) throw error;
    throw new Refusal(404, [`No issue link type with ${JSON.stringify(value)} found.`]);
  }
}

function end({ site }: WriteDesk, value: unknown): number {
  const { id, key } = isObject(value) ? value : {};
  const place = site.find(String(id ?? key ?? ''));
  if (place === undefined) throw issueNotFound();
  return place;
}

/** Both ends remember it, and both move. */
function tell({ site, edits }: WriteDesk, { type, from, to }: SiteLink, isNew: boolean): void {
  const { inward, outward } = site.directory.linkTypes[type] ?? {};
  for (const [here, there, words] of [
    [from, to, outward],
    [to, from, inward],
  ] as const) {
    const now: readonly [string, string] = [site.keyAt(there), `This issue ${words ?? ''} ${site.keyAt(there)}`];
    edits.record(here, [isNew ? change('Link', null, NOTHING, now) : change('Link', null, now, NOTHING)]);
  }
}
