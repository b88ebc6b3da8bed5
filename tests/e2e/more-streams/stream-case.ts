/** What the cases of the streams beside the first 39 are made of: one line each in a table, carried out by more-streams.test.ts. */
import type { Fault } from '../../../simulator/faults.js';
import type { Simulator, SimulatorOptions } from '../../../simulator/simulator.js';
import type { Outcomes, StreamState } from '../../../src/contract/report.js';

/** What a stream says of itself on a site that is not as it should be. */
export interface FaultCase {
  /** All faults of one name meet one site in one sync; what cannot go together has another name. */
  readonly when: string;
  readonly stream: string;
  readonly faults?: readonly Fault[];
  readonly site?: SimulatorOptions;
  readonly state: StreamState;
  /** 0 when nothing is said. */
  readonly written?: number | ((jira: Simulator) => number);
  /** None when nothing is said. */
  readonly outcomes?: Partial<Outcomes>;
}

/** Answers 403 to every request of this path, as a site does to an account without the permission. */
export const forbidden = (path: string): Fault => always(path, 403);

/** Answers 404, as a site does that lacks the product, or whose parent is gone. */
export const notFound = (path: string): Fault => always(path, 404);

/** @param path a route such as `GET /rest/api/3/label`, or what the address of the request holds */
const always = (path: string | RegExp, status: number): Fault => ({
  match: path,
  status,
  times: Infinity,
  body: { errorMessages: ['No.'], errors: {} },
});

/** The same for one of many parents: by what the address of the request looks like. */
export const refusedAt = (address: RegExp, status: 403 | 404): Fault => always(address, status);

/** An answer with other contents: `{ values: [] }` for a list without rows. */
export const answering = (path: string, body: unknown): Fault => ({ match: path, times: Infinity, body });
