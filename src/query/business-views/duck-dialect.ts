/** DuckDB's words for the views. */
import { identifier, literal } from '../../core/quote.js';
import { type Dialect, MOST_DAYS } from './dialect.js';

const transformed = (list: string, each: string) => `list_transform(${list}, lambda each_one: ${each})`;

/** A path as DuckDB's JSON functions read it. */
const pathOf = (path: readonly string[]) => literal(`$${path.map((part) => `."${part}"`).join('')}`);

function updated(list: string, members: Readonly<Record<string, string>>): string {
  const known = Object.entries(members);
  if (known.length === 0) return list;
  const sets = known.map(([name, found]) => `${name} := coalesce(${found}[each_one.id], each_one.${name})`);
  return transformed(list, `CASE WHEN each_one IS NOT NULL THEN struct_update(each_one, ${sets.join(', ')}) END`);
}

/** Elements that say the same as one before are left out within the list, so that a filter on the row reaches its file. */
function distinct(list: string, by: string | null): string {
  if (by === null) return list;
  if (by === '') return `list_distinct(${list})`;
  const member = identifier(by);
  const first = `list_position(list_transform(${list}, lambda other: other.${member}), each_one.${member}) = place`;
  return `list_filter(${list}, lambda each_one, place: each_one IS NOT NULL AND ${first})`;
}

const numbered = (rows: string, keep: readonly string[], list: string) =>
  `(SELECT * EXCLUDE (items), unnest(items) AS item, unnest(range(1, len(items) + 1)) AS place ` +
  `FROM (SELECT ${[...keep, `${list} AS items`].join(', ')} FROM ${rows}))`;

export const DUCKDB: Dialect = {
  name: identifier,
  text: literal,
  table: ({ namespace, name }, which) =>
    `${identifier(namespace)}.${identifier(which === 'all' ? `${name}_all` : name)}`,
  member: (struct, name) => `${struct}.${identifier(name)}`,
  each: (list, name) => transformed(list, `each_one.${identifier(name)}`),
  apart: ({ rows, keep, list, distinct: by }) => numbered(rows, keep, distinct(list, by)),
  jsonApart: ({ rows, keep, json }) => numbered(rows, keep, `CAST(${json} AS JSON[])`),
  split: (text, separator) => `string_split(${text}, ${literal(separator)})`,
  minutesBefore: (moment, minutes) => `(${moment} - INTERVAL ${minutes} MINUTE)`,
  json: (text) => `TRY_CAST(${text} AS JSON)`,
  jsonText: (json, path) => `json_extract_string(${json}, ${pathOf(path)})`,
  jsonAt: (json, path) => `json_extract(${json}, ${pathOf(path)})`,
  now: 'now()',
  seconds: (from, to) => `CAST(floor((epoch_ms(${to}) - epoch_ms(${from})) / 1000) AS BIGINT)`,
  days: (from, to) => `date_diff('day', ${from}, ${to})`,
  calendar: (first, last) => {
    const [begin, end] = [`CAST(${first} AS DATE)`, `CAST(${last} AS DATE)`];
    const many = `error(${literal(`More than ${MOST_DAYS} days are asked for at once; ask for fewer.`)})`;
    const count = `CASE WHEN ${end} - ${begin} >= ${MOST_DAYS} THEN ${many} ELSE ${end} - ${begin} + 1 END`;
    const days = `SELECT ${begin} + CAST(range AS INTEGER) AS day FROM range(CAST(${count} AS BIGINT))`;
    return `(SELECT day, CAST(day + 1 AS TIMESTAMP) AT TIME ZONE 'UTC' AS ends FROM (${days}) WHERE day <= CAST(now() AT TIME ZONE 'UTC' AS DATE))`;
  },
  localDate: (moment, zone) => `CAST(${moment} AT TIME ZONE ${zone} AS DATE)`,
  zones: '(SELECT name FROM pg_timezone_names())',
  moment: (milliseconds) => `to_timestamp(CAST(${milliseconds} AS BIGINT) / 1000)`,
  captured: (text, pattern) => `nullif(regexp_extract(${text}, ${literal(pattern)}, 1), '')`,
  lookup: (select) => `SELECT map_from_entries(list({'key': id, 'value': value})) AS found FROM (${select})`,
  lookUp: (found, id) => `${found}[${id}]`,
  updated,
  presentSprint: (list, found) => {
    const rank = "CASE lower(each_one.state) WHEN 'active' THEN 2 WHEN 'future' THEN 1 ELSE 0 END";
    const began = "coalesce(each_one.start_date, TIMESTAMPTZ '0001-01-01 00:00:00+00')";
    const number = 'coalesce(TRY_CAST(each_one.id AS BIGINT), 0)';
    const order = `{'rank': ${rank}, 'began': ${began}, 'number': ${number}, 'name': each_one.name}`;
    return `list_max(${transformed(updated(list, found), order)}).name`;
  },
};
