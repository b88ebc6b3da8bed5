/** How far a walk has come by its cursor, and how late its latest record is. */

import { type Located, valueAt } from '../../core/json-path.js';
import { parseTimestamp } from '../rows/timestamp.js';
import type { RequestRoute, Stream } from '../streams/registry.js';
import type { Newest, Reached } from './bookmark.js';

/**
 * Pages come in the cursor's order: the last record tells, until one is out of order. Batches come in the order of their list, their
 * records in any: the earliest record tells. A record beyond the ceiling changed after the index placed it, or just now: it tells nothing.
 */
export class WalkOrder {
  readonly #from: string | null;
  readonly #ceiling: number;
  readonly #inBatches: boolean;
  #reached: Reached = 0;
  #newest: number | null = null;
  #met = false;
  #stopped = false;

  constructor(ceiling: number, stream: Stream, route: RequestRoute) {
    const { cursor, columns } = stream;
    const [from = ''] = [columns[cursor?.column ?? '']?.from ?? cursor?.column ?? ''].flat();
    // Records of a keys-only read do not carry the cursor.
    this.#from = cursor && !route.gives ? from : null;
    this.#ceiling = ceiling;
    this.#inBatches = route.ids_from !== undefined;
    if (this.#from === null) this.#reached = null;
  }

  /** Epoch milliseconds; null when the order proves nothing. */
  get reached(): Reached {
    return this.#reached;
  }

  get newest(): Newest {
    return this.#from === null && this.#met ? 'unknown' : this.#newest;
  }

  /** Something is missing from here on: what comes proves nothing any more. */
  stop(): void {
    this.#stopped = true;
  }

  /** The walk begins again where it was proven to be. */
  goOn(): void {
    this.#stopped = false;
  }

  take(records: readonly Located[]): Reached {
    this.#met ||= records.length > 0;
    const from = this.#from;
    if (from === null || records.length === 0) return this.#reached;
    const moments = records.map(({ record }) => momentOf(valueAt(record, from)));
    for (const at of moments) if (at !== null) this.#newest = Math.max(this.#newest ?? at, at);
    if (!this.#stopped) this.#reached = this.#after(moments);
    return this.#reached;
  }

  #after(moments: readonly (number | null)[]): Reached {
    let reached = this.#reached;
    const known = moments.filter((at) => at !== null);
    if (reached === null || known.length < moments.length) return null;
    if (this.#inBatches) return Math.max(reached, Math.min(...known, this.#ceiling));
    for (const at of known) if (at <= this.#ceiling) reached = reached === null || at < reached ? null : at;
    return reached;
  }
}

function momentOf(value: unknown): number | null {
  const timestamp = parseTimestamp(value);
  return timestamp ? Date.parse(timestamp.utc) : null;
}
