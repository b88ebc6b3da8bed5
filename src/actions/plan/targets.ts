/** What each action changes: how that is now, and how it shall be. */
import type { Json } from '../../contract/table.js';
import { own } from '../../core/json-path.js';
import { complaintsOf, createFieldsOf, issueTypeOf, notAllowed } from '../site/create-meta.js';
import * as read from '../site/read-target.js';
import type { FoundIssue, Site } from '../site/site.js';
import { transitionOf } from '../site/transitions.js';
import { BadValue, quoted } from '../values/bad-value.js';
import { isSame } from '../values/same.js';
import type { Placed } from './request.js';
import { viaAhead, viaOf } from './steps.js';

export interface Target {
  readonly before: read.Shown | null;
  readonly wanted: read.Shown;
  readonly alreadySo: boolean;
  /** Ids of fields that are not set because of that. */
  readonly unset?: readonly string[];
  /** What belongs into the request beside the inputs. */
  readonly placed?: readonly Placed[];
  /** Ids of fields that a later step sends. */
  readonly later?: readonly string[];
  /** Those that it touches, where the row names none: the first one stands for it in the journal. */
  readonly issues?: readonly Pick<FoundIssue, 'id' | 'key'>[];
}

export interface Aim {
  readonly site: Site;
  readonly content: Readonly<Record<string, Json>>;
  /** The issue that the row names, with the fields of `fieldsToRead`. */
  readonly issue: FoundIssue | null;
  /** Fields of the issue as the request would set them, by id. */
  readonly fields: Readonly<Record<string, Json>>;
  /** Other values by their last name in the body: `started`, `body`. */
  readonly values: Readonly<Record<string, Json>>;
}

type Find = (aim: Aim) => Promise<Target> | Target;

const text = (value: Json | undefined) => String(value ?? '');

/** Set to what it is already: nothing to do. */
function setting(before: read.Shown | null, wanted: read.Shown, what: string): Target {
  if (before === null) throw new BadValue(`${what} is not there, or this account may not see it`);
  return { before, wanted, alreadySo: Object.entries(wanted).every(([name, value]) => isSame(before[name], value)) };
}

function deleting(before: read.Shown | null, what: string): Target {
  if (before === null) throw new BadValue(`${what} is not there, or this account may not see it`);
  return { before, wanted: {}, alreadySo: false };
}

const making: Find = () => ({ before: null, wanted: {}, alreadySo: false });

const createIssue: Find = async ({ site, content, fields }) => {
  const project = text(content.project);
  const type = await issueTypeOf(site, project, text(content.issue_type));
  const given = { ...fields, issuetype: { id: type } };
  const complaints = complaintsOf(await createFieldsOf(site, project, type), given);
  if (complaints.length > 0) throw new BadValue(complaints.join('; '));
  return {
    before: null,
    wanted: given,
    alreadySo: false,
    placed: [{ place: 'body.fields.issuetype', value: { id: type } }],
  };
};

const updateIssue: Find = ({ issue, fields }) => {
  if (Object.keys(fields).length === 0) throw new BadValue('no field is given that is to be set');
  const before = Object.fromEntries(Object.keys(fields).map((id) => [id, issue?.fields[id] ?? null]));
  return setting(before, fields, 'the issue');
};

const assignIssue: Find = ({ issue, content, values, site }) => {
  const name = site.dialect === 'cloud' ? 'accountId' : 'name';
  const id = values[name] ?? null;
  const wanted = { assignee: id === null || content.assignee === null ? null : { [name]: id } };
  return setting({ assignee: issue?.fields.assignee ?? null }, wanted, 'the issue');
};

/** How far an issue has got is told by its status. */
function refuseTwice(via: readonly string[]): void {
  const words = via.map((one) => one.toLowerCase());
  const twice = via.find((_, at) => words.indexOf(words[at] ?? '') < at);
  if (twice !== undefined)
    throw new BadValue(
      `via names ${quoted(twice)} twice, and nothing would tell which of them was reached; make two sets of it`,
    );
}

