/** `refresh=true`: a sync of what worklogs are made of, in a process of its own. One at a time, shared by all who ask, and not often. */
import type { Ports } from '../core/ports.js';
import { cannotNow, Problem } from './problem.js';

/** Runs the sync. @returns its exit code, and the last of what it said */
export type RunSync = () => Promise<{ readonly exitCode: number | null; readonly words: string }>;

const EVERY_MS = 5 * 60_000;
const LATER = 75;
const FAILED =
  'The sync that refresh=true asks for did not go well; without it, the answer is of the last one that did.';

export class Refreshes {
  #underWay: Promise<void> | null = null;
  #last: { readonly endedAt: number; readonly exitCode: number | null } | null = null;

  constructor(
    private readonly run: RunSync,
    private readonly ports: Pick<Ports, 'log' | 'clock'>,
  ) {}

  /** Less than five minutes after one ended, its end stands for another: one that fails would fail again. @throws Problem when the sync fails */
  async refresh(signal: AbortSignal): Promise<void> {
    const last = this.#last;
    const ageMs = last === null ? EVERY_MS : this.ports.clock.now() - last.endedAt;
    if (last !== null && ageMs < EVERY_MS) return refuseFailed(last.exitCode, EVERY_MS - ageMs);
    this.#underWay ??= this.#sync().finally(() => {
      this.#underWay = null;
    });
    // Whoever asked first may be gone: the sync goes on for the others.
    await orGone(this.#underWay, signal);
  }

  async #sync(): Promise<void> {
    const { exitCode, words } = await this.run();
    this.#last = { endedAt: this.ports.clock.now(), exitCode };
    if (exitCode !== 0) this.ports.log.error(`The sync for refresh=true ended with exit code ${exitCode}: ${words}`);
    refuseFailed(exitCode, EVERY_MS);
  }
}

/** @param againMs until the next sync may begin */
function refuseFailed(exitCode: number | null, againMs: number): void {
  if (exitCode === 0) return;
  throw exitCode === LATER ? cannotNow(FAILED, Math.ceil(againMs / 1000)) : new Problem(502, FAILED);
}

function orGone(work: Promise<void>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const gone = () => reject(signal.reason);
    signal.addEventListener('abort', gone, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', gone));
  });
}
