/** What arrived when: the proof that a client kept its rate, and the limiter that answers 429 when it did not. */

export interface LoggedRequest {
  /** Epoch milliseconds with fractions, from a clock that never goes back. */
  readonly at: number;
  readonly method: string;
  /** With placeholders, such as /rest/api/3/issue/{issueIdOrKey}; the path as sent when no route matched. */
  readonly path: string;
  /** The path with its values. */
  readonly asked: string;
  /** 0 when the connection was destroyed on purpose. */
  readonly status: number;
  /** Its route changes the site. */
  readonly writes: boolean;
}

export interface RequestLog {
  readonly log: readonly LoggedRequest[];
  total(): number;
  /** Requests that would change the site, carried out or not. */
  writes(): number;
  /** Requests per `GET /rest/…` with placeholders. */
  byRoute(): Map<string, number>;
  /** The greatest number of requests that arrived within any window of one second (both ends less than 1000 ms apart). */
  maxInAnySecond(): number;
  clear(): void;
}

export class RequestRecorder implements RequestLog {
  readonly log: LoggedRequest[] = [];

  add(request: LoggedRequest): void {
    this.log.push(request);
  }

  total(): number {
    return this.log.length;
  }

  writes(): number {
    return this.log.filter(({ writes }) => writes).length;
  }

  byRoute(): Map<string, number> {
    const counts = new Map<string, number>();
    for (const { method, path } of this.log) {
      const route = `${method} ${path}`;
      counts.set(route, (counts.get(route) ?? 0) + 1);
    }
    return counts;
  }

  maxInAnySecond(): number {
    return maxInWindow(
      this.log.map((request) => request.at),
      1000,
    );
  }

  clear(): void {
    this.log.length = 0;
  }
}

/** The greatest number of moments less than `width` apart from the first of them; the log is in order of answers, so moments are sorted first. */
export function maxInWindow(moments: readonly number[], width: number): number {
  const sorted = [...moments].sort((a, b) => a - b);
  let first = 0;
  let most = 0;
  sorted.forEach((at, index) => {
    while (at - (sorted[first] ?? at) >= width) first += 1;
    most = Math.max(most, index - first + 1);
  });
  return most;
}

/** Answers whether one more request at this moment breaks the limit; refused ones do not count against the next second. */
export class RateLimit {
  private readonly recent: number[] = [];

  constructor(private readonly perSecond: number) {}

  allows(at: number): boolean {
    while (this.recent.length > 0 && at - (this.recent[0] ?? at) >= 1000) this.recent.shift();
    if (this.recent.length >= this.perSecond) return false;
    this.recent.push(at);
    return true;
  }
}

/** Epoch milliseconds that never go back and have fractions. */
export const arrival = (): number => performance.timeOrigin + performance.now();
