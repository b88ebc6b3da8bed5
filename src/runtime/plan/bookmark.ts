/** The state of one table: what was read, of which site, under which settings. Arithmetic only; the table itself keeps it (I1). */
import { z } from 'zod';
import type { Json } from '../../contract/table.js';
import { ConnectorError } from '../../core/errors.js';
import { haveColumns } from './columns-read.js';
import { EVERYTHING, type Scopes } from './scopes.js';

const stateSchema = z.object({
  v: z.literal(1),
  /** Base URL of the site; a table belongs to one site for ever. */
  site: z.string(),
  account: z.string(),
  /** Everything of stream `of` with a cursor before `ms` (epoch milliseconds) has been read and is durable (I2). */
  bookmark: z.object({ of: z.string(), ms: z.int() }).nullable(),
  /** Scope and start under which the bookmark was made; a wider one reads again from its start. */
  scope: z.string(),
  start: z.int(),
  /** A whole read ended well at least once. */
  complete: z.boolean(),
  /** Start of the last run that ended well, by the server's clock: what it should have seen and did not is late. */
  seen: z.int().nullable(),
  /** When the table was last held against the list of all keys, re-read with the long overlap, and re-read as a whole. */
  census: z.int().nullable(),
  overlap: z.int().nullable(),
  whole: z.int().nullable(),
  /** Wider settings the table was once read under: rows of theirs that the present ones do not show are not gone. */
  wider: z.object({ scope: z.string(), start: z.int() }).nullable(),
  /** From where on the last read that ended well read. Absent: it is not known. */
  from: z.int().optional(),
  /** What lists of the settings were asked for, where the stream has such. */
  asked: z.string().optional(),
  /** Which columns every row was read with (columns-read.ts); absent: all. */
  columns: z.string().optional(),
  /** The print of the key that made the pseudonyms in the table; absent: people are in it as they are. */
  people: z.string().optional(),
  /** When parents at rest were last judged, and how far the streams that tell of them had been read. */
  rest: z.object({ at: z.int(), heard: z.record(z.string(), z.int()) }).optional(),
});
export type State = z.infer<typeof stateSchema>;
export type Rest = NonNullable<State['rest']>;

/** @throws ConnectorError kind `usage` for a state this version cannot understand. */
export function parseState(table: string, state: Json | null): State | null {
  if (state === null) return null;
  const parsed = stateSchema.safeParse(state);
  if (parsed.success) return parsed.data;
  throw new ConnectorError(
    'usage',
    `The table ${table} carries a state this version does not understand; it was written by a newer connector or by another tool. Use that version, or another warehouse.`,
  );
}

/** @param theirs the site that the table was written for; null where it does not say. @throws ConnectorError kind `usage` */
export function refuseOtherSite(table: string, theirs: string | null, ours: string): void {
  if (theirs !== null && theirs !== ours)
    throw new ConnectorError(
      'usage',
      `The table of ${table} belongs to ${theirs}, not to ${ours}. Use another warehouse or another connection name.`,
    );
}

export interface Window {
  /** Cursor from which to read, epoch milliseconds, inclusive. */
  readonly since: number;
  readonly mode: 'full' | 'incremental';
  /** Where the interval begins that the table covers once this has been read: up to its bookmark there is no hole. */
  readonly covers: number;
  /** In a few words. */
  readonly why: string;
}

/**
 * Whether a read of this window meets all that its table covers: a whole one does not where it goes on after it was cut short, or begins
 * at a later start than the table.
 */
export const meetsAll = ({ mode, since, covers }: Omit<Window, 'why'>): boolean => mode === 'full' && since <= covers;

/** How often, in milliseconds; `always`: in every run; `auto`: in every run while it costs little, else daily; null: never. */
export type ReconcileSchedule = 'auto' | 'always' | number | null;

/** What the settings say of reading, in milliseconds. */
export interface Schedule {
  readonly now: number;
  /** How often a table is held against the list of all keys. */
  readonly census: ReconcileSchedule;
  /** How often, and by how much, more than the lookback is re-read: the search index may lag by hours. */
  readonly overlap: number | null;
  /** How often this stream is re-read as a whole, because its changes do not always move the cursor; null: never. */
  readonly reread: number | null;
  /** How often this stream is read at most; absent or 0: in every run. */
  readonly every?: number | undefined;
  /** What lists of the settings ask for; absent: the stream has none. */
  readonly asked?: string | undefined;
  /** Which columns the settings want, as states keep it; absent: all. */
  readonly columns?: string | undefined;
}

export interface Settings {
  /** As states keep it. */
  readonly scope: string;
  /** Which scope holds which other. */
  readonly scopes: Scopes;
  /** Epoch milliseconds. */
  readonly start: number;
  readonly fullRefresh: boolean;
  /** The print of the key that makes pseudonyms; null: people are written as they are. */
  readonly people: string | null;
}

/** Whether `every` milliseconds have passed since `last`; a moment that far ahead was a wrong clock's, and would put it off for as long. */
export const due = (last: number | null | undefined, every: number | null, now: number): boolean =>
  every !== null && Math.abs(now - (last ?? 0)) >= every;

