/** What kinds of faults are made of: whom a fault meets, how often, and what it does to an answer. */

import type { Fault } from './faults.js';

/** Where and how often. Absent members have the usual value of the kind. */
export interface FaultAim {
  /** Id of the issue, board or project that it is about. */
  readonly id?: string;
  readonly times?: number;
  readonly after?: number;
  /** Rows that a cap leaves, rows that a total counts too many, days, or a depth. */
  readonly size?: number;
  /** The status answered. */
  readonly status?: number;
  /** The site's clock, epoch ms. */
  readonly now?: number;
}

export type Json = Readonly<Record<string, unknown>>;

export interface FaultKind {
  readonly about: string;
  /** Of the site; both when absent. */
  readonly only?: 'cloud' | 'datacenter';
  readonly make: (aim: FaultAim) => readonly Fault[];
}

export const SEARCH = /^POST \S*\/rest\/api\/3\/search\/jql/;
/** A path in either version, below the context path of a Data Center. */
export const path = (tail: string): RegExp =>
  new RegExp(`^(GET|POST) [^?]*/rest/(api/[23]|agile/1.0|software/1.0)/${tail}`);
const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Errors of the site are left as they are. */
export const ofObject =
  (change: (body: Json) => unknown): Fault['rewrite'] =>
  (body) =>
    isObject(body) && !('errorMessages' in body) ? change(body) : body;

export const ofList =
  (change: (rows: readonly unknown[]) => unknown): Fault['rewrite'] =>
  (body) =>
    Array.isArray(body) ? change(body) : body;

export const counted = ({ times = 1, after = 0 }: FaultAim) => ({ times, after });
/** Every `size`-th, the third when absent. */
export const everyNth = ({ times = Number.POSITIVE_INFINITY, size = 3 }: FaultAim) => ({
  ...{ times, every: size },
  after: size - 1,
});
export const always = ({ times = Number.POSITIVE_INFINITY, after = 0 }: FaultAim) => ({ times, after });
export const refusal = (message: string) => ({ errorMessages: [message], errors: {} });

export const emptyPage = (tail: string, list: string, about: string): FaultKind => ({
  about,
  make: (aim) => [
    { match: path(tail), ...counted(aim), rewrite: ofObject((body) => ({ ...body, [list]: [], isLast: true })) },
  ],
});

export const refusedFor = (
  tail: (id: string) => string,
  status: number,
  message: string,
  about: string,
): FaultKind => ({
  about,
  make: (aim) => [
    {
      match: path(tail(aim.id ?? '[^/?]+')),
      ...always(aim),
      status: aim.status ?? status,
      body: refusal(message),
    },
  ],
});

export const comments = (id: string) => `issue/${id}/comment(\\?|$)`;
export const boardParts = (id: string) => `board/${id}/(sprint|issue|configuration)`;

/** `comment` inside each issue of a page. */
export const inlineComments =
  (change: (comment: Json, issueId: string) => Json, id?: string): Fault['rewrite'] =>
  (body) => {
    if (!isObject(body) || !Array.isArray(body.issues)) return body;
    const issues = (body.issues as Json[]).map((issue) => {
      const { fields } = issue;
      if (!isObject(fields) || !isObject(fields.comment) || (id !== undefined && issue.id !== id)) return issue;
      return { ...issue, fields: { ...fields, comment: change(fields.comment, String(issue.id)) } };
    });
    return { ...body, issues };
  };

/** The global entries of a page of statuses. */
export function withoutScope(body: Json): Json {
  const values = (body.values as { scope?: { type?: string } }[]).filter(({ scope }) => scope?.type === 'GLOBAL');
  return { ...body, values, total: values.length };
}
