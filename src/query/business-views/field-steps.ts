/**
 * What fields of issues were, from when to when. Jira keeps changes alone, so the first value is what the first change came from,
 * or the present value where there was none. Where a change does not begin with what the one before ended with, or the last one
 * does not end with the present value (imports and workflow migrations do that), what it ended with and the present value are
 * believed, and the step is broken.
 */
import type { ConnectionTables } from './connection-tables.js';
import { membersOf } from './custom-fields.js';
import { apart, type Source } from './shown-column.js';

/** A field whose values are followed. */
export interface Followed {
  readonly field: string;
  /** What its changes are called in small letters where they carry no id (Data Center); default: the field. */
  readonly called?: string;
  /** Its changes go by their name alone, as the field has another id on each site. */
  readonly byName?: true;
  /**
   * `id`: told by id and text. `text` and `number`: by the text; an *Epic Link* has an id, too, which the issue does not. `day`: by the id,
   * whose spelling is that of a table. `element`: a list whose changes tell of one element each.
   */
  readonly kind: 'id' | 'text' | 'day' | 'number' | 'element';
  /** Columns of `issue_search` with the present value, as id and as text; one column where it is a struct or a list of structs. */
  readonly id: string;
  readonly text: string;
  /** An issue that never had a value has no step; else it has one with null. */
  readonly sparse?: true;
}

/**
 * When what lasts ends, so that a join compares plainly: an OR in the condition of a left join makes the database compare every row
 * with every other.
 */
export const NEVER = "CAST('9999-12-31T00:00:00Z' AS TIMESTAMP WITH TIME ZONE)";
const TIMESTAMP = 'TIMESTAMP WITH TIME ZONE';
const NO_TEXT = 'CAST(NULL AS VARCHAR)';

/** Changes in the order they were made: within one moment by the number of the entry, within an entry by their places. */
export const inOrder = (partition: string): string => `PARTITION BY ${partition} ORDER BY since, number, place`;

/** The changes of these fields, one a row: issue_id, field, since, number, place, author_id, was, was_text, became, became_text; null without a history. */
export function changesOf(
  tables: ConnectionTables,
  followed: readonly Pick<Followed, 'field' | 'called' | 'byName'>[],
): string | null {
  const entry = tables.source('issue_changelog', 'h');
  const members = membersOf(entry.elementOf('items')).map(({ name }) => name);
  if (!entry.has('issue_id') || !entry.has('created') || !members.includes('field')) return null;
  const { text, member } = tables.dialect;
  const item = (name: string) => (members.includes(name) ? `nullif(${member('h.item', name)}, '')` : NO_TEXT);
  const called = `lower(${item('field')})`;
  const when = (some: typeof followed) =>
    some.map((one) => ` WHEN ${called} = ${text(one.called ?? one.field)} THEN ${text(one.field)}`).join('');
  const byName = followed.filter((one) => one.byName);
  const named = followed.filter((one) => !one.byName && one.called !== undefined && one.called !== one.field);
  const withoutId = named.length === 0 ? called : `CASE${when(named)} ELSE ${called} END`;
  const byId = `coalesce(${item('field_id')}, ${withoutId})`;
  const field = byName.length === 0 ? byId : `CASE${when(byName)} ELSE ${byId} END`;
  const selected = [
    'h.issue_id AS issue_id',
    `${field} AS field`,
    'h.created AS since',
    `TRY_CAST(${entry.sql('id')} AS BIGINT) AS number`,
    'h.place AS place',
    `${entry.sql('author_id')} AS author_id`,
    `${item('from_value')} AS was`,
    `${item('from_string')} AS was_text`,
    `${item('to_value')} AS became`,
    `${item('to_string')} AS became_text`,
  ].join(', ');
  const columns = ['id', 'issue_id', 'created', 'author_id'].filter((name) => entry.has(name));
  const rows = apart(tables, entry, 'items', null, 'id', columns);
  return `SELECT * FROM (SELECT ${selected} FROM ${rows}) h WHERE field IN (${followed.map((one) => text(one.field)).join(', ')})`;
}

