/** Rows to files of which each holds one partition of a spec. */

import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { identifier, literal, pathList } from '../../core/quote.js';
import type { Field, Partition, PartitionValue } from '../iceberg/model.js';
import type { BoundSpec } from '../iceberg/partitions.js';
import { copyRows } from './copy.js';
import type { DuckSession } from './duckdb.js';
import { makeRoomFor } from './room-for-columns.js';
import type { FileReport } from './stats.js';
import { partitionValue, transformSql } from './transform-sql.js';

export interface PartitionFile {
  readonly report: FileReport;
  readonly partition: Partition;
}

const PARTITION = '"#partition"';

/**
 * As `copyRows`. Rows are worked out once and put aside with their partition, then each partition is written for itself:
 * DuckDB's own PARTITION_BY holds rows of all partitions in memory, and files of bounded size are not to be had with it.
 */
export async function copyByPartition(
  session: DuckSession,
  select: string,
  fields: readonly Field[],
  spec: BoundSpec,
  folder: string,
  fileBytes?: number,
): Promise<PartitionFile[]> {
  if (spec.fields.every(({ kind }) => kind === 'void'))
    return filesOf(await copyRows(session, select, fields, folder, fileBytes), {
      specId: spec.specId,
      values: new Map(),
    });
  await makeRoomFor(session, fields);
  const path = join(folder, `${randomUUID()}-partitions.parquet`);
  await session.run(
    `COPY (SELECT *, to_json([${spec.fields.map(transformSql).join(', ')}])::VARCHAR AS ${PARTITION} FROM (${select}))
     TO ${literal(path)} (FORMAT parquet, COMPRESSION snappy, ROW_GROUP_SIZE_BYTES '4MB')`,
  );
  const aside = `read_parquet(${pathList([path])})`;
  const columns = fields.map(({ name }) => identifier(name)).join(', ');
  const files: PartitionFile[] = [];
  for (const { key } of await session.rows(`SELECT DISTINCT ${PARTITION} AS key FROM ${aside} ORDER BY 1`)) {
    const own = `SELECT ${columns} FROM ${aside} WHERE ${PARTITION} = ${literal(String(key))}`;
    files.push(...filesOf(await copyRows(session, own, fields, folder, fileBytes), partitionOf(spec, String(key))));
  }
  await rm(path);
  return files;
}

const filesOf = (reports: readonly FileReport[], partition: Partition): PartitionFile[] =>
  reports.map((report) => ({ report, partition }));

/** @param key a JSON list of the values' texts */
function partitionOf({ specId, fields }: BoundSpec, key: string): Partition {
  const texts = JSON.parse(key) as readonly (string | null)[];
  const values = fields.flatMap(({ id, result }, at): [number, PartitionValue][] => {
    const text = texts[at] ?? null;
    return text === null ? [] : [[id, partitionValue(result, text)]];
  });
  return { specId, values: new Map(values) };
}
