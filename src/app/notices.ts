/** What a run tells once of each stream that went well and yet is worth a look: rows and values that found no place. */

import type { StreamReport } from '../contract/report.js';
import { MAX_DEPTH, TOO_DEEP } from '../http/parse.js';

const TAIL = `.${TOO_DEEP}`;

/** One sentence each. */
export function noticesOf({ stream, rows_rejected, error, misfits, conflicts = [] }: StreamReport): readonly string[] {
  const eachCounted = (columns: readonly string[]) =>
    columns.map((name) => `${name} (${misfits[name] ?? 0})`).join(', ');
  const deep = Object.keys(misfits).filter((name) => name.endsWith(TAIL));
  const others = Object.keys(misfits).filter((name) => !conflicts.includes(name) && !deep.includes(name));
  return [
    // Of a stream that failed the error tells more.
    ...(rows_rejected > 0 && error === undefined
      ? [
          `${stream}: ${rows_rejected === 1 ? 'a row' : `${rows_rejected} rows`} could not be written; the table _rejects has them with the reason.`,
        ]
      : []),
    ...(conflicts.length > 0
      ? [
          `${stream}: the site gives these columns another type than the table has; their values are kept in _extra: ${eachCounted(conflicts)}. Move the table away and read it anew to have the new type.`,
        ]
      : []),
    ...(others.length > 0
      ? [`${stream}: values that did not fit their column are kept in _extra: ${eachCounted(others)}.`]
      : []),
    ...deep.map(
      (name) =>
        `${stream}: ${misfits[name] ?? 0} values of ${name.slice(0, -TAIL.length)} are nested too deeply; below ${MAX_DEPTH} levels of the answer they are kept as text.`,
    ),
  ];
}
