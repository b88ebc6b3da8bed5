import { afterEach, expect, test } from 'vitest';
import { OwnTable } from '../../src/app/run-log/own-table.js';
import { runRow, runsTable } from '../../src/app/run-log/runs-table.js';
import { emptyReport, type StreamReport } from '../../src/contract/report.js';
import { openRunHistory, type StoredRunHistory } from '../../src/query/run-history.js';
import { openWarehouse } from '../../src/writers/warehouse.js';
import { board, boards, temporaryFolder, write } from './warehouse.js';

let history: StoredRunHistory | undefined;
afterEach(() => history?.close());

async function remember(folder: string): Promise<StoredRunHistory> {
  history = await openRunHistory({ root: folder }, 'acme');
  return history;
}

async function record(folder: string, runId: string, reports: readonly Partial<StreamReport>[]): Promise<void> {
  const writer = await openWarehouse({ root: folder, runId });
  const rows = reports.map((report) =>
    runRow(
      { runId, site: 'https://acme.atlassian.net', startedAt: `2026-01-0${runId}T00:00:00Z` },
      { ...emptyReport('boards'), ...report },
    ),
  );
  await new OwnTable(writer, runsTable('acme'), runId).add(rows);
  await writer.close();
}

test('a warehouse that is not there yet is remembered as nothing, not as empty tables', async () => {
  const found = await remember(`${temporaryFolder()}/none`);
  expect([found.state('boards'), found.lastRun('boards'), await found.rows('boards')]).toEqual([null, null, null]);
});

test('parents are counted once for each key, under the conditions of the stream file, null among them', async () => {
  const folder = temporaryFolder();
  const rows = ['scrum', 'scrum', 'kanban', null, "it's"].map((title, at) => board(String(at), { title }));
  await write(folder, boards('acme'), rows);
  const found = await remember(folder);
  expect(await found.rows('boards')).toBe(5);
  expect(await found.rows('boards', ['title'], { title: ['scrum', null, "it's"] })).toBe(3);
  expect(await found.rows('boards', ['id'], { title: [null] })).toBe(1);
  expect(await found.rows('boards', ['no_such_column'])).toBeNull();
});

test('pages are those of each parent, not of all rows together', async () => {
  const folder = temporaryFolder();
  const rows = Array.from({ length: 9 }, (_, at) => board(String(at), { title: at < 7 ? 'a' : 'b' }));
  await write(folder, boards('acme'), rows);
  expect(await (await remember(folder)).pages('boards', 'title', 3)).toEqual({ parents: 2, pages: 4 });
});

test('a run that was cut short does not stand for what a whole one costs', async () => {
  const folder = temporaryFolder();
  await record(folder, '1', [{ requests: 40, rows_read: 7 }, { stream: 'groups' }]);
  await record(folder, '2', [{ requests: 3, state: 'failed' }]);
  expect((await remember(folder)).lastRun('boards')).toEqual({
    run: '1',
    requests: 40,
    rowsRead: 7,
    together: new Set(['boards', 'groups']),
  });
});
