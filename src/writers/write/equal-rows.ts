/** Which rows of a batch are stored already as they came. */

import type { TableSpec } from '../../contract/table.js';
import { identifier } from '../../core/quote.js';
import type { Field, Schema } from '../iceberg/model.js';
import type { DuckSession } from '../parquet/duckdb.js';
import { SEQUENCE } from '../parquet/row-text.js';
import { STAGE } from '../parquet/stage.js';
import { fieldsNamed } from './marked-rows.js';
import { declaredColumns } from './own-columns.js';
import { DIGEST, DIGEST_COLUMN, digestOf } from './row-digest.js';
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

/**
 * What has to be known of a stored row to tell by its digest whether it is equal: the digest, and the cells that went into it
 * of columns that the stream no longer declares, of which the new row says nothing.
 */
export function digestFields({ spec, schema, others }: Pick<EqualInput, 'spec' | 'schema' | 'others'>): Field[] {
  const known = new Set([...declaredColumns(spec), ...others.map(({ name }) => name)]);
  return [...schema.fields.filter(({ name }) => !known.has(name)), DIGEST];
}

/**
 * SELECT of the numbers of such rows. Needs the tables `batch` and `hit`, which has the columns of `digestFields`; files are
 * looked into for the rows alone whose digest is not known.
 */
export async function equalRows(input: EqualInput): Promise<string> {
  const { session, stored } = input;
  const compared = comparedFields(input);
  const known = digestFields(input);
  const former = known.filter((field) => field !== DIGEST);
  const byDigest = `SELECT ${SEQ} FROM ${STAGE}
    JOIN (SELECT ${SEQ}, ${known.map(({ name }) => identifier(name)).join(', ')} FROM ${MAY_BE_EQUAL}) USING (${SEQ})
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
