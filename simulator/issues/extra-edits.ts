/** Changes to what hangs on an issue beside comments and worklogs. Nothing but a link out of Jira leaves a trace in its history. */

import type { SiteClock } from '../clock.js';
import { change } from './change-item.js';
import type { RemoteLink } from './extras.js';
import { issuePlace, personPlace } from './field-edits.js';
import { NOTHING } from './past.js';
import type { SiteIssues } from './site-issues.js';

export class ExtraEdits {
  constructor(
    private readonly site: SiteIssues,
    private readonly clock: SiteClock,
  ) {}

  /** The issue's `updated` stays. */
  watch(issueId: string, accountId: string, on = true): void {
    const { place, person } = this.at(issueId, accountId);
    this.site.extras.setWatchers(place, toggled(this.site.extras.watchersOf(place), person, on));
    this.untouched(place);
  }

  /** The issue's `updated` stays. */
  vote(issueId: string, accountId: string, on = true): void {
    const { place, person } = this.at(issueId, accountId);
    this.site.extras.setVoters(place, toggled(this.site.extras.votersOf(place), person, on));
    this.untouched(place);
  }

  /** Writes a history, as Jira does; an import leaves none. */
  addRemoteLink(issueId: string, link: Partial<RemoteLink> = {}, { history = true } = {}): string {
    const place = issuePlace(this.site, issueId);
    const id = this.site.extras.newLinkId();
    const made = { url: `https://example.com/${id}`, title: `Page ${id}`, ...link, id };
    this.site.extras.setLinks(place, [...this.site.extras.linksOf(place), made]);
    if (history) this.told(place, [NOTHING, [String(id), `This issue links to "${made.title}"`]]);
    else this.untouched(place);
    return String(id);
  }

  removeRemoteLink(issueId: string, linkId: string): void {
    const place = issuePlace(this.site, issueId);
    const links = this.site.extras.linksOf(place);
    const gone = links.find(({ id }) => String(id) === linkId);
    if (gone === undefined) throw new RangeError(`the simulated issue ${issueId} has no remote link ${linkId}`);
    this.site.extras.setLinks(
      place,
      links.filter((link) => link !== gone),
    );
    this.told(place, [[linkId, `This issue links to "${gone.title}"`], NOTHING]);
  }

  /** `undefined` removes it. Whether the issue's `updated` moves is not documented; here it stays, the hard case. */
  setProperty(issueId: string, key: string, value: unknown): void {
    const place = issuePlace(this.site, issueId);
    this.site.extras.setProperty(place, key, value);
    this.untouched(place);
  }

  private at(issueId: string, accountId: string): { place: number; person: number } {
    return { place: issuePlace(this.site, issueId), person: personPlace(this.site, accountId) };
  }

  private told(place: number, [from, to]: readonly [typeof NOTHING, typeof NOTHING]): void {
    const { histories } = this.site;
    const now = this.clock.now();
    const items = [change('RemoteIssueLink', null, from, to)];
    histories.add({ id: histories.newId(), issue: place, author: 0, created: now, items });
    this.site.changed(place, now, true);
  }

  private untouched(place: number): void {
    this.site.changed(place, this.clock.now(), false);
  }
}

const toggled = (people: readonly number[], person: number, on: boolean): readonly number[] =>
  on ? [...people, person] : people.filter((other) => other !== person);
