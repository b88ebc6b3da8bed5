/** Which rows of a batch are stored already as they came. */

import type { TableSpec } from '../../contract/table.js';
import { identifier } from '../../core/quote.js';
import type { Field, Schema } from '../iceberg/model.js';
import type { DuckSession } from '../parquet/duckdb.js';
import { SEQUENCE } from '../parquet/row-text.js';
import { STAGE } from '../parquet/stage.js';
import { fieldsNamed } from './marked-rows.js';
import { declaredColumns } from './own-columns.js';
import { DIGEST_COLUMN, digestOf } from './row-digest.js';
import { FILE, fileNumbers, POSITION, type StoredRows } from './stored-rows.js';

export interface EqualInput {
  readonly session: DuckSession;
  readonly spec: TableSpec;
  readonly schema: Schema;
  readonly stored: StoredRows;
  readonly others: readonly Field[];
}

const SEQ = identifier(SEQUENCE);
/** Stored rows that may be equal: those of another moment, or with another mark, are not. */
const MAY_BE_EQUAL = 'hit WHERE NOT differs';

/** What makes a row another version of itself. */
export function comparedFields({ spec, schema }: Pick<EqualInput, 'spec' | 'schema'>): Field[] {
  return fieldsNamed(schema, [...spec.columns.filter(({ volatile }) => !volatile).map(({ name }) => name), '_extra']);
}

/** Columns that the stream no longer declares: their cells went into digests, and a new row says nothing of them. */
function formerFields({ spec, schema, others }: Pick<EqualInput, 'spec' | 'schema' | 'others'>): Field[] {
  const known = new Set([...declaredColumns(spec), ...others.map(({ name }) => name)]);
  return schema.fields.filter(({ name }) => !known.has(name));
}

/**
 * SELECT of the numbers of such rows. Needs the tables `batch` and `hit`, with digests; files are looked into for what the stream
 * no longer declares, and for rows whose digest is not known.
 */
export async function equalRows(input: EqualInput): Promise<string> {
  const { session, stored } = input;
  const compared = comparedFields(input);
  const former = formerFields(input);
  const byDigest = `SELECT ${SEQ} FROM ${STAGE} JOIN (${await withDigests(input, former)}) USING (${SEQ})
    WHERE ${digestOf([...compared, ...former])} = ${DIGEST_COLUMN}`;
  const unknown = `${MAY_BE_EQUAL} AND ${DIGEST_COLUMN} IS NULL`;
  const files = await fileNumbers(session, unknown);
  if (files.length === 0) return `SELECT DISTINCT ${SEQ} FROM (${byDigest})`;
  const digest = `${digestOf(compared)} AS ${DIGEST_COLUMN}`;
  const byColumns = `SELECT ${SEQ} FROM (
      SELECT ${SEQ}, ${digest} FROM (${await stored.select(compared, files)})
      JOIN (SELECT ${FILE}, ${POSITION}, ${SEQ} FROM ${unknown}) USING (${FILE}, ${POSITION}))
    JOIN (SELECT ${SEQ}, ${digest} FROM ${STAGE} SEMI JOIN (SELECT ${SEQ} FROM ${unknown}) USING (${SEQ}))
    USING (${SEQ}, ${DIGEST_COLUMN})`;
  return `SELECT DISTINCT ${SEQ} FROM (${byDigest} UNION ALL ${byColumns})`;
}

/** SELECT of number, digest and former cells of rows whose digest is known. */
async function withDigests({ session, stored }: EqualInput, former: readonly Field[]): Promise<string> {
  const known = `(SELECT ${FILE}, ${POSITION}, ${SEQ}, ${DIGEST_COLUMN} FROM ${MAY_BE_EQUAL} AND ${DIGEST_COLUMN} IS NOT NULL)`;
  if (former.length === 0) return `SELECT ${SEQ}, ${DIGEST_COLUMN} FROM ${known}`;
  const rows = await stored.select(former, await fileNumbers(session, known));
  return `SELECT * EXCLUDE (${FILE}, ${POSITION}) FROM (${rows}) JOIN ${known} USING (${FILE}, ${POSITION})`;
}
