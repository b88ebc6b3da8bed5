/** What a read says of rows that it has not met, and of those that it could not get: values alone, no site and no table. */
import { describe, expect, test } from 'vitest';
import type { Row, TableWriter } from '../../../src/contract/table.js';
import type { State } from '../../../src/runtime/plan/bookmark.js';
import type { Debt } from '../../../src/runtime/plan/debt-rules.js';
import { believeGone, differentAccountError } from '../../../src/runtime/plan/mass-deletion.js';
import type { ScanStep } from '../../../src/runtime/plan/read-plan.js';
import { Absence } from '../../../src/runtime/read/absence.js';
import { Debts, NO_DEBTS } from '../../../src/runtime/read/debts.js';
import { makeEntrants } from '../../../src/runtime/read/entrants.js';
import { debtsOf, incompleteness } from '../../../src/runtime/read/incomplete.js';
import { namedIn } from '../../../src/runtime/read/namers.js';
import type { StreamRun } from '../../../src/runtime/read/stream-run.js';
import { stuckFeeds } from '../../../src/runtime/read/stuck-feeds.js';
import type { TableRun } from '../../../src/runtime/read/table-run.js';
import { FeedStuckError } from '../../../src/runtime/requests/pager.js';
import type { Stream } from '../../../src/runtime/streams/registry.js';

const STATE = { complete: true, bookmark: { of: 'issues', ms: 5_000 } } as State;
const LIMIT = { rows: 100, share: 0.05 };

describe('rows that a read has not met', () => {
  const deletes = { narrowed: false, coverage: 'all', atMost: LIMIT, differentAccount: false, byAbsence: false };
  const stepOf = (write: 'replace' | 'upsert', more: object = {}, state: State | null = STATE) =>
    ({
      ...{ written: true, state, parent: null, window: { mode: 'full' } },
      stream: { write, primary_key: ['id'], parent: { stream: 'boards', bind: { board_id: 'id' } } },
      deletes: { ...deletes, ...more },
    }) as unknown as ScanStep;

  test('are gone from a list that is read whole, as far as so many are believed', () => {
    expect(new Absence(stepOf('replace')).ofRest(true)).toEqual([
      { reason: 'vanished', where: 'all', exceptBatch: true, atMost: LIMIT },
    ]);
    expect(new Absence(stepOf('replace', { atMost: null })).ofRest(true)[0]).not.toHaveProperty('atMost');
  });

  test.each<[string, object, boolean, State | null]>([
    ['the read was not whole', {}, false, STATE],
    ['another account reads', { differentAccount: true }, true, STATE],
    ['the settings show less than the table holds', { narrowed: true }, true, STATE],
    ['the table was never read', {}, true, null],
  ])('stay alive: %s', (_, more, complete, state) => {
    const absence = new Absence(stepOf('replace', more, state));
    absence.parentRead('7');
    expect(
      [...absence.ofParents(complete), ...absence.ofRest(complete)].filter(({ where }) => where === 'all'),
    ).toEqual([]);
  });

  test('of a parent that did not show its rows stay alive, and those of the others are gone', () => {
    const absence = new Absence(stepOf('replace'));
    absence.refusedParents.push('7');
    expect(absence.ofRest(true)[0]?.where).toEqual({ column: 'board_id', notIn: ['7'] });
    absence.sheltered = true;
    expect(absence.ofRest(true)).toEqual([]);
  });

  test('of parents that were read whole are marked once, with the commit that follows', () => {
    const absence = new Absence(stepOf('upsert'));
    absence.parentRead('7');
    expect(absence.waiting).toBe(1);
    expect(absence.ofParents(true).map(({ where }) => where)).toEqual([{ column: 'board_id', in: ['7'] }]);
    expect([absence.waiting, absence.ofParents(true)]).toEqual([0, []]);
  });

  test('of a whole re-read are those whose keys it did not see, once the parents that are gone are judged', () => {
    const absence = new Absence(stepOf('upsert', { byAbsence: true, coverage: 'parents' }));
    absence.begin();
    absence.met([{ id: '1' }, { id: '2' }]);
    expect(absence.ofRest(true)).toEqual([]);
    absence.counted = true;
    expect(absence.ofRest(true)[0]?.where).toEqual({ column: 'id', notIn: ['1', '2'] });
  });
});

describe('so many at once', () => {
  test.each([
    [100, 100, true],
    [101, 2_020, true],
    [101, 2_019, false],
  ])('%i of %i live rows are believed: %s', (gone, live, believed) => {
    const judge = () => believeGone(LIMIT, 'issues', gone, live);
    if (believed) expect(judge).not.toThrow();
    else expect(judge).toThrow(/issues: 101 of 2019 live rows .* --accept-deletes/);
    expect(() => believeGone(null, 'issues', gone, live)).not.toThrow();
  });

  test('another account is told what to do', () =>
    expect(differentAccountError('issues').message).toMatch(/^issues: .*another account.*--accept-deletes\.$/));
});

