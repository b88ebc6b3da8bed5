/** Pages that lie: without end, without rows, without a list, in several versions, cut where moments are equal. */
import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import type { TableSpec } from '../../src/contract/table.js';
import { makePager } from '../../src/runtime/requests/pager.js';
import { readPages } from '../../src/runtime/requests/read-pages.js';
import type { Page } from '../../src/runtime/streams/stream-file.js';
import { openWarehouse } from '../../src/writers/warehouse.js';
import { registryOfPages } from '../e2e/sync-child.js';
import { type FaultServer, startFaultServer } from '../helpers/fault-server.js';
import { testClient } from '../helpers/http-client.js';
import { type JiraAndWarehouse, jiraAndWarehouse } from '../helpers/jira-and-warehouse.js';
import { batch, storedRows, temporaryFolder } from '../writers/support/tables.js';

const SEARCH = 'POST /rest/api/3/search/jql';
/** By pages of the search, not by ids and batches. */
const PAGES = { rate: 0.001 };
const size = { put: 'query.maxResults', value: 100 };
const token: Page = { kind: 'token', read: 'next', put: 'body.next', size, last: 'isLast' };
const offset: Page = { kind: 'offset', put: 'query.startAt', size };

let world: JiraAndWarehouse | undefined;
let server: FaultServer | undefined;
afterEach(async () => {
  await world?.close();
  await server?.close();
  world = undefined;
  server = undefined;
});

describe('pages without end', () => {
  test.each([
    ['tokens that are always new', token, (page: number) => ({ next: `t${page}` })],
    ['a list by offset that never ends', offset, () => ({})],
  ])('I8 R-24: %s end at the cap of pages', (_, kind, answer) => {
    const pager = makePager(kind);
    let pages = 0;
    const readOn = () => {
      while (pages < 300_000) {
        pages += 1;
        if (!pager.advance({ answer: answer(pages), records: [{ id: pages }] })) return;
      }
    };
    expect(readOn).toThrow(/200000 pages were read and the end did not come/);
    expect(pages).toBe(200_000);
  });

  test('I8 R-26: empty pages that announce more for ever end the stream after eleven requests, and nothing counts as gone', async () => {
    world = await jiraAndWarehouse({ issues: 30 });
    await world.sync(['issue_search'], PAGES);
    for (let page = 1; page <= 40; page += 1)
      world.jira.faults.add({
        match: SEARCH,
        status: 200,
        body: { issues: [], nextPageToken: `more-${page}`, isLast: false },
      });
    world.jira.requests.clear();
    const ran = await world.sync(['issue_search'], { ...PAGES, fullRefresh: true });
    expect(ran.of('issue_search')).toMatchObject({
      state: 'failed',
      rows_deleted: 0,
      error: expect.stringContaining('11 pages in a row were empty'),
    });
    // One more is the sampled page.
    expect(world.jira.requests.byRoute().get(SEARCH)).toBeLessThanOrEqual(12);
    expect(await world.rows('select count(*)::int n from issue_search')).toEqual([{ n: 30 }]);
  });

  test('R-26: ten empty pages in the middle of a walk lose none of the rows behind them', async () => {
    const empty = Array.from({ length: 10 }, (_, page) => ({ body: { values: [], next: `e${page}` } }));
    const first = { body: { values: [{ id: 1 }], next: 'a' } };
    const { records } = await readAll(token, [first, ...empty, { body: { values: [{ id: 2 }] } }]);
    expect(records).toEqual([{ id: 1 }, { id: 2 }]);
  });
});

describe('answers without the list they should have', () => {
  const form = /another form than its documentation says/;
  test.each([
    ['null', { values: null }, form],
    ['absent', {}, form],
    ['an object', { values: { id: 1 } }, /expected a list at `values\[\]`, got an object/],
    ['a text', { values: 'none' }, /got a string/],
    ['not in an object at all', [{ id: 1 }], form],
  ])('I6 R-31: a list that is %s is an error, never an empty page', async (_, body, says) => {
    await expect(readAll(token, [{ body }])).rejects.toThrow(says);
  });

  test.each([
    ['null', { values: null }],
    ['absent', {}],
  ])('R-31: where a route says that its list may be absent, %s is no record', async (_, body) =>
    expect((await readAll(token, [{ body }], { rows_may_be_absent: true })).records).toEqual([]));

  test('R-31: where a list may be absent, something else in its place is an error all the same', async () => {
    const asked = readAll(token, [{ body: { values: { id: 1 } } }], { rows_may_be_absent: true });
    await expect(asked).rejects.toThrow(/got an object/);
  });

  test.each([
    ['null', () => null],
    ['absent', () => undefined],
    ['an object', () => ({})],
  ])('I6 R-31: a list of projects that is %s fails the stream and marks nothing', async (_, values) => {
    world = await jiraAndWarehouse({ issues: 10, projects: 3 });
    await world.sync(['project_search']);
    world.jira.faults.add({
      match: /project\/search/,
      times: Number.POSITIVE_INFINITY,
      rewrite: (body) => ({ ...(body as object), values: values() }),
    });
    const ran = await world.sync(['project_search']);
    expect(ran.of('project_search')).toMatchObject({ state: 'failed', rows_deleted: 0 });
    expect(await world.rows('select count(*)::int n from project_search')).toEqual([{ n: 3 }]);
  });

  test('I6 R-31: nulls in a list are rejected one by one, the others arrive and nothing is marked', async () => {
    world = await jiraAndWarehouse({ issues: 10, projects: 3 });
    await world.sync(['project_search']);
    world.jira.faults.add({
      match: /project\/search/,
      times: Number.POSITIVE_INFINITY,
      rewrite: (body) => {
        const { values } = body as { values: unknown[] };
        return { ...(body as object), values: [null, ...values.slice(1)] };
      },
    });
    const ran = await world.sync(['project_search']);
    expect(ran.of('project_search')).toMatchObject({ rows_read: 3, rows_rejected: 1, rows_deleted: 0 });
    expect(ran.rejects).toMatchObject([{ stream: 'project_search', reason: 'the record is null, not an object' }]);
    expect(await world.rows('select count(*)::int n from project_search')).toEqual([{ n: 3 }]);
  });
});

