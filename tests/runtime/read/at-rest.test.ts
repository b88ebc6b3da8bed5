/** What records tell of parents at rest. */
import { describe, expect, test } from 'vitest';
import type { Row, TableWriter } from '../../../src/contract/table.js';
import { ConnectorError } from '../../../src/core/errors.js';
import type { Debt } from '../../../src/runtime/plan/debt-rules.js';
import { makeReadPlan, wantedOf } from '../../../src/runtime/plan/read-plan.js';
import { readAtRest } from '../../../src/runtime/read/at-rest.js';
import type { RunContext } from '../../../src/runtime/read/context.js';
import { Debts, NO_DEBTS } from '../../../src/runtime/read/debts.js';
import { execute } from '../../../src/runtime/read/execute.js';
import type { StreamRun } from '../../../src/runtime/read/stream-run.js';
import { Watch } from '../../../src/runtime/read/watch.js';
import { makeRegistry, type Stream } from '../../../src/runtime/streams/registry.js';
import { status } from '../../helpers/fake-client.js';
import { fakeTable } from '../../helpers/fake-table.js';
import { registry } from '../../helpers/jira-and-warehouse.js';
import { DAY, NOW, SMALL, stateOf, type Tables } from '../../helpers/small-plan.js';
import { page, smallRun } from '../../helpers/small-run.js';

const issues = registry.get('issue_search');
const sprints = registry.get('board_sprints');
const field = { type: 'list<struct>', texts: 'sprint', about: 'Sprint.' } as const;
const known = makeRegistry([
  ...[sprints, registry.get('sprint_issues')],
  { ...issues, columns: { ...issues.columns, customfield_10020: field } },
]);

test('an issue tells by its own key, by that of the issue above it, and by the sprints that it names', () => {
  const watch = new Watch(known, () => true);
  const rows: Row[] = [
    { id: '1', parent_id: '7', customfield_10020: [{ id: '30' }, { id: '31' }] },
    { id: '2', parent_id: null, customfield_10020: null },
  ];
  watch.note(known.get('issue_search'), rows, false);
  expect(watch.of('sprint_issues')).toMatchObject({
    ...{ keys: new Set(['1', '7', '2']), named: new Set(['30', '31']), everything: false },
  });
  watch.note(known.get('issue_search'), rows, true);
  expect(watch.of('sprint_issues')?.everything).toBe(true);
  expect(new Watch(known, () => false).of('sprint_issues')).toBeUndefined();
});

test('a closed sprint has changed when its table has it otherwise or not at all; digits of a moment are no change', async () => {
  const watch = new Watch(known, () => true);
  const row = (id: string, change: Row = {}): Row => ({
    ...{ board_id: '1', id, name: `Sprint ${id}`, state: 'closed', complete_date: '2026-01-01T00:00:00.000Z' },
    ...change,
  });
  watch.note(
    sprints,
    ['1', '2', '3', '4', '5'].map((id) => row(id, id === '5' ? { state: 'active' } : {})),
    true,
  );
  const stored = [
    row('1', { complete_date: '2026-01-01T00:00:00.000000Z' }),
    row('2', { name: 'Former name' }),
    row('3', { state: 'active', complete_date: null }),
  ];
  await watch.compare(sprints, { rows: async () => stored } as unknown as TableWriter);
  expect(watch.of('sprint_issues')?.changed).toEqual(new Set(['2', '3', '4']));
});

test('refused credentials are not tried again for parents at rest', async () => {
  const failure = new ConnectorError('credentials', 'The token has expired.');
  const root = { all: () => [{ failure }] } as unknown as StreamRun;
  const aside = { guard: () => Promise.reject(new Error('asked')) } as unknown as StreamRun;
  await expect(readAtRest({} as RunContext, [root], [aside])).resolves.toBeUndefined();
});

