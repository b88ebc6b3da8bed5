/** Which streams are left out of a run because they were read not long ago. Arithmetic only. */

import type { Dialect } from '../../contract/dialect.js';
import { durationMs } from '../../core/duration.js';
import type { Registry, Stream } from '../streams/registry.js';
import { holdsAsked, type Settings, type State, settingsHold } from './bookmark.js';
import { askedOf } from './columns-read.js';
import { planTree, subtree, type Wanted } from './tree.js';

const MINUTE = 60_000;
/** A scheduler is seconds early or late: without this, `1h` under an hourly one would be read every other hour. */
const MOST_EARLY = 5 * MINUTE;

export interface Rhythm {
  /** By stream, milliseconds: what the settings say before what the stream's file does. Absent: no stream is left out. */
  readonly every?: ReadonlyMap<string, number>;
}

export interface DueFacts {
  readonly registry: Registry;
  readonly dialect: Dialect;
  readonly settings: Settings;
  readonly acceptDeletes: boolean;
  readonly schedule: Rhythm;
  readonly runStart: number;
  readonly states: ReadonlyMap<string, State | null>;
}

export interface Due {
  /** In the order given. */
  readonly streams: readonly string[];
  /** From when on each of the others is due, epoch milliseconds. */
  readonly later: ReadonlyMap<string, number>;
}

/** How often a stream is read at most, milliseconds; 0: in every run. */
export function everyOf({ stream, every }: Stream, settings: ReadonlyMap<string, number> | undefined): number {
  return settings?.get(stream) ?? (every === undefined ? 0 : durationMs(every));
}

/** @param owing streams that owe rows: they are read, whatever their turn */
export function dueStreams(streams: readonly string[], owing: ReadonlySet<string>, facts: DueFacts): Due {
  const later = new Map<string, number>();
  for (const stream of streams) {
    const until = owing.has(stream) ? null : notBefore(stream, facts);
    if (until !== null) later.set(stream, until);
  }
  for (const stream of walkedAnyway(streams, later, facts)) later.delete(stream);
  return { streams: streams.filter((stream) => !later.has(stream)), later };
}

/** Null: now. What was never read to its end, or under other settings, does not wait. */
function notBefore(stream: string, facts: DueFacts): number | null {
  const { registry, settings, acceptDeletes, schedule, runStart, states } = facts;
  const declared = registry.get(stream);
  const state = states.get(stream);
  // What was refused is marked by no run that leaves it out.
  if (!schedule.every || settings.fullRefresh || acceptDeletes || !state?.complete) return null;
  if (!settingsHold(state, settings) || !holdsAsked(state, askedOf(declared))) return null;
  const last = Math.max(state.whole ?? 0, state.seen ?? 0);
  const every = everyOf(declared, schedule.every);
  const until = last + every - Math.min(every / 20, MOST_EARLY);
  // A moment that lies ahead was a wrong clock's.
  return last > 0 && last <= runStart && runStart < until ? until : null;
}

/** Those whose records are asked for in any case, for the sake of streams below them: to write them costs no request more. */
function walkedAnyway(
  streams: readonly string[],
  later: ReadonlyMap<string, number>,
  { registry, dialect }: DueFacts,
): readonly string[] {
  const wanted: readonly Wanted[] = streams
    .filter((stream) => !later.has(stream))
    .map((stream) => ({ stream, mode: registry.get(stream).write === 'replace' ? 'full' : 'incremental' }));
  return planTree(registry, wanted, dialect)
    .flatMap(subtree)
    .filter(({ selected, route, query }) => !selected && query === null && route.gives === undefined)
    .map(({ stream }) => stream.stream);
}
