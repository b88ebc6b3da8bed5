/** How many requests a run will have cost in the end: what its plan says, put right by what has come. Arithmetic only. */
import type { ConnectionPlan } from '../../app/plan.js';
import type { Range } from '../../runtime/plan/range.js';

/** What of a plan is of use here. */
export interface Planned {
  readonly requests: Range;
  readonly streams: readonly Pick<ConnectionPlan['streams'][number], 'stream' | 'requests'>[];
}

export interface SoFar {
  /** Requests by whom they were sent for. */
  readonly sent: ReadonlyMap<string, number>;
  /** Streams whose walk has ended. */
  readonly done: ReadonlySet<string>;
}

export function expectedRequests({ requests, streams }: Planned, { sent, done }: SoFar): number {
  const named = new Set(streams.map(({ stream }) => stream));
  const ofStreams = streams.map(({ stream, requests: range }) =>
    Math.max(sent.get(stream) ?? 0, done.has(stream) ? range.min : middle(range)),
  );
  const planned = sum(streams.map(({ requests: range }) => middle(range)));
  const beside = sum([...sent].flatMap(([name, count]) => (named.has(name) ? [] : [count])));
  return sum(ofStreams) + Math.max(middle(requests) - planned, beside);
}

const middle = ({ min, max }: Range) => (min + max) / 2;

const sum = (numbers: readonly number[]) => numbers.reduce((total, one) => total + one, 0);
