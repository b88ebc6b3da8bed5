/** Rows that only some may see on the site. */

/** By a column that a table or view has for it. */
const CONDITIONS: Readonly<Record<string, string>> = {
  // A worklog or comment for one group or role.
  visibility_type: 'visibility_type IS NOT NULL',
  // A comment that a service project's customers do not see.
  jsd_public: 'jsd_public IS FALSE',
};

/** A change by which older servers keep the words of a comment that was deleted, whoever might see it. @param field its name in SQL */
export const keepsComment = (field: string): string => `lower(${field}) = 'comment'`;

/** A condition on these columns, null or true for a restricted row and never false; null where no row is restricted. */
export function restrictedIn(columns: readonly string[]): string | null {
  const conditions = columns.flatMap((column) => (Object.hasOwn(CONDITIONS, column) ? (CONDITIONS[column] ?? []) : []));
  // Of the view `history`; a custom field may be called `field`, too.
  if (columns.includes('history_id') && columns.includes('field')) conditions.push(keepsComment('field'));
  return conditions.length === 0 ? null : `(${conditions.join(' OR ')})`;
}
