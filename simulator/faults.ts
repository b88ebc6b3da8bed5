/** Faults on demand: rules tried in order for each request; the first rule that matches and has `times` left applies. */

export interface Fault {
  /** `GET /rest/api/3/issue/{issueIdOrKey}` (with placeholders), `*` for all, `writes` for all that change the site, or a pattern for `METHOD /path?query` as sent. */
  readonly match: string | RegExp;
  /** How many requests it hits; 1 when absent, `Infinity` for ever. */
  readonly times?: number;
  /** How many matching requests pass before the first hit. */
  readonly after?: number;
  /** From the first hit on, only every so many-th matching request is hit; 1 when absent. */
  readonly every?: number;
  /** The request is not carried out: only with a `status` or a `body` of its own. */
  readonly unworked?: boolean;
  /** Runs before the request is answered: the site changes in the middle of somebody's walk. */
  readonly before?: () => void;
  /** Answer this status instead of the real one. */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Text or bytes are sent as they are, anything else as JSON. */
  readonly body?: unknown;
  /** A sign-in page with status 200 (or `status`), as an SSO gateway sends it. */
  readonly html?: boolean;
  /** Changes the real answer's body before it is sent. */
  readonly rewrite?: (body: unknown) => unknown;
  /** `nextPageToken` repeats the token that the request brought. */
  readonly duplicateToken?: boolean;
  /** Sends this many bytes of the body (as encoded), then ends as if all were there: `content-length` matches. */
  readonly cutAtByte?: number;
  /** Sends this many bytes, then resets the connection. */
  readonly resetAtByte?: number;
  /** Waits before the headers. */
  readonly delayMs?: number;
  /** Sends the body byte by byte with this pause. */
  readonly dripMs?: number;
  /** Resets the connection without an answer. */
  readonly destroy?: boolean;
  /** Resets the connection after the request was carried out. */
  readonly destroyAfterWork?: boolean;
  /** Labels the body gzip: `garbage` is not gzip at all, `no_trailer` lacks the last eight bytes, `half` ends in the middle. */
  readonly gzip?: 'garbage' | 'no_trailer' | 'half';
}

interface Armed {
  readonly fault: Fault;
  passes: number;
  left: number;
}

export class FaultPlan {
  private readonly armed: Armed[] = [];

  constructor(faults: readonly Fault[] = []) {
    for (const fault of faults) this.add(fault);
  }

  add(fault: Fault): void {
    this.armed.push({ fault, passes: fault.after ?? 0, left: fault.times ?? 1 });
  }

  clear(): void {
    this.armed.length = 0;
  }

  /** The fault for this request, if any; it is used up by asking. */
  next(route: string, sent: string, writes = false): Fault | undefined {
    for (const rule of this.armed) {
      if (rule.left <= 0 || !matches(rule.fault.match, route, sent, writes)) continue;
      if (rule.passes > 0) {
        rule.passes -= 1;
        continue;
      }
      rule.left -= 1;
      rule.passes = (rule.fault.every ?? 1) - 1;
      return rule.fault;
    }
    return undefined;
  }
}

function matches(match: string | RegExp, route: string, sent: string, writes: boolean): boolean {
  if (typeof match !== 'string') return new RegExp(match.source, match.flags.replace('g', '')).test(sent);
  if (match === 'writes') return writes;
  return match === '*' || match === route || match === sent.split('?')[0];
}

export const SIGN_IN_PAGE =
  '<!DOCTYPE html><html><head><title>Log in to continue</title></head><body><form action="/login">Log in</form></body></html>';
