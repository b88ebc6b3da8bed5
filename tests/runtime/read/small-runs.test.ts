/** A plan carried out over tables in memory: each part of a read does what its rule says, request by request and row by row. */
import { setTimeout } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { ConnectorError } from '../../../src/core/errors.js';
import { execute } from '../../../src/runtime/read/execute.js';
import { reconcile } from '../../../src/runtime/read/reconcile.js';
import { scanRoot } from '../../../src/runtime/read/scan.js';
import { StreamRun } from '../../../src/runtime/read/stream-run.js';
import { TableRun } from '../../../src/runtime/read/table-run.js';
import { makeRegistry } from '../../../src/runtime/streams/registry.js';
import type { Route } from '../../../src/runtime/streams/stream-file.js';
import { status } from '../../helpers/fake-client.js';
import { fakeTable } from '../../helpers/fake-table.js';
import { SMALL, stateOf } from '../../helpers/small-plan.js';
import { issue, page, smallRun } from '../../helpers/small-run.js';

const never = { schedule: { census: null, overlap: null, reread: new Map<string, number>() } };
const always = { schedule: { census: 'always', overlap: null, reread: new Map<string, number>() } } as const;
const idsOf = ({ body }: { body?: unknown }) => (body as { ids: string[] }).ids;
const liveIds = async (table: ReturnType<typeof fakeTable>) =>
  (await table.rows({ columns: ['id'] })).map(({ id }) => id).sort();

describe('a plan that is carried out', () => {
  const answer = ({ path }: { path: string }) => {
    if (path === '/search') return page(issue('1'), issue('2'));
    return page({ id: `c${path.slice(-1)}` });
  };

  test('reads a parent once, its children from it, and commits from below', async () => {
    const tables = { issues: fakeTable(), comments: fakeTable() };
    const run = smallRun({ states: { issues: null, comments: null }, tables, answer, facts: never });
    const ended = await execute(run.plan, run.ports);
    expect(run.asked.map(({ path }) => path)).toEqual(['/search', '/each/1', '/each/2']);
    expect([await liveIds(tables.issues), await liveIds(tables.comments)]).toEqual([
      ['1', '2'],
      ['c1', 'c2'],
    ]);
    expect(run.events.filter(({ kind }) => kind === 'committed').map(({ stream }) => stream)).toEqual([
      'comments',
      'issues',
    ]);
    expect(ended.map(({ name, failure }) => [name, failure])).toEqual([
      ['issues', null],
      ['comments', null],
    ]);
    expect(tables.issues.state).toMatchObject({ complete: true, bookmark: { of: 'issues' } });
  });

  test('commits what waits after a while, however little it is: a run that is killed must not lose hours', async () => {
    const tables = { issues: fakeTable(), comments: fakeTable() };
    let clock = 0;
    const run = smallRun({ states: { issues: null, comments: null }, tables, answer, facts: never, now: () => clock });
    const [root] = run.roots;
    const page = async (id: string) => {
      await root?.deliver(root.node.route, [{ record: issue(id), carried: {} }], {}, null);
      await root?.advance(null);
      return liveIds(tables.issues);
    };
    root?.begin();
    expect(await page('1')).toEqual([]);
    clock += 59_999;
    expect(await page('2')).toEqual([]);
    clock += 1;
    expect(await page('3')).toEqual(['1', '2', '3']);
    clock += 59_999;
    expect(await page('4')).toEqual(['1', '2', '3']);
  });

  test('tells expired credentials once: nothing else is asked for with them', async () => {
    const states = { issues: null, boards: null };
    const tables = { issues: fakeTable(), boards: fakeTable() };
    const run = smallRun({ states, tables, answer: () => new ConnectorError('credentials', 'expired'), facts: never });
    for (const { failure } of await execute(run.plan, {
      ...run.ports,
      refused: new Map([['boards', new ConnectorError('credentials', 'expired')]]),
    }))
      expect(failure).toMatchObject({ kind: 'credentials' });
    expect(run.asked).toEqual([]);
  });
});

