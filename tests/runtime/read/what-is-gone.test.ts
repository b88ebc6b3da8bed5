/** What a read says of rows that it did not meet, of rows that came into view, and of how its streams ended. */
import { describe, expect, test } from 'vitest';
import type { Mark } from '../../../src/contract/table.js';
import { ConnectorError } from '../../../src/core/errors.js';
import type { Debt } from '../../../src/runtime/plan/debt-rules.js';
import type { ScanStep } from '../../../src/runtime/plan/read-plan.js';
import { Absence } from '../../../src/runtime/read/absence.js';
import { conclude, debtsOf, incompleteness } from '../../../src/runtime/read/conclude.js';
import { markDeletions } from '../../../src/runtime/read/deletions.js';
import { makeEntrants } from '../../../src/runtime/read/entrants.js';
import { scanRoot } from '../../../src/runtime/read/scan.js';
import { liveOf, statesOf, stuckFeeds } from '../../../src/runtime/read/sync.js';
import { TableRun } from '../../../src/runtime/read/table-run.js';
import { FeedStuckError } from '../../../src/runtime/requests/pager.js';
import { deployedOn } from '../../../src/runtime/streams/dialect.js';
import { status } from '../../helpers/fake-client.js';
import { fakeTable } from '../../helpers/fake-table.js';
import { registry } from '../../helpers/jira-and-warehouse.js';
import { DAY, NOW, planOf, SMALL, settingsOf, stateOf, stepOf, type Tables } from '../../helpers/small-plan.js';
import { page, smallRun } from '../../helpers/small-run.js';

const at = (ms: number) => new Date(ms).toISOString();
const refresh = (name: string, tables: Tables = { [name]: stateOf() }) => {
  const schedule = { census: null, overlap: null, reread: new Map<string, number>() };
  return stepOf(planOf(tables, { schedule, settings: settingsOf({ fullRefresh: true }) }), name);
};
const withDeletes = (step: ScanStep, deletes: Partial<ScanStep['deletes']>): ScanStep => ({
  ...step,
  deletes: { ...step.deletes, ...deletes },
});

/** The list of a mark may be any that can be gone through. */
const listed = (mark: Mark): Mark =>
  mark.where !== 'all' && 'notIn' in mark.where
    ? { ...mark, where: { ...mark.where, notIn: [...mark.where.notIn] } }
    : mark;

describe('rows that a whole read has not met', () => {
  const ofRest = (step: ScanStep, complete = true) => {
    const absence = new Absence(step);
    absence.begin();
    absence.met([{ id: '1' }, { id: '2' }]);
    return absence.ofRest(complete).map(listed);
  };
  const rest = { reason: 'vanished', where: { column: 'id', notIn: ['1', '2'] }, exceptBatch: true };
  const atMost = { rows: 100, share: 0.05 };

  test('are gone, as many as may be believed', () => expect(ofRest(refresh('issues'))).toEqual([{ ...rest, atMost }]));

  test('are all gone when the user accepts that', () =>
    expect(ofRest(withDeletes(refresh('issues'), { atMost: null }))).toEqual([rest]));

  test.each<[string, Partial<ScanStep['deletes']>, boolean]>([
    ['when the read is not whole', {}, false],
    ['when the settings are narrower now', { narrowed: true }, true],
    ['when another account reads', { differentAccount: true }, true],
    ['when the read did not remember what it met', { byAbsence: false }, true],
    ['before the list has judged those of parents', { coverage: 'parents' }, true],
  ])('stay %s', (_, deletes, complete) =>
    expect(ofRest(withDeletes(refresh('issues'), deletes), complete)).toEqual([]));

  test('stay in a table that was not there', () => expect(ofRest(refresh('issues', { issues: null }))).toEqual([]));

  test('of a stream that is written as a whole are all but those of parents that showed nothing', () => {
    const absence = new Absence(withDeletes(refresh('tags'), { atMost: null }));
    expect(absence.ofRest(true)).toEqual([{ reason: 'vanished', where: 'all', exceptBatch: true }]);
    absence.sheltered = true;
    expect(absence.ofRest(true)).toEqual([]);
  });
});

