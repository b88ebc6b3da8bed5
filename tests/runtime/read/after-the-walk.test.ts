/** What a run does when its walk is over: records asked for by id, names, debts, followers, repeated values and new keys. */
import { expect, test } from 'vitest';
import type { CountedStream } from '../../../src/runtime/plan/read-plan.js';
import { Scopes } from '../../../src/runtime/plan/scopes.js';
import { readByPrefix } from '../../../src/runtime/read/by-prefix.js';
import { Confirmation } from '../../../src/runtime/read/confirm.js';
import { execute } from '../../../src/runtime/read/execute.js';
import { endWithLeaders, markFollowers, restoreFollowers } from '../../../src/runtime/read/followers.js';
import { namedIn, namersOf, readNamers } from '../../../src/runtime/read/namers.js';
import { liveParents, oweChildren } from '../../../src/runtime/read/owe-children.js';
import { payDebts } from '../../../src/runtime/read/pay-debts.js';
import { readBatch } from '../../../src/runtime/read/read-batch.js';
import { readRenamed } from '../../../src/runtime/read/renamed.js';
import { readRepeated } from '../../../src/runtime/read/repeated.js';
import { makeContext } from '../../../src/runtime/read/run-context.js';
import { routeOf } from '../../../src/runtime/requests/routes.js';
import { makeRegistry, type Stream } from '../../../src/runtime/streams/registry.js';
import { status } from '../../helpers/fake-client.js';
import { fakeTable } from '../../helpers/fake-table.js';
import { DAY, SMALL, settingsOf, stateOf } from '../../helpers/small-plan.js';
import { issue, page, smallRun } from '../../helpers/small-run.js';

const issues = SMALL.get('issues');
const never = { schedule: { census: null, overlap: null, reread: new Map<string, number>() } };
const always = { schedule: { census: 'always', overlap: null, reread: new Map<string, number>() } } as const;
const idsOf = ({ body }: { body?: unknown }) => (body as { ids: string[] }).ids;
const liveIds = async (table: ReturnType<typeof fakeTable>) =>
  (await table.rows({ columns: ['id'] })).map(({ id }) => id).sort();

test('a record is in scope, out of scope or gone by what the site says of it, and is asked for once', async () => {
  const answer = (asked: { path: string; body?: unknown }) => {
    if (asked.path.startsWith('/issue/')) return status(404);
    const shown = asked.path === '/bulk' ? ['1', '2'] : ['1'];
    return page(
      ...idsOf(asked)
        .filter((id) => shown.includes(id))
        .map((id) => ({ id })),
    );
  };
  const run = smallRun({ states: { issues: null }, tables: { issues: fakeTable() }, answer });
  const confirmation = new Confirmation(run.ctx, issues as CountedStream, 'issues');
  const lost: string[] = [];
  const ask = (...ids: readonly string[]) => confirmation.ask(ids, (id) => void lost.push(id));
  await ask('1', '2', '3');
  const count = run.asked.length;
  await ask('3', '1');
  expect(lost).toEqual(['2', '3', '3']);
  expect(run.asked.length).toBe(count);
  expect([confirmation.lost(['1', '2', '3']), confirmation.gone(['1', '2', '3'])]).toEqual([['2', '3'], ['3']]);
});

test.each([
  [404, [], { gone: 1, not_visible: 0 }],
  [403, ['ids without an answer'], { gone: 0, not_visible: 1 }],
] as const)('an id without an answer is asked for again, then looked at: %i', async (code, anomalies, outcomes) => {
  const answer = (asked: { path: string; body?: unknown }) =>
    asked.path.startsWith('/issue/')
      ? status(code)
      : page(
          ...idsOf(asked)
            .filter((id) => id === '1')
            .map((id) => ({ id })),
        );
  const run = smallRun({ states: { issues: null }, tables: { issues: fakeTable() }, answer });
  const root = run.streamRun('issues');
  const found = await readBatch(run.ctx, root, routeOf(issues, 'bulk'), ['1', '2']);
  expect([found.records.length, found.anomalies, found.lack === null]).toEqual([1, anomalies, code === 404]);
  expect(run.asked.map((asked) => (asked.path === '/bulk' ? idsOf(asked) : asked.path))).toEqual([
    ['1', '2'],
    ['2'],
    '/issue/2',
  ]);
  expect(root.run.report.outcomes).toMatchObject(outcomes);
});

