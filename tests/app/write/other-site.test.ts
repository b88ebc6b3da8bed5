/** One connection name, one warehouse, another `url:`: what was done on a sandbox is not done on the site that it was copied from. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Simulator, startSimulator } from '../../../simulator/simulator.js';
import { openSite } from '../../../src/app/open.js';
import type { WriteJob } from '../../../src/app/write/job.js';
import { undo } from '../../../src/app/write/runs.js';
import { write } from '../../../src/app/write/write.js';
import { openWarehouse } from '../../../src/writers/warehouse.js';
import { registry, syncInto } from '../../helpers/jira-and-warehouse.js';
import { rowsOf, type Writing, writing } from '../../helpers/writing.js';

let sandbox: Writing;
let production: Simulator;
let there: Pick<WriteJob, 'connection'>;
beforeAll(async () => {
  sandbox = await writing();
  // The same issues and the same account.
  production = await startSimulator({ issues: 60, projects: 3 });
  const auth = { type: 'basic', email: production.email, api_token: production.apiToken } as const;
  there = { connection: openSite({ name: 'demo', url: production.url, auth }) };
});
afterAll(async () => {
  await production.close();
  await sandbox.close();
});

test('rows that were tried on a sandbox are not skipped on production, and its undo deletes nothing there: both are refused', async () => {
  const rows = rowsOf([{ issue: 'ENG-1', text: 'tried first' }]);
  const { report } = await sandbox.send('add_comment', rows);
  expect(report).toMatchObject({ done: 1 });
  const refused = {
    kind: 'usage',
    message: `The table of _actions belongs to ${sandbox.jira.url}, not to ${production.url}. Use another warehouse or another connection name.`,
  };
  const { clock } = sandbox;
  for (const send of [false, true])
    await expect(write(sandbox.job('add_comment', rows, { ...there, send }), { clock })).rejects.toMatchObject(refused);
  const back = { ...sandbox.job('', []), ...there, runId: report.run_id, send: true, confirm: 1 };
  await expect(undo(back, { clock })).rejects.toMatchObject(refused);
  expect(production.writes.executed).toEqual([]);
});

test('a journal of an earlier version, which does not say its site, is of the site that is written to next', async () => {
  const own = await writing();
  try {
    const rows = rowsOf([{ issue: 'ENG-1', text: 'once' }]);
    const { report } = await own.send('add_comment', rows);
    const open = async () => {
      const writer = await openWarehouse({ root: own.root, runId: 'earlier' });
      const columns = ['action_id'].map((name) => ({ name, type: 'string' as const, doc: name }));
      const spec = {
        namespace: 'demo',
        name: '_actions',
        doc: '',
        columns,
        primaryKey: ['action_id'],
        mode: 'merge',
      } as const;
      return { writer, table: await writer.open(spec) };
    };
    const before = await open();
    await before.table.commit({ state: { account: null, shown: {} }, runId: 'earlier', batch: 1 });
    await before.writer.close();
    expect((await own.send('add_comment', rows)).report.rows).toMatchObject([
      { state: 'skipped', run_id: report.run_id },
    ]);
    await own.look('add_comment', rows);
    const after = await open();
    expect(after.table.state).toMatchObject({ site: own.jira.url });
    await after.writer.close();
  } finally {
    await own.close();
  }
});

test("production's issues are not read into the tables of a sandbox", async () => {
  const own = await writing();
  try {
    await syncInto(own.jira, own.root, registry, ['issue_search']);
    const count = () => own.rows("SELECT count(*) AS n FROM demo.issue_search WHERE summary = 'of production'");
    const job = own.job('update_issue', rowsOf([{ issue: 'ENG-1', summary: 'of production' }]), {
      ...there,
      send: true,
    });
    const { report } = await write(job, { clock: own.clock });
    expect(report).toMatchObject({ done: 1 });
    expect(report.notices).toContainEqual(
      expect.stringContaining(`The table of issue_search belongs to ${own.jira.url}, not to ${production.url}`),
    );
    expect(await count()).toEqual([{ n: '0' }]);
  } finally {
    await own.close();
  }
});