describe('rows of parents that were read to their end', () => {
  test('are judged once, at the next commit, unless the read is not whole', () => {
    const absence = new Absence(refresh('comments'));
    absence.parentRead('7');
    expect(absence.waiting).toBe(1);
    expect(absence.ofParents(true)).toEqual([
      { reason: 'vanished', where: { column: 'parent_id', in: ['7'] }, exceptBatch: true },
    ]);
    expect([absence.waiting, absence.ofParents(true)]).toEqual([0, []]);
    absence.parentRead('8');
    expect(absence.ofParents(false)).toEqual([]);
  });

  const ofResting = (deletes: Partial<ScanStep['deletes']>) => {
    const absence = new Absence(withDeletes(refresh('comments'), deletes));
    absence.byParent = true;
    absence.parentRead('7');
    return absence.ofParents(true);
  };

  test('stay when narrower settings hide a part of what hangs on a parent at rest', () =>
    expect(ofResting({ narrowed: true })).toEqual([]));

  test('at rest are gone in such numbers as may be believed, unless the user accepts any', () => {
    const mark = { reason: 'vanished', where: { column: 'parent_id', in: ['7'] }, exceptBatch: true };
    expect(ofResting({})).toEqual([{ ...mark, atMost: { rows: 100, share: 0.05 } }]);
    expect(ofResting({ atMost: null })).toEqual([mark]);
  });

  test('at rest and too many are judged again: what was refused does not pass for heard', async () => {
    const rows = Array.from({ length: 200 }, (_, id) => ({ id: String(id), parent_id: '7' }));
    const rest = { at: NOW, heard: { boards: 1 } };
    const before = stateOf({ rest });
    const table = fakeTable(rows, { state: before });
    const { run } = smallRun({ states: { comments: before }, tables: { comments: table } }).streamRun('comments');
    run.absence.byParent = true;
    run.absence.parentRead('7');
    run.rest = rest;
    await expect(run.finish(null)).rejects.toThrow('--accept-deletes');
    expect(await table.live()).toBe(200);
    expect(table.state).not.toHaveProperty('rest');
  });

  test.each([
    ['too many at once', {}],
    ['another account', { account: 'you' }],
  ])('are no more than kept (%s): the stream does not pass for read, or it would wait for its turn', async (_, more) => {
    const rows = Array.from({ length: 200 }, (_, id) => ({ id: String(id) }));
    const before = stateOf({ bookmark: null, whole: NOW - 2 * DAY, ...more });
    const table = fakeTable(rows, { state: before });
    const run = smallRun({ states: { tags: before }, tables: { tags: table } });
    await scanRoot(run.ctx, run.streamRun('tags'), 0);
    expect(run.streamRun('tags').run.report.error).toContain('--accept-deletes');
    expect([await table.live(), table.state]).toEqual([200, before]);
  });

  test('of a table that was not there cannot be gone', () => {
    const absence = new Absence(refresh('comments', { comments: null }));
    absence.parentRead('7');
    expect(absence.waiting).toBe(0);
  });
});

