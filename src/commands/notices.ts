/** What a run tells once of each stream that went well and yet is worth a look: values that have no place in their column. */
import type { StreamReport } from '../runtime/reading/report.js';

/** One sentence each. */
export function noticesOf({ stream, misfits, conflicts = [] }: StreamReport): readonly string[] {
  const counted = (columns: readonly string[]) => columns.map((name) => `${name} (${misfits[name] ?? 0})`).join(', ');
  const others = Object.keys(misfits).filter((name) => !conflicts.includes(name));
  return [
    ...(conflicts.length > 0
      ? [
          `${stream}: the site gives these columns another type than the table has; their values are kept in _extra: ${counted(conflicts)}. Move the table away and read it anew to have the new type.`,
        ]
      : []),
    ...(others.length > 0
      ? [`${stream}: values that did not fit their column are kept in _extra: ${counted(others)}.`]
      : []),
  ];
}
