/** What is asked, written, marked and counted, decided from facts alone: every rule is tried with literals and no site. */
import { describe, expect, test } from 'vitest';
import type { Settings, State } from '../../../src/runtime/plan/bookmark.js';
import { answersForRest, coverageOf } from '../../../src/runtime/plan/coverage.js';
import { believeGone, differentAccountError } from '../../../src/runtime/plan/mass-deletion.js';
import { everyStep, type PlanFacts, wantedOf } from '../../../src/runtime/plan/read-plan.js';
import { EVERYTHING } from '../../../src/runtime/plan/scopes.js';
import {
  DAY,
  factsOf,
  NOW,
  planOf,
  SMALL,
  settingsOf,
  stateOf,
  stepOf,
  type Tables,
} from '../../helpers/small-plan.js';

const ENG = '(project = ENG)';
const HOUR = 3_600_000;
const issues = (state: State | null, more: Partial<PlanFacts> = {}) =>
  stepOf(planOf({ issues: state }, more), 'issues');
const under = (settings: Partial<Settings>) => ({ settings: settingsOf(settings) });
const counted = (census: PlanFacts['schedule']['census'], live = 100) => ({
  schedule: { census, overlap: null, reread: new Map() },
  live: new Map([['issues', live]]),
});

describe('the window of a stream', () => {
  test.each<[string, State | null, Partial<PlanFacts>, object]>([
    ['begins at the start', null, under({ start: 5 }), { since: 5, mode: 'full', why: 'it was never read' }],
    ['needs a bookmark', stateOf({ bookmark: null }), {}, { since: 0, mode: 'full', why: 'it has no bookmark' }],
    ['goes on', stateOf(), {}, { since: 90 * DAY, mode: 'incremental', why: 'from its bookmark on' }],
    [
      ...(['begins anew under other settings', stateOf({ scope: ENG }), {}] as const),
      { since: 0, mode: 'full', why: 'it was read under other settings' },
    ],
    [
      ...(['begins anew where another order was cut short'] as const),
      ...([stateOf({ complete: false, bookmark: { of: 'boards', ms: 7 } }), {}] as const),
      { since: 0, mode: 'full', why: 'it was never read to its end' },
    ],
    [
      ...(['goes on where it was cut short', stateOf({ complete: false }), {}] as const),
      { since: 90 * DAY, mode: 'full', why: 'the read that was cut short goes on' },
    ],
    [
      ...(['is whole when asked for', stateOf(), under({ fullRefresh: true })] as const),
      { since: 0, mode: 'full', why: 'a full refresh was asked for' },
    ],
    [
      ...(['is whole when that is due', stateOf({ whole: NOW - 8 * DAY })] as const),
      { schedule: { census: 'auto', overlap: null, reread: new Map([['issues', 7 * DAY]]) } },
      { since: 0, mode: 'full', why: 'its re-read is due' },
    ],
    [
      ...([
        'overlaps when that is due',
        stateOf({ bookmark: { of: 'issues', ms: NOW }, overlap: NOW - 2 * DAY }),
      ] as const),
      { schedule: { census: 'auto', overlap: DAY, reread: new Map() } },
      { since: NOW - DAY, mode: 'incremental', why: 'from its bookmark on, with the overlap that is due' },
    ],
  ])('%s', (_, state, more, window) => expect(issues(state, more).window).toMatchObject({ of: 'issues', ...window }));

  test('ends below the run’s start by the lookback of the cursor that orders the walk', () => {
    const plan = planOf({ issues: null, comments: null, boards: null });
    expect(stepOf(plan, 'issues').window.ceiling).toBe(NOW - HOUR);
    expect(stepOf(plan, 'comments').window).toMatchObject({ of: 'issues', ceiling: NOW - HOUR });
  });

  test('is the whole stream where nothing orders the walk', () => {
    const before = stateOf({ bookmark: { of: 'boards', ms: 90 * DAY } });
    const plan = planOf({ boards: before, sprints: before, tags: before }, under({ start: 3 }));
    for (const name of ['boards', 'sprints', 'tags'])
      expect(stepOf(plan, name).window).toMatchObject({
        of: null,
        since: 3,
        covers: 3,
        mode: 'full',
        why: 'it is read as a whole',
      });
    expect(plan.steps.map(({ scan }) => scan)).toEqual([
      { since: 3, full: true },
      { since: 3, full: true },
    ]);
  });
});

