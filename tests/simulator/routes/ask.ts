import { LABELS } from '../../../simulator/issues/words.js';
import type { Directory, IssueIndex } from '../../../simulator/model.js';
import { Refusal } from '../../../simulator/refusal.js';
import { Router } from '../../../simulator/router.js';
import { directoryRoutes } from '../../../simulator/routes/directory-routes.js';
import { makeDirectory } from '../../../simulator/site/directory.js';
import { ALL_FEATURES, DEFAULT_SITE, type SiteFeatures } from '../../../simulator/site/options.js';

/** 300 issues in the first project, two of them in every sprint. */
export const FEW_ISSUES: IssueIndex = {
  idsOfProject: (projectId) =>
    projectId === '10000' ? Array.from({ length: 300 }, (_, number) => String(10_000 + number)) : [],
  idsOfSprint: () => ['10000', '10007'],
  labels: () => LABELS,
  keyOf: (issueId) => `ENG-${Number(issueId) - 9_999}`,
};

export type Members = Readonly<Record<string, unknown>>;

export interface Reply {
  readonly status: number;
  /** After a round through JSON, as a client sees it; empty when the answer is a bare array. */
  readonly body: Members;
  /** The answer when it is an array, else its first member that is one. */
  readonly rows: readonly Members[];
}

/** One member of every row. */
export function each(rows: readonly Members[], member: string): unknown[] {
  return rows.map((row) => row[member]);
}

/** The rows of a list inside a record; empty when there is none. */
export function within(row: Members | undefined, member: string): readonly Members[] {
  const list = row?.[member];
  return Array.isArray(list) ? list : [];
}

function reply(status: number, answer: unknown): Reply {
  const parsed: Members = JSON.parse(JSON.stringify(answer));
  if (Array.isArray(parsed)) {
    return { status, body: {}, rows: parsed };
  }
  return { status, body: parsed, rows: Object.values(parsed).find((value) => Array.isArray(value)) ?? [] };
}

/** Asks the routes of a site directly, without a socket: `GET path?query`. */
export function asking(options = DEFAULT_SITE, features: Partial<SiteFeatures> = {}, issues = FEW_ISSUES) {
  const directory: Directory = makeDirectory(options);
  const router = new Router(directoryRoutes(directory, issues, { ...ALL_FEATURES, ...features }));
  const ask = (target: string, now = options.now): Reply => {
    const url = new URL(target, 'http://127.0.0.1:9');
    const match = router.find('GET', url.pathname);
    if (match === null || !('route' in match)) {
      throw new Error(`no route for ${url.pathname}`);
    }
    const call = {
      method: 'GET',
      path: url.pathname,
      query: url.searchParams,
      body: undefined,
      headers: { 'x-experimentalapi': 'opt-in' },
      origin: url.origin,
      now,
    };
    try {
      const answer = match.route.handle({ ...call, params: match.params });
      return reply(answer.status ?? 200, answer.body);
    } catch (error) {
      if (error instanceof Refusal) {
        return reply(error.status, error.answer().body);
      }
      throw error;
    }
  };
  return { directory, ask };
}