describe('the feed of deleted keys', () => {
  const bookmark = { of: 'worklog_feed', ms: 90 * DAY };
  const feed = (state: ReturnType<typeof stateOf> | null) => {
    const table = fakeTable([{ id: '1' }, { id: '2' }]);
    const answer = () => page({ gone: 1 }, { gone: 1 });
    return { table, run: smallRun({ states: { worklog_feed: state }, tables: { worklog_feed: table }, answer }) };
  };

  test('ends the rows that it names, also those of this very batch', async () => {
    const { run, table } = feed(stateOf({ bookmark }));
    await markDeletions(run.ctx, run.streamRun('worklog_feed').run, 'worklog_feed');
    await table.commit({ state: null, runId: 'r', batch: 1 });
    expect(table.marks).toEqual([{ reason: 'feed', where: { column: 'id', in: ['1'] }, exceptBatch: false }]);
    expect(await table.live()).toBe(1);
  });

  test.each([
    ['issue_search', null],
    ['worklog_updated', expect.objectContaining({ status: 404 })],
  ])('that an old server does not have is no failure where %s brings the rows', async (parent, failure) => {
    const datacenter = deployedOn('datacenter', registry, ['issue_worklog']).registry;
    const state = stateOf({ bookmark: { of: 'issue_search', ms: 90 * DAY } });
    const run = smallRun({
      states: { issue_worklog: state },
      tables: { issue_worklog: fakeTable([{ id: '1' }]) },
      answer: () => status(404),
      facts: { registry: datacenter, dialect: 'datacenter' },
    }).streamRun('issue_worklog');
    const bound = run.node.parent && { ...run.node.parent, stream: parent };
    const by = new TableRun({ ...run.node, parent: bound }, run.ctx, run.run.table, []);
    const failed = await markDeletions(run.ctx, by, 'issue_worklog').then(
      () => null,
      (error: unknown) => error,
    );
    expect([run.node.parent?.stream, failed]).toEqual(['issue_search', failure]);
  });

  test('is not asked for a table that has no row yet', async () => {
    const { run } = feed(null);
    await markDeletions(run.ctx, run.streamRun('worklog_feed').run, 'worklog_feed');
    expect(run.asked).toEqual([]);
  });
});

describe('records that come into view without being new', () => {
  const issues = SMALL.get('issues');
  const rows = [
    { id: 'old', created: at(10 * DAY) },
    { id: 'known', created: at(10 * DAY) },
    { id: 'new', created: at(95 * DAY) },
  ];

  test('are older than the window and lack in the table; each is told once', async () => {
    const entrants = makeEntrants(issues, stateOf());
    entrants?.begin(90 * DAY, 'incremental');
    entrants?.note(rows);
    const table = fakeTable([{ id: 'known' }]);
    expect((await entrants?.take(table))?.map(({ id }) => id)).toEqual(['old']);
    expect(await entrants?.take(table)).toEqual([]);
  });

  test('are looked for in a whole read up to the bookmark before it', async () => {
    const entrants = makeEntrants(issues, stateOf({ bookmark: { of: 'issues', ms: 99 * DAY } }));
    entrants?.begin(0, 'full');
    entrants?.note(rows);
    expect((await entrants?.take(fakeTable()))?.map(({ id }) => id)).toEqual(['old', 'known', 'new']);
  });

  test('cannot be told of a table that was never whole, nor without a moment of birth', () => {
    expect(makeEntrants(issues, null)).toBeNull();
    expect(makeEntrants(issues, stateOf({ complete: false }))).toBeNull();
    expect(makeEntrants(SMALL.get('boards'), stateOf())).toBeNull();
  });
});

describe('a run that did not read everything', () => {
  const debt = (more: Partial<Debt> = {}): Debt => ({
    ...{
      stream: 'comments',
      parent: 'p',
      name: 'issue 7',
      values: {},
      state: 'owed',
      reason: 'it said no.',
      waits: false,
    },
    ...{ status: null, since: 0, lastTry: null, tries: 1, alike: 1, pass: 0, difference: null },
    ...more,
  });
  const run = (debts: readonly Debt[], lacks: readonly string[] = []) =>
    ({ report: { stream: 'comments' }, lacks, ctx: { debts: { of: () => debts } } }) as unknown as TableRun;

  test('says what is missing before it says what is owed', () => {
    expect(incompleteness(run([]), false)).toBeNull();
    expect(incompleteness(run([debt()], ['a page', 'another']), false)?.message).toMatch(
      /not whole: a page; another\. /,
    );
    expect(incompleteness(run([debt()]), false)?.message).toMatch(/rows of 1 parent are owed \(issue 7: it said no\)/);
    expect(incompleteness(run([1, 2, 3, 4, 5].map(() => debt())), false)?.message).toMatch(
      /5 parents .*, and 2 more\)/,
    );
  });

  test('waits when nothing but a limit is in the way, and fails else', () => {
    expect(incompleteness(run([debt({ waits: true })]), false)?.kind).toBe('later');
    expect(incompleteness(run([debt({ waits: true }), debt()]), false)?.kind).toBe('failed');
  });

  test('is content with what is hidden or was given up; strict settings are not', () => {
    const given = [debt({ state: 'hidden' }), debt({ state: 'refused' })];
    expect(incompleteness(run(given), false)).toBeNull();
    expect(incompleteness(run(given), true)).not.toBeNull();
    expect(debtsOf(run(given))).toEqual({ owed: 1, hidden: 1 });
  });
});

