/** Which columns of a stream the settings want. */

/** Names of columns; of a stream with custom fields also ids and display names of fields. */
export type ColumnChoice = { readonly include: readonly string[] } | { readonly exclude: readonly string[] };

/** By stream. */
export type ColumnChoices = Readonly<Record<string, ColumnChoice>>;

/** What the settings made of a stream. */
export interface Chosen {
  readonly choice: ColumnChoice;
  /** Paths in a record whose values are left out; with `include` all but `keep`. */
  readonly drop: readonly string[];
  /** Paths that columns of the table read. */
  readonly keep: readonly string[];
}

export const wordsOf = (choice: ColumnChoice): readonly string[] =>
  'include' in choice ? choice.include : choice.exclude;
