/** A table's live rows held against a list of keys, in SQL: neither side's keys are all in JavaScript at once but the differences. */
import type { Comparison, KeyList } from '../../contract/table.js';
import { identifier } from '../../core/quote.js';
import type { Field } from '../iceberg/model.js';
import type { DuckSession } from '../parquet/duckdb.js';
import { loadTexts } from '../parquet/load-texts.js';
import type { StoredRows } from './stored-rows.js';

export interface CompareInput {
  readonly stored: StoredRows;
  readonly fields: readonly Field[];
  readonly column: string;
  readonly group: string | null;
  readonly list: KeyList;
  /** A folder for temporary files. */
  readonly folder: string;
}

export async function compareKeys(session: DuckSession, input: CompareInput): Promise<Comparison> {
  const { keys, groups: grps } = input.list;
  const listed = keys.map((value, index) => ({ value, grp: grps[index] ?? '' }));
  await loadTexts(session, 'listed_key', ['value', 'grp'], listed, input.folder);
  await session.run('CREATE TEMP TABLE listed AS SELECT value, any_value(grp) AS grp FROM listed_key GROUP BY value');
  await session.run(`CREATE TEMP TABLE live_key AS ${await liveKeys(input)}`);
  const texts = async (sql: string) => (await session.rows(sql)).map(({ value }) => String(value));
  const [count] = await session.rows('SELECT count(*) AS live FROM live_key');
  const groups = await session.rows(`SELECT grp, sum(live)::BIGINT AS live, sum(listed)::BIGINT AS listed FROM (
      SELECT grp, 1 AS live, 0 AS listed FROM live_key UNION ALL SELECT grp, 0, 1 FROM listed)
    GROUP BY grp ORDER BY grp`);
  return {
    live: Number(count?.live),
    onlyInTable: await texts('SELECT value FROM live_key ANTI JOIN listed USING (value) ORDER BY value'),
    onlyInList: await texts('SELECT value FROM listed ANTI JOIN live_key USING (value) ORDER BY value'),
    regrouped:
      input.group === null
        ? []
        : await texts(
            'SELECT value FROM listed JOIN live_key USING (value) WHERE listed.grp <> live_key.grp ORDER BY value',
          ),
    groups: groups.map(({ grp, live, listed }) => ({ group: String(grp), live: Number(live), listed: Number(listed) })),
  };
}

async function liveKeys({ stored, fields, column, group }: CompareInput): Promise<string> {
  const wanted = fields.filter(({ name }) => name === column || name === group || name === '_deleted_at');
  if (wanted.length === 0) return 'SELECT NULL::VARCHAR AS value, NULL::VARCHAR AS grp WHERE false';
  const grouped = group === null ? "''" : `any_value(${identifier(group)})`;
  return `SELECT ${identifier(column)} AS value, coalesce(${grouped}, '') AS grp FROM (${await stored.live(wanted)}) WHERE ${identifier(column)} IS NOT NULL GROUP BY ${identifier(column)}`;
}
