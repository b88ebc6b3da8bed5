/** `refresh=true`: a sync of what worklogs are made of, in a process of its own. One at a time, shared by all who ask, and not often. */
import { ConnectorError } from '../core/errors.js';
import type { Ports } from '../core/ports.js';
import { Problem } from './problem.js';

/** Runs the sync. @returns its exit code, and the last of what it said */
export type RunSync = () => Promise<{ readonly exitCode: number | null; readonly words: string }>;

const EVERY_MS = 5 * 60_000;
const LATER = 75;

export class Refreshes {
  #underWay: Promise<void> | null = null;
  #endedAt = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly run: RunSync,
    private readonly ports: Pick<Ports, 'log' | 'clock'>,
  ) {}

  /** Nothing is done when the last one ended well less than five minutes ago. @throws Problem when the sync fails */
  async refresh(signal: AbortSignal): Promise<void> {
    if (this.ports.clock.now() - this.#endedAt < EVERY_MS) return;
    this.#underWay ??= this.#sync().finally(() => {
      this.#underWay = null;
    });
    // Whoever asked first may be gone: the sync goes on for the others.
    await orGone(this.#underWay, signal);
  }

  async #sync(): Promise<void> {
    const { exitCode, words } = await this.run();
    if (exitCode === 0) {
      this.#endedAt = this.ports.clock.now();
      return;
    }
    this.ports.log.error(`The sync for refresh=true ended with exit code ${exitCode}: ${words}`);
    const text =
      'The sync that refresh=true asks for did not go well; without it, the answer is of the last one that did.';
    throw exitCode === LATER ? new ConnectorError('later', text) : new Problem(502, text);
  }
}

function orGone(work: Promise<void>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const gone = () => reject(signal.reason);
    signal.addEventListener('abort', gone, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', gone));
  });
}
