/** What a sync does to answers: `refresh=true` starts a real one, and one that commits beside an answer does not change it. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startSimulator } from '../../simulator/simulator.js';
import { portsOf } from '../../src/core/ports.js';
import { Looks } from '../../src/serve/look.js';
import { Refreshes } from '../../src/serve/refresh.js';
import { syncProcess } from '../../src/serve/sync-process.js';
import { runMain } from '../cli/run-main.js';
import { addWorklog, FEBRUARY, fillTwoSites, LABELS, served, serveKey, temporaryFolder } from './two-sites.js';

const { folder, remove } = temporaryFolder();
const root = join(folder, 'warehouse');
beforeAll(() => fillTwoSites(root));
afterAll(remove);

test('an answer under way is of the tables as they were when it began', async () => {
  const looks = new Looks({ root }, LABELS, portsOf({}).log);
  const caller = serveKey('all', { limits: { restricted: true } });
  const count = async (look: Awaited<ReturnType<Looks['lookAt']>>) =>
    looks.withTables(look, new AbortController().signal, async (sources) =>
      (await sources.rows('SELECT count(*)::INT AS n FROM worklog')).map(({ n }) => n),
    );
  const before = await looks.lookAt(caller);
  await addWorklog(root);
  expect([await count(before), await count(await looks.lookAt(caller))]).toEqual([[6], [7]]);
  looks.close();
});

test('refresh=true reads the site in a process of its own, and the answer has what was just logged there', async () => {
  const jira = await startSimulator({ issues: 20 });
  const cwd = join(folder, 'site');
  mkdirSync(cwd);
  const auth = { type: 'basic', email: jira.email, api_token: '$'.concat('{TOKEN}') };
  const connection = { name: 'acme', url: jira.url, auth, streams: ['issue_search', 'issue_worklog'] };
  writeFileSync(join(cwd, 'sync.yaml'), JSON.stringify({ warehouse: 'warehouse', connections: [connection] }));
  const env = { ...process.env, TOKEN: jira.apiToken };
  expect(await runMain(['sync'], { cwd, env })).toMatchObject({ exitCode: 0 });
  const { signal } = new AbortController();
  const warehouse = { root: join(cwd, 'warehouse') };
  const server = await served(warehouse.root, {
    keys: [serveKey('fresh', { mayRefresh: true })],
    house: { refreshes: new Refreshes(syncProcess(['--config', 'sync.yaml'], { cwd, env, signal }), portsOf({})) },
  });
  jira.edit.advance(3_600_000);
  const id = jira.edit.addWorklog(jira.site.idOf(0));
  jira.edit.advance(120_000);
  const path = '/api/1/worklog?start=2000-01-01';
  expect((await server.as('fresh', path)).body).not.toContain(`"id":"${id}"`);
  const { status, body } = await server.as('fresh', `${path}&refresh=true`);
  expect([200, 202]).toContain(status);
  expect(body).toContain(`"id":"${id}"`);
  await server.close();
  await jira.close();
}, 60_000);

test('refresh=true is one sync for all who ask, not again for a while, and its failure is told', async () => {
  let runs = 0;
  let exitCode = 1;
  const log = { debug() {}, info() {}, warn() {}, error() {} };
  let now = 0;
  const clock = { now: () => now, wall: () => 0, sleep: async () => undefined };
  const run = async () => {
    runs++;
    await new Promise((resolve) => setImmediate(resolve));
    return { exitCode, words: 'said' };
  };
  const one = await served(root, {
    keys: [serveKey('fresh', { mayRefresh: true })],
    house: { refreshes: new Refreshes(run, { log, clock }) },
  });
  const path = `/api/1/worklog?${FEBRUARY}&refresh=true`;
  expect([(await one.as('fresh', path)).status, (await one.as('fresh', path)).status, runs]).toEqual([502, 502, 1]);
  exitCode = 75;
  now += 5 * 60_000;
  expect((await one.as('fresh', path)).status).toBe(503);
  now += 60_000;
  const early = await one.as('fresh', path);
  expect([early.status, early.headers['retry-after'], runs]).toEqual([503, '240', 2]);
  exitCode = 0;
  now += 4 * 60_000;
  runs = 0;
  const all = await Promise.all([one.as('fresh', path), one.as('fresh', path), one.as('fresh', path)]);
  expect([all.map(({ status }) => status), runs]).toEqual([[200, 200, 200], 1]);
  now += 5 * 60_000;
  expect([(await one.as('fresh', path)).status, runs]).toEqual([200, 2]);
  await one.close();
});
