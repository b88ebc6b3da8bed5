/** The state a table gets with a commit. Arithmetic only. */
import { due, type Rest, type Schedule, type Settings, type State, widerThan } from './bookmark.js';
import { bothColumns } from './columns-read.js';
import { parentColumnOf, readsFreshRows, type ScanStep } from './read-plan.js';
import { reconciledAt } from './reconcile-due.js';

/** What the commit itself proves. */
export type Part = Pick<State, 'bookmark' | 'complete'> & {
  /** The read came to its end and was whole. */
  readonly ended?: true;
};

export interface Facts {
  readonly before: State | null;
  readonly now: Pick<State, 'site' | 'account'> & { readonly runStart: number; readonly settings: Settings };
  readonly schedule: Schedule;
  readonly full: boolean;
  /** Where the interval begins that the table covers after this read. */
  readonly covers: number;
  /** From where on it read, where that is of use; else undefined. */
  readonly since?: number | undefined;
  /** A census was taken. */
  readonly counted: boolean;
  /** How parents at rest were judged, where that was done. */
  readonly rest?: Rest | undefined;
  /** The rows hang on those of another stream. */
  readonly hangs: boolean;
}

/** @param found what the run knows by then, besides its plan */
export function stateAfter(
  part: Part,
  { state: before, stream, parent, window, schedule, deletes }: ScanStep,
  { site, account, runStart, settings }: Facts['now'],
  found: Pick<Facts, 'counted' | 'rest'>,
): State {
  const known = deletes.differentAccount ? (before?.account ?? account) : account;
  return nextState(part, {
    ...{ before, schedule, ...found, covers: window.covers, full: window.mode === 'full' },
    now: { site, account: known, runStart, settings },
    since: readsFreshRows(stream) ? window.since : undefined,
    hangs: parentColumnOf({ stream, parent }) !== '' || stream.gone_with !== undefined,
  });
}

export function nextState({ bookmark, complete, ended }: Part, facts: Facts): State {
  const { before, schedule, now, full, covers, counted, hangs } = facts;
  const { site, account, runStart, settings } = now;
  const whole = ended && full;
  // Not before something of the new reading is proven: a run that dies here must begin it again.
  const old = before && !ended && bookmark?.ms === before.bookmark?.ms ? before : null;
  const { people } = old ?? settings;
  const { asked } = old ?? schedule;
  // What is told of parents at rest in a read that was not whole is judged by no later one: the next reads all of them.
  const rest = ended ? (facts.rest ?? before?.rest) : undefined;
  const columns = old ? bothColumns(old.columns, schedule.columns) : schedule.columns;
  const from = ended ? facts.since : before?.from;
  return {
    v: 1,
    site,
    account,
    bookmark,
    complete: old ? old.complete : complete,
    scope: old?.scope ?? settings.scopes.readUnder(before?.scope, settings.scope, ended === true),
    start: old ? old.start : covers,
    seen: ended && bookmark ? runStart : (before?.seen ?? null),
    census: reconciledAt(before?.census ?? null, {
      // What hangs on other records has nothing to be held against them before it is read a second time.
      taken: counted || (ended === true && !before && hangs),
      ...{ schedule: schedule.census, now: runStart },
    }),
    overlap:
      ended && (whole || due(before?.overlap, schedule.overlap, schedule.now)) ? runStart : (before?.overlap ?? null),
    whole: whole ? runStart : (before?.whole ?? null),
    wider: old ? old.wider : before && widerThan(before, settings),
    ...(people ? { people } : {}),
    ...(from === undefined ? {} : { from }),
    ...(asked === undefined ? {} : { asked }),
    ...(rest === undefined ? {} : { rest }),
    ...(columns === undefined ? {} : { columns }),
  };
}