describe('the end of a run', () => {
  const end = (
    state: 'forbidden' | 'unsupported',
    before: ReturnType<typeof stateOf> | null,
    explicit: readonly string[] = [],
  ) => {
    const run = smallRun({ states: { boards: before }, tables: { boards: fakeTable() } });
    const boards = run.streamRun('boards');
    boards.refuseAll(state);
    const ended = { streamRuns: [boards], busy: new Map(), absent: new Map(), later: new Map(), lacking: null };
    return conclude({ ...run.ports.input, explicit: new Set(explicit) }, ended);
  };

  test('a refusal is no failure when nobody named the stream and it never worked', () => {
    expect(end('forbidden', null)).toMatchObject({ problems: new Map(), reports: [{ state: 'forbidden' }] });
    expect([...end('forbidden', null, ['boards']).problems]).toEqual([['boards', 'failed']]);
    expect(end('unsupported', stateOf()).reports[0]?.error).toMatch(/does not offer it.* It worked before\./);
  });

  test('streams that are not there, were busy, or lack a project are told in order of their names', () => {
    const run = smallRun({
      states: { issues: null, boards: null },
      tables: { issues: fakeTable(), boards: fakeTable() },
    });
    const { problems, reports } = conclude(run.ports.input, {
      streamRuns: run.roots,
      busy: new Map([['boards', new ConnectorError('later', 'held')]]),
      later: new Map(),
      absent: new Map([['tags', 'too old']]),
      lacking: 'OPS is no project',
    });
    expect(reports.map(({ stream, state, error }) => [stream, state, error])).toEqual([
      ['boards', 'paused', 'held'],
      ['issues', 'incomplete', 'OPS is no project'],
      ['tags', 'unsupported', undefined],
    ]);
    expect(Object.fromEntries(problems)).toEqual({ boards: 'later', issues: 'failed' });
  });
});

test('a feed that cannot advance leaves those of its streams that have another parent to be read whole', () => {
  const run = smallRun({
    states: { worklog_feed: null, worklogs: null },
    tables: { worklog_feed: fakeTable(), worklogs: fakeTable() },
  });
  const feed = run.streamRun('worklog_feed');
  expect(stuckFeeds(run.roots)).toEqual([]);
  feed.failure = Object.create(FeedStuckError.prototype) as FeedStuckError;
  expect(stuckFeeds(run.roots)).toEqual([{ stream: 'worklogs', mode: 'full' }]);
});

describe('what tables say of themselves', () => {
  const ahead = stateOf({ bookmark: { of: 'issues', ms: NOW + DAY }, seen: NOW + DAY });
  test('a bookmark in the future gives way to the latest row, less the lookback', async () => {
    const rows = [
      { id: '1', updated: at(80 * DAY) },
      { id: '2', updated: at(NOW + DAY) },
    ];
    const states = await statesOf(new Map([['issues', fakeTable(rows, { state: ahead })]]), SMALL, NOW);
    expect(states.get('issues')).toMatchObject({ bookmark: { of: 'issues', ms: 80 * DAY - 3_600_000 }, seen: null });
  });

  test('and to nothing where no row tells', async () => {
    const states = await statesOf(
      new Map([
        ['issues', fakeTable([], { state: ahead })],
        ['boards', fakeTable()],
      ]),
      SMALL,
      NOW,
    );
    expect(states.get('issues')?.bookmark).toBeNull();
    expect(states.get('boards')).toBeNull();
  });

  test('rows are counted only where the site lists the keys', async () => {
    const tables = new Map([
      ['issues', fakeTable([{ id: '1' }])],
      ['boards', fakeTable([{ id: '1' }])],
    ]);
    expect([...(await liveOf(tables, SMALL))]).toEqual([['issues', 1]]);
  });
});
