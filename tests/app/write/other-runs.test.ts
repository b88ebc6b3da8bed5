/** Two runs that write to one site where no lease keeps them apart: rows that one still sends look like rows that were never carried out. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type Simulator, startSimulator } from '../../../simulator/simulator.js';
import { type Entry, isOpen } from '../../../src/actions/journal/entry.js';
import { Journal } from '../../../src/actions/journal/journal.js';
import { sendAll, UNDER_WAY_MS } from '../../../src/actions/send/run.js';
import { Site } from '../../../src/actions/site/site.js';
import { openSite } from '../../../src/app/open.js';
import { actionRegistry } from '../../../src/app/settings/actions.js';
import { ActionsTable } from '../../../src/app/write/actions-table.js';
import type { WriteJob } from '../../../src/app/write/job.js';
import { write } from '../../../src/app/write/write.js';
import { systemClock } from '../../../src/core/clock.js';
import { ConnectorError } from '../../../src/core/errors.js';
import { NO_LEASE } from '../../../src/core/lease/lease.js';
import { openWarehouse } from '../../../src/writers/warehouse.js';
import { fakeClient } from '../../helpers/fake-client.js';
import { ACTIONS, rowsOf } from '../../helpers/writing.js';

// As in a REST catalog.
vi.mock('../../../src/core/lease/lease.js', async (original) => {
  const real = await original<typeof import('../../../src/core/lease/lease.js')>();
  return { ...real, TableLease: { acquire: async () => real.NO_LEASE } };
});

let jira: Simulator;
let root: string;
beforeAll(async () => {
  jira = await startSimulator({ issues: 20, projects: 1 });
  root = mkdtempSync(join(tmpdir(), 'two-runs-'));
});
afterAll(async () => {
  await jira.close();
  rmSync(root, { recursive: true, force: true });
});

const MINUTE = 60_000;
const entry = (id: string, more: Partial<Entry> = {}): Entry => ({
  ...{
    id,
    runId: 'first',
    action: 'add_comment',
    line: 2,
    issueId: '10001',
    issueKey: 'ENG-1',
    content: { issue: 'ENG-1', text: id },
  },
  request: { method: 'POST', path: '/rest/api/3/issue/10001/comment', query: {}, body: { body: id } },
  ...{ before: null, wanted: {}, state: 'sent', status: null, error: null, resultId: null, attempts: 0 },
  ...{ sentAt: 0, endedAt: null, accountId: jira.site.directory.people[0]?.accountId ?? '', undoes: null, ...more },
});

test('a second run, be it a mere look, leaves rows of a living run alone: taken for those of a dead one they were sent twice', async () => {
  expect(NO_LEASE.shared).toBe(true);
  const auth = { type: 'basic', email: jira.email, api_token: jira.apiToken } as const;
  const connection = openSite({ name: 'demo', url: jira.url, auth, throttle: { requests_per_second: 100 } });
  const clock = { ...systemClock, wall: () => jira.now(), sleep: async (ms: number) => void jira.edit.advance(ms) };
  const settings = { actions: ACTIONS, projects: ['ENG'], maxRows: 1000, files: null };
  const job: WriteJob = {
    ...{ connection, warehouse: { root }, write: settings, action: 'add_comment', single: false, send: false },
    ...{ source: 'a', rows: rowsOf([{ issue: 'ENG-2', text: 'another' }]) },
  };
  const writer = await openWarehouse({ root, runId: 'first' });
  const first = await ActionsTable.open(writer, connection, 'first');
  await first.save([entry('slow', { sentAt: jira.now() })]);
  for (const send of [false, true])
    await expect(write({ ...job, send }, { clock })).rejects.toMatchObject({
      kind: 'later',
      message: expect.stringContaining('Run first has rows on their way since'),
    });
  // Its own commits go on: nothing was written beside it.
  await first.save([entry('slow', { state: 'done', resultId: '1', sentAt: jira.now(), endedAt: jira.now() })]);
  await first.save([entry('dead', { sentAt: jira.now() })]);
  await first.close();
  await writer.close();
  // A site tells its time in whole seconds.
  jira.edit.advance(UNDER_WAY_MS + MINUTE);
  expect((await write({ ...job, send: true }, { clock })).report).toMatchObject({ done: 1 });
});

/** Rows of one issue, at a site that lets each request wait for so long. */
async function sentSlowly(waitMs: number, save: (entries: readonly Entry[]) => Promise<void>) {
  let now = Date.parse('2026-03-02T09:00:00Z');
  const begun = now;
  const { client, asked } = fakeClient(({ method }) => {
    if (method === 'POST') now += waitMs;
    return { id: String(now) };
  });
  const journal = await Journal.open({ load: async () => [], whole: async () => [], save });
  const site = new Site(client, 'cloud', { accountId: 'me', timeZone: null });
  const ports = { runId: 'r', signal: new AbortController().signal, redact: (text: string) => text };
  const rows = ['a', 'b', 'c', 'd'].map((id) => entry(id));
  const sent = sendAll(rows, {
    ...{ ...ports, site, journal, registry: actionRegistry(), now: () => now },
    sleep: async (ms) => {
      now += ms;
    },
  });
  return { sent: await sent.catch((error: unknown) => error), asked, begun };
}

test('rows of a batch that has taken minutes go into the journal anew: none is on its way for longer than others believe', async () => {
  const saved: (readonly Entry[])[] = [];
  const { sent, asked, begun } = await sentSlowly(2 * MINUTE, async (entries) => void saved.push(entries));
  expect(sent).toMatchObject({ entries: ['a', 'b', 'c', 'd'].map((id) => ({ id, state: 'done' })) });
  expect(asked.filter(({ method }) => method === 'POST')).toHaveLength(4);
  const anew = saved.map((entries) =>
    entries.filter(isOpen).map(({ id, sentAt }) => [id, sentAt > begun + 3 * MINUTE]),
  );
  expect(anew.slice(0, 2)).toEqual([
    ['a', 'b', 'c', 'd'].map((id) => [id, false]),
    [
      ['c', true],
      ['d', true],
    ],
  ]);
});

test('a machine that slept within a batch sends none of its rows when another run has settled them meanwhile', async () => {
  let saves = 0;
  const { sent, asked } = await sentSlowly(11 * MINUTE, async () => {
    if (++saves > 1) throw new ConnectorError('later', 'Another run wrote table demo._actions.');
  });
  expect(sent).toMatchObject({ kind: 'later' });
  expect(asked.filter(({ method }) => method === 'POST')).toHaveLength(1);
});