describe('one walk feeds all that hang on it', () => {
  const behind = stateOf({ bookmark: { of: 'issues', ms: 40 * DAY } });
  const scanOf = (tables: Tables) => planOf(tables).steps[0]?.scan;

  test('it begins where the one furthest behind wants to go on', () => {
    expect(scanOf({ issues: stateOf(), comments: behind })).toEqual({ since: 40 * DAY, full: false });
    expect(scanOf({ issues: behind, comments: stateOf() })).toEqual({ since: 40 * DAY, full: false });
  });

  test('it is whole as soon as one of them is', () =>
    expect(scanOf({ issues: stateOf(), comments: null })).toEqual({ since: 0, full: true }));

  test('a parent that nobody wants is read for its children alone: its own window counts for nothing', () => {
    const plan = planOf({ comments: stateOf() });
    expect(plan.steps.flatMap(everyStep).map(({ stream, written }) => [stream.stream, written])).toEqual([
      ['issues', false],
      ['comments', true],
    ]);
    expect(plan.steps[0]?.scan).toEqual({ since: 90 * DAY, full: false });
  });

  test('what is wanted and has no table is not written', () => {
    const facts = factsOf({ issues: stateOf() });
    const wanted = wantedOf(['issues', 'comments'], facts);
    expect(wanted).toEqual([
      { stream: 'issues', mode: 'incremental' },
      { stream: 'comments', mode: 'full' },
    ]);
  });
});

describe('a table is held against the list of all keys', () => {
  const reconcile = (state: State | null, more: Partial<PlanFacts>) => issues(state, more).deletes.reconcile;
  test.each<[string, State | null, Partial<PlanFacts>, boolean]>([
    ['in every run while the list costs three requests', stateOf(), counted('auto', 300), true],
    ['not for a fourth one', stateOf(), counted('auto', 301), false],
    ['daily where it costs more', stateOf({ census: NOW - DAY }), counted('auto', 301), true],
    ['always when the settings say so', stateOf(), counted('always', 1e6), true],
    ['never when they say so', null, counted(null), false],
    ['when its time has come', stateOf({ census: NOW - 7 * DAY }), counted(7 * DAY), true],
    ['not before', stateOf({ census: NOW - 6 * DAY }), counted(7 * DAY), false],
    ['in a whole read', stateOf({ bookmark: null }), counted(7 * DAY), true],
    ['at its first read', null, counted(7 * DAY), true],
    [
      'not when it holds more than the settings show',
      stateOf({ scope: ENG, wider: { scope: EVERYTHING, start: 0 } }),
      { ...counted('always'), ...under({ scope: ENG }) },
      false,
    ],
    ['not as another account', stateOf({ account: 'you' }), counted('always'), false],
  ])('%s', (_, state, more, due) => expect(reconcile(state, more)).toBe(due));

  test('rows that hang on the listed records go by the same list, once they were read', () => {
    const below = (comments: State | null, live = 100) =>
      stepOf(planOf({ issues: stateOf(), comments }, counted('auto', live)), 'comments').deletes.reconcile;
    expect(below(stateOf())).toBe(true);
    expect(below(stateOf(), 301)).toBe(false);
    expect(below(null)).toBe(false);
  });

  test('where the listed records are not read, what hangs on them does not pay for a list in every run', () => {
    const alone = (state: State) =>
      stepOf(planOf({ comments: state }, counted('auto', 1)), 'comments').deletes.reconcile;
    expect(alone(stateOf())).toBe(false);
    expect(alone(stateOf({ census: NOW - DAY }))).toBe(true);
  });

  test('one list serves all that are held against it, also by another route', () => {
    const tables = {
      issues: stateOf(),
      comments: stateOf(),
      worklogs: stateOf({ bookmark: { of: 'worklog_feed', ms: 1 } }),
    };
    const [one, ...others] = planOf(tables, counted('auto')).reconciliations;
    expect(others).toEqual([]);
    expect(one?.stream.stream).toBe('issues');
    expect(one?.listed?.stream.stream).toBe('issues');
    expect(one?.below.map(({ stream }) => stream.stream).sort()).toEqual(['comments', 'worklogs']);
    expect(planOf({ comments: stateOf({ census: NOW - DAY }) }, counted('auto')).reconciliations[0]?.listed).toBeNull();
    expect(planOf({ issues: stateOf() }, counted(null)).reconciliations).toEqual([]);
  });
});

