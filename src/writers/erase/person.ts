/** Who is to be forgotten, and all texts by which tables know that person. */

export interface Person {
  /** The account id. */
  readonly id: string;
  /** What stands in its place: one for all tables, so that sums per person still come out, and made by chance. */
  readonly pseudonym: string;
  /** Display names that stand beside the id. */
  readonly names: readonly string[];
  /** E-mail addresses that stand beside the id. */
  readonly addresses: readonly string[];
}

/** What stands in the place of a name or an address. */
export const FORMER = 'Former user';

/** Columns, beside an `account_id` and a `display_name`, that tell of the person alone; erased with it. */
export const PERSONAL = ['email_address', 'user_key', 'user_name', 'locale', 'time_zone', '_extra'];

/** For a column with a name, the column beside it with the id the name belongs to; null for any other column. */
export function idBeside(column: string): string | null {
  if (column === 'display_name') return 'account_id';
  const [, role, kind] = /^(.+)_(name|string)$/.exec(column) ?? [];
  if (role === undefined) return null;
  return `${role}_${kind === 'name' ? 'id' : 'value'}`;
}
