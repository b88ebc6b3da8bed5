/** What the site refused of one stream's parents, and when that is all there is to say of the stream. */

import { isOfSite, isVerified, outcomeOf } from '../requests/outcomes.js';
import type { RequestRoute } from '../streams/registry.js';
import type { OutcomeName } from '../streams/stream-file.js';
import type { ReaderPlan } from './look-at-parents.js';
import type { Parent } from './parents.js';

export class Refusals {
  /** Requests that ended, however they did, and those that were refused, by outcome. */
  #ended = 0;
  readonly #byOutcome = new Map<OutcomeName, number>();
  #answered = false;
  #ofSite: OutcomeName | null = null;
  /** The refusal that says so where nothing but its status does: a firewall sends the same, and any answer refutes it. */
  #unproven: unknown = null;

  /** What is refused for all parents alike: no other is asked. */
  get ofSite(): OutcomeName | null {
    return this.#ofSite;
  }

  /** An answer may still refute what counts for the whole site. */
  get inDoubt(): boolean {
    return this.#unproven !== null;
  }

  /** @throws the refusal that an answer refutes */
  answer(): void {
    if (this.#unproven !== null) throw this.#unproven;
    this.#answered = true;
    this.#ended += 1;
  }

  trouble(): void {
    this.#ended += 1;
  }

  refuse(outcome: OutcomeName): void {
    this.#ended += 1;
    this.hide(outcome);
  }

  /** An answer that shows nothing of what it counts. */
  hide(outcome: OutcomeName): void {
    this.#byOutcome.set(outcome, (this.#byOutcome.get(outcome) ?? 0) + 1);
  }

  /** All parents refused alike, or one for all of them, and nothing came: the stream as a whole is forbidden or unsupported. */
  get common(): 'forbidden' | 'unsupported' | null {
    for (const outcome of ['forbidden', 'unsupported'] as const) {
      if (this.#ended > 0 && this.#byOutcome.get(outcome) === this.#ended) return outcome;
      if (this.#ofSite === outcome && !this.#answered) return outcome;
    }
    return null;
  }

  /** Null: the error is none of the refusals that the route declares. */
  async outcomeOf(
    { ctx, label }: ReaderPlan,
    route: RequestRoute,
    error: unknown,
    { values, row }: Parent,
  ): Promise<OutcomeName | null> {
    const outcome = await outcomeOf(ctx, label, route, error, values, route.batch ? null : row);
    if (outcome === null || !isOfSite(route, error, outcome)) return outcome;
    if (!isVerified(route, error)) {
      if (this.#answered) return null;
      this.#unproven ??= error;
    }
    this.#ofSite = outcome;
    return outcome;
  }
}
