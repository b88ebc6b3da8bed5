/** What a plan has found so far: requests by the stream they will be counted on, rows by stream. */
import { NONE, plus, type Range } from '../plan/range.js';

/** Parents that are asked one by one, and those that a filter spares. */
export interface Parents {
  readonly asked: Range;
  readonly spared: Range;
}

export class Costs {
  readonly #parents = new Map<string, Parents>();
  readonly #requests = new Map<string, Range>();
  readonly #rows = new Map<string, Range>();
  /** Requests of one root that must wait for each other; roots go side by side. */
  #chain = 0;

  add(label: string, requests: Range): void {
    this.#requests.set(label, plus(this.requests(label), requests));
  }

  setParents(stream: string, parents: Parents): void {
    this.#parents.set(stream, parents);
  }

  /** Null: its requests do not go by parents, or nobody told how many. */
  parents(stream: string): Parents | null {
    return this.#parents.get(stream) ?? null;
  }

  setRows(stream: string, rows: Range | null): void {
    if (rows) this.#rows.set(stream, rows);
  }

  waits(chain: number): void {
    this.#chain = Math.max(this.#chain, chain);
  }

  requests(label: string): Range {
    return this.#requests.get(label) ?? NONE;
  }

  /** Null: nothing is known of this stream's rows. */
  rows(stream: string): Range | null {
    return this.#rows.get(stream) ?? null;
  }

  get chain(): number {
    return this.#chain;
  }

  total(): Range {
    return [...this.#requests.values()].reduce(plus, NONE);
  }
}
