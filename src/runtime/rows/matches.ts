/** Conditions of a stream file on the columns of a row. */

export type ParentRow = Readonly<Record<string, unknown>>;

/** True when every named column holds one of the values; a missing value counts as null. */
export function matches(
  row: ParentRow,
  where: Readonly<Record<string, readonly (string | boolean | null)[]>>,
): boolean {
  return Object.entries(where).every(([column, allowed]) =>
    allowed.includes((row[column] ?? null) as string | boolean | null),
  );
}
