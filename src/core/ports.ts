/** What a use case touches of the world around it; the command line, a test and a program that uses the library bring their own. */
import { type Clock, systemClock } from './clock.js';
import type { Environment } from './environment.js';
import { Redactor } from './redactor.js';

export type Fields = Readonly<Record<string, unknown>>;

export interface Log {
  debug(text: string, fields?: Fields): void;
  info(text: string, fields?: Fields): void;
  warn(text: string, fields?: Fields): void;
  error(text: string, fields?: Fields): void;
}

export interface Ports {
  readonly log: Log;
  /** Knows every secret of the run: what is logged, stored or shown passes it. */
  readonly redactor: Redactor;
  /** Aborted when the run is to end in order. */
  readonly signal: AbortSignal;
  readonly env: Environment;
  readonly clock: Clock;
}

const nothing = () => undefined;

/** The ports of a caller who brings some of them, or none. */
export function portsOf(given: Partial<Ports>): Ports {
  return {
    log: { debug: nothing, info: nothing, warn: nothing, error: nothing },
    redactor: new Redactor(),
    signal: new AbortController().signal,
    env: {},
    clock: systemClock,
    ...given,
  };
}
