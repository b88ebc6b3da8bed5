/** What records tell of parents at rest. */
import { expect, test } from 'vitest';
import type { Row, TableWriter } from '../../../src/contract/table.js';
import { ConnectorError } from '../../../src/core/errors.js';
import { readAtRest } from '../../../src/runtime/read/at-rest.js';
import type { RunContext } from '../../../src/runtime/read/context.js';
import type { StreamRun } from '../../../src/runtime/read/stream-run.js';
import { Watch } from '../../../src/runtime/read/watch.js';
import { makeRegistry } from '../../../src/runtime/streams/registry.js';
import { registry } from '../../helpers/jira-and-warehouse.js';

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
