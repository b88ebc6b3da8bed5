/** One issue's labels out of a million issues: a filter on the view reaches the files, through the list that is taken apart. */
import type { TableSpec } from '../../src/contract/table.js';
import { openForReading } from '../../src/query/open.js';
import { makeBigTable, workId } from '../big-table.js';
import type { Figure } from '../table.js';
import { withWarehouse } from '../warehouse.js';

const ISSUES: TableSpec = {
  namespace: 'bench',
  name: 'issue_search',
  doc: 'Issues.',
  columns: [
    { name: 'id', type: 'string' },
    { name: 'key', type: 'string' },
    { name: 'project_key', type: 'string' },
    { name: 'summary', type: 'string' },
    { name: 'labels', type: { list: 'string' } },
  ],
  primaryKey: ['id'],
  mode: 'merge',
};
const CELLS = {
  id: '(10_000_000 + i)',
  key: "'ENG-' || i",
  project_key: "'ENG'",
  summary: 'md5(i::VARCHAR) || md5((-i)::VARCHAR)',
  labels: "['label-' || i % 31, 'label-' || i % 37]",
};
const [ROWS, FILES] = [1_000_000, 20];

export function issueLabel(): Promise<readonly Figure[]> {
  return withWarehouse(async ({ root }) => {
    await makeBigTable(root, ROWS, FILES, ISSUES, CELLS);
    const warehouse = await openForReading({ root });
    const asked = `SELECT * FROM issue_label WHERE issue_id = '${workId(777_777)}'`;
    const labels = (await warehouse.read(asked)).getRows().length;
    const plan = (await warehouse.read(`EXPLAIN (ANALYZE, FORMAT json) ${asked}`)).getRows();
    warehouse.close();
    const scanned = [...String(plan[0]?.[1]).matchAll(/"operator_rows_scanned": (\d+)/g)].map(([, count]) =>
      Number(count),
    );
    const rows = Math.max(...scanned);
    return [
      {
        name: 'labels of one issue of 1,000,000 in 20 files',
        value: `${rows.toLocaleString('en')} rows scanned`,
        limit: `${(ROWS / FILES).toLocaleString('en')}, one file`,
        floor: 'one row group',
        ok: labels === 2 && rows <= ROWS / FILES,
        problem: labels === 2 ? undefined : `${labels} labels in place of 2`,
      },
    ];
  });
}
