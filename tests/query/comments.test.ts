/** Words for the columns of the views, over the tables of all streams. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type OpenWarehouse, openForReading } from '../../src/query/open.js';
import { commentsOf } from '../../src/query/publish/comments.js';
import { tableSpecOf } from '../../src/runtime/rows/table-spec.js';
import { openWarehouse } from '../../src/writers/warehouse.js';
import { registry } from '../helpers/jira-and-warehouse.js';
import { temporaryFolder } from '../serve/two-sites.js';

const { folder, remove } = temporaryFolder();
let warehouse: OpenWarehouse;

beforeAll(async () => {
  const runId = crypto.randomUUID();
  const writer = await openWarehouse({ root: folder, runId });
  for (const stream of registry.streams.values()) {
    const table = await writer.open(tableSpecOf(stream, 'acme'));
    await table.commit({ state: null, runId, batch: 1 });
  }
  await writer.close();
  warehouse = await openForReading({ root: folder });
});
afterAll(() => {
  warehouse.close();
  remove();
});

test('every column of a view says what it is', () => {
  const comments = commentsOf(warehouse.tables);
  const silent: string[] = [];
  for (const view of warehouse.peopleViews)
    for (const column of warehouse.columns.get(view)?.keys() ?? [])
      if (comments.column(view, column) === undefined) silent.push(`${view}.${column}`);
  expect(silent).toEqual([]);
  expect(comments.column('worklog', 'seconds')).toBe('Time logged, in seconds.');
});
