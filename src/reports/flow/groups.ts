/** `--by`: what issues are put together by, as it is now or as it was at the end of a day. */
import { ConnectorError } from '../../core/errors.js';
import { literal } from '../../core/quote.js';
import { fieldFollowed, presentNames } from '../issue-fields.js';
import { issueLevel, levelSql } from '../issue-levels.js';
import type { Row, Sources } from '../sources.js';
import { endOfDay, type FlowAsked, type Group, numberOf, textOf } from './asked.js';

/** Drawn, and columns or lines of a table; the others are put together. */
export const MOST_GROUPS = 30;
const OTHER = 'other';

/**
 * @param asOf the day at whose end the values are wanted; null: now
 * @throws ConnectorError kind `usage` for a word that means nothing, and for one whose history nothing tells
 */
export async function groupOf(sources: Sources, name: string, asOf: string | null): Promise<Group> {
  const level = issueLevel(sources, name);
  const none = literal(`no ${name}`);
  if (asOf === null) return { name, sql: `coalesce(nullif(${levelSql(sources, level)}, ''), ${none})`, join: '' };
  const history = level.column === 'connection' ? undefined : await fieldFollowed(sources, level);
  if (history === null)
    throw new ConnectorError(
      'usage',
      `What ${name} was on a day is not known: field_history has nothing of it. Leave out --as-of, or choose another --by.`,
    );
  if (history === undefined) return { name, sql: `coalesce(${levelSql(sources, level)}, ${none})`, join: '' };
  const end = endOfDay(asOf);
  const value = 'coalesce(known.name, latest.value, h.value)';
  const then = `SELECT h._connection, h.issue_id, string_agg(${value}, ', ' ORDER BY ${value}) AS value FROM main.field_history h
    LEFT JOIN ${presentNames(sources, level)} known ON known._connection = h._connection AND known.id = h.value_id
    LEFT JOIN (SELECT h._connection, h.value_id, arg_max(h.value, h.valid_from) AS value FROM main.field_history h WHERE ${history} AND h.value_id IS NOT NULL GROUP BY ALL) latest
      ON latest._connection = h._connection AND latest.value_id = h.value_id
    WHERE ${history} AND h.valid_from < ${end} AND (h.valid_until IS NULL OR h.valid_until >= ${end}) GROUP BY ALL`;
  return {
    name,
    sql: `coalesce(nullif(past.value, ''), ${none})`,
    join: ` LEFT JOIN (${then}) past ON past._connection = i._connection AND past.issue_id = i.id`,
  };
}

/** Of an issue `i`: an expression, and the join it needs. */
export const groupSql = ({ group }: Pick<FlowAsked, 'group'>): Pick<Group, 'sql' | 'join'> =>
  group ?? { sql: "''", join: '' };

export interface Grouped {
  /** Rows of each group, the largest first; those of the rest last. */
  readonly rows: ReadonlyMap<string, readonly Row[]>;
  /** What the rest is called: a group of the site's may be called `other`. Null: there is none. */
  readonly rest: string | null;
}

/** @param size of a row. @param most groups of their own; the rows of all others are one group */
export function byGroup(
  rows: readonly Row[],
  size: (row: Row) => number,
  most: number = Number.POSITIVE_INFINITY,
): Grouped {
  const groups = new Map<string, { size: number; rows: Row[] }>();
  for (const row of rows) {
    const name = textOf(row, 'group');
    const group = groups.get(name) ?? { size: 0, rows: [] };
    group.size += size(row);
    group.rows.push(row);
    groups.set(name, group);
  }
  const sorted = [...groups].sort(([a, x], [b, y]) => y.size - x.size || (a < b ? -1 : 1));
  const own = sorted.slice(0, most).map(([name, group]): [string, readonly Row[]] => [name, group.rows]);
  if (sorted.length <= most) return { rows: new Map(own), rest: null };
  const rest = apartFrom([...groups.keys()], OTHER, 'the rest');
  const others = sorted.slice(most).flatMap(([, group]) => group.rows);
  return { rows: new Map([...own, [rest, others]]), rest };
}

export const issuesOf = (row: Row): number => numberOf(row, 'issues');

/** @param what each of the others has */
export const restNotes = ({ rest }: Grouped, what: string): readonly string[] =>
  rest === null ? [] : [`The ${MOST_GROUPS} largest groups have ${what} of their own; all others are ${rest}.`];

/** A column of a table under a name of the site's, which may be that of a column the report has anyway. */
export const apartFrom = (own: readonly string[], name: string, what: string): string =>
  own.includes(name) ? `${name} (${what})` : name;

/** How a report was grouped. */
export function groupNotes({ group, asOf }: FlowAsked): readonly string[] {
  if (group === null) return [];
  const when = asOf === null ? 'as it is now' : `as it was at the end of ${asOf}`;
  return [`By ${group.name}, ${when}; an issue with several values is in one group, such as \`Billing, Search\`.`];
}

export function asOfNotes({ asOf }: FlowAsked): readonly string[] {
  return asOf === null
    ? []
    : [
        `As of the end of ${asOf}, by UTC: statuses and resolutions are of then. Issues deleted since are in no number; which projects, boards and sub-tasks count, and what else is shown of an issue, is as it is now.`,
      ];
}