test('rows that name a record are found in the table, read again, and not asked for when they have come already', async () => {
  const table = fakeTable([
    { id: '1', links: ['9'] },
    { id: '2', links: ['9', '1'] },
    { id: '9', links: ['9'] },
  ]);
  const run = smallRun({ states: { issues: stateOf() }, tables: { issues: table }, answer: () => page() });
  const root = run.streamRun('issues');
  expect(await namersOf(root, ['9'])).toEqual(['1', '2']);
  expect(
    namedIn(issues, [
      { id: '1', links: ['9', '2'] },
      { id: '2', links: null },
    ]),
  ).toEqual(['9']);
  await readNamers(run.ctx, root, ['1', '2'], [{ record: issue('1'), carried: {} }]);
  expect(run.asked.map(idsOf)).toEqual([['2']]);
  expect([table.pending, root.run.report.outcomes.gone]).toEqual([1, 1]);
});

test('what comes into view owes the rows of streams that do not read it in this run', async () => {
  const run = smallRun({ states: { issues: stateOf() }, tables: { issues: fakeTable([{ id: '7' }]) } });
  const input = {
    ...run.ports.input,
    writer: { has: async (_: string, name: string) => name === 'comments' || name === 'sprints' },
  };
  await oweChildren(input as never, run.ctx.debts, run.roots, issues, [{ id: '7' }]);
  expect(run.ctx.debts.of('comments').map(({ parent }) => parent)).toEqual(['parent_id=7']);
  for (const other of ['worklogs', 'sprints']) expect(run.ctx.debts.of(other)).toEqual([]);
  expect(await liveParents(run.roots, 'issues', 'id', ['7', '8'], 0)).toEqual(new Set(['7']));
  expect(await liveParents(run.roots, 'boards', 'id', ['7'], 0)).toBeNull();
});

test('a debt is paid by reading its parent, and ends without a request when the parent is gone', async () => {
  const tables = { issues: fakeTable([{ id: '7' }]), comments: fakeTable() };
  const run = smallRun({
    states: { issues: stateOf(), comments: stateOf() },
    tables,
    answer: () => page({ id: 'c7' }),
  });
  for (const root of run.roots) root.begin();
  for (const id of ['7', '8'])
    run.ctx.debts.owe(
      { stream: 'comments', parent: `parent_id=${id}`, name: `issue ${id}`, values: { parent_id: id } },
      'why',
    );
  await payDebts(run.ctx, run.roots, true);
  expect(run.asked.map(({ path }) => path)).toEqual(['/each/7']);
  expect([run.ctx.debts.of('comments'), await liveIds(tables.comments)]).toEqual([[], ['c7']]);
});

const debtOf = (stream: string, column: string, id: string) =>
  ({ stream, parent: `${column}=${id}`, name: `parent ${id}`, values: { [column]: id } }) as const;

test.each([
  ['a first read that goes on after it was cut short', { complete: false }, {}],
  ['a full refresh from a later start', {}, { fullRefresh: true, start: 80 * DAY }],
])('%s does not end a debt of a parent that lies before it', async (_, state, settings) => {
  const tables = { issues: fakeTable([issue('7')]), comments: fakeTable() };
  const run = smallRun({
    states: { issues: stateOf(state), comments: stateOf(state) },
    tables,
    answer: ({ path }) => (path === '/each/7' ? page({ id: 'c7' }) : page()),
    facts: { ...never, settings: settingsOf(settings) },
  });
  run.ctx.debts.owe(debtOf('comments', 'parent_id', '7'), 'it answered 500');
  await execute(run.plan, run.ports);
  expect(run.asked.map(({ path }) => path)).toContain('/each/7');
  expect([run.ctx.debts.of('comments'), await liveIds(tables.comments)]).toEqual([[], ['c7']]);
});