const transition: Find = async ({ site, issue, content, fields }): Promise<Target> => {
  const status = issue?.fields.status ?? null;
  const last = text(content.to);
  refuseTwice(viaOf(content));
  const via = viaAhead(content, own(status, 'name'));
  const wanted = via[0] ?? last;
  const isThere = text(own(status, 'name') as Json).toLowerCase() === last.toLowerCase();
  const before = Object.fromEntries(['status', ...Object.keys(fields)].map((id) => [id, issue?.fields[id] ?? null]));
  const unset = Object.keys(fields).filter((id) => !isSame(before[id], fields[id] ?? null));
  const there = { before, wanted: { status: { id: text(own(status, 'id') as Json) } }, alreadySo: true, unset };
  if (isThere && Array.isArray(content.via)) return there;
  const found = await transitionOf(site, issue?.id ?? '', wanted).catch((error: unknown) => {
    if (isThere && error instanceof BadValue) return null;
    throw error;
  });
  // One that leads to where it begins is only meant by its own name or id.
  const isMeant = found?.id === wanted || found?.name.toLowerCase() === wanted.toLowerCase();
  if (found === null || (isThere && !isMeant)) return there;
  const later = via.length === 0 ? [] : Object.keys(fields).filter((id) => !found.screen.some((one) => one.id === id));
  const wrong = found.screen.flatMap((one) => (one.id in fields ? notAllowed(one, fields[one.id] ?? null) : []));
  if (wrong.length > 0) throw new BadValue(wrong.join('; '));
  const missing = [...found.needs]
    .filter(([id]) => (fields[id] ?? null) === null)
    .map(([id, name]) => `${name} (${id})`);
  if (missing.length > 0)
    throw new BadValue(`${found.name} needs ${missing.join(', ')}: give it as a column or with --field NAME=VALUE`);
  return {
    before,
    wanted: { status: { id: found.to.id, name: found.to.name } },
    alreadySo: false,
    placed: [{ place: 'body.transition', value: { id: found.id } }],
    later,
  };
};

const createLink: Find = async ({ site, content, values }) => {
  const type = text(own(values.type, 'name') as Json);
  const known = await read.linkBetween(site, type, text(content.issue), text(content.other));
  return {
    before: null,
    wanted: { type, issue: text(content.issue), other: text(content.other) },
    alreadySo: known !== null,
  };
};

const deleteLink: Find = async ({ site, content }) => {
  const before = await read.link(site, text(content.link));
  const issues = [before?.inwardIssue, before?.outwardIssue].map((end) => ({
    id: text(own(end, 'id') as Json),
    key: text(own(end, 'key') as Json),
  }));
  return { ...deleting(before, `the link ${text(content.link)}`), issues };
};

const issueOf = ({ issue }: Aim) => issue?.id ?? '';

/** By action; a writing action without one is not offered. */
export const TARGETS: Readonly<Record<string, Find>> = {
  create_issue: createIssue,
  update_issue: updateIssue,
  assign_issue: assignIssue,
  delete_issue: ({ issue }) => deleting(issue?.fields ?? null, 'the issue'),
  transition,
  add_comment: making,
  create_worklog: making,
  add_attachment: making,
  update_comment: async (aim) =>
    setting(
      await read.comment(aim.site, issueOf(aim), text(aim.content.comment)),
      aim.values,
      `comment ${text(aim.content.comment)}`,
    ),
  delete_comment: async (aim) =>
    deleting(
      await read.comment(aim.site, issueOf(aim), text(aim.content.comment)),
      `comment ${text(aim.content.comment)}`,
    ),
  update_worklog: async (aim) => {
    if (Object.keys(aim.values).length === 0) throw new BadValue('nothing is given that is to be changed');
    return setting(
      await read.worklog(aim.site, issueOf(aim), text(aim.content.worklog)),
      aim.values,
      `worklog ${text(aim.content.worklog)}`,
    );
  },
  delete_worklog: async (aim) =>
    deleting(
      await read.worklog(aim.site, issueOf(aim), text(aim.content.worklog)),
      `worklog ${text(aim.content.worklog)}`,
    ),
  create_issue_link: createLink,
  delete_issue_link: deleteLink,
};

/** Of the issues that rows name: what their targets look at. */
export function fieldsToRead(action: string, given: readonly string[]): readonly string[] {
  const more: Readonly<Record<string, readonly string[]>> = {
    update_issue: given,
    assign_issue: ['assignee'],
    transition: ['status', ...given],
    delete_issue: read.WHOLE_ISSUE,
  };
  return ['project', ...(more[action] ?? [])];
}
