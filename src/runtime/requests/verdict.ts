/** What the site's answers prove of records that a list no longer names. Silence proves nothing. */

/** `unclear`: the answer tells neither that it is there nor that it is gone. */
export type Verdict = 'there' | 'gone' | 'unclear';

/** A record that the site could not hand out, and why. */
export interface Refusal {
  readonly id: string;
  readonly why: string;
}

/**
 * Of ids asked for by name. A refusal is believed only in the words that say so: a site also refuses what it has no time for.
 * @param goneWords what the refusal of a record that does not exist says
 */
export function verdictsOf(
  asked: readonly string[],
  answered: ReadonlySet<string>,
  refused: readonly Refusal[],
  goneWords: string | null,
): ReadonlyMap<string, Verdict> {
  const gone = new Set(refused.filter(({ why }) => goneWords !== null && why.includes(goneWords)).map(({ id }) => id));
  const verdict = (id: string): Verdict => (answered.has(id) ? 'there' : gone.has(id) ? 'gone' : 'unclear');
  return new Map(asked.map((id) => [id, verdict(id)]));
}

/** A refused question about several is asked again about fewer. */
export function halves<T>(items: readonly T[]): readonly (readonly T[])[] {
  const middle = Math.ceil(items.length / 2);
  return [items.slice(0, middle), items.slice(middle)].filter((half) => half.length > 0);
}

/** Whether a refusal is about this very id and not about the question. */
export const speaksOf = (sentence: string, id: string): boolean => sentence.match(/\d+/g)?.includes(id) ?? false;
