/** A few queries at once; the others wait in a line, and not for ever. */
import { cannotNow } from './problem.js';

export class Lanes {
  #free: number;
  readonly #waiting = new Set<() => void>();

  constructor(
    places: number,
    private readonly patienceMs: number,
  ) {
    this.#free = places;
  }

  /**
   * Waits for a place. @returns what gives it back
   * @throws Problem 503 after the patience is over; the signal's reason when the client is gone
   */
  async enter(signal: AbortSignal): Promise<() => void> {
    signal.throwIfAborted();
    if (this.#free > 0) this.#free--;
    else await this.#turn(signal);
    let left = false;
    return () => {
      if (left) return;
      left = true;
      this.#leave();
    };
  }

  /** The place goes to the one that has waited longest. */
  #leave(): void {
    const [next] = this.#waiting;
    if (next === undefined) this.#free++;
    else next();
  }

  #turn(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const end = (settle: () => void) => {
        this.#waiting.delete(go);
        clearTimeout(timer);
        signal.removeEventListener('abort', gone);
        settle();
      };
      const go = () => end(resolve);
      const gone = () => end(() => reject(signal.reason));
      const timer = setTimeout(
        () => end(() => reject(cannotNow('Too many queries are under way. Come again in a few seconds.'))),
        this.patienceMs,
      );
      signal.addEventListener('abort', gone, { once: true });
      this.#waiting.add(go);
    });
  }
}
