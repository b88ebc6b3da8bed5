/** What a dry run says that it costs is what it costs. */
import { expect, test } from 'vitest';
import type { Change } from '../../../src/actions/plan/change.js';
import { actionRegistry } from '../../../src/app/settings/actions.js';
import { plannedFor } from '../../../src/app/write/show.js';
import type { Dialect } from '../../../src/contract/dialect.js';
import type { Json } from '../../../src/contract/table.js';

const changes = (action: string, count: number, body: Json = null): readonly Change[] =>
  Array.from({ length: count }, (_, at) => ({
    ...{ id: `${action} ${at}`, action: actionRegistry().get(action), line: at + 2, content: {} },
    ...{ issueId: String(10_000 + at), issueKey: `ENG-${at}`, before: null, wanted: {}, alreadySo: false },
    request: { method: 'POST', path: '', query: {}, body },
  }));
const where = (dialect: Dialect, requestsPerSecond?: number) => ({
  site: { dialect },
  journal: { get: () => undefined },
  connection: { name: 'demo', requestsPerSecond },
});

test('the price of a set follows the rate of the connection, and the usual one where it says none', () => {
  expect(plannedFor(changes('add_comment', 600), where('cloud'))).toEqual({ requests: 600, minutes: 2 });
  expect(plannedFor(changes('add_comment', 600), where('cloud', 1))).toMatchObject({ minutes: 10 });
});

test('what goes together is counted together, of each action of a set', () => {
  const set = [...changes('create_issue', 120), ...changes('update_issue', 30, { fields: { labels: ['a'] } })];
  expect(plannedFor(set, where('cloud'))).toMatchObject({ requests: 3 + 1 });
  expect(plannedFor(set, where('datacenter'))).toMatchObject({ requests: 3 + 30 });
});
