/** Who waits for a turn, and who has the next one. */

export interface Waiting {
  readonly endpoint: string;
  readonly signal: AbortSignal | undefined;
  /** Never throws. */
  go(): Promise<void>;
}

export class Turns {
  /** In order of asking. */
  readonly #waiting: Waiting[] = [];

  add(one: Waiting): void {
    this.#waiting.push(one);
  }

  /** Whose signal ends a wait for the next turn. */
  get first(): Waiting | undefined {
    return this.#waiting[0];
  }

  /** Gave up: no turn is spent on it. */
  givenUp(): Waiting | undefined {
    return this.#take(this.#waiting.find(({ signal }) => signal?.aborted));
  }

  /**
   * Of the endpoint for which the fewest wait, in order of asking. Where each answer leads to the next request only one waits at a time;
   * in a queue with hundreds that could go at any moment, such a chain would be the last to end, and leave most of the budget unused.
   * Those who could not go now come last.
   */
  next(isHeld: (endpoint: string) => boolean): Waiting | undefined {
    const counts = new Map<string, number>();
    for (const { endpoint } of this.#waiting) counts.set(endpoint, (counts.get(endpoint) ?? 0) + 1);
    for (const endpoint of counts.keys()) if (isHeld(endpoint)) counts.set(endpoint, Number.POSITIVE_INFINITY);
    const of = ({ endpoint }: Waiting) => counts.get(endpoint) ?? 0;
    return this.#take(
      this.#waiting.reduce<Waiting | undefined>(
        (least, one) => (least === undefined || of(one) < of(least) ? one : least),
        undefined,
      ),
    );
  }

  #take(one: Waiting | undefined): Waiting | undefined {
    if (one) this.#waiting.splice(this.#waiting.indexOf(one), 1);
    return one;
  }
}