describe('a row in several versions', () => {
  const VERSIONS: TableSpec = {
    namespace: 'acme',
    name: 'items',
    doc: 'Things with a cursor.',
    columns: [
      { name: 'id', type: 'string', doc: 'Key.' },
      { name: 'updated', type: 'timestamptz' },
      { name: 'text', type: 'string' },
    ],
    primaryKey: ['id'],
    cursor: 'updated',
    mode: 'merge',
  };
  const version = fc.record({ id: fc.constantFrom('a', 'b', 'c'), day: fc.integer({ min: 1, max: 4 }) });

  test('R-28: however the versions of a batch lie on its pages, the newest stays, of equal ones the later, one row a key', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(version, { maxLength: 4 }), { minLength: 1, maxLength: 4 }), async (pages) => {
        const root = await temporaryFolder();
        const writer = await openWarehouse({ root, runId: 'run-1' });
        const table = await writer.open(VERSIONS);
        const newest = new Map<string, { day: number; text: string }>();
        for (const [page, rows] of pages.entries()) {
          const texts = rows.map(({ id, day }, at) => ({ id, day, text: `${page}.${at}` }));
          for (const { id, ...one } of texts) if (one.day >= (newest.get(id)?.day ?? 0)) newest.set(id, one);
          await table.write(texts.map(({ day, ...row }) => ({ ...row, updated: `2026-01-0${day}T00:00:00.000Z` })));
        }
        const count = pages.flat().length;
        const done = await table.commit(batch(1));
        expect(done).toMatchObject({ written: newest.size, duplicate: count - newest.size });
        await writer.close();
        const stored = await storedRows(root, VERSIONS, 'id, text');
        expect(stored).toEqual([...newest].sort().map(([id, { text }]) => ({ id, text })));
      }),
      { numRuns: 25 },
    );
  });

  test('R-28: a row that is marked after it was read twice ends marked', async () => {
    const root = await temporaryFolder();
    const writer = await openWarehouse({ root, runId: 'run-1' });
    const table = await writer.open(VERSIONS);
    const row = (day: number) => ({ id: 'a', updated: `2026-01-0${day}T00:00:00.000Z`, text: String(day) });
    await table.write([row(2), row(1)]);
    table.mark({ reason: 'feed', where: { column: 'id', in: ['a'] }, exceptBatch: false });
    await table.commit(batch(1));
    await writer.close();
    expect(await storedRows(root, VERSIONS, 'id, text, _deleted_reason')).toEqual([
      { id: 'a', text: '2', _deleted_reason: 'feed' },
    ]);
  });
});

describe('rows of equal moments', () => {
  const ISSUES = 60;

  /** All issues changed at one of three moments, so that every page ends within a moment. */
  async function siteOfThreeMoments(): Promise<JiraAndWarehouse> {
    const made = await jiraAndWarehouse({ issues: ISSUES }, registryOfPages(10));
    const { table } = made.jira.site;
    const day = 86_400_000;
    const latest = made.jira.now() - 2 * day;
    for (let place = 0; place < table.size; place += 1) table.updated[place] = latest - (place % 3) * day;
    return made;
  }

  test.each([
    1, 2, 3, 4, 5,
  ])('I2 R-32: a walk that ends after %i pages within one moment loses none of its rows', async (pages) => {
    world = await siteOfThreeMoments();
    const change = { ...PAGES, commitRows: 10 };
    world.jira.faults.add({ match: SEARCH, after: pages, times: 1, status: 400 });
    expect((await world.sync(['issue_search'], change)).failures).toEqual(['failed']);
    expect((await world.sync(['issue_search'], change)).failures).toEqual([]);
    expect(await world.rows('select count(*)::int n from issue_search')).toEqual([{ n: ISSUES }]);
  });

  test.each([
    [0, 1],
    [1, 1],
    [-1, 0],
  ])('I2 R-32: an issue changed %i ms after the bookmark is read: %i', async (distance, read) => {
    world = await jiraAndWarehouse({ issues: 20, fixedClock: true });
    const { of } = await world.sync(['issue_search'], PAGES);
    world.jira.edit.advance(7_200_000);
    world.jira.site.changed(3, Date.parse(of('issue_search').bookmark ?? '') + distance, true);
    expect((await world.sync(['issue_search'], PAGES)).of('issue_search').rows_written).toBe(read);
  });
});

async function readAll(page: Page, replies: readonly { body: unknown }[], more: { rows_may_be_absent?: true } = {}) {
  server = await startFaultServer();
  server.script('/rest/api/3/things', ...replies);
  const { client } = testClient(server.url);
  const asked = { request: 'GET /rest/api/3/things', page, rows: 'values[]', ...more };
  const records: unknown[] = [];
  const anomalies: string[] = [];
  try {
    for await (const read of readPages(client, 'things', asked, {})) {
      records.push(...read.records.map(({ record }) => record));
      anomalies.push(...read.anomalies);
    }
  } finally {
    await client.close();
  }
  return { records, anomalies };
}
