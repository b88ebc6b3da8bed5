/** The promise of the throttle as a plain data structure: never more than `limit` sends in any window of `width` milliseconds. */

/** A request that was let through; `sent` is called at the moment its first byte leaves. */
export interface Ticket {
  /** Only the first call counts. Also called when the attempt died unsent: it then counts as sent now. */
  sent(): void;
  /** The answer is there, or will never come. */
  done?(): void;
  /** True when it was kept unsent for so long that another process may have its room: it must not be sent any more. */
  lost?(): boolean;
}

/**
 * Sends are spread 2.5 % wider than the rate: requests that left a second apart may arrive a little closer. Of 5 requests a second that
 * leaves 4.88; wider, a run that begins with questions one after the other could not keep 4.8 over the whole.
 */
export const SLACK = 1.025;

/** A rate as a whole number of sends and the milliseconds they are spread over: 5 a second, 1 in two seconds. */
export function windowOf(requestsPerSecond: number): { readonly limit: number; readonly width: number } {
  const limit = Math.max(1, Math.floor(requestsPerSecond));
  return { limit, width: Math.max(1000, (limit / requestsPerSecond) * 1000) * SLACK };
}

/**
 * A request that was let through may still wait for a connection, and leave together with later ones. So it takes up
 * room from the moment it is let through until `width` after it was really sent; spacing at the door alone would not do.
 */
export class SendWindow {
  #unsent = 0;
  #sent: number[] = [];

  constructor(
    readonly limit: number,
    readonly width: number,
    private readonly now: () => number,
  ) {}

  /** Milliseconds until there may be room: 0 when there is, `Infinity` when it depends on a request not yet sent. */
  wait(): number {
    const now = this.now();
    this.#sent = this.#sent.filter((at) => now - at < this.width);
    if (this.#unsent >= this.limit) return Number.POSITIVE_INFINITY;
    const surplus = this.#unsent + this.#sent.length - this.limit;
    if (surplus < 0) return 0;
    const leaver = this.#sent[surplus] ?? now;
    return Math.max(1, leaver + this.width - now);
  }

  /** Takes up room; call only when `wait()` is 0. `onSent` tells the moment of sending. */
  enter(onSent: () => void): Ticket {
    this.#unsent++;
    let open = true;
    return {
      sent: () => {
        if (!open) return;
        open = false;
        this.#unsent--;
        this.#sent.push(this.now());
        onSent();
      },
    };
  }
}