test('a debt of a parent before the beginning of its own table is not taken for gone', async () => {
  const tables = { issues: fakeTable([issue('9')]), comments: fakeTable() };
  const run = smallRun({
    states: { issues: stateOf({ start: 50 * DAY }), comments: stateOf() },
    tables,
    answer: () => page({ id: 'c7' }),
    facts: { ...never, settings: settingsOf({ start: 50 * DAY }) },
  });
  for (const root of run.roots) root.begin();
  run.ctx.debts.owe(debtOf('comments', 'parent_id', '7'), 'it answered 500');
  await payDebts(run.ctx, run.roots, true);
  expect(await liveIds(tables.comments)).toEqual(['c7']);
});

test('what comes into view while a read that was cut short goes on owes what is older than the rest of it', async () => {
  const bookmark = { of: 'worklog_feed', ms: 90 * DAY };
  const run = smallRun({
    states: { issues: stateOf(), worklogs: stateOf({ bookmark, complete: false }) },
    tables: { issues: fakeTable([{ id: '7' }]), worklogs: fakeTable() },
  });
  for (const root of run.roots) root.begin();
  const input = { ...run.ports.input, writer: { has: async () => false } };
  await oweChildren(input as never, run.ctx.debts, run.roots, issues, [{ id: '7' }]);
  expect(run.ctx.debts.of('worklogs').map(({ parent }) => parent)).toEqual(['parent_id=7']);
});

test('a debt of a feed is paid by the route that fills it, whatever else is read', async () => {
  const tables = { issues: fakeTable([{ id: '7' }]), worklogs: fakeTable() };
  const run = smallRun({
    states: { issues: stateOf(), worklogs: stateOf({ bookmark: { of: 'worklog_feed', ms: 90 * DAY } }) },
    tables,
    answer: () => page({ id: '5' }),
  });
  for (const root of run.roots) root.begin();
  run.ctx.debts.owe(debtOf('worklogs', 'id', '5'), 'it answered 500');
  await payDebts(run.ctx, run.roots, true);
  expect(run.asked.map(({ path }) => path)).toEqual(['/list']);
  expect([run.ctx.debts.of('worklogs'), await liveIds(tables.worklogs)]).toEqual([[], ['5']]);
});

test('what hangs on rows of a debt is committed, too', async () => {
  const tables = { worklogs: fakeTable(), worklog_notes: fakeTable() };
  const bookmark = { of: 'worklog_feed', ms: 90 * DAY };
  const run = smallRun({
    states: { worklogs: stateOf({ bookmark }), worklog_notes: stateOf({ bookmark }) },
    tables,
    answer: ({ path }) => page(path === '/list' ? { id: '5' } : { id: 'n5' }),
  });
  for (const root of run.roots) root.begin();
  run.ctx.debts.owe(debtOf('worklogs', 'id', '5'), 'it answered 500');
  await payDebts(run.ctx, run.roots, true);
  expect([await liveIds(tables.worklogs), await liveIds(tables.worklog_notes)]).toEqual([['5'], ['n5']]);
});

test('rows that are deleted with those of another stream follow them, and come back with them', async () => {
  const tables = {
    issues: fakeTable([{ id: '2' }], { deleted: [{ id: '1' }] }),
    approvals: fakeTable([{ id: '1' }, { id: '2' }]),
  };
  const run = smallRun({ states: { issues: stateOf(), approvals: stateOf() }, tables, facts: always });
  const all = run.roots.flatMap((root) => root.all());
  await markFollowers(run.ctx, all);
  expect(await liveIds(tables.approvals)).toEqual(['2']);
  await run.streamRun('issues').run.restore([issue('1')]);
  await run.streamRun('issues').append();
  await restoreFollowers(run.ctx, run.roots);
  expect([await liveIds(tables.approvals), run.asked]).toEqual([['1', '2'], []]);
});

