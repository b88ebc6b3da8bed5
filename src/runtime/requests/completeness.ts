/** Whether the rows of one parent are all there, by every count the site gives. Arithmetic only. */

/** What one look at a parent brought. */
export interface Found {
  readonly came: number;
  /** How many there are by the answer of this look; null when it did not say. */
  readonly total: number | null;
  /** The answer says against itself that rows are missing. */
  readonly lacking: boolean;
  /** The answer had no list at all. */
  readonly absent: boolean;
}

/**
 * The site changes while it is read, so a first look that disagrees with any count only asks for a second one.
 * @param expected rows that the parent's own record told of; null: it did not.
 */
export const isDoubtful = (found: Found, expected: number | null): boolean =>
  found.absent || found.lacking || (expected !== null && found.came < expected);

/** Judges the last look. Its own total is younger than what was expected, but nothing where rows were told of is no answer. */
export function isShort(found: Found, expected: number | null): boolean {
  if (found.absent || found.lacking) return true;
  if (found.total === null) return expected !== null && found.came < expected;
  return found.came === 0 && (expected ?? 0) > 0;
}

/** Two looks brought the same rows, in whatever order. */
export function sameKeys(one: readonly string[], other: readonly string[]): boolean {
  const known = new Set(one);
  return known.size === new Set(other).size && other.every((key) => known.has(key));
}
