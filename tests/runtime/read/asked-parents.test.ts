/** Who is asked for what hangs on it: those that meet the conditions, and of new rows about one record one. */
import { expect, test } from 'vitest';
import { askedOf } from '../../../src/runtime/read/asked-parents.js';
import { boundValues } from '../../../src/runtime/read/parents.js';
import { statusesOf } from '../../../src/runtime/requests/statuses.js';

const rows = (...all: Record<string, unknown>[]) => all.map((row) => ({ row, record: {} })) as never[];
const of = (parent: object, fresh = 0) => ({ parent, window: { fresh }, passes: null }) as never;
const ids = (kept: readonly { readonly row: object }[]) => kept.map(({ row }) => (row as { id: string }).id);

test('a count that is not above says that nothing hangs on the row; no count says nothing', () => {
  const parent = { stream: 'issues', bind: { issue_id: 'id' }, where: { watchers: { above: 0 } } };
  const found = askedOf(
    of(parent),
    rows({ id: '1', watchers: 2 }, { id: '2', watchers: 0 }, { id: '3', watchers: null }, { id: '4' }),
  );
  expect([ids(found.asked), ids(found.none)]).toEqual([['1'], ['2']]);
});

test('new rows of another table name a record once; old ones and those of other things do not', () => {
  const parent = {
    ...{ stream: 'history', bind: { issue_id: 'issue_id' }, since: 'created' },
    where: { 'items[].field': ['RemoteIssueLink'] },
  };
  const entry = (id: string, issue: string, created: string, ...fields: string[]) => ({
    ...{ id, issue_id: issue, created },
    items: fields.map((field) => ({ field })),
  });
  const found = askedOf(
    of(parent, Date.parse('2024-01-02T00:00:00Z')),
    rows(
      entry('1', '10', '2024-01-03T00:00:00Z', 'status', 'RemoteIssueLink'),
      entry('2', '10', '2024-01-04T00:00:00Z', 'RemoteIssueLink'),
      entry('3', '11', '2024-01-01T00:00:00Z', 'RemoteIssueLink'),
      entry('4', '12', '2024-01-03T00:00:00Z', 'status'),
    ),
  );
  expect([ids(found.asked), ids(found.none)]).toEqual([['2'], []]);
});

test('words beside the statuses are no statuses', () => {
  expect(statusesOf({ 404: 'gone', fewer: 'forbidden' })).toEqual([404]);
  expect(statusesOf(undefined)).toEqual([]);
});

test('a parent without a value for a bound column gives none: no row of it says "null"', () => {
  const bind = { field_id: 'id', field_type: 'schema_custom' };
  expect(boundValues({ bind }, { id: 'customfield_1', schema_custom: null } as never)).toEqual({
    field_id: 'customfield_1',
  });
});
