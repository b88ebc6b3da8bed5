/** Writes to one issue: one after the other, and at most three a second; Jira allows ten, for everybody together. */

const GAP_MS = 334;

export class Pace {
  readonly #last = new Map<string, number>();

  constructor(
    private readonly now: () => number,
    private readonly sleep: (ms: number) => Promise<void>,
  ) {}

  async turn(issue: string): Promise<void> {
    const wait = (this.#last.get(issue) ?? Number.NEGATIVE_INFINITY) + GAP_MS - this.now();
    if (wait > 0) await this.sleep(wait);
    this.#last.set(issue, this.now());
  }
}
