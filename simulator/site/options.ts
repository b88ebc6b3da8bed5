import type { SiteOptions } from '../model.js';

/** What the site has bought or switched on; Jira answers 403 or 404 for the rest. */
export interface SiteFeatures {
  /** The successor of field configurations: its path answers 404 while the flag is off. */
  readonly fieldSchemes: boolean;
  /** A Jira Software licence: without it every agile path answers 403. */
  readonly software: boolean;
  readonly issueLinking: boolean;
  /** Voting on issues. */
  readonly voting: boolean;
  /** The caller may see who watches and votes, and not only how many. */
  readonly viewWatchers: boolean;
  /** Service management: without it no path below /rest/servicedeskapi exists. */
  readonly service: boolean;
  /** The caller is an agent of the service desks. */
  readonly agent: boolean;
  /** A premium edition, which has plans: without it they answer 403. */
  readonly plans: boolean;
  /** The caller administers the site. */
  readonly administer: boolean;
  /** Operations that Jira calls experimental are there. */
  readonly experimental: boolean;
}

export const ALL_FEATURES: SiteFeatures = {
  fieldSchemes: true,
  software: true,
  issueLinking: true,
  voting: true,
  viewWatchers: true,
  service: true,
  agent: true,
  plans: true,
  administer: true,
  experimental: true,
};

/** The site of the demo and of most tests. Its clock is fixed, so that a seed always gives the same bytes. */
export const DEFAULT_SITE: SiteOptions = {
  seed: 1,
  issues: 1_000,
  projects: 6,
  boards: 6,
  sprints: 20,
  users: 60,
  groups: 8,
  moreFields: 0,
  perIssue: null,
  bigNumbers: 0,
  emptyFields: 0,
  watched: 1,
  voted: 0,
  now: Date.UTC(2026, 10, 2, 9, 0, 0),
};

/**
 * What a large site is like: 21 KB an issue as its pages bring it with all that lies inside, 45 custom fields, a big number on one issue of
 * twenty, and now and then more comments, worklogs and histories than a page shows.
 */
export const REAL_SITE: Partial<SiteOptions> = {
  projects: 20,
  boards: 20,
  sprints: 120,
  users: 500,
  groups: 40,
  moreFields: 12,
  perIssue: 'real',
  bigNumbers: 0.05,
  emptyFields: 0.45,
};
