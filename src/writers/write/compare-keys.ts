/** A table's live rows held against a list of keys, in SQL: neither side's keys are all in JavaScript at once but the differences. */
import type { Comparison, KeyList } from '../../contract/table.js';
import { identifier } from '../../core/quote.js';
import type { Field } from '../iceberg/model.js';
import type { DuckSession } from '../parquet/duckdb.js';
import { withSpooledTexts } from '../parquet/load-texts.js';
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

/** Keys that are compared at a time: of a million at once DuckDB holds 150 MB. */
const AT_ONCE = 250_000;

/** What was found in the parts so far. */
interface Found {
  live: number;
  readonly onlyInTable: string[];
  readonly onlyInList: string[];
  readonly regrouped: string[];
  readonly groups: Map<string, { live: number; listed: number }>;
}

/** @param atOnce keys of the list that are compared at a time */
export async function compareKeys(
  session: DuckSession,
  input: CompareInput,
  atOnce: number = AT_ONCE,
): Promise<Comparison> {
  const live = await liveKeys(input);
  const texts = {
    name: 'listed_key',
    columns: ['value', 'grp'] as const,
    rows: entriesOf(input.list),
    folder: input.folder,
  };
  const found: Found = { live: 0, onlyInTable: [], onlyInList: [], regrouped: [], groups: new Map() };
  await withSpooledTexts(texts, async (listed, count) => {
    const parts = Math.max(1, Math.ceil(count / atOnce));
    for (let part = 0; part < parts; part++) {
      const some = `WHERE value IS NOT NULL${parts === 1 ? '' : ` AND hash(value) % ${parts} = ${part}`} GROUP BY value`;
      for (const [table, rows] of Object.entries({ listed, live_key: `(${live})` }))
        await session.run(
          `CREATE OR REPLACE TEMP TABLE ${table} AS SELECT value, coalesce(any_value(grp), '') AS grp FROM ${rows} ${some}`,
        );
      await addPart(session, found, input.group !== null);
    }
  });
  for (const list of [found.onlyInTable, found.onlyInList, found.regrouped]) list.sort();
  const groups = [...found.groups].sort(([one], [other]) => (one < other ? -1 : 1));
  return { ...found, groups: groups.map(([group, counts]) => ({ group, ...counts })) };
}

/** Compares the session's tables `listed` and `live_key`, which have each key once. */
async function addPart(session: DuckSession, found: Found, grouped: boolean): Promise<void> {
  const collect = async (list: string[], sql: string) => {
    for (const { value } of await session.rows(`SELECT value FROM ${sql}`)) list.push(String(value));
  };
  await collect(found.onlyInTable, 'live_key ANTI JOIN listed USING (value)');
  await collect(found.onlyInList, 'listed ANTI JOIN live_key USING (value)');
  if (grouped) await collect(found.regrouped, 'listed JOIN live_key USING (value) WHERE listed.grp <> live_key.grp');
  const groups = await session.rows(`SELECT grp, sum(live)::BIGINT AS live, sum(listed)::BIGINT AS listed FROM (
      SELECT grp, 1 AS live, 0 AS listed FROM live_key UNION ALL SELECT grp, 0, 1 FROM listed) GROUP BY grp`);
  for (const { grp, live, listed } of groups) {
    const before = found.groups.get(String(grp)) ?? { live: 0, listed: 0 };
    found.live += Number(live);
    found.groups.set(String(grp), { live: before.live + Number(live), listed: before.listed + Number(listed) });
  }
}

function* entriesOf({ keys, groups }: KeyList): Generator<{ readonly value: string; readonly grp: string }> {
  const grps = groups[Symbol.iterator]();
  for (const value of keys) yield { value, grp: grps.next().value ?? '' };
}

/** SELECT of value and group of each live row. */
async function liveKeys({ stored, fields, column, group }: CompareInput): Promise<string> {
  const wanted = fields.filter(({ name }) => name === column || name === group || name === '_deleted_at');
  if (wanted.length === 0) return 'SELECT NULL::VARCHAR AS value, NULL::VARCHAR AS grp WHERE false';
  const grouped = group === null ? "''" : identifier(group);
  // Parts go by the hash, which a number and its text do not share.
  return `SELECT ${identifier(column)}::VARCHAR AS value, ${grouped} AS grp FROM (${await stored.live(wanted)})`;
}
