/** How a dialect of SQL says what the views are made of. Whatever is not here is spelled alike in all of them. */
import type { ShownTable } from '../tables/table-views.js';

/** In a calendar: ten years. */
export const MOST_DAYS = 3660;

/** A list of a table, taken apart into rows. */
export interface Apart {
  /** A FROM item with its alias. */
  readonly rows: string;
  readonly alias: string;
  /** An expression for each column of the table that is kept beside the element. */
  readonly keep: readonly string[];
  readonly list: string;
  /** Member of an element, or '' for the element itself, of which no two rows of one list may agree; null: any may. */
  readonly distinct: string | null;
  /** Unquoted column that names the row the list is of. */
  readonly key: string;
}

/** A text of JSON, taken apart. */
export interface JsonApart extends Pick<Apart, 'rows' | 'keep'> {
  readonly json: string;
}

export interface Dialect {
  /** A quoted identifier. */
  name(text: string): string;
  /** A quoted text. */
  text(value: string): string;
  /** A table, without alias. */
  table(table: ShownTable, which: 'live' | 'all'): string;
  /** A member of a struct. @param type DuckDB's, of which Snowflake knows VARCHAR, BIGINT, BOOLEAN, DATE and TIMESTAMP WITH TIME ZONE */
  member(struct: string, name: string, type?: string): string;
  /** That member of each element of a list, as a list. */
  each(list: string, name: string): string;
  /** A subquery in brackets: the columns kept, `item` and `place`, which counts from 1. */
  apart(list: Apart): string;
  /** The same of a list in JSON; its items are JSON. */
  jsonApart(list: JsonApart): string;
  /** A text cut where the separator stands, as a list for `apart`. */
  split(text: string, separator: string): string;
  /** So many minutes before a moment. */
  minutesBefore(moment: string, minutes: number): string;
  /** JSON out of a text that may be none: null then. */
  json(text: string): string;
  /** What stands at a path of plain members in JSON, as text. */
  jsonText(json: string, path: readonly string[]): string;
  /** The same as JSON. */
  jsonAt(json: string, path: readonly string[]): string;
  /** This moment. */
  readonly now: string;
  /** Whole seconds from one moment to another. */
  seconds(from: string, to: string): string;
  /** The day of a moment on the clock of a zone. */
  localDate(moment: string, zone: string): string;
  /** A FROM item without alias: `name` of every zone that the database is sure to know. */
  readonly zones: string;
  /**
   * A FROM item without alias: each `day` from one to another, both within, that has begun (UTC), and the moment that `ends` it.
   * Fails where there are more than MOST_DAYS.
   */
  calendar(first: string, last: string): string;
  /** How many midnights (UTC) lie between two moments. */
  days(from: string, to: string): string;
  /** Milliseconds since 1970, in JSON's text. */
  moment(milliseconds: string): string;
  /** The first group of a pattern in a text; null when it does not match. */
  captured(text: string, pattern: string): string;
  /** One row, `found`: of a SELECT of `id` and `value` something that `lookUp` finds values in. */
  lookup(select: string): string;
  lookUp(found: string, id: string): string;
  /** A list of structs with id, whose `member`s are what `found` says where it knows the id. */
  updated(list: string, members: Readonly<Record<string, string>>): string;
  /**
   * Of a list of sprints the name of the active one, else one to come, else the one that began last.
   * @param found present names and states by id, where they are known
   */
  presentSprint(list: string, found: Readonly<Record<string, string>>): string;
}