describe('three levels', () => {
  const deep = { worklog_feed: null, worklogs: null, worklog_notes: null };

  test('rows of an answer that comes while a table below is committed are in the next commit', async () => {
    let begun = () => undefined as unknown;
    const commit = new Promise((resolve) => {
      begun = () => resolve(null);
    });
    const during = async () => {
      begun();
      await setTimeout(20);
    };
    const tables = { worklog_feed: fakeTable(), worklogs: fakeTable(), worklog_notes: fakeTable([], { during }) };
    let [lists, notes, clock] = [0, 0, 0];
    const answer = async ({ path }: { path: string }) => {
      if (path !== '/list') return page({ id: `n${++notes}` });
      lists += 1;
      const id = `w${lists}`;
      if (lists === 2) await Promise.race([commit, setTimeout(100)]);
      return page({ id });
    };
    const run = smallRun({ states: deep, tables, answer, facts: never, now: () => clock });
    const [root] = run.roots as [StreamRun];
    root.begin();
    const at = '1970-04-10T00:00:00.000Z';
    await root.deliver(
      root.node.route,
      ['1', '2'].map((id) => ({ record: { id, at }, carried: {} })),
      {},
      null,
    );
    await setTimeout(20);
    clock += 60_000;
    await root.advance(null);
    await root.finish(null, null);
    expect(await liveIds(tables.worklog_notes)).toEqual(['n1', 'n2']);
    expect(run.streamRun('worklog_notes').run.report).toMatchObject({ state: 'ok', rows_read: 2, rows_written: 2 });
  });

  test('what the list of all keys brings is committed down to the lowest stream', async () => {
    const notes = SMALL.get('worklog_notes');
    const replies = {
      ...{ ...notes, stream: 'replies', parent: { stream: 'comments', bind: { parent_id: 'id' } } },
      routes: notes.routes.map((route) => ({ ...route, request: 'GET /replies/{parent_id}' })),
    };
    const registry = makeRegistry([SMALL.get('issues'), SMALL.get('comments'), replies]);
    const tables = { issues: fakeTable(), comments: fakeTable(), replies: fakeTable() };
    const answer = async ({ path }: { path: string }) => {
      await setTimeout(1);
      if (path === '/keys' || path === '/bulk') return page(issue('4'));
      return page({ id: path === '/each/4' ? 'c4' : 'r4' });
    };
    const states = { issues: stateOf(), comments: stateOf(), replies: stateOf() };
    const run = smallRun({ states, tables, answer, facts: { ...always, registry } });
    run.streamRun('issues').begin();
    await reconcile(run.ctx, run.plan, run.roots);
    expect([await liveIds(tables.comments), await liveIds(tables.replies)]).toEqual([['c4'], ['r4']]);
  });
});

describe('a scan', () => {
  test('that breaks off twice is not whole: what came is kept, and no whole read is claimed', async () => {
    const table = fakeTable();
    const run = smallRun({
      states: { boards: null },
      tables: { boards: table },
      answer: () => ({ values: [{ id: '1' }], isLast: false }),
      facts: never,
    });
    const boards = run.streamRun('boards');
    await scanRoot(run.ctx, boards, 0);
    expect([run.asked.length, boards.run.whole, boards.run.lacks.length]).toEqual([2, false, 1]);
    expect([await liveIds(table), table.state]).toEqual([['1'], expect.objectContaining({ complete: false })]);
  });

  test('that is refused settles the stream and all below it', async () => {
    const run = smallRun({
      states: { boards: null, sprints: null },
      tables: { boards: fakeTable(), sprints: fakeTable() },
      answer: () => status(500),
    });
    await scanRoot(run.ctx, run.streamRun('boards'), 0);
    expect(run.streamRun('boards').failure).toMatchObject({ status: 500 });
    expect(run.streamRun('sprints').run.report).toMatchObject({
      state: 'skipped',
      error: expect.stringMatching(/parent boards failed/),
    });
  });
});

