/** Snowflake's words for the views. It keeps the members of objects as they are written in the files: in lower case. */
import { type Dialect, MOST_DAYS } from '../business-views/dialect.js';
import { rawDatabase, type SnowflakeNames } from './setup.js';
import { name, path, text } from './sql.js';

export const TYPES: Readonly<Record<string, string>> = { 'TIMESTAMP WITH TIME ZONE': 'TIMESTAMP_TZ' };

/** Snowflake has no list of its zones, and fails at one that it does not know; it goes by the list of 2021, so what came later is left out. */
const ZONES = [
  ...Intl.supportedValuesOf('timeZone').filter(
    (zone) => !['America/Ciudad_Juarez', 'America/Coyhaique', 'Europe/Kyiv'].includes(zone),
  ),
  ...['UTC', 'GMT', 'Etc/UTC', 'Etc/GMT', 'Asia/Kolkata', 'Asia/Kathmandu', 'Asia/Ho_Chi_Minh', 'Asia/Yangon'],
];

const castTo = (type: string) => `::${TYPES[type] ?? type}`;
const steps = (parts: readonly string[]) => parts.map((part) => `['${part}']`).join('');

/** A list is distinct by what stands first: in Snowflake a window, since its lists are not filtered by their own places. */
const flattened = (from: string, keep: readonly string[], list: string, more: string) =>
  `(SELECT ${[...keep, 'f.value AS item', 'f.index + 1 AS place'].join(', ')} FROM ${from}, LATERAL FLATTEN(INPUT => ${list}) f${more})`;

const lookUp = (found: string, id: string) => `GET(${found}, ${id})::VARCHAR`;

export function snowflakeDialect(names: SnowflakeNames): Dialect {
  return {
    name,
    text,
    table: (table, which) => path(which === 'all' ? rawDatabase(names) : names.database, table.namespace, table.name),
    member: (struct, member, type = 'VARCHAR') => `${struct}:${member}${castTo(type)}`,
    each: (list, member) => `TRANSFORM(${list}, e -> e:${member}::VARCHAR)`,
    apart: ({ rows, alias, keep, list, distinct, key }) => {
      const same = distinct === '' ? 'f.value::VARCHAR' : `f.value:${distinct}::VARCHAR`;
      const once = `PARTITION BY ${alias}.${name(key)}, ${same} ORDER BY f.index`;
      return flattened(rows, keep, list, distinct === null ? '' : ` QUALIFY ROW_NUMBER() OVER (${once}) = 1`);
    },
    jsonApart: ({ rows, keep, json }) => flattened(rows, keep, json, ''),
    split: (value, separator) => `SPLIT(${value}, ${text(separator)})`,
    minutesBefore: (moment, minutes) => `DATEADD('minute', -${minutes}, ${moment})`,
    json: (value) => `TRY_PARSE_JSON(${value})`,
    jsonText: (json, parts) => `${json}${steps(parts)}::VARCHAR`,
    jsonAt: (json, parts) => `${json}${steps(parts)}`,
    now: 'CURRENT_TIMESTAMP()',
    seconds: (from, to) => `CAST(FLOOR(DATEDIFF('millisecond', ${from}, ${to}) / 1000) AS BIGINT)`,
    days: (from, to) => `DATEDIFF('day', CONVERT_TIMEZONE('UTC', ${from}), CONVERT_TIMEZONE('UTC', ${to}))`,
    calendar: (first, last) => {
      // There is no function that fails on purpose; a text that is no number says in its error what it is.
      const many = `TO_NUMBER(${text(`More than ${MOST_DAYS} days are asked for at once; ask for fewer.`)})`;
      const days = `SELECT DATEADD('day', ROW_NUMBER() OVER (ORDER BY NULL) - 1, ${first}) AS day FROM TABLE(GENERATOR(ROWCOUNT => ${MOST_DAYS}))`;
      const today = "CAST(CONVERT_TIMEZONE('UTC', CURRENT_TIMESTAMP()) AS DATE)";
      const ends =
        "TO_TIMESTAMP_TZ(TO_VARCHAR(DATEADD('day', 1, day), 'YYYY-MM-DD') || ' 00:00:00 +0000', 'YYYY-MM-DD HH24:MI:SS TZHTZM')";
      return `(SELECT day, ${ends} AS ends FROM (${days}) WHERE day <= LEAST(${last}, ${today}) AND IFF(DATEDIFF('day', ${first}, ${last}) >= ${MOST_DAYS}, ${many}, 1) = 1)`;
    },
    localDate: (moment, zone) => `CAST(CONVERT_TIMEZONE(${zone}, ${moment}) AS DATE)`,
    zones: `(SELECT column1 AS name FROM VALUES ${ZONES.map((zone) => `(${text(zone)})`).join(', ')})`,
    moment: (milliseconds) => `TO_TIMESTAMP_TZ(CAST(${milliseconds} AS BIGINT), 3)`,
    captured: (value, pattern) => `REGEXP_SUBSTR(${value}, ${text(pattern)}, 1, 1, 'es', 1)`,
    lookup: (select) => `SELECT OBJECT_AGG(id, TO_VARIANT(value)) AS found FROM (${select}) WHERE value IS NOT NULL`,
    lookUp,
    // Objects of a typed list cannot be changed in place: lists inside rows stay as they were sent.
    updated: (list) => list,
    presentSprint: (list, found) => {
      const of = (sprint: string, member: string) => {
        const sent = `${sprint}:${member}::VARCHAR`;
        return found[member] === undefined
          ? sent
          : `COALESCE(${lookUp(found[member], `${sprint}:id::VARCHAR`)}, ${sent})`;
      };
      const first = (state: string) => of(`FILTER(${list}, e -> ${of('e', 'state')} = ${text(state)})[0]`, 'name');
      return `COALESCE(${first('active')}, ${first('future')}, ${of(`${list}[ARRAY_SIZE(${list}) - 1]`, 'name')})`;
    },
  };
}
