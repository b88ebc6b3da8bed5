/** How far a walk has come by its cursor, and how late its latest record is. */

import { type Located, valueAt } from '../../core/json-path.js';
import { parseTimestamp } from '../rows/timestamp.js';
import type { RequestRoute, Stream } from '../streams/registry.js';
import type { Newest, Watermark } from './bookmark.js';

/**
 * Pages come in the cursor's order: the last record tells, until one is out of order. Batches come in the order of their list, their
 * records in any: the earliest record tells. A record beyond the ceiling changed after the index placed it, or just now: it tells nothing.
 */
export class ScanOrder {
  readonly #from: string | null;
  readonly #ceiling: number;
  readonly #inBatches: boolean;
  #watermark: Watermark = 0;
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
    if (this.#from === null) this.#watermark = null;
  }

  /** Epoch milliseconds; null when the order proves nothing. */
  get watermark(): Watermark {
    return this.#watermark;
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

  take(records: readonly Located[]): Watermark {
    this.#met ||= records.length > 0;
    const from = this.#from;
    if (from === null || records.length === 0) return this.#watermark;
    const moments = records.map(({ record }) => momentOf(valueAt(record, from)));
    for (const at of moments) if (at !== null) this.#newest = Math.max(this.#newest ?? at, at);
    if (!this.#stopped) this.#watermark = this.#after(moments);
    return this.#watermark;
  }

  #after(moments: readonly (number | null)[]): Watermark {
    let watermark = this.#watermark;
    const known = moments.filter((at) => at !== null);
    if (watermark === null || known.length < moments.length) return null;
    const told = known.filter((at) => at <= this.#ceiling);
    if (this.#inBatches) return told.length === 0 ? watermark : Math.max(watermark, Math.min(...told));
    for (const at of told) watermark = watermark === null || at < watermark ? null : at;
    return watermark;
  }
}

function momentOf(value: unknown): number | null {
  const timestamp = parseTimestamp(value);
  return timestamp ? Date.parse(timestamp.utc) : null;
}
