/** A condition on rows that are in no table: they get one in a folder of their own, which the guarded process of `query` reads. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Row, TableSpec } from '../contract/table.js';
import type { Ports } from '../core/ports.js';
import { identifier } from '../core/quote.js';
import { QueryProcess } from '../query/process/query-process.js';
import { openWarehouse } from '../writers/warehouse.js';

const NAMESPACE = 'preview';

/** Rows for which the condition holds. @throws ConnectorError kind `usage` with DuckDB's words for a wrong condition */
export async function rowsWhere(
  spec: TableSpec,
  rows: readonly Row[],
  where: string,
  { env, signal }: Pick<Ports, 'env' | 'signal'>,
): Promise<readonly Row[]> {
  const root = mkdtempSync(join(tmpdir(), 'connector-preview-'));
  try {
    await writeRows(root, spec, rows);
    const asked = await QueryProcess.open({ root }, { env, signal, labels: new Map() });
    const pieces: string[] = [];
    try {
      const columns = [...spec.columns.map(({ name }) => name), '_extra'].map(identifier).join(', ');
      // The line break ends a comment in the condition.
      const sql = `SELECT ${columns} FROM ${identifier(NAMESPACE)}.${identifier(spec.name)} WHERE (${where}\n)`;
      await asked.answer({ sql, format: 'json', one: true }, async (piece) => void pieces.push(String(piece)));
    } finally {
      asked.close();
    }
    return JSON.parse(pieces.join(''));
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

async function writeRows(root: string, spec: TableSpec, rows: readonly Row[]): Promise<void> {
  const runId = 'preview';
  const writer = await openWarehouse({ root, runId });
  try {
    const table = await writer.open({ ...spec, namespace: NAMESPACE });
    await table.write(rows);
    await table.commit({ state: null, runId, batch: 1 });
  } finally {
    await writer.close();
  }
}
