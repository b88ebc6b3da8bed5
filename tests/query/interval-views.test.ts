import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type OpenWarehouse, openForReading } from '../../src/query/open.js';
import { toJson } from '../../src/query/tables/cells.js';
import { day, putStories } from './stories.js';
import { rowsOf as guarded } from './warehouse.js';

async function rowsOf(of: OpenWarehouse, sql: string) {
  const rows = (await of.read(sql)).getRowObjects();
  return rows.map((row) => Object.fromEntries(Object.entries(row).map(([name, cell]) => [name, toJson(cell)])));
}

const root = mkdtempSync(join(tmpdir(), 'stories-'));
let warehouse: OpenWarehouse;
let server: OpenWarehouse;
beforeAll(async () => {
  const [cloud, datacenter] = [join(root, 'cloud'), join(root, 'datacenter')];
  await putStories(cloud);
  await putStories(datacenter, 'datacenter');
  warehouse = await openForReading({ root: cloud });
  server = await openForReading({ root: datacenter });
}, 60_000);
afterAll(() => {
  warehouse?.close();
  server?.close();
  rmSync(root, { recursive: true });
});

const visits = (key: string, of = warehouse) =>
  rowsOf(
    of,
    `SELECT status_name, status_category_key, entered_at, left_at, seconds, visit_no, moved_back FROM status_interval
     WHERE issue_key = '${key}' AND left_at IS NOT NULL ORDER BY entered_at, left_at`,
  );
const visit = (status: string, category: string, entered: string, left: string, hours: number, more: object = {}) => ({
  status_name: status,
  status_category_key: category,
  entered_at: entered,
  left_at: left,
  seconds: hours * 3600,
  visit_no: 1,
  moved_back: false,
  ...more,
});

describe('status_interval', () => {
  test('begins when the issue was made, and each move closes one time and opens the next', async () => {
    expect(await visits('S-1')).toEqual([
      visit('To Do', 'new', day(2, '09:00'), day(3, '10:00'), 25),
      visit('In Progress', 'indeterminate', day(3, '10:00'), day(5, '16:00'), 54),
    ]);
    expect(
      await rowsOf(
        warehouse,
        "SELECT status_name, is_current, author_id FROM status_interval WHERE issue_key = 'S-1' AND is_current",
      ),
    ).toEqual([{ status_name: 'Done', is_current: true, author_id: 'who-S-1' }]);
  });

  test('counts visits, and tells moves back to an earlier category', async () => {
    expect(await visits('S-3')).toEqual([
      visit('To Do', 'new', day(2), day(2, '06:00'), 6),
      visit('In Progress', 'indeterminate', day(2, '06:00'), day(3, '06:00'), 24),
      visit('To Do', 'new', day(3, '06:00'), day(4, '06:00'), 24, { visit_no: 2, moved_back: true }),
      visit('In Progress', 'indeterminate', day(4, '06:00'), day(6, '06:00'), 48, { visit_no: 2 }),
    ]);
  });

  test('of two moves in one second the entry with the lower number is the earlier one', async () => {
    expect((await visits('S-5')).slice(1)).toEqual([
      visit('In Progress', 'indeterminate', day(11, '10:00'), day(11, '10:00'), 0),
      visit('Review', 'indeterminate', day(11, '10:00'), day(13, '10:00'), 48),
    ]);
  });

  test('a status that is gone is known by its name, and its category is not', async () => {
    expect((await visits('S-9'))[1]).toEqual(visit('Gone', 'unknown', day(3), day(5), 48));
  });

  test('a chain that does not hold together is marked, believed where it led to, and ends where the issue is', async () => {
    const broken = await rowsOf(
      warehouse,
      'SELECT DISTINCT issue_key FROM status_interval WHERE history_broken ORDER BY 1',
    );
    expect(broken).toEqual([{ issue_key: 'S-10' }, { issue_key: 'S-11' }]);
    expect((await visits('S-11'))[1]).toEqual(visit('In Progress', 'indeterminate', day(3), day(8), 120));
    const present = await rowsOf(
      warehouse,
      `SELECT count(*)::INT AS issues, count(*) FILTER (WHERE v.status_id = i.status_id)::INT AS right
       FROM issue i JOIN status_interval v ON v.issue_id = i.id AND v.is_current`,
    );
    expect(present).toEqual([{ issues: 12, right: 12 }]);
  });

  test('is the same where entries name their field without an id, as on Data Center', async () => {
    const sql = 'SELECT * FROM status_interval WHERE NOT is_current ORDER BY ALL';
    expect(await rowsOf(server, sql)).toEqual(await rowsOf(warehouse, sql));
  });

  test('asked for one issue it does not read the histories of the others', async () => {
    const plan = JSON.stringify(
      await rowsOf(warehouse, "EXPLAIN (FORMAT json) SELECT * FROM status_interval WHERE issue_id = '105'"),
    );
    expect(plan).toMatch(/issue_id.{0,40}'105'|'105'.{0,40}issue_id|c\d+='105'/);
  });
});