describe('a stream at work', () => {
  test('what comes after the walk may fail: the streams below stay well', async () => {
    const run = smallRun({
      states: { issues: null, comments: null },
      tables: { issues: fakeTable(), comments: fakeTable() },
    });
    const root = run.roots[0] as StreamRun;
    expect(root).toBeInstanceOf(StreamRun);
    await root.guard(() => Promise.reject(new ConnectorError('later', 'wait')));
    expect([root.run.report.state, run.streamRun('comments').alive]).toEqual(['paused', true]);
  });

  test('rows of another account are written and nothing is marked, and the run says so', async () => {
    const table = fakeTable([{ id: '1' }], { state: null });
    const run = smallRun({
      states: { tags: stateOf({ account: 'you', bookmark: null }) },
      tables: { tags: table },
      answer: () => page({ id: '2' }),
    });
    await scanRoot(run.ctx, run.streamRun('tags'), 0);
    expect([await liveIds(table), table.marks]).toEqual([['1', '2'], []]);
    expect(run.streamRun('tags').run.report.error).toMatch(/another account/);
  });

  test('rows outside of the scope are counted and not written', async () => {
    const table = fakeTable();
    const run = smallRun({ states: { boards: null }, tables: { boards: table } });
    const tableRun = new TableRun(run.streamRun('boards').node, run.ctx, table, []);
    const kept = await tableRun.take(
      SMALL.get('boards').routes[0] as Route,
      [
        { record: { id: '1' }, carried: {} },
        { record: { id: '2' }, carried: {} },
      ],
      {},
      ({ id }) => id === '1',
    );
    expect([kept.length, table.pending, tableRun.report.rows_read, tableRun.report.outcomes.out_of_scope]).toEqual([
      1, 1, 2, 1,
    ]);
  });
});

describe('a table held against the list of all keys', () => {
  const listed = ['1', '2', '4'];
  const reconciled = async (gone: unknown) => {
    const table = fakeTable(['1', '2', '3'].map((id) => issue(id)));
    const answer = (asked: { path: string; body?: unknown }) => {
      if (asked.path === '/keys') return page(...listed.map((id) => issue(id)));
      if (asked.path.startsWith('/issue/')) return gone;
      return page(
        ...idsOf(asked)
          .filter((id) => id !== '3')
          .map((id) => issue(id)),
      );
    };
    const run = smallRun({ states: { issues: stateOf() }, tables: { issues: table }, answer, facts: always });
    run.streamRun('issues').begin();
    await reconcile(run.ctx, run.plan, run.roots);
    return { run, table, report: run.streamRun('issues').run.report };
  };

  test('loses what is proven to be gone, and gets what it lacked', async () => {
    const { table, report } = await reconciled(status(404));
    expect(report.census).toMatchObject({ listed: 3, live: 3, added: 1, gone: 1, confirmed: 0 });
    expect(await liveIds(table)).toEqual(listed);
  });

  test.each([
    ['the issues themselves', 'issues', (id: string) => issue(id)],
    ['what hangs on them', 'comments', (id: string) => ({ id: `c${id}`, parent_id: id })],
  ])('that shows a lost permission is not looked at to its end: %s', async (_, name, row) => {
    const table = fakeTable(Array.from({ length: 300 }, (__, at) => row(String(at))));
    const answer = ({ path }: { path: string }) => (path.startsWith('/issue/') ? status(404) : page());
    const run = smallRun({ states: { [name]: stateOf() }, tables: { [name]: table }, answer, facts: always });
    run.streamRun(name).begin();
    await reconcile(run.ctx, run.plan, run.roots);
    expect(run.streamRun(name).run.report.error).toMatch(/at least 101 of 300 live rows.*lost permission/);
    expect(table.marks).toEqual([]);
    const looks = run.asked.filter(({ path }) => path.startsWith('/issue/')).length;
    expect([looks > 100, looks < 110]).toEqual([true, true]);
  });

  test('loses nothing while the site leaves it in doubt', async () => {
    const { table, report } = await reconciled(status(500));
    expect([report.state, table.marks]).toEqual(['failed', []]);
    expect(await liveIds(table)).toContain('3');
  });
});
