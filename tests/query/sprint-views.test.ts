/** Sprints in SQL, held against stories worked out by hand. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type OpenWarehouse, openForReading } from '../../src/query/open.js';
import { toJson } from '../../src/query/tables/cells.js';
import { putSprintStories } from './sprint-stories.js';
import { day } from './stories.js';

const root = mkdtempSync(join(tmpdir(), 'sprint-stories-'));
let warehouse: OpenWarehouse;
beforeAll(async () => {
  await putSprintStories(root);
  warehouse = await openForReading({ root });
}, 60_000);
afterAll(() => {
  warehouse?.close();
  rmSync(root, { recursive: true });
});

async function rowsOf(sql: string) {
  const rows = (await warehouse.read(sql)).getRowObjects();
  return rows.map((row) => Object.fromEntries(Object.entries(row).map(([name, cell]) => [name, toJson(cell)])));
}

test('no view of sprints is left out', () => {
  expect(warehouse.problems).toEqual([]);
});

test('Which sprint was it in, and what was it estimated at, at the end of each day? The one that was not closed, the points of then', async () => {
  const on = async (key: string, days: readonly number[]) =>
    (
      await rowsOf(`SELECT day(day)::INT AS d, sprint_id, sprint_name, points FROM issue_daily(DATE '2026-03-01', DATE '2026-03-20')
        WHERE issue_key = '${key}' AND day(day) IN (${days.join(', ')}) ORDER BY 1`)
    ).map((row) => Object.values(row));
  // Carried over when sprint 11 was closed on the 13th.
  expect(await on('P-2', [1, 12, 13, 20])).toEqual([
    [1, '11', 'Sprint 11', 5],
    [12, '11', 'Sprint 11', 5],
    [13, '12', 'Sprint 12', 5],
    [20, '12', 'Sprint 12', 5],
  ]);
  // Estimated anew on the 4th; in no other sprint.
  expect(await on('P-7', [3, 4, 13])).toEqual([
    [3, '11', 'Sprint 11', 3],
    [4, '11', 'Sprint 11', 5],
    [13, null, null, 5],
  ]);
});

describe('sprint_interval', () => {
  const stays = (key: string) =>
    rowsOf(
      `SELECT sprint_id, sprint_name, entered_at, left_at FROM sprint_interval WHERE issue_key = '${key}' ORDER BY sprint_id, entered_at`,
    );
  const stay = (id: string, entered: string, left: string | null = null, name: string | null = `Sprint ${id}`) => ({
    ...{ sprint_id: id, sprint_name: name, entered_at: entered, left_at: left },
  });

  test('an id twice in one change is one stay', async () => {
    expect(await stays('P-11')).toEqual([stay('11', day(1, '12:00'))]);
  });

  test('the first set is the present one where nothing changed, and counts from creation', async () => {
    expect(await stays('P-13')).toEqual([stay('11', day(7))]);
  });

  test('each return is a stay of its own', async () => {
    expect(await stays('P-14')).toEqual([stay('11', day(1, '12:00'), day(5)), stay('11', day(6))]);
  });

  test('a sprint that is gone keeps its id', async () => {
    expect(await stays('P-12')).toEqual([stay('10', day(1), day(2), null)]);
  });

  test('a sprint that stays in the list when the next one comes is not left', async () => {
    expect(await stays('P-2')).toEqual([stay('11', day(1, '12:00')), stay('12', day(13, '17:00'))]);
  });
});

test('what became of each issue, closing moved within two minutes of the stamp on both sides', async () => {
  const rows = await rowsOf(
    `SELECT issue_key, outcome, was_committed, was_added, estimate_at_start, estimate_at_end FROM sprint_outcome
     WHERE sprint_id = '11' ORDER BY length(issue_key), issue_key`,
  );
  expect(rows.map((row) => Object.values(row))).toEqual([
    ['P-1', 'completed', true, false, 3, 3],
    ['P-2', 'not_completed', true, false, 5, 5],
    ['P-3', 'not_completed', true, false, 2, 2],
    ['P-4', 'not_completed', true, false, 1, 1],
    ['P-5', 'removed', true, false, 8, 8],
    ['P-6', 'completed', false, true, 2, 2],
    ['P-7', 'completed', true, false, 3, 5],
    ['P-8', 'completed_before', false, false, 13, 13],
    ['P-9', 'completed', true, false, 0, 0],
    ['P-10', 'completed', true, false, 1, 1],
    ['P-11', 'not_completed', true, false, 1, 1],
    ['P-13', 'not_completed', false, true, 4, 4],
    ['P-14', 'completed', true, false, 2, 2],
  ]);
});

test('the sums of a sprint: 25 committed + 6 added - 8 removed + 2 re-estimated are 12 completed + 13 carried over', async () => {
  const [eleven, twelve, twentyOne] = await rowsOf('SELECT * FROM sprint_summary ORDER BY sprint_id');
  expect(eleven).toMatchObject({
    ...{ committed: 25, completed: 12, added: 6, removed: 8, re_estimated: 2, carried_over: 13, scope_change: 0.64 },
    ...{
      committed_issues: 9,
      completed_issues: 5,
      added_issues: 2,
      removed_issues: 1,
      re_estimated_issues: 1,
    },
    ...{ carried_over_issues: 5, completed_before_issues: 1, unestimated_issues: 1 },
  });
  expect(twelve).toMatchObject({ sprint_id: '12', committed: 8, completed: 5, added: 0, carried_over: 0 });
  // Hours left, where the board estimates by time.
  expect(twentyOne).toMatchObject({ sprint_id: '21', committed: 2, completed: 0, re_estimated: 1, carried_over: 1 });
});

test('an epic: what is below it, without its own points; sub-tasks count by their hours', async () => {
  expect(await rowsOf('SELECT * FROM epic_progress')).toMatchObject([
    {
      ...{ epic_key: 'P-30', issues: 4, issues_done: 2, issues_in_progress: 1, issues_to_do: 1, unestimated_issues: 1 },
      ...{ points: 10, points_done: 8, points_in_progress: 2, points_to_do: 0, hours_spent: 2, hours_left: 0 },
      ...{ first_started: day(3), last_done: day(18), is_done: false },
    },
  ]);
});

test('a version: what is to be fixed in it; one without issues has zeros', async () => {
  expect(await rowsOf('SELECT version_name, issues, issues_to_do, points FROM version_progress ORDER BY 1')).toEqual([
    { version_name: '1.0', issues: 1, issues_to_do: 1, points: 0 },
    { version_name: '2.0', issues: 0, issues_to_do: 0, points: 0 },
  ]);
});