describe('cycle_time', () => {
  test('has one row for each issue that is done, with days worked out by hand', async () => {
    const rows = await rowsOf(
      warehouse,
      `SELECT issue_key, started_at, finished_at, lead_days, cycle_days, active_days, reopened_count
       FROM cycle_time ORDER BY length(issue_key), issue_key`,
    );
    const done = (
      key: string,
      started: string | null,
      finished: string,
      lead: number,
      cycle: number,
      active: number,
      reopened = 0,
    ) => ({
      issue_key: key,
      started_at: started,
      finished_at: finished,
      lead_days: lead,
      cycle_days: cycle,
      active_days: active,
      reopened_count: reopened,
    });
    expect(rows).toEqual([
      done('S-1', day(3, '10:00'), day(5, '16:00'), 3.29, 3, 2.25),
      done('S-2', day(9, '12:00'), day(20, '12:00'), 11.17, 12, 6, 1),
      done('S-3', day(2, '06:00'), day(6, '06:00'), 4.25, 5, 3),
      done('S-4', null, day(12), 2, 0, 0),
      done('S-5', day(11, '10:00'), day(13, '10:00'), 3.42, 3, 2),
      done('S-6', day(16, '10:00'), day(17, '10:00'), 1.42, 2, 1),
      done('S-9', null, day(5), 3, 0, 0),
      done('S-10', day(3), day(6), 4, 4, 3),
      done('S-11', day(3), day(8), 6, 6, 5),
    ]);
  });
});

describe('issue_daily', () => {
  const at = (from: string, to = from, where = '') =>
    rowsOf(
      warehouse,
      `SELECT day, issue_key, status_name, status_category_key, age_days FROM issue_daily(DATE '${from}', DATE '${to}') ${where} ORDER BY day, length(issue_key), issue_key`,
    );
  const one = (day: string, issue: string, status: string, category: string, age: number | null) => ({
    ...{ day, issue_key: issue, status_name: status, status_category_key: category, age_days: age },
  });

  test('What was in which status at the end of 4 March? Issues that were there, a deleted status by its name', async () => {
    const fourth = '2026-03-04';
    expect(await at(fourth)).toEqual([
      one(fourth, 'S-1', 'In Progress', 'indeterminate', 3),
      one(fourth, 'S-3', 'In Progress', 'indeterminate', 3),
      one(fourth, 'S-9', 'Gone', 'unknown', 3),
      one(fourth, 'S-10', 'In Progress', 'indeterminate', 3),
      one(fourth, 'S-11', 'In Progress', 'indeterminate', 3),
      // Done at midnight of the 4th, to do again at midnight of the 5th.
      one(fourth, 'S-12', 'Done', 'done', null),
    ]);
  });

  test('How did an issue get on from day to day? One row a day from its creation, as it was when the day ended', async () => {
    expect(await at('2026-02-20', '2026-03-05', "WHERE issue_key = 'S-3'")).toEqual([
      one('2026-03-02', 'S-3', 'In Progress', 'indeterminate', 1),
      one('2026-03-03', 'S-3', 'To Do', 'new', 2),
      one('2026-03-04', 'S-3', 'In Progress', 'indeterminate', 3),
      one('2026-03-05', 'S-3', 'In Progress', 'indeterminate', 4),
    ]);
  });

  test('Can it be asked without an end? Ten years at once at most, and no day to come', async () => {
    await expect(at('2016-01-01', '2026-03-01')).rejects.toThrow('More than 3660 days are asked for at once');
    await expect(warehouse.read('FROM issue_daily')).rejects.toThrow('issue_daily');
    expect(
      await rowsOf(
        warehouse,
        'SELECT max(day) <= current_date AS past FROM issue_daily(current_date - 9, current_date + 9)',
      ),
    ).toEqual([{ past: true }]);
  });

  test('Does every place where tables are listed know it? SHOW TABLES, DESCRIBE, PIVOT and the guard do', async () => {
    const asked = async (sql: string) => (await guarded(warehouse, sql)).map((row) => row.map((cell) => toJson(cell)));
    expect(await asked('SHOW TABLES')).toContainEqual(['issue_daily(first_day, last_day)', 'function for people']);
    const call = "acme.issue_daily(DATE '2026-03-04', DATE '2026-03-05')";
    expect((await asked(`DESCRIBE FROM ${call}`)).map(([name]) => name)).toContain('sprint_name');
    expect(
      await asked(
        `PIVOT (SELECT day, status_category_key FROM ${call}) ON status_category_key IN ('done', 'new') USING count(*) ORDER BY day`,
      ),
    ).toEqual([
      ['2026-03-04', 1, 0],
      ['2026-03-05', 2, 1],
    ]);
  });
});