/** One spelling of a number, whether Jira wrote `3`, `3.0`, or a table holds it. */
const number = (value: string) => `regexp_replace(CAST(TRY_CAST(${value} AS DOUBLE) AS VARCHAR), '[.]0$', '')`;

/**
 * The steps of fields, in brackets: issue_id, field, slot, nth, since, until (null: now), value, text, author_id, previous, broken.
 * Each element of a list has a slot of its own, in which it is or is not; other fields have one, which is empty.
 */
export function stepsOf(tables: ConnectionTables, issue: Source, followed: readonly Followed[]): string | null {
  const items = changesOf(tables, followed);
  const present = presentOf(tables, issue, followed);
  if (items === null || present === null || !issue.has('created')) return null;
  const order = inOrder('issue_id, field, slot');
  const same = 'o.issue_id = p.issue_id AND o.field = p.field AND o.slot = p.slot';
  const joined = `FROM ordered o JOIN present p ON ${same}`;
  const differs = 'o.next_since IS NULL AND p.is_known AND o.became IS DISTINCT FROM p.value';
  // Snowflake's greatest is null as soon as one of its arguments is.
  const repaired = 'greatest(coalesce(p.updated, o.since), o.since)';
  return `(WITH item AS (${items}), change AS (${changeRows(tables, followed)}),
    ordered AS (SELECT change.*, row_number() OVER (${order}) AS nth, lag(became) OVER (${order}) AS ended, lead(since) OVER (${order}) AS next_since FROM change),
    ${present}
    SELECT p.issue_id, p.field, p.slot, 0 AS nth, p.created AS since, o.since AS until,
      CASE WHEN o.issue_id IS NULL THEN p.value ELSE o.was END AS value, CASE WHEN o.issue_id IS NULL THEN p.text ELSE o.was_text END AS text,
      p.creator_id AS author_id, ${NO_TEXT} AS previous, 0 AS broken
      FROM present p LEFT JOIN ordered o ON ${same} AND o.nth = 1
    UNION ALL SELECT o.issue_id, o.field, o.slot, o.nth, o.since, CASE WHEN ${differs} THEN ${repaired} ELSE o.next_since END, o.became, o.became_text, o.author_id, o.was,
      CASE WHEN o.nth > 1 AND o.ended IS DISTINCT FROM o.was THEN 1 ELSE 0 END ${joined}
    UNION ALL SELECT o.issue_id, o.field, o.slot, o.nth + 1, ${repaired}, CAST(NULL AS ${TIMESTAMP}), p.value, p.text, ${NO_TEXT}, o.became, 1 ${joined}
      WHERE ${differs})`;
}

const KINDS = ['id', 'text', 'day', 'number'] as const;

/** Of `item` the rows of `change`: with a slot, and each value spelled as the table spells the present one. */
function changeRows({ dialect }: ConnectionTables, followed: readonly Followed[]): string {
  const words = (kind: Followed['kind']) =>
    followed
      .filter((one) => one.kind === kind)
      .map(({ field }) => dialect.text(field))
      .join(', ');
  const own = (slot: string) => `SELECT issue_id, field, ${slot} AS slot, since, number, place, author_id`;
  const value = {
    id: (value: string, _text: string) => value,
    text: (value: string, text: string) => `coalesce(${text}, ${value})`,
    day: (value: string, text: string) => `coalesce(${value}, ${text})`,
    number: (value: string, text: string) => number(`coalesce(${value}, ${text})`),
  };
  const single = KINDS.filter((kind) => words(kind) !== '').map((kind) => {
    const told = (side: string) => {
      const sql = value[kind](side, `${side}_text`);
      return `${sql} AS ${side}, ${kind === 'id' ? `${side}_text` : sql} AS ${side}_text`;
    };
    return `${own("''")}, ${told('was')}, ${told('became')} FROM item WHERE field IN (${words(kind)})`;
  });
  const elements = words('element');
  const none = (side: string) => `${NO_TEXT} AS ${side}, ${NO_TEXT} AS ${side}_text`;
  const moved = [
    `${own('was')}, was, was_text, ${none('became')} FROM item WHERE field IN (${elements}) AND was IS NOT NULL`,
    `${own('became')}, ${none('was')}, became, became_text FROM item WHERE field IN (${elements}) AND became IS NOT NULL`,
  ];
  return [...single, ...(elements === '' ? [] : moved)].join(' UNION ALL ');
}

