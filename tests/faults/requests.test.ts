/** Requests that go wrong, seen from the whole run: what the streams say, what is kept, and what the next run does. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, test } from 'vitest';
import { type Simulator, startSimulator } from '../../simulator/simulator.js';
import { readStreamFiles } from '../../src/app/settings/package-files.js';
import type { RunReport } from '../../src/app/sync.js';
import type { Row, TableSpec, TableWriter, Writer } from '../../src/contract/table.js';
import { Secret } from '../../src/core/secret.js';
import { basicAuth } from '../../src/http/authorizer.js';
import { createClient } from '../../src/http/client.js';
import { loadRegistry } from '../../src/runtime/streams/load.js';
import { isRequestRoute, splitRequest } from '../../src/runtime/streams/registry.js';
import { openWarehouse } from '../../src/writers/warehouse.js';
import { runMain } from '../cli/run-main.js';
import { registryOfPages } from '../e2e/sync-child.js';
import { startFaultServer } from '../helpers/fault-server.js';
import { get, jumpingClock, LIMITS, noThrottle, testClient } from '../helpers/http-client.js';
import { type JiraAndWarehouse, jiraAndWarehouse, registry } from '../helpers/jira-and-warehouse.js';
import { siteLines, tableLines } from '../helpers/site-truth.js';

const SEARCH = 'POST /rest/api/3/search/jql';
const BULK = 'POST /rest/api/3/changelog/bulkfetch';
const FOREVER = Number.POSITIVE_INFINITY;

let world: JiraAndWarehouse | undefined;
let jira: Simulator | undefined;
let cwd: string | undefined;
afterEach(async () => {
  await world?.close();
  await jira?.close();
  if (cwd !== undefined) rmSync(cwd, { recursive: true, force: true });
  world = undefined;
  jira = undefined;
  cwd = undefined;
});

test('I8 R-05: a wait of a day ends the run at once with exit 75; the rows so far stay, and the next run goes on', async () => {
  jira = await startSimulator({ issues: 250 });
  cwd = mkdtempSync(join(tmpdir(), 'paused-'));
  const options = {
    cwd,
    env: {
      CONNECTOR_REQUESTS_PER_SECOND: '100',
      JIRA_URL: jira.url,
      JIRA_EMAIL: jira.email,
      JIRA_API_TOKEN: jira.apiToken,
    },
  };
  const argv = ['sync', '--stream', 'issue_search', '--json'];
  jira.faults.add({ match: SEARCH, after: 2, times: FOREVER, status: 429, headers: { 'Retry-After': '86400' } });
  const first = await runMain(argv, options);
  expect(first.exitCode).toBe(75);
  const [report] = (JSON.parse(first.stdout) as RunReport).connections;
  expect(report?.streams).toMatchObject([{ stream: 'issue_search', state: 'paused' }]);
  expect(jira.requests.log.filter(({ status }) => status === 429).length).toBeLessThanOrEqual(2);
  jira.faults.clear();
  expect((await runMain(argv, options)).exitCode).toBe(0);
  const counted = await runMain(
    ['query', '--format', 'csv', 'SELECT count(*), count(DISTINCT id) FROM issue_search'],
    options,
  );
  expect(counted.stdout.split('\n')[1]).toBe('250,250');
});

describe('packed answers', () => {
  const page = { values: Array.from({ length: 40 }, (_, id) => ({ id, name: `thing ${id * 7919}` })), total: 40 };
  const gzip = { 'content-encoding': 'gzip' };

  test('R-09: a gzip body cut at any byte, its trailer included, gives the whole page or is asked for again', async () => {
    const packed = gzipSync(JSON.stringify(page));
    const server = await startFaultServer();
    const { client } = testClient(server.url);
    try {
      for (let end = 0; end < packed.length; end += end > packed.length - 12 ? 1 : 5) {
        server.script('/rest/api/3/things', { headers: gzip, body: packed.subarray(0, end) }, { body: page });
        expect((await client.request(get('/rest/api/3/things'))).json, `cut after ${end} bytes`).toEqual(page);
      }
    } finally {
      await client.close();
      await server.close();
    }
  });

  test('R-09: one flipped bit of a gzip body never becomes another value', async () => {
    const server = await startFaultServer();
    const { client } = testClient(server.url);
    try {
      for (let at = 12; at < 200; at += 9) {
        const bent = Buffer.from(gzipSync(JSON.stringify(page)));
        bent[at] = (bent[at] ?? 0) ^ 0x10;
        server.script('/rest/api/3/things', { headers: gzip, body: bent }, { body: page });
        expect((await client.request(get('/rest/api/3/things'))).json, `bit of byte ${at}`).toEqual(page);
      }
    } finally {
      await client.close();
      await server.close();
    }
  });

  test('I6 R-09: a page with fewer rows than its total says is no whole read: nothing is marked', async () => {
    world = await jiraAndWarehouse({ issues: 10, projects: 3 });
    await world.sync(['project_search']);
    world.jira.faults.add({
      match: /project\/search/,
      times: FOREVER,
      rewrite: (body) => {
        const { values } = body as { values: unknown[] };
        return { ...(body as object), values: values.slice(0, 1) };
      },
    });
    const ran = await world.sync(['project_search']);
    expect(ran.of('project_search')).toMatchObject({ rows_deleted: 0 });
    expect(ran.failures).not.toEqual([]);
    expect(await world.rows('select count(*)::int n from project_search')).toEqual([{ n: 3 }]);
  });
});

describe('a request that the site does not take', () => {
  test.each([
    400, 410, 414,
  ])('I11 R-18: %i for the issues fails the stream with the words of the site, and is no empty table', async (status) => {
    world = await jiraAndWarehouse({ issues: 20 });
    const body = { errorMessages: ['The value nobody likes is refused.'] };
    world.jira.faults.add({ match: SEARCH, times: FOREVER, status, body });
    const ran = await world.sync(['issue_search', 'priorities']);
    expect(ran.failures).toEqual(['failed']);
    expect(ran.of('issue_search')).toMatchObject({
      state: 'failed',
      error: expect.stringContaining('The value nobody likes is refused.'),
    });
    expect(ran.of('priorities').state).toBe('ok');
  });

  test('R-18: what asks for many ids at once sends them in a body, since addresses have a length', () => {
    const asking = [...registry.streams.values()].flatMap(({ stream, routes }) =>
      routes.filter(isRequestRoute).flatMap((route) => (route.batch ? [{ stream, route }] : [])),
    );
    expect(asking.length).toBeGreaterThan(3);
    const long = asking.filter(
      ({ route }) => splitRequest(route.request).method === 'GET' && (route.batch?.max ?? 0) > 50,
    );
    expect(long.map(({ stream, route }) => `${stream}.${route.name}`)).toEqual([]);
  });
});

describe('a bulk route that is taken away', () => {
  const smallBatches = loadRegistry(
    readStreamFiles().map((file) =>
      file.file === 'streams/issue_changelog.yaml' ? { ...file, text: file.text.replace('max: 1000', 'max: 5') } : file,
    ),
  );

  test.each([
    0, 2,
  ])('R-36: after %i batches of histories the others are read issue by issue, and the bulk route is left alone', async (after) => {
    // More histories than come inside an issue.
    world = await jiraAndWarehouse({ issues: 30, perIssue: { comments: 0, worklogs: 0, histories: 60 } }, smallBatches);
    world.jira.faults.add({ match: BULK, after, times: FOREVER, status: 404 });
    const ran = await world.sync(['issue_search', 'issue_changelog'], { rate: 0.001 });
    expect(ran.failures).toEqual([]);
    const { issue_changelog: lines } = await tableLines(world, ['issue_changelog']);
    expect(lines).toEqual((await siteLines(world.jira)).issue_changelog);
    // Two batches are under way at once, and each learns it for itself.
    expect(world.jira.requests.byRoute().get(BULK)).toBeLessThanOrEqual(after + 2);
  });
});

describe('a site that does not recover', () => {
  const STREAMS = ['issue_search', 'issue_comments', 'boards', 'priorities'];

  test.each([
    ['answers 503', { status: 503 }],
    ['breaks every connection', { destroy: true }],
    ['asks for a minute again and again', { status: 429, headers: { 'Retry-After': '60' } }],
    ['sends half answers', { cutAtByte: 20 }],
  ])('I8 I11 a site that %s for good ends the run after so many tries and so much waiting, and no stream is well', async (_, fault) => {
    world = await jiraAndWarehouse({ issues: 20 });
    world.jira.faults.add({ match: /rest\/(?!api\/[23]\/(myself|serverInfo))/, times: FOREVER, ...fault });
    const clock = jumpingClock(world.jira.now());
    const client = createClient({
      ...LIMITS,
      baseUrl: world.jira.url,
      auth: basicAuth(world.jira.email, new Secret(world.jira.apiToken)),
      throttle: noThrottle,
      clock,
      random: () => 1,
    });
    try {
      const ran = await world.sync(STREAMS, { client });
      expect(ran.failures).not.toEqual([]);
      for (const { stream, state } of ran.reports) expect(['ok', 'empty'], stream).not.toContain(state);
      expect(client.counters().requests).toBeLessThan(100);
      expect(clock.slept.reduce((sum, ms) => sum + ms, 0)).toBeLessThan(STREAMS.length * 2 * 15 * 60_000);
      expect(Math.max(0, ...clock.slept)).toBeLessThanOrEqual(15 * 60_000);
    } finally {
      await client.close();
    }
  });

  test('I8 R-67: pages wait for a writer that is slow; they do not pile up in memory', async () => {
    world = await jiraAndWarehouse({ issues: 300 }, registryOfPages(10));
    const { jira: site, sync } = world;
    const before = site.requests.total();
    let most = 0;
    let taken = 0;
    // The first pages are written only when no more requests come: by then all that can be under way is there.
    const standsStill = async () => {
      for (let same = 0, last = -1; same < 10; ) {
        await new Promise((resolve) => setTimeout(resolve, 20));
        same = site.requests.total() === last ? same + 1 : 0;
        last = site.requests.total();
      }
    };
    const writer = slowWriter(await openWarehouse({ root: world.root, runId: 'slow' }), async () => {
      taken += 1;
      if (taken > 3) return;
      await standsStill();
      most = Math.max(most, site.requests.byRoute().get(SEARCH) ?? 0);
    });
    const ran = await sync(['issue_search'], { rate: 0.001, writer, runId: 'slow' });
    await writer.close();
    expect(ran.of('issue_search').rows_written).toBe(300);
    expect(site.requests.total() - before).toBeGreaterThan(30);
    // Written ones, the one that is being written, one read ahead, and the sampled one.
    expect(most).toBeLessThanOrEqual(3 + 3);
  });
});

/** Before rows are taken, something happens. */
function slowWriter(writer: Writer, before: () => Promise<void>): Writer {
  return instead(writer, 'open', async (spec: TableSpec) =>
    instead(await writer.open(spec), 'write', async function (this: TableWriter, rows: readonly Row[]) {
      await before();
      return this.write(rows);
    }),
  );
}

/** The same object with one method exchanged; the new one has the old object as `this`. */
function instead<T extends object, K extends keyof T>(object: T, method: K, other: T[K]): T {
  return new Proxy(object, {
    get(target, name) {
      const value = (name === method ? other : Reflect.get(target, name, target)) as unknown;
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}
