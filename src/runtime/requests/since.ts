/** From which moment on to read, and which records, as requests carry it. */
import type { Values } from './build-request.js';

/** The first moment that is surely read as epoch milliseconds (March 1973): how small numbers in JQL are read is not documented. */
const FIRST_MOMENT = 100_000_000_000;

/** The moment from which to read, as the placeholders of a stream file. */
export function sinceValues(since: number): Readonly<Record<'since_ms' | 'since_iso', string>> {
  const moment = Math.max(since, FIRST_MOMENT);
  return { since_ms: String(moment), since_iso: new Date(moment).toISOString() };
}

/** @param query in the words of the site's queries; null: all records of the scope. */
export const withQuery = (values: Values, query: string | null): Values =>
  query === null ? values : { ...values, scope: `(${values.scope ?? ''}) AND (${query})` };
