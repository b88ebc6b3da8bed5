/** What hangs on an issue and does not show in its history, but for links out of Jira: watchers, voters, remote links, properties of apps. */

import type { Directory, SiteOptions } from '../model.js';
import { hash, SALT, unit } from '../random.js';

export interface RemoteLink {
  readonly id: number;
  readonly globalId?: string;
  readonly application?: { readonly type: string; readonly name: string };
  readonly relationship?: string;
  readonly url: string;
  readonly title: string;
  readonly summary?: string;
  readonly resolved?: boolean;
}

/** Room for the links that the seed gives each issue. */
const LINKS_EACH = 4;
const FIRST_LINK_ID = 10_000;
const ADDED_LINK_ID = 5_000_000;

/** By kind and place: as the seed has it, until an edit replaces it. */
export class Extras {
  private readonly watchers = new Map<number, readonly number[]>();
  private readonly voters = new Map<number, readonly number[]>();
  private readonly links = new Map<number, readonly RemoteLink[]>();
  private readonly properties = new Map<number, ReadonlyMap<string, unknown>>();
  private nextLink = ADDED_LINK_ID;

  constructor(
    private readonly options: SiteOptions,
    private readonly directory: Directory,
  ) {}

  /** Places of people, the caller's (0) only where an edit put it. */
  watchersOf(place: number): readonly number[] {
    return this.watchers.get(place) ?? this.madePeople(place, SALT.watch, this.options.watched, 1 + (place % 4));
  }

  votersOf(place: number): readonly number[] {
    return this.voters.get(place) ?? this.madePeople(place, SALT.vote, this.options.voted, 1 + (place % 3));
  }

  linksOf(place: number): readonly RemoteLink[] {
    return this.links.get(place) ?? this.madeLinks(place);
  }

  propertiesOf(place: number): ReadonlyMap<string, unknown> {
    return this.properties.get(place) ?? this.madeProperties(place);
  }

  setWatchers(place: number, people: readonly number[]): void {
    this.watchers.set(place, [...new Set(people)]);
  }

  setVoters(place: number, people: readonly number[]): void {
    this.voters.set(place, [...new Set(people)]);
  }

  setLinks(place: number, links: readonly RemoteLink[]): void {
    this.links.set(place, links);
  }

  setProperty(place: number, key: string, value: unknown): void {
    const known = new Map(this.propertiesOf(place));
    if (value === undefined) known.delete(key);
    else known.set(key, value);
    this.properties.set(place, known);
  }

  newLinkId(): number {
    this.nextLink += 1;
    return this.nextLink;
  }

  private madePeople(place: number, salt: number, share: number, most: number): readonly number[] {
    const others = this.directory.people.length - 1;
    if (others < 1 || unit(this.options.seed, salt, place) >= share) return [];
    const first = hash(this.options.seed, salt + 1, place) % others;
    return Array.from({ length: Math.min(most, others) }, (_, n) => 1 + ((first + n) % others));
  }

  private madeLinks(place: number): readonly RemoteLink[] {
    const { seed, issues } = this.options;
    // Of the site's beginning: later ones are added by edits, which leave their trace.
    if (place >= issues || unit(seed, SALT.remote, place) >= 0.2) return [];
    const count = 1 + (hash(seed, SALT.remote + 1, place) % 2);
    return Array.from({ length: count }, (_, n) => ({
      id: FIRST_LINK_ID + place * LINKS_EACH + n,
      url: `https://wiki.example.com/pages/${place}/${n}`,
      title: `Page ${place}.${n} – Größe`,
      ...(n === 0
        ? {
            globalId: `appId=${place}&pageId=${n}`,
            application: { type: 'com.atlassian.confluence', name: 'Confluence' },
            relationship: 'Wiki Page',
          }
        : { summary: 'A ticket elsewhere', resolved: place % 2 === 0 }),
    }));
  }

  /** Values of every kind that JSON has. */
  private madeProperties(place: number): ReadonlyMap<string, unknown> {
    const { seed } = this.options;
    const kinds: readonly (readonly [string, unknown])[] = [
      ['request-channel-type', { value: place % 2 === 0 ? 'portal' : 'email' }],
      ['review.score', place % 7],
      ['review.notes', ['first', `note ${place}`]],
      ['review.done', place % 3 === 0],
      ['review.by', `person ${place}`],
      ['review.empty', {}],
    ];
    return new Map(kinds.filter((_, n) => unit(seed, SALT.property, place, n) < 0.4));
  }
}