describe('what came into view without being new', () => {
  const issues = { born: 'created', primary_key: ['id'] } as unknown as Stream;
  const row = (id: string, at: number): Row => ({ id, created: new Date(at).toISOString() });
  const table = (live: readonly string[]) =>
    ({
      rows: async ({ where }: { where: { in: string[] } }) =>
        where.in.filter((id) => live.includes(id)).map((id) => ({ id })),
    }) as unknown as TableWriter;

  test('is older than the window and not live in the table; it is told once', async () => {
    const entrants = makeEntrants(issues, STATE);
    entrants?.begin(10_000, 'incremental');
    entrants?.note([row('old', 9_999), row('known', 1), row('new', 10_000)]);
    expect((await entrants?.take(table(['known'])))?.map(({ id }) => id)).toEqual(['old']);
    expect(await entrants?.take(table([]))).toEqual([]);
  });

  test('in a whole read is what is older than the bookmark before it', async () => {
    const entrants = makeEntrants(issues, STATE);
    entrants?.begin(0, 'full');
    entrants?.note([row('old', 4_999), row('new', 5_000)]);
    expect((await entrants?.take(table([])))?.map(({ id }) => id)).toEqual(['old']);
  });

  test('cannot be told of a table that was never whole, nor of records without a birth', () => {
    expect(makeEntrants(issues, { ...STATE, complete: false })).toBeNull();
    expect(makeEntrants({ ...issues, born: undefined } as unknown as Stream, STATE)).toBeNull();
  });
});

describe('what is owed', () => {
  const owing = (n: number) => ({ stream: 'comments', parent: `issue_id=${n}`, name: `issue ${n}`, values: {} });
  const runOf = (lacks: readonly string[], fill: (debts: Debts) => void) => {
    const debts = new Debts([] as Debt[], NO_DEBTS, 0);
    fill(debts);
    return { report: { stream: 'comments' }, lacks, ctx: { debts } } as unknown as TableRun;
  };

  test('is counted, named by three, and said to be asked for again', () => {
    const run = runOf([], (debts) => {
      for (const n of [1, 2, 3, 4, 5]) debts.owe(owing(n), 'answered 500.');
    });
    expect(debtsOf(run)).toEqual({ owed: 5, hidden: 0 });
    expect(incompleteness(run, false)).toMatchObject({
      kind: 'failed',
      message: expect.stringMatching(
        /^comments: the rows of 5 parents are owed \(issue 1: answered 500; .*and 2 more\)/,
      ),
    });
  });

  test('what hides from this account is no failure, and what waits for the site is to be run again later', () => {
    const hidden = runOf(
      [],
      (debts) => void debts.hide(owing(1), { reason: '1 of 2', status: null, waits: false } as never),
    );
    expect([debtsOf(hidden), incompleteness(hidden, false)]).toEqual([{ owed: 0, hidden: 1 }, null]);
    const waits = runOf([], (debts) => {
      debts.owe(owing(1), 'x');
      for (const debt of debts.unmet('comments')) debts.postpone(debt, 'too many requests');
    });
    expect(incompleteness(waits, false)?.kind).toBe('later');
  });

  test('a list that broke off comes before single parents', () => {
    const run = runOf(['the answers break off'], (debts) => debts.owe(owing(1), 'x'));
    expect(incompleteness(run, false)?.message).toMatch(/^comments is not whole: the answers break off\./);
  });
});

test('names of records are found in lists and members, and a record does not name itself', () => {
  const stream = { primary_key: ['id'], census: { named_in: ['parent_id', 'links[].id'] } } as unknown as Stream;
  const rows = [
    { id: '1', parent_id: '2', links: [{ id: '3' }, { id: '1' }] },
    { id: '4', parent_id: null, links: null },
  ];
  expect(namedIn(stream, rows as never)).toEqual(['2', '3']);
});

test('only streams that have another way are read again when their feed cannot advance', () => {
  const child = (name: string, parent: string, table: unknown = {}) => ({
    name,
    run: { table },
    node: { stream: { parent: { stream: parent } } },
  });
  const feed = {
    name: 'feed',
    failure: new FeedStuckError(),
    children: [child('logs', 'issues'), child('only', 'feed'), child('unwritten', 'issues', null)],
  };
  const well = { name: 'well', failure: null, children: [child('other', 'issues')] };
  expect(stuckFeeds([feed, well] as unknown as StreamRun[])).toEqual([{ stream: 'logs', mode: 'full' }]);
});
