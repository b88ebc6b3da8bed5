/** A thousand rows in one request are a thousand rows whose outcome has to be told apart. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Simulator, startSimulator } from '../../../simulator/simulator.js';
import type { Entry, SentRequest } from '../../../src/actions/journal/entry.js';
import { type Operation, operationsOf } from '../../../src/actions/send/operations.js';
import { type QueuePorts, sendQueued } from '../../../src/actions/send/send-queued.js';
import { SiteClients } from '../../../src/app/connect/site-clients.js';
import { openSite } from '../../../src/app/open.js';
import { actionRegistry } from '../../../src/app/settings/actions.js';
import type { Json } from '../../../src/contract/table.js';
import { portsOf } from '../../../src/core/ports.js';
import type { HttpClient } from '../../../src/http/client.js';

let jira: Simulator;
let client: HttpClient;
let waited: number;
beforeAll(async () => {
  jira = await startSimulator({ issues: 80, projects: 1 });
  jira.writes.rules.permissions.DELETE_ISSUES = true;
  const auth = { type: 'basic', email: jira.email, api_token: jira.apiToken } as const;
  const connection = openSite({ name: 'demo', url: jira.url, auth, throttle: { requests_per_second: 100 } });
  client = new SiteClients(portsOf({})).clientFor(connection);
});
afterAll(async () => {
  await client.close();
  await jira.close();
});

const ports = (): QueuePorts => {
  waited = 0;
  const sleep = async (ms: number) => {
    waited += ms;
  };
  return { client, now: () => waited, sleep, signal: new AbortController().signal, redact: (text) => text };
};

const entry = (action: string, issueId: string, request: Partial<SentRequest>): Entry => ({
  ...{ id: `${action} ${issueId}`, runId: 'r', action, line: 2, issueId, issueKey: null, content: null },
  request: { method: 'PUT', path: '', query: {}, body: null, ...request },
  ...{ before: null, wanted: {}, state: 'sent', status: null, error: null, resultId: null, attempts: 0 },
  ...{ sentAt: 0, endedAt: null, accountId: '', undoes: null },
});
const ids = (from: number, count: number) => Array.from({ length: count }, (_, n) => String(10_000 + from + n));
const updates = (from: number, count: number, fields: Json) =>
  ids(from, count).map((id) => entry('update_issue', id, { body: { fields } }));
const only = (action: string, entries: readonly Entry[]): Operation => {
  const [operation] = operationsOf('cloud', action, entries).operations;
  if (operation === undefined) throw new Error('nothing goes together');
  return operation;
};
const outcomesOf = async (operation: Operation) => {
  const action = actionRegistry().get(operation.entries[0]?.action ?? '');
  const queued = await sendQueued(operation, action, ports());
  return 'refused' in queued ? 'refused' : queued.outcomes.map((outcome) => outcome.entry);
};
const statesOf = async (operation: Operation) => {
  const outcomes = await outcomesOf(operation);
  return outcomes === 'refused' ? outcomes : outcomes.map(({ state }) => state);
};

test('goes together what is the same for ten issues at least, and nothing else', () => {
  const bug = { labels: ['bug'] };
  const twice = updates(30, 1, bug).concat(updates(30, 1, { labels: ['other'] }));
  const entries = [
    ...updates(0, 12, bug),
    ...updates(12, 9, { labels: ['few'] }),
    ...updates(40, 12, { description: { type: 'doc', version: 1, content: [] } }),
    ...twice,
  ];
  const { operations, rest } = operationsOf('cloud', 'update_issue', entries);
  expect(operations.map((one) => one.entries.length)).toEqual([12]);
  expect(rest).toHaveLength(entries.length - 12);
  const moved = (body: Json) => ids(0, 12).map((id) => entry('transition', id, { body }));
  expect(operationsOf('cloud', 'transition', moved({ transition: { id: '21' } })).operations).toHaveLength(1);
  const withFields = { transition: { id: '21' }, fields: { resolution: { name: 'Done' } } };
  expect(operationsOf('cloud', 'transition', moved(withFields)).operations).toEqual([]);
  const gone = (query: SentRequest['query']) => ids(0, 12).map((id) => entry('delete_issue', id, { query }));
  expect(operationsOf('cloud', 'delete_issue', gone({})).operations).toEqual([]);
  expect(operationsOf('cloud', 'delete_issue', gone({ deleteSubtasks: 'true' })).operations).toHaveLength(1);
  expect(operationsOf('cloud', 'add_comment', entries).rest).toBe(entries);
  expect(operationsOf('datacenter', 'update_issue', entries).rest).toBe(entries);
});

test('a thousand and ten are two tasks, and mail is sent where single requests would send it', () => {
  const duedate = { fields: { duedate: '2026-12-24' } };
  const quiet = ids(0, 1010).map((id) => entry('update_issue', id, { body: duedate, query: { notifyUsers: 'false' } }));
  const { operations } = operationsOf('cloud', 'update_issue', quiet);
  expect(operations.map((one) => one.entries.length)).toEqual([1000, 10]);
  expect(operations[0]?.request.body).toMatchObject({ sendBulkNotification: false, selectedActions: ['duedate'] });
  const loud = ids(0, 10).map((id) => entry('update_issue', id, { body: duedate, query: { notifyUsers: 'true' } }));
  expect(only('update_issue', loud).request.body).toMatchObject({ sendBulkNotification: true });
  const moved = ids(0, 10).map((id) => entry('transition', id, { body: { transition: { id: '21' } } }));
  expect(only('transition', moved).request.body).toMatchObject({ sendBulkNotification: true });
});

test('an edit does to each issue what a single edit would do', async () => {
  const [, other] = jira.site.directory.people;
  const fields = {
    ...{ labels: ['a', 'b'], priority: { id: '1' }, duedate: '2026-12-24', customfield_10026: 5 },
    assignee: { accountId: other?.accountId ?? '' },
  };
  const states = await statesOf(only('update_issue', updates(0, 10, fields)));
  expect(new Set(states)).toEqual(new Set(['done']));
  const authorization = `Basic ${Buffer.from(`${jira.email}:${jira.apiToken}`).toString('base64')}`;
  const shown = await fetch(`${jira.url}/rest/api/3/issue/10009`, { headers: { authorization } });
  expect((await shown.json()) as Json).toMatchObject({
    fields: {
      ...{ labels: ['a', 'b'], priority: { id: '1' }, duedate: '2026-12-24', customfield_10026: 5 },
      assignee: { accountId: other?.accountId },
    },
  });
});

test('of one task some rows fail in the words of Jira, and one that it does not see stays in doubt', async () => {
  const entries = ids(20, 12).map((id, at) =>
    entry('transition', at === 11 ? '99999' : id, { body: { transition: { id: at < 3 ? '51' : '21' } } }),
  );
  const outcomes = await outcomesOf(only('transition', entries));
  if (outcomes === 'refused') throw new Error('refused');
  expect(outcomes.map(({ state }) => state)).toEqual([
    ...['failed', 'failed', 'failed'],
    ...Array.from({ length: 8 }, () => 'done'),
    'unknown',
  ]);
  expect(outcomes[0]?.error).toContain('resolution');
  expect(outcomes.every(({ attempts }) => attempts === 1)).toBe(true);
});

test('without the permission nothing is done, and the rows are good one by one', async () => {
  jira.writes.rules.permissions.BULK_CHANGE = false;
  const before = jira.writes.executed.length;
  expect(await statesOf(only('update_issue', updates(0, 10, { labels: ['x'] })))).toBe('refused');
  expect(jira.writes.executed.length).toBe(before);
  delete jira.writes.rules.permissions.BULK_CHANGE;
});

test('a lost answer, and a task that does not end, leave all rows in doubt', async () => {
  jira.faults.add({ match: 'writes', destroyAfterWork: true });
  const lost = await statesOf(only('update_issue', updates(0, 10, { labels: ['x'] })));
  expect(new Set(lost)).toEqual(new Set(['unknown']));
  jira.writes.rules.bulkPolls = 1_000_000;
  const endless = await statesOf(only('update_issue', updates(0, 10, { labels: ['y'] })));
  expect(new Set(endless)).toEqual(new Set(['unknown']));
  expect(waited).toBeGreaterThan(14 * 60_000);
  jira.writes.rules.bulkPolls = 1;
});

test('deleting takes what is below along: a row for it is in doubt until the issue is looked for', async () => {
  const entries = ids(60, 10).map((id) => entry('delete_issue', id, { query: { deleteSubtasks: 'true' } }));
  const states = await statesOf(only('delete_issue', entries));
  expect(new Set(states)).toEqual(new Set(['done', 'unknown']));
  expect(ids(60, 10).filter((id) => jira.site.find(id) !== undefined)).toEqual([]);
});
