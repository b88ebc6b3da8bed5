/** The state of one table: what was read, of which site, under which settings. Arithmetic only; the table itself keeps it (I1). */
import { z } from 'zod';
import { ConnectorError } from '../../errors.js';
import type { Json } from '../../writers/writer.js';

const stateSchema = z.object({
  v: z.literal(1),
  /** Base URL of the site; a table belongs to one site for ever. */
  site: z.string(),
  account: z.string(),
  /** Everything of stream `of` with a cursor before `ms` (epoch milliseconds) has been read and is durable (I2). */
  bookmark: z.object({ of: z.string(), ms: z.int() }).nullable(),
  /** Scope and start under which the bookmark was made; a wider one reads again from its start. */
  scope: z.string(),
  start: z.int(),
  /** A whole read ended well at least once. */
  complete: z.boolean(),
});
export type State = z.infer<typeof stateSchema>;

/** @throws ConnectorError kind `usage` for a state this version cannot understand. */
export function parseState(table: string, state: Json | null): State | null {
  if (state === null) return null;
  const parsed = stateSchema.safeParse(state);
  if (parsed.success) return parsed.data;
  throw new ConnectorError(
    'usage',
    `The table ${table} carries a state this version does not understand; it was written by a newer connector or by another tool. Use that version, or another warehouse.`,
  );
}

export interface Window {
  /** Cursor from which to read, epoch milliseconds, inclusive. */
  readonly since: number;
  readonly mode: 'full' | 'incremental';
}

/** Where to go on: at the bookmark, or at the start when there is none or the settings became wider or different. */
export function windowOf(
  state: State | null,
  of: string,
  settings: { readonly scope: string; readonly start: number; readonly fullRefresh: boolean },
): Window {
  const usable =
    state?.bookmark?.of === of &&
    state.scope === settings.scope &&
    state.start <= settings.start &&
    !settings.fullRefresh;
  const since = usable ? (state?.bookmark?.ms ?? 0) : 0;
  return since > settings.start ? { since, mode: 'incremental' } : { since: settings.start, mode: 'full' };
}

const UNITS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `15m` -> milliseconds. */
export function durationMs(text: string): number {
  return Number(text.slice(0, -1)) * (UNITS[text.slice(-1)] ?? Number.NaN);
}
