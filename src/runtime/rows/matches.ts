/** Conditions of a stream file on the columns of a row. */
import { isObject } from '../../core/json-path.js';

export type ParentRow = Readonly<Record<string, unknown>>;

/** One of these values (null is "no value"), or a number above this one. */
export type Condition = readonly (string | boolean | null)[] | { readonly above: number };
export type Conditions = Readonly<Record<string, Condition>>;

/** True when every named column meets its condition; a missing value counts as null. */
export function matches(row: ParentRow, where: Conditions): boolean {
  return Object.entries(where).every(([column, condition]) =>
    cellsAt(row, column).some((cell) =>
      'above' in condition
        ? typeof cell === 'number' && cell > condition.above
        : condition.includes((cell ?? null) as string | boolean | null),
    ),
  );
}

/** The row itself says by a number that nothing hangs on it; no number says nothing. */
export function countsNone(row: ParentRow, where: Conditions): boolean {
  return Object.entries(where).some(([column, condition]) => {
    const cell = row[column];
    return 'above' in condition && typeof cell === 'number' && cell <= condition.above;
  });
}

/** `column`, or `column[].member`: that of each struct in the list. */
function cellsAt(row: ParentRow, column: string): readonly unknown[] {
  const [name = '', member] = column.split('[].');
  const cell = row[name];
  if (member === undefined) return [cell];
  return Array.isArray(cell) ? cell.map((element: unknown) => (isObject(element) ? element[member] : undefined)) : [];
}