/** Whether the table's people are written as the settings want them: pseudonyms of two keys do not belong together. */
export const samePeople = (state: State, settings: Settings): boolean => (state.people ?? null) === settings.people;

/** Whether the table's rows have what the settings ask of this stream. */
export const holdsAsked = (state: State, { asked, columns }: Pick<Schedule, 'asked' | 'columns'>): boolean =>
  state.asked === asked && haveColumns(state.columns, columns);

/** True when the table was read under these settings or wider ones. */
export const settingsHold = (state: State, settings: Settings) =>
  settings.scopes.same(state.scope, settings.scope) && state.start <= settings.start && samePeople(state, settings);

/**
 * Where to go on: at the bookmark, or at the start when there is none or the settings became wider or different. A start later than
 * the bookmark leaves no hole behind: what lies between is read. A whole read that was cut short goes on in its own order only (`of`),
 * and begins again when the start has moved past it.
 */
export function windowOf(state: State | null, of: string, settings: Settings, schedule: Schedule): Window {
  const anew = (why: string): Window => ({ since: settings.start, mode: 'full', covers: settings.start, why });
  const bookmark = state?.bookmark;
  if (!state) return anew('it was never read');
  if (!bookmark) return anew('it has no bookmark');
  if (!haveColumns(state.columns, schedule.columns)) return anew('it was read without columns that are wanted now');
  if (!settingsHold(state, settings) || !holdsAsked(state, schedule)) return anew('it was read under other settings');
  const covers = state.start;
  if (!state.complete) {
    if (settings.fullRefresh || bookmark.of !== of || bookmark.ms < settings.start)
      return anew('it was never read to its end');
    return { since: bookmark.ms, mode: 'full', covers, why: 'the read that was cut short goes on' };
  }
  const whole = { since: Math.min(settings.start, bookmark.ms), mode: 'full', covers } as const;
  if (settings.fullRefresh) return { ...whole, why: 'a full refresh was asked for' };
  if (due(state.whole, schedule.reread, schedule.now)) return { ...whole, why: 'its re-read is due' };
  if (!due(state.overlap, schedule.overlap, schedule.now))
    return { since: bookmark.ms, mode: 'incremental', covers, why: 'from its bookmark on' };
  const since = Math.min(bookmark.ms, Math.max(schedule.now - (schedule.overlap ?? 0), settings.start));
  return { since, mode: 'incremental', covers, why: 'from its bookmark on, with the overlap that is due' };
}

/** The latest cursor of a walk: unknown when its records do not carry it, null when there was no record. */
export type Newest = number | 'unknown' | null;

/**
 * The bookmark after a read that came to its end: what was seen proves itself; the clock, less the lookback, only bounds it, since the
 * index lags behind what is new and a clock may be wrong. A read that met no record says nothing of where the next one should begin.
 * @param ceiling when the run began, by the earlier of the two clocks, less the lookback
 */
export function bookmarkAfter(before: number | null, newest: Newest, ceiling: number): number | null {
  if (newest === null) return before;
  // Everything before the bookmark is read: the latest record too, unless it is so new that the index may lack others of its moment.
  const watermark = newest === 'unknown' ? ceiling : Math.min(newest + 1, ceiling);
  return Math.max(watermark, before ?? watermark);
}

/**
 * A state whose moments no clock has reached yet was made by a clock that was wrong: what it says is not believed.
 * @param now by the later of the two clocks
 * @param newest the latest cursor in the table that is not in the future, less the lookback; null: everything is read again
 */
export function withoutFuture(state: State, now: number, newest: number | null): State {
  const past = (moment: number | null) => (moment !== null && moment > now ? null : moment);
  const { bookmark } = state;
  const ahead = isAhead(state, now);
  return {
    ...state,
    bookmark: !bookmark || !ahead ? bookmark : newest === null ? null : { ...bookmark, ms: newest },
    seen: past(state.seen),
    census: past(state.census),
    overlap: past(state.overlap),
    whole: past(state.whole),
  };
}

export const isAhead = (state: State | null, now: number): boolean => (state?.bookmark?.ms ?? now) > now;

/** What the table has been read under, as far as it goes beyond the present settings; null when it does not. */
export function widerThan(state: State, settings: Settings): State['wider'] {
  const present = { scope: state.scope, start: state.start };
  const held = state.wider ? both(state.wider, present, settings.scopes) : present;
  return settings.scopes.covers(settings.scope, held.scope) && settings.start <= held.start ? null : held;
}

/** Whether the table may hold rows that the present settings do not show. */
export const isWider = (state: State, settings: Settings): boolean => widerThan(state, settings) !== null;

/** The narrowest that surely holds both. */
function both(
  a: NonNullable<State['wider']>,
  b: NonNullable<State['wider']>,
  scopes: Scopes,
): NonNullable<State['wider']> {
  const scope = scopes.covers(a.scope, b.scope) ? a.scope : scopes.covers(b.scope, a.scope) ? b.scope : EVERYTHING;
  return { scope, start: Math.min(a.start, b.start) };
}

/** How far the root's walk has come, epoch milliseconds; null when the walk has no order to rely on. */
export type Watermark = number | null;