/** `present AS (…)`, perhaps with what it is made of: issue_id, field, slot, created, updated, creator_id, value, text, is_known. */
function presentOf(tables: ConnectionTables, issue: Source, followed: readonly Followed[]): string | null {
  if (!issue.has('id')) return null;
  const { dialect } = tables;
  const moments = (of: Source) =>
    `${of.sql('created', TIMESTAMP)} AS created, ${of.sql('updated', TIMESTAMP)} AS updated, ${of.sql('creator_id')} AS creator_id`;
  const columns = [...OWN, ...followed.flatMap(({ id, text }) => [id, text])];
  const told = issue.union([...new Set(columns)], (base) =>
    followed.flatMap((one) => {
      const { value, text, slot, from } = presentValue(tables, base, one);
      const isSparse = one.sparse || one.kind === 'element';
      if (isSparse && value === NO_TEXT) return [];
      const row = `${base.sql('id')} AS issue_id, ${dialect.text(one.field)} AS field, ${slot} AS slot, ${moments(base)}, ${value} AS value, ${text} AS text`;
      return [
        `SELECT ${row}, ${value !== NO_TEXT} AS is_known FROM ${from}${isSparse ? ` WHERE ${value} IS NOT NULL` : ''}`,
      ];
    }),
  );
  const sparse = followed.filter((one) => one.sparse || one.kind === 'element');
  if (told === null) return null;
  if (sparse.length === 0) return `present AS (SELECT * FROM ${told} t)`;
  const words = sparse.map(({ field }) => dialect.text(field)).join(', ');
  return `told AS (SELECT * FROM ${told} t),
    present AS (SELECT * FROM told UNION ALL
      SELECT k.issue_id, k.field, k.slot, ${moments(issue)}, ${NO_TEXT}, ${NO_TEXT}, true
      FROM (SELECT DISTINCT issue_id, field, slot FROM change WHERE field IN (${words})) k JOIN ${issue.rows('live')} ON ${issue.sql('id')} = k.issue_id
        LEFT JOIN told t ON t.issue_id = k.issue_id AND t.field = k.field AND t.slot = k.slot WHERE t.issue_id IS NULL)`;
}

const OWN = ['id', 'created', 'updated', 'creator_id'];

interface PresentValue {
  readonly value: string;
  readonly text: string;
  readonly slot: string;
  readonly from: string;
}

function presentValue(tables: ConnectionTables, base: Source, { kind, id, text }: Followed): PresentValue {
  const from = base.rows('live');
  const slot = "''";
  if (!base.has(id)) return { value: NO_TEXT, text: NO_TEXT, slot, from };
  const list = kind === 'element';
  const members = membersOf(list ? base.elementOf(id) : base.typeOf(id)).map(({ name }) => name);
  const word = ['value', 'name'].find((name) => members.includes(name));
  const member = (of: string) => tables.dialect.member(list ? 'i.item' : base.sql(id), of);
  if (list && !members.includes('id')) return { value: NO_TEXT, text: NO_TEXT, slot, from };
  if (members.includes('id')) {
    const value = member('id');
    const rows = list
      ? apart(
          tables,
          base,
          id,
          'id',
          'id',
          OWN.filter((name) => base.has(name)),
        )
      : from;
    return { value, text: word === undefined ? NO_TEXT : member(word), slot: list ? value : slot, from: rows };
  }
  if (kind === 'id') return { value: base.sql(id), text: base.sql(text), slot, from };
  const value = kind === 'number' ? number(base.sql(id)) : `CAST(${base.sql(id)} AS VARCHAR)`;
  return { value, text: value, slot, from };
}
