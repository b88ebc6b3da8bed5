/**
 * Stateless randomness: every value of the site is a pure function of (seed, salt, numbers), so that any issue can be made again, alone and in any
 * order, without keeping its body.
 */

/** A well-mixed 32-bit number of up to four integers (multiply-xorshift rounds). */
export function hash(seed: number, salt: number, a = 0, b = 0): number {
  let h = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(salt + 0x7f4a7c15, 0xc2b2ae35);
  h = Math.imul(h ^ (h >>> 15) ^ a, 0x2c1b3c6d);
  h = Math.imul(h ^ (h >>> 12) ^ b, 0x297a2d39);
  h = Math.imul(h ^ (h >>> 15), 0x85ebca6b);
  return (h ^ (h >>> 13)) >>> 0;
}

/** In [0, 1). */
export function unit(seed: number, salt: number, a = 0, b = 0): number {
  return hash(seed, salt, a, b) / 0x1_0000_0000;
}

/** A stream of draws that starts at (seed, salt, a, b). */
export class Draw {
  private count = 0;

  constructor(
    private readonly seed: number,
    private readonly salt: number,
    private readonly a = 0,
    private readonly b = 0,
  ) {}

  /** In [0, 1). */
  next(): number {
    this.count += 1;
    return unit(this.seed, this.salt + this.count * 1009, this.a, this.b);
  }

  /** An integer in [from, to], both included. */
  int(from: number, to: number): number {
    return from + Math.floor(this.next() * (to - from + 1));
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  /** One of a list; throws on an empty one, which would be a mistake in the site's own data. */
  pick<T>(list: readonly T[]): T {
    return pickAt(list, this.next());
  }

  /** Between `from` and `to` different members of the list, in list order. */
  some<T>(list: readonly T[], from: number, to: number): T[] {
    const wanted = Math.min(this.int(from, to), list.length);
    const chosen = new Set<number>();
    while (chosen.size < wanted) chosen.add(Math.floor(this.next() * list.length));
    return [...chosen].sort((x, y) => x - y).map((at) => list[at] as T);
  }
}

/** The member at a fraction in [0, 1) of the list. */
export function pickAt<T>(list: readonly T[], fraction: number): T {
  if (list.length === 0)
    throw new RangeError('nothing to pick from: the site has an empty list where one entry is needed');
  return list[Math.floor(fraction * list.length)] as T;
}

/** What each family of random values is salted with, so that two of them never move together. */
export const SALT = {
  project: 1,
  kind: 2,
  dates: 3,
  counts: 4,
  status: 5,
  people: 6,
  sprint: 7,
  text: 8,
  details: 9,
  custom: 10,
  comment: 11,
  worklog: 12,
  history: 13,
  link: 14,
  attachment: 15,
  churn: 16,
  watch: 17_000,
  vote: 17_010,
  remote: 17_020,
  property: 17_030,
} as const;
