/** Faults by name: each is a way in which real sites, or what stands before them, were seen to answer. They compose: a plan takes any number. */

import {
  always,
  boardParts,
  comments,
  counted,
  emptyPage,
  everyNth,
  type FaultAim,
  type FaultKind,
  inlineComments,
  type Json,
  ofList,
  ofObject,
  path,
  refusal,
  refusedFor,
  SEARCH,
  withoutScope,
} from './fault-parts.js';
import type { Fault } from './faults.js';

export const FAULT_KINDS = {
  search_without_token: {
    about: 'A search page that is not the last one carries no token for the next.',
    only: 'cloud',
    make: (aim) => [
      {
        match: SEARCH,
        ...counted(aim),
        rewrite: ofObject(({ nextPageToken: _, ...body }) => ({ ...body, isLast: false })),
      },
    ],
  },
  search_with_total_alone: {
    about: 'A gateway sends the old form: a total, and neither a token nor a last page.',
    only: 'cloud',
    make: (aim) => [
      {
        match: SEARCH,
        ...counted(aim),
        rewrite: ofObject(({ nextPageToken: _, isLast: __, ...body }) => ({
          ...body,
          startAt: 0,
          total: aim.size ?? 239,
        })),
      },
    ],
  },
  comments_page_empty: {
    about: 'The comments of an issue come as an empty page whose total says that there are some.',
    make: (aim) => [
      {
        match: path(comments(aim.id ?? '\\d+')),
        ...counted(aim),
        rewrite: ofObject((body) => ({ ...body, comments: [] })),
      },
    ],
  },
  inline_comments_empty: {
    about: 'Issues come with an empty list of comments whose total says that there are some.',
    make: (aim) => [
      {
        match: path('search(/jql)?(\\?|$)'),
        ...counted(aim),
        rewrite: inlineComments((comment) => ({ ...comment, comments: [] }), aim.id),
      },
      {
        match: path('issue/bulkfetch'),
        ...counted(aim),
        rewrite: inlineComments((comment) => ({ ...comment, comments: [] }), aim.id),
      },
    ],
  },
  total_counts_hidden: {
    about: 'The total of comments counts rows that this account cannot see.',
    make: (aim) => {
      const more = (body: Json): Json => ({ ...body, total: Number(body.total) + (aim.size ?? 2) });
      return [
        { match: path(comments(aim.id ?? '\\d+')), ...always(aim), rewrite: ofObject(more) },
        { match: path('search(/jql)?(\\?|$)'), ...always(aim), rewrite: inlineComments(more, aim.id) },
        { match: path('issue/bulkfetch'), ...always(aim), rewrite: inlineComments(more, aim.id) },
      ];
    },
  },
  boards_page_empty: emptyPage('board(\\?|$)', 'values', 'The list of boards comes empty, with its total.'),
  projects_page_empty: {
    ...emptyPage('project/search', 'values', 'The list of projects comes empty, with its total.'),
    only: 'cloud',
  },
  components_page_empty: {
    ...emptyPage('(project/[^/?]+/)?component(\\?|$)', 'values', 'A list of components comes empty, with its total.'),
    only: 'cloud',
  },
  histories_absent: {
    about: 'The bulk answer of histories is 200 without its list.',
    only: 'cloud',
    make: (aim) => [{ match: path('changelog/bulkfetch'), ...counted(aim), rewrite: ofObject(() => ({})) }],
  },
  comments_not_found: {
    ...refusedFor(
      comments,
      404,
      'Issue does not exist or you do not have permission to see it.',
      'The comments of an issue that exists answer 404.',
    ),
  },
  comments_forbidden: refusedFor(
    comments,
    403,
    'You do not have permission to view the comments.',
    'The comments of one issue answer 403 for good.',
  ),
  comments_broken: refusedFor(comments, 500, 'Internal server error', 'The comments of one issue answer 500 for good.'),
  comments_limited: {
    about: 'The comments of one issue answer 429 and ask for an hour.',
    make: (aim) => [
      {
        match: path(comments(aim.id ?? '\\d+')),
        ...always(aim),
        status: 429,
        headers: { 'retry-after': '3600' },
        body: refusal('Rate limit exceeded.'),
      },
    ],
  },
  users_capped: {
    about: 'The search of users stops at a cap, whatever page is asked for.',
    only: 'datacenter',
    make: (aim) => [
      { match: path('user/search\\?(.*&)?startAt=[1-9]'), ...always(aim), body: [] },
      { match: path('user/search'), ...always(aim), rewrite: ofList((rows) => rows.slice(0, aim.size ?? 1000)) },
    ],
  },
  groups_capped: {
    about: 'The picker of groups gives some of the groups and their total, and knows no pages.',
    only: 'datacenter',
    make: (aim) => [
      {
        match: path('groups/picker'),
        ...always(aim),
        rewrite: ofObject((body) => ({ ...body, groups: (body.groups as unknown[]).slice(0, aim.size ?? 20) })),
      },
    ],
  },
  statuses_global_alone: {
    about: 'The search of statuses without a project gives the global ones alone.',
    only: 'cloud',
    make: (aim) => [{ match: /\/statuses\/search(?!.*projectId=)/, ...always(aim), rewrite: ofObject(withoutScope) }],
  },
  board_refused: refusedFor(
    boardParts,
    422,
    'The board has no mapped statuses.',
    'What hangs on one board is refused for good.',
  ),
  issue_parts_refused: refusedFor(
    (id) => `issue/${id}/(comment|worklog|changelog)(\\?|$)`,
    403,
    'You do not have permission to view this.',
    'What hangs on one issue is refused for good.',
  ),
  project_parts_refused: refusedFor(
    (id) => `project/${id}/(versions?|components?)`,
    500,
    'Internal server error',
    'Versions and components of one project are refused for good.',
  ),
  clock_ahead: {
    about: 'The date of the answers is days ahead of the site.',
    make: (aim) => [
      {
        match: '*',
        ...counted(aim),
        headers: { date: new Date((aim.now ?? Date.now()) + (aim.size ?? 400) * 86_400_000).toUTCString() },
      },
    ],
  },
  operation_unauthorized: {
    about: 'One operation answers 401 although the login is good.',
    make: (aim) => [
      {
        match: path(aim.id ?? 'statuses/search'),
        ...always(aim),
        status: 401,
        headers: { 'x-seraph-loginreason': 'OK' },
        body: refusal('You do not have the permission to do this.'),
      },
    ],
  },
  passing_status: {
    about: 'A proxy answers with a status of its own, once.',
    make: (aim) => [{ match: '*', ...counted(aim), status: aim.status ?? 522, html: true }],
  },
  limited_a_moment: {
    about: '429 that asks for one and a half seconds, with a fraction.',
    make: (aim) => [
      {
        match: '*',
        ...counted(aim),
        status: 429,
        headers: { 'retry-after': '1.5' },
        body: refusal('Rate limit exceeded.'),
      },
    ],
  },
  broken_off: {
    about: 'The connection is reset in the middle of an answer.',
    make: (aim) => [{ match: '*', ...counted(aim), resetAtByte: 200 }],
  },
  lost_after_work: {
    about: 'The connection is reset after the request was carried out.',
    make: (aim) => [{ match: '*', ...counted(aim), destroyAfterWork: true }],
  },
  bad_gzip: {
    about: 'An answer is labelled gzip and ends in the middle.',
    make: (aim) => [{ match: '*', ...counted(aim), gzip: 'half' }],
  },
  signed_out: {
    about: 'A sign-in page with status 200.',
    make: (aim) => [{ match: '*', ...counted(aim), html: true }],
  },
  token_repeated: {
    about: 'The search hands out the token that it was given.',
    only: 'cloud',
    make: (aim) => [{ match: SEARCH, ...counted(aim), duplicateToken: true }],
  },
  write_answer_lost: {
    about: 'Of every three writes the third is carried out, and its answer is lost: the connection is reset.',
    make: (aim) => [{ match: 'writes', ...everyNth(aim), destroyAfterWork: true }],
  },
  write_never_arrived: {
    about: 'Of every three writes the third is not carried out: the connection is reset.',
    make: (aim) => [{ match: 'writes', ...everyNth(aim), destroy: true }],
  },
  write_failed_late: {
    about: 'A write is carried out, and a gateway answers that it failed.',
    make: (aim) => [{ match: 'writes', ...counted(aim), status: aim.status ?? 504, body: refusal('Gateway Timeout') }],
  },
  write_conflict: {
    about: 'A write meets another one, and is not carried out.',
    make: (aim) => [
      {
        match: 'writes',
        ...counted(aim),
        unworked: true,
        status: aim.status ?? 409,
        body: refusal('The issue was changed by somebody else in the meantime.'),
      },
    ],
  },
  write_limited: {
    about: 'A write is not carried out, since its issue was written to too often.',
    only: 'cloud',
    make: (aim) => [
      {
        match: 'writes',
        ...counted(aim),
        unworked: true,
        status: 429,
        headers: { 'retry-after': '1', 'ratelimit-reason': 'jira-per-issue-on-write' },
        body: refusal('Rate limit exceeded.'),
      },
    ],
  },
} as const satisfies Readonly<Record<string, FaultKind>>;

export type FaultName = keyof typeof FAULT_KINDS;

/** Statuses that proxies and gateways send of their own. */
export const PASSING_STATUSES = [408, 425, 520, 521, 522, 523, 524, 527, 529, 530] as const;

/** The faults of a kind; add them to a plan. */
export function faultsOf(name: FaultName, aim: FaultAim = {}): readonly Fault[] {
  const kind: FaultKind = FAULT_KINDS[name];
  return kind.make(aim);
}
