/** Links between two issues: every tenth issue has one to the third after it from the start; edits add and remove. */

import type { Directory, SiteOptions } from '../model.js';
import { hash, SALT, unit } from '../random.js';

export interface SiteLink {
  readonly id: number;
  /** Place in `directory.linkTypes`. */
  readonly type: number;
  /** Places of issues: `from` blocks, `to` is blocked by. */
  readonly from: number;
  readonly to: number;
}

const FIRST_ID = 10_000;
const FIRST_ADDED_ID = 9_000_000;
const AHEAD = 3;

export class SiteLinks {
  /** Places of issues whose link to a later one was removed. */
  private readonly unlinked = new Set<number>();
  private readonly added = new Map<number, SiteLink>();
  private readonly addedOf = new Map<number, readonly SiteLink[]>();
  private next = FIRST_ADDED_ID;

  constructor(
    private readonly options: SiteOptions,
    private readonly directory: Directory,
  ) {}

  /** Of an issue at either end, whether or not the other one can be seen. */
  of(place: number): readonly SiteLink[] {
    const made = [this.made(place), this.made(place - AHEAD)];
    return [...made.filter((link) => link !== undefined), ...(this.addedOf.get(place) ?? [])];
  }

  get(id: number): SiteLink | undefined {
    return this.added.get(id) ?? this.made(id - FIRST_ID);
  }

  add(type: number, from: number, to: number): SiteLink {
    this.next += 1;
    const link = { id: this.next, type, from, to };
    this.added.set(link.id, link);
    for (const end of [from, to]) this.addedOf.set(end, [...(this.addedOf.get(end) ?? []), link]);
    return link;
  }

  remove(link: SiteLink): void {
    if (!this.added.delete(link.id)) this.unlinked.add(link.from);
    for (const end of [link.from, link.to])
      this.addedOf.set(
        end,
        (this.addedOf.get(end) ?? []).filter((one) => one !== link),
      );
  }

  private made(from: number): SiteLink | undefined {
    const { seed, issues } = this.options;
    const { linkTypes } = this.directory;
    const isLinked =
      from >= 0 &&
      from + AHEAD < issues &&
      !this.unlinked.has(from) &&
      linkTypes.length > 0 &&
      unit(seed, SALT.link, from) < 0.1;
    if (!isLinked) return undefined;
    return { id: FIRST_ID + from, type: hash(seed, SALT.link, from, 9) % linkTypes.length, from, to: from + AHEAD };
  }
}