test.each([
  ['when the keys of the others were counted', true, ['2']],
  ['in no other run', false, ['1', '2']],
])('rows whose record an earlier run marked and then died are marked %s', async (_, counted, left) => {
  const tags = { ...SMALL.get('tags'), gone_with: { stream: 'issues', key: 'id' } } as Stream;
  const states = { issues: stateOf(), tags: stateOf({ bookmark: null }) };
  const tables = {
    issues: fakeTable([issue('2')], { deleted: [issue('1')] }),
    tags: fakeTable([{ id: '1' }, { id: '2' }]),
  };
  const run = smallRun({ states, tables, facts: { ...never, registry: makeRegistry([issues, tags]) } });
  run.streamRun('issues').run.absence.counted = counted;
  await endWithLeaders(run.roots, []);
  expect(await liveIds(tables.tags)).toEqual(left);
});

test('a repeated value that its own stream no longer has is read again; without one nothing is asked', async () => {
  const tables = {
    boards: fakeTable([{ id: 'b', key: 'NEW' }]),
    issues: fakeTable([issue('1', { board_key: 'OLD' }), issue('2', { board_key: 'NEW' })]),
  };
  const run = smallRun({
    states: { issues: stateOf(), boards: stateOf() },
    tables,
    answer: () => page(issue('1', { board_key: 'NEW' })),
    facts: never,
  });
  await readRepeated(run.ctx, run.roots);
  expect(run.asked.map(idsOf)).toEqual([['1']]);
  await readRepeated(run.ctx, run.roots);
  expect(run.asked.length).toBe(1);
});

test('issues of a project with a new key are listed and read again; else nothing is asked', async () => {
  const scopes = new Scopes([
    { scope: 'old', id: '10', key: 'ENG' },
    { scope: 'new', id: '10', key: 'CORE' },
  ]);
  const answer = ({ path }: { path: string }) => page(issue(path === '/keys' ? '1' : '1'));
  const given = (scope: string) => ({
    states: { issues: stateOf({ scope: 'old' }) },
    tables: { issues: fakeTable() },
    answer,
    facts: { settings: settingsOf({ scopes, scope }) },
  });
  const run = smallRun(given('new'));
  await readRenamed(run.ctx, run.streamRun('issues'));
  expect(run.asked.map(({ path }) => path)).toEqual(['/keys', '/bulk']);
  const same = smallRun(given('old'));
  await readRenamed(same.ctx, same.streamRun('issues'));
  expect(same.asked).toEqual([]);
});

test('a list that is cut off is asked for by beginnings of names until the site’s own count is reached', async () => {
  const users = ['Ann', 'Bob', 'Abe'].map((name) => ({ id: name, key: name }));
  const route = {
    name: 'users',
    request: 'POST /users',
    page: { kind: 'offset', put: 'body.startAt', size: { put: 'body.max', value: 2 }, total: 'total', cap: 2 },
    rows: 'values[]',
    prefix: { put: 'body.begins', of: 'key' },
  };
  const answer = ({ body }: { body?: unknown }) => {
    const { begins, startAt = 0 } = body as { begins?: string[]; startAt?: number };
    const found = users.filter(({ key }) => key.toLowerCase().startsWith(begins?.[0] ?? ''));
    return { values: startAt > 0 ? [] : found.slice(0, 2), total: found.length };
  };
  const run = smallRun({ states: { boards: null }, tables: { boards: fakeTable() }, answer });
  const met: unknown[] = [];
  for await (const { records } of readByPrefix(run.ctx, 'boards', SMALL.get('boards'), route as never, {}))
    met.push(...records.map(({ record }) => (record as { id: string }).id));
  expect(met.sort()).toEqual(['Abe', 'Ann', 'Bob']);
});

test('a row is in scope when its id is, a parent when its project is; where nothing is known, all are', () => {
  const ids = new Map([['issues', new Set(['1'])]]);
  const given = { states: { issues: null }, tables: { issues: fakeTable() } };
  const { ctx, ports } = smallRun({ ...given, ids });
  const worklogs = SMALL.get('worklogs');
  expect(['1', '2'].map((id) => ctx.inScope(worklogs, { issue_id: id }))).toEqual([true, false]);
  const open = makeContext(ports.input, ports.facts, ports.view, { ...ports, ids: new Map(), streamRuns: [] });
  expect([open.inScope(worklogs, { issue_id: '2' }), open.parentInScope('issues', { project_id: '5' })]).toEqual([
    true,
    true,
  ]);
});
