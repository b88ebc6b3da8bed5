/** The moment from which to read, as requests carry it. */

/** The first moment that is surely read as epoch milliseconds (March 1973): how small numbers in JQL are read is not documented. */
const FIRST_MOMENT = 100_000_000_000;

/** The moment from which to read, as the placeholders of a stream file. */
export function sinceValues(since: number): Readonly<Record<'since_ms' | 'since_iso', string>> {
  const moment = Math.max(since, FIRST_MOMENT);
  return { since_ms: String(moment), since_iso: new Date(moment).toISOString() };
}
