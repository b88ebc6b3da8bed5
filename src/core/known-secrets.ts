/** Secrets that become known while the program runs: tokens come and go, and none of them may be shown (I9). */

import { redactor } from './redactor.js';
import type { Secret } from './secret.js';

export class KnownSecrets {
  readonly #secrets: Secret[] = [];
  #redact = redactor([]);

  constructor(...secrets: readonly Secret[]) {
    this.add(...secrets);
  }

  add(...secrets: readonly Secret[]): void {
    this.#secrets.push(...secrets);
    this.#redact = redactor(this.#secrets);
  }

  /** The text without any of them. */
  readonly redact = (text: string): string => this.#redact(text);
}
