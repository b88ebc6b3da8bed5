/** Which parents at rest a run leaves out, and which it reads nevertheless. Arithmetic only. */
import { createHash } from 'node:crypto';
import { durationMs } from '../../core/duration.js';
import type { Stream } from '../streams/registry.js';
import type { AtRest } from '../streams/rest-words.js';
import { holdsAsked, type Settings, type State, settingsHold } from './bookmark.js';
import { askedOf } from './columns-read.js';

type States = ReadonlyMap<string, State | null>;

/** A stream of which it can be told that a parent is at rest. */
export type RestingStream = Stream & Required<Pick<Stream, 'at_rest' | 'parent'>>;

export const isResting = (stream: Stream): stream is RestingStream =>
  stream.at_rest !== undefined && stream.parent !== undefined;

/** How far the streams that tell of parents at rest were read when these were last judged; those without a table are left out. */
export function heardOf({ at_rest: rest, parent }: RestingStream, states: States): Readonly<Record<string, number>> {
  const marks = [
    [parent.stream, states.get(parent.stream)?.whole] as const,
    [rest.told_by.stream, states.get(rest.told_by.stream)?.bookmark?.ms] as const,
  ];
  return Object.fromEntries(marks.flatMap(([name, mark]) => (mark == null ? [] : [[name, mark]])));
}

/**
 * The conditions of parents that the walk may pass over: what tells of them is heard from where it was last heard on, so that nothing was
 * told in vain. Null: all are read.
 */
export function passedOver(
  stream: Stream,
  state: State | null,
  { settings, schedule, states }: { readonly settings: Settings; readonly schedule: object; readonly states: States },
): AtRest['where'] | null {
  if (!isResting(stream) || !('every' in schedule) || schedule.every === undefined || settings.fullRefresh) return null;
  if (!state?.complete || !state.rest || !settingsHold(state, settings)) return null;
  if (!holdsAsked(state, askedOf(stream))) return null;
  if (!states.get(stream.parent.stream)?.complete) return null;
  const heard = state.rest.heard;
  const gap = Object.entries(heardOf(stream, states)).some(([name, mark]) => heard[name] !== mark);
  return gap ? null : stream.at_rest.where;
}

/**
 * Whether a parent's turn has come since they were last judged. Each has its own moment within `every`, so that they never come all at
 * once.
 * @param since and now in epoch milliseconds
 */
export function hasTurn(parent: string, every: number, since: number, now: number): boolean {
  const own = createHash('sha256').update(parent).digest().readUInt32BE() % every;
  return Math.floor((now - own) / every) > Math.floor((since - own) / every);
}

/** @param told whether records that can name parents are read in this run */
export const restEvery = ({ every, alone }: AtRest, told: boolean): number => durationMs(told ? every : alone);

/** Whether records of a stream can say which parents they are among now: the settings or the site may leave that column out. */
export const canName = ({ columns }: Stream, { told_by: { texts } }: AtRest): boolean =>
  Object.values(columns).some((column) => column.texts === texts);