describe('what is gone', () => {
  test('the site’s feed of deleted keys is read from the table’s own bookmark, if it has one', () => {
    const since = (state: State | null) => stepOf(planOf({ worklog_feed: state }), 'worklog_feed').deletes.feedSince;
    expect(since(null)).toBeNull();
    expect(since(stateOf({ bookmark: { of: 'worklog_feed', ms: 7 } }))).toBe(7);
    expect(issues(stateOf()).deletes.feedSince).toBeNull();
    expect(stepOf(planOf({ worklogs: null }), 'worklog_feed').deletes.feedSince).toBeNull();
  });

  test('more than a hundred rows and 5 % are believed only when the user says so, or when all keys are others', () => {
    expect(issues(stateOf()).deletes.atMost).toEqual({ rows: 100, share: 0.05 });
    expect(issues(null).deletes.atMost).toEqual({ rows: 100, share: 0.05 });
    expect(issues(stateOf(), { acceptDeletes: true }).deletes.atMost).toBeNull();
    expect(issues(stateOf({ people: 'print of another key' })).deletes.atMost).toBeNull();
    const atMost = { rows: 100, share: 0.05 };
    expect(() => believeGone(atMost, 'issues', 101, 2000)).toThrow(/101 of 2000 live rows .*--accept-deletes/);
    for (const [gone, live] of [
      [100, 100],
      [101, 2020],
    ] as const)
      believeGone(atMost, 'issues', gone, live);
    believeGone(null, 'issues', 2000, 2000);
    expect(differentAccountError('issues').message).toMatch(/another account .* nothing was marked deleted/);
  });

  test('another account than the last run’s is told apart, unless it is the same under another name', () => {
    const yours = stateOf({ account: 'you' });
    expect(issues(yours).deletes).toMatchObject({ differentAccount: true, countable: false });
    expect(issues(yours, { aliases: new Set(['me', 'you']) }).deletes.differentAccount).toBe(false);
    expect(issues(yours, { acceptDeletes: true }).deletes.differentAccount).toBe(false);
    expect(issues(null).deletes.differentAccount).toBe(false);
  });

  test('under narrower settings only streams that these do not touch still tell', () => {
    const wide = stateOf({ bookmark: null });
    const plan = planOf({ issues: wide, comments: wide, boards: wide }, under({ scope: ENG }));
    expect(stepOf(plan, 'issues').deletes).toMatchObject({ narrowed: true, countable: false });
    expect(stepOf(plan, 'comments').deletes.narrowed).toBe(true);
    expect(stepOf(plan, 'boards').deletes.narrowed).toBe(false);
  });

  test.each<[string, string, State | null, PlanFacts['schedule']['census'], string]>([
    ['the list answers for the listed records', 'issues', stateOf(), 'auto', 'all'],
    ['and for what is read through them', 'comments', stateOf(), 'auto', 'all'],
    ['for what is read by another route it answers as far as parents go', 'worklogs', stateOf(), 'auto', 'parents'],
    ['for what has no such list it says nothing', 'sprints', stateOf(), 'auto', 'none'],
    ['without a list, nothing answers', 'issues', stateOf(), null, 'none'],
    ['another account’s list does not answer', 'issues', stateOf({ account: 'you' }), 'auto', 'none'],
    ['at a first read there is nothing to answer for', 'issues', null, 'auto', 'none'],
  ])('%s', (_, name, state, census, coverage) => {
    const { deletes } = stepOf(planOf({ [name]: state }, counted(census)), name);
    expect(deletes.coverage).toBe(coverage);
  });

  test('a full refresh remembers what it met where no list answers, of a table that holds what the settings show', () => {
    const byAbsence = (
      state: State,
      settings: Partial<Settings> = {},
      census: PlanFacts['schedule']['census'] = null,
    ) => issues(state, { ...counted(census), ...under({ fullRefresh: true, ...settings }) }).deletes.byAbsence;
    expect(byAbsence(stateOf())).toBe(true);
    expect(byAbsence(stateOf(), {}, 'auto')).toBe(false);
    expect(byAbsence(stateOf(), { fullRefresh: false })).toBe(false);
    expect(byAbsence(stateOf({ complete: false }))).toBe(false);
    expect(byAbsence(stateOf({ start: 0 }), { start: 5 })).toBe(false);
    expect(byAbsence(stateOf(), { scope: ENG })).toBe(false);
    const covered = { ...issues(stateOf()), state: stateOf() };
    expect(coverageOf(covered, { account: 'me', registry: SMALL })).toBe('all');
    expect(answersForRest(covered, 'all', settingsOf({ fullRefresh: true }), false)).toBe(false);
    // A walk that leaves out who counts none never meets those whose rows are gone.
    expect(answersForRest(covered, 'all', settingsOf({ fullRefresh: false }), true)).toBe(true);
  });
});

test('ids in scope are read only for rows whose walk does not follow the scope, once for all who need them', () => {
  const all = { issues: null, comments: null, worklogs: null };
  expect(planOf(all).scopeIds).toEqual([]);
  expect(planOf(all, { scoped: true }).scopeIds).toEqual([{ of: 'issues', for: ['worklogs'] }]);
  expect(planOf({ issues: null, comments: null }, { scoped: true }).scopeIds).toEqual([]);
  // Nobody writes the worklogs: they are read for what hangs on them.
  expect(planOf({ worklog_notes: null }, { scoped: true }).scopeIds).toEqual([]);
});

test('streams that are written as a whole are read as a whole, whatever their state says', () => {
  const before = stateOf({ bookmark: { of: 'tags', ms: 5 } });
  const facts = factsOf({ tags: before });
  expect(wantedOf(['tags'], facts)).toEqual([{ stream: 'tags', mode: 'full' }]);
  expect(stepOf(planOf({ tags: before }, counted('always')), 'tags').deletes.reconcile).toBe(false);
});

test('a table of another site is refused before anything is read', () => {
  const facts = factsOf({ issues: stateOf({ site: 'https://other.example' }) });
  expect(() => wantedOf(['issues'], facts)).toThrow(
    expect.objectContaining({
      kind: 'usage',
      message: expect.stringMatching(/table of issues belongs to https:\/\/other/),
    }),
  );
});

test('a plan is frozen: who carries it out cannot change it', () => {
  const plan = planOf({ issues: null, comments: null });
  for (const one of [plan, ...plan.steps.flatMap(everyStep)]) expect(Object.isFrozen(one)).toBe(true);
});
