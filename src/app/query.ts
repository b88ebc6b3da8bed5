/** Rows by SQL, as a program takes them; the command line streams its answers itself. */
import { type Ports, portsOf } from '../core/ports.js';
import { QueryProcess } from '../query/process/query-process.js';
import { refuseUnreadable } from '../query/tables/unreadable.js';
import type { WarehouseSettings } from '../writers/storage/warehouse-settings.js';

export interface QueryJob {
  readonly warehouse: WarehouseSettings;
  /** One statement that reads. */
  readonly sql: string;
}

/**
 * Rows with their cells as JSON has them.
 * @throws ConnectorError kind `usage` for a statement that does more than read, `failed` when a table of the warehouse cannot be read
 */
export async function query(
  { warehouse, sql }: QueryJob,
  given: Partial<Ports> = {},
): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const { env, signal } = portsOf(given);
  const asked = await QueryProcess.open(warehouse, { env, signal, labels: new Map() });
  const pieces: string[] = [];
  try {
    refuseUnreadable((await asked.views()).problems, 'nothing was answered');
    await asked.answer({ sql, format: 'json' }, async (piece) => void pieces.push(String(piece)));
  } finally {
    asked.close();
  }
  return JSON.parse(pieces.join(''));
}
