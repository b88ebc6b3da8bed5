/** How many rows lie inside a record, and how often not all of them: pooled from sampled pages, with the doubt that a sample leaves. */
import type { Facts } from '../plan/cost.js';
import type { Range } from '../plan/range.js';
import type { Sample } from '../probe/sample.js';

interface Pool {
  readonly records: number;
  readonly rows: number;
  readonly incomplete: number;
  /** Rows of each record that was incomplete. */
  readonly long: readonly number[];
  /** Sum over records of the share that may be incomplete, judged by how far the counts spread. */
  readonly upperBound: number;
  /** Sum over records of the share that is likely incomplete. */
  readonly expected: number;
}

const NOTHING: Pool = { records: 0, rows: 0, incomplete: 0, long: [], upperBound: 0, expected: 0 };

/** One in ten plans is worse off than the bounds say. */
const Z = 1.64;

export class Shapes {
  readonly #pools = new Map<string, Pool>();
  /** The sample held every record there is. */
  #whole = false;
  #latency: number | null = null;

  add({ inside, records, whole, latency }: Sample): void {
    this.#whole ||= whole;
    this.#latency ??= latency;
    for (const [stream, { mean, overflow, upperBound = overflow, expected = overflow, long = [] }] of inside) {
      const before = this.#pools.get(stream) ?? NOTHING;
      this.#pools.set(stream, {
        records: before.records + records,
        rows: before.rows + mean * records,
        incomplete: before.incomplete + Math.round(overflow * records),
        long: [...before.long, ...long],
        upperBound: before.upperBound + upperBound * records,
        expected: before.expected + expected * records,
      });
    }
  }

  get latency(): number | null {
    return this.#latency;
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
    return (stream) => {
      const { records, incomplete, expected } = this.#pools.get(stream) ?? NOTHING;
      const seen = this.#whole || incomplete > 0 ? incomplete : expected;
      return { mean: this.mean(stream), overflow: records === 0 ? 0 : seen / records };
    };
  }
}
