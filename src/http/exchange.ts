/** The shape of whatever asks a server: one attempt, and every wrapper around it. */
import type { FormData } from 'undici';
import type { JsonValue } from './parse.js';
import type { Ticket } from './throttle/send-window.js';

/** How counts, logs and errors name a request. */
export interface Asked {
  /** Who is asking (a stream's name, `credential check`), or what could not be done then: messages begin with it. */
  readonly onBehalfOf: string;
  readonly method: string;
  /** Path at the server, without the query. */
  readonly path: string;
  readonly host: string;
  /** Statuses that mean something to the caller. A 401 among them is a missing permission, not a lost login. */
  readonly understood?: readonly number[];
  /** Further statuses that the caller knows to pass. */
  readonly passing?: readonly number[];
}

export interface Outgoing {
  readonly asked: Asked;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | FormData | undefined;
  /** Whether it may be sent twice: a change may have been made although its answer was lost; `unseen` it surely was not. */
  readonly repeat: 'always' | 'unseen' | 'never';
  /** Attempts in all when the server answers with a fault of its own (5xx); default: as many as the rules allow. */
  readonly faultTries?: number | undefined;
  /** 1 for the first; counted by whoever repeats. */
  readonly attempt: number;
  /** Its room in the budget, where there is one. */
  readonly ticket?: Ticket;
}

export interface HeaderBag {
  get(name: string): string | null;
}

export interface Answer {
  /** 200 to 299. */
  readonly status: number;
  readonly headers: HeaderBag;
  readonly json: JsonValue;
  /** Length of the body, unpacked. */
  readonly bytes: number;
}

/** @throws HttpError for everything but a usable answer */
export type Send = (out: Outgoing) => Promise<Answer>;
