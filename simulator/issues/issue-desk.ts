/** What the issue routes share: the site, its search index and feed, and JSON shapes per origin. */

import { SITE_TIME_ZONE } from '../clock.js';
import type { Call, IssueIndex } from '../model.js';
import { issueNotFound } from '../refusal.js';
import { wantsWikiText } from '../router.js';
import type { RichText } from './child-shapes.js';
import { FIRST_ISSUE_ID } from './issue-table.js';
import { chooseFields, renderIssue } from './render.js';
import { SearchIndex } from './search-index.js';
import { Shapes } from './shapes.js';
import { FIRST_WORKLOG_ID, type SiteIssues } from './site-issues.js';
import { WorklogFeed } from './worklog-feed.js';

export class IssueDesk implements IssueIndex {
  readonly index: SearchIndex;
  readonly feed: WorklogFeed;
  /** Of the account whose credentials are used: JQL reads quoted dates in it. */
  readonly timeZone: string;
  private readonly shapesByOrigin = new Map<string, Shapes>();

  constructor(
    readonly site: SiteIssues,
    indexLagMs: number,
    /** The site's clock. */
    private readonly now: () => number,
    readonly isServer = false,
  ) {
    this.index = new SearchIndex(site, indexLagMs);
    this.feed = new WorklogFeed(site, FIRST_WORKLOG_ID);
    this.timeZone = site.directory.people[0]?.timeZone ?? SITE_TIME_ZONE;
  }

  shapes(call: Call): Shapes {
    const known = this.shapesByOrigin.get(call.origin);
    if (known !== undefined) return known;
    const made = new Shapes(this.site.directory, call.origin);
    this.shapesByOrigin.set(call.origin, made);
    return made;
  }

  /** Throws a Refusal (404) when there is no visible issue of that id or key. */
  find(idOrKey: string | undefined): number {
    const place = this.site.find(idOrKey ?? '');
    if (place === undefined) throw issueNotFound();
    return place;
  }

  idsOfProject(projectId: string): readonly string[] {
    return this.site.idsOfProject(projectId);
  }

  idsOfSprint(sprintId: string): readonly string[] {
    return this.site.idsOfSprint(sprintId);
  }

  labels(): readonly string[] {
    return this.site.labels();
  }

  keyOf(issueId: string): string {
    return this.site.keyOf(issueId);
  }

  render(issueId: string, names: readonly string[], call: Call): Record<string, unknown> {
    const options = {
      choice: chooseFields(this.site, names, ['*navigable']),
      expand: new Set<string>(),
      form: formOf(call),
    };
    return renderIssue(this.site, this.shapes(call), this.find(issueId), options);
  }

  matching(ids: readonly string[], jql: string): readonly string[] {
    const matches = this.index.filter({ jql, now: this.now(), timeZone: this.timeZone });
    return ids.filter((id) => matches(Number(id) - FIRST_ISSUE_ID));
  }
}

export const formOf = (call: Call): RichText => (wantsWikiText(call) ? 'wiki' : 'adf');