describe('a run that passes over closed sprints', () => {
  const text = { type: 'string', about: 'A text.' };
  const small = (name: string, like: string, more: object) => ({ ...SMALL.get(like), stream: name, ...more }) as Stream;
  const each = { ...SMALL.get('comments').routes[0], unless: { '403': 'forbidden' } };
  const told_by = { stream: 'issues', column: 'id', keys: ['id'], texts: 'sprint' };
  const inSprint = small('in_sprint', 'tags', {
    primary_key: ['parent_id', 'id'],
    parent: { stream: 'sprints', bind: { parent_id: 'id' } },
    routes: [each],
    at_rest: { where: { state: ['closed'] }, every: '1000d', alone: '1d', told_by },
  });
  const sprintsOf = { columns: { ...SMALL.get('tags').columns, state: text }, primary_key: ['id'] };
  const streams = (issues: Stream = SMALL.get('issues')) =>
    makeRegistry([small('sprints', 'tags', sprintsOf), inSprint, issues]);

  const rest = { at: NOW - 2 * DAY, heard: { sprints: NOW - DAY } };
  const ROWS = [
    { parent_id: '1', id: 'a' },
    { parent_id: '2', id: 'b' },
  ];
  const sprint = (id: string, state: string) => ({ id, key: null, parent_id: null, issue_id: null, state });
  const SPRINTS = { values: [sprint('1', 'active'), sprint('2', 'closed')], isLast: true };

  interface Given {
    readonly registry?: Stream;
    readonly states?: Tables;
    readonly debts?: readonly Debt[];
    /** Not walked: what the others tell of it is all that is read. */
    readonly aside?: true;
    readonly answer?: (path: string) => unknown;
  }

  async function ran({ registry: issues, states = {}, debts: known = [], aside, answer }: Given) {
    const own = stateOf({ bookmark: null, rest });
    const before: Tables = { sprints: stateOf({ bookmark: null, whole: NOW - DAY }), in_sprint: own, ...states };
    const table = fakeTable(ROWS, { primaryKey: ['parent_id', 'id'], state: own });
    const tables = { sprints: fakeTable(SPRINTS.values), in_sprint: table, issues: fakeTable() };
    const run = smallRun({
      states: before,
      tables: Object.fromEntries(Object.entries(tables).filter(([name]) => Object.hasOwn(before, name))),
      answer: ({ path }) =>
        answer?.(path) ??
        (path === '/tags'
          ? SPRINTS
          : path === '/each/1'
            ? page({ id: 'a' })
            : path === '/each/2'
              ? page({ id: 'b' })
              : page()),
      facts: {
        registry: streams(issues),
        schedule: { census: null, overlap: null, reread: new Map(), every: new Map() },
      },
    });
    const debts = new Debts(known, NO_DEBTS, NOW);
    const walked = Object.keys(before).filter((name) => !aside || name !== 'in_sprint');
    const plan = makeReadPlan(
      run.ports.facts,
      wantedOf(walked, run.ports.facts),
      new Map(),
      aside ? ['in_sprint'] : [],
    );
    const ended = await execute(plan, { ...run.ports, debts });
    const one = ended.find(({ name }) => name === 'in_sprint');
    const live = (await table.rows({ columns: ['parent_id'] })).map(({ parent_id: id }) => id);
    return { one, table, live, debts, asked: run.asked.map(({ path }) => path), events: run.events };
  }

  test('goes on when the site refuses its only open sprint: that says nothing of the closed ones', async () => {
    const { one, table, live, asked } = await ran({
      answer: (path) => (path === '/each/1' ? status(403) : undefined),
    });
    expect(asked).toEqual(['/tags', '/each/1', '/each/2']);
    expect(one?.run.report.state).not.toBe('forbidden');
    expect(live).toEqual(['1', '2']);
    expect(table.state).toMatchObject({ rest: { at: NOW, heard: { sprints: NOW } } });
  });

  test.each([
    ['daily where no column of the records that tell names a sprint', false, ['/each/2']],
    ['rarely where one does', true, []],
  ])('reads them %s', async (_, named, read) => {
    const issues = SMALL.get('issues');
    const columns = { ...issues.columns, ...(named ? { customfield_10020: field } : {}) };
    const states = { issues: stateOf(), sprints: stateOf({ bookmark: null, whole: NOW - DAY }) };
    const heard = { sprints: NOW - DAY, issues: 90 * DAY };
    const own = stateOf({ bookmark: null, rest: { ...rest, heard } });
    const { asked } = await ran({ registry: { ...issues, columns }, states: { ...states, in_sprint: own } });
    expect(asked.filter((path) => path === '/each/2')).toEqual(read);
    expect(asked).toContain('/search');
  });

  test('leaves what open sprints owe to the next walk, and ends what is owed by sprints that are gone', async () => {
    const owed = (id: string): Debt => ({
      ...{ stream: 'in_sprint', parent: `parent_id=${id}`, name: `sprint ${id}`, values: { parent_id: id } },
      ...{ state: 'hidden', reason: '1 of 2 rows came', waits: false, status: null, since: 0, lastTry: null },
      ...{ tries: 1, alike: 1, pass: 0, difference: null },
    });
    const { debts, asked } = await ran({ debts: [owed('1'), owed('9')], aside: true });
    expect(asked).toEqual(['/tags', '/each/2']);
    expect(debts.of('in_sprint').map(({ parent }) => parent)).toEqual(['parent_id=1']);
  });
});
