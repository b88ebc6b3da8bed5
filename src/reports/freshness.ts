/** How fresh the numbers of a report are, a line for each connection; what is missing is said, never left out. */
import { count } from '../core/count.js';
import { showDuration } from '../core/duration.js';
import type { StreamStatus } from '../query/status.js';
import { inWords } from './made.js';

export interface Freshness {
  readonly text: string;
  readonly isWhole: boolean;
}

/**
 * @param what the rows of the stream, for people: `worklogs`
 * @param stream whose age counts
 */
export function freshnessOf(status: readonly StreamStatus[], stream: string, what: string): readonly Freshness[] {
  const found = status.filter((one) => one.stream === stream);
  if (found.length === 0)
    return [{ text: `No ${what} were read yet: connector sync --stream ${stream}.`, isWhole: false }];
  return found.map(({ connection, age_seconds: age, last_success_at: read, state, owed, error }) => {
    // A page is kept: an age alone would be wrong when it is opened again.
    const when =
      age === null || read === null
        ? 'never read whole'
        : `read ${inWords(Date.parse(read))}, ${showDuration(age)} before this was made`;
    const missing = [
      ...(state !== null && state !== 'ok' && state !== 'empty'
        ? [`last run ${state}${error === null ? '' : `: ${error}`}`]
        : []),
      ...(owed.length > 0 ? [`${what} of ${count(owed.length, 'issue')} are owed (connector status)`] : []),
    ];
    const isWhole = age !== null && missing.length === 0;
    const whole = isWhole ? ['complete'] : missing;
    return { text: `${[`${connection}: ${when}`, whole.join('; ')].filter(Boolean).join(', ')}.`, isWhole };
  });
}
