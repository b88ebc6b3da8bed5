/** How many rows lie inside a record, and how often not all of them: pooled from sampled pages, with the doubt that a sample leaves. */
import type { Facts } from '../plan/cost.js';
import type { Range } from '../plan/range.js';
import type { Sample } from './sample.js';

interface Pool {
  readonly records: number;
  readonly rows: number;
  readonly incomplete: number;
  /** Rows of each record that was incomplete. */
  readonly long: readonly number[];
  /** Sum over records of the share that may be incomplete, judged by how far the counts spread. */
  readonly upperBound: number;
  /** Sum over records of the share that is incomplete if counts spread as they usually do. */
  readonly likely: number;
}

const NOTHING: Pool = { records: 0, rows: 0, incomplete: 0, long: [], upperBound: 0, likely: 0 };

/** One in ten plans is worse off than the bounds say. */
const Z = 1.64;
/** What no record showed is thought of as half a record (Jeffreys' prior). */
const UNSEEN = 0.5;

export class Shapes {
  readonly #pools = new Map<string, Pool>();
  /** The sample held every record there is. */
  #whole = false;
  #latency: number | null = null;
  #pages = 0;
  #records = 0;

  add({ inside, records, whole, latency }: Sample): void {
    this.#pages += 1;
    this.#records += records;
    this.#whole ||= whole;
    this.#latency ??= latency;
    for (const [stream, { mean, overflow, upperBound = overflow, likely = overflow, long = [] }] of inside) {
      const before = this.#pools.get(stream) ?? NOTHING;
      this.#pools.set(stream, {
        records: before.records + records,
        rows: before.rows + mean * records,
        incomplete: before.incomplete + Math.round(overflow * records),
        long: [...before.long, ...long],
        upperBound: before.upperBound + upperBound * records,
        likely: before.likely + likely * records,
      });
    }
  }

  get latency(): number | null {
    return this.#latency;
  }

  get pages(): number {
    return this.#pages;
  }

  /** The number of records, when the pages held every one; else null. */
  get all(): number | null {
    return this.#whole ? this.#records : null;
  }

  knows(stream: string): boolean {
    return this.#pools.has(stream);
  }

  mean(stream: string): number {
    const pool = this.#pools.get(stream);
    return pool && pool.records > 0 ? pool.rows / pool.records : 1;
  }

  /** Share of records whose rows are not all inside (Wilson's bounds). */
  overflow(stream: string): Range {
    const pool = this.#pools.get(stream);
    if (!pool || pool.records === 0) return { min: 0, max: 0 };
    const { records, incomplete, upperBound } = pool;
    const share = incomplete / records;
    if (this.#whole) return { min: share, max: share };
    const middle = share + Z ** 2 / (2 * records);
    const reach = Z * Math.sqrt((share * (1 - share)) / records + Z ** 2 / (4 * records ** 2));
    const scale = 1 + Z ** 2 / records;
    const max = (middle + reach) / scale;
    // Where all records have about as many rows there is no long tail to fear.
    return incomplete === 0
      ? { min: 0, max: Math.min(max, upperBound / records) }
      : { min: (middle - reach) / scale, max };
  }

  /** One end of what is thought, in the words of the cost model. */
  inside(end: 'min' | 'max'): Facts['inside'] {
    return (stream) => ({
      mean: this.mean(stream),
      overflow: this.overflow(stream)[end],
      long: this.#long(stream, Math[end]),
    });
  }

  #long(stream: string, furthest: (...rows: readonly number[]) => number) {
    const { long } = this.#pools.get(stream) ?? NOTHING;
    const together = long.reduce((sum, rows) => sum + rows, 0) / long.length;
    return long.length === 0 ? undefined : { alone: furthest(...long), together };
  }

  /** What routes are chosen by, and so compared by. */
  expected(): Facts['inside'] {
    return (stream) => ({ mean: this.mean(stream), overflow: this.#expected(stream) });
  }

  /** What may as well be as what is expected: one standard deviation of the number of records met whose rows are not all inside. */
  asWell(end: 'min' | 'max'): Facts['inside'] {
    return (stream) => {
      const { records } = this.#pools.get(stream) ?? NOTHING;
      const share = this.#expected(stream);
      const reach = this.#whole || records === 0 ? 0 : Math.sqrt(share / records);
      return {
        mean: this.mean(stream),
        overflow: end === 'min' ? Math.max(0, share - reach) : Math.min(1, share + reach),
      };
    };
  }

  #expected(stream: string): number {
    const { records, incomplete, likely } = this.#pools.get(stream) ?? NOTHING;
    if (records === 0) return 0;
    return this.#whole || incomplete > 0 ? incomplete / records : Math.min(likely / records, UNSEEN / (records + 1));
  }
}
