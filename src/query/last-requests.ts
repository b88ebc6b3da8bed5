/** What each stream cost when it last went well: the only honest estimate of what it will cost now. */

import { identifier } from '../core/quote.js';
import type { LakeSettings } from '../writers/storage/lake.js';
import { openForReading } from './open-warehouse.js';

/** Requests by stream; empty before the first run of the connection. */
export async function lastRequests(lake: LakeSettings, connection: string): Promise<ReadonlyMap<string, number>> {
  const warehouse = await openForReading(lake, {
    wanted: ({ namespace, name }) => namespace === connection && name === '_runs',
  });
  try {
    if (warehouse.tables.length === 0) return new Map();
    const result = await warehouse.read(
      `SELECT stream, arg_max(requests, started_at) FROM ${identifier(connection)}."_runs" WHERE state IN ('ok', 'empty') GROUP BY stream`,
    );
    return new Map(result.getRows().map(([stream, requests]) => [String(stream), Number(requests)]));
  } finally {
    warehouse.close();
  }
}
