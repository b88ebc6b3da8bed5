import { afterEach, expect, test } from 'vitest';
import { runMain } from '../cli/run-main.js';
import { type JiraAndWarehouse, jiraAndWarehouse } from '../helpers/jira-and-warehouse.js';

let world: JiraAndWarehouse | undefined;
afterEach(() => world?.close());

test('I2 after everything but the newest snapshot is gone, the next sync is incremental and the rows are the same', async () => {
  world = await jiraAndWarehouse({ issues: 60 });
  const streams = ['issue_search', 'issue_worklog'];
  await world.sync(streams);
  const sql = 'SELECT count(*) AS n, md5(string_agg(id || key, $$,$$ ORDER BY id)) AS all_of_them FROM issue_search';
  const before = await world.rows(sql);
  const args = ['--warehouse', world.root, 'maintain', '--retain-days', '0', '--retain-snapshots', '1'];
  const { exitCode, stderr } = await runMain(args, { cwd: world.root });
  expect(exitCode, stderr).toBe(0);
  expect(await world.rows(sql)).toEqual(before);
  const again = await world.sync(streams);
  expect(again.failures).toEqual([]);
  expect(again.of('issue_search')).toMatchObject({ mode: 'incremental', rows_written: 0, state: 'ok' });
  expect(await world.rows(sql)).toEqual(before);
});
