/** An answer of success that does not say what was made is one more lost answer: the marker tells, and nothing is called done under no name. */
import { expect, test } from 'vitest';
import type { Entry } from '../../../src/actions/journal/entry.js';
import { sendBulk } from '../../../src/actions/send/send-bulk.js';
import { sendOne } from '../../../src/actions/send/send-one.js';
import { actionRegistry } from '../../../src/app/settings/actions.js';
import { ConnectorError } from '../../../src/core/errors.js';
import { TlsError, WrongSiteError } from '../../../src/http/errors.js';
import { ASKED, fakeClient } from '../../helpers/fake-client.js';

const entry = (id: string): Entry => ({
  ...{ id, runId: 'r', action: 'create_issue', line: 2, issueId: null, issueKey: 'ENG', content: {} },
  request: { method: 'POST', path: '/rest/api/3/issue', query: {}, body: {} },
  ...{ before: null, wanted: {}, state: 'sent', status: null, error: null, resultId: null, attempts: 0 },
  ...{ sentAt: 0, endedAt: null, accountId: '', undoes: null },
});
const action = actionRegistry().get('create_issue');
const ports = (answer: unknown) => ({
  ...{ client: fakeClient(() => answer).client, now: () => 0, dialect: 'cloud' as const },
  redact: (text: string) => text,
});

test.each([
  {},
  { id: '1' },
  { id: null, key: 'ENG-1' },
  [],
])('an issue that is answered for with %j', async (answer) => {
  expect((await sendOne(entry('a'), action, ports(answer))).entry).toMatchObject({ state: 'unknown', resultId: null });
  const told = await sendOne(entry('a'), action, ports({ id: '1', key: 'ENG-1' }));
  expect(told.entry).toMatchObject({ state: 'done', resultId: '1', issueKey: 'ENG-1' });
});

test('one issue of a bulk without its id leaves all in doubt: which row it belongs to is not known either', async () => {
  const made = { issues: [{ id: '1', key: 'ENG-1' }, { key: 'ENG-2' }], errors: [] };
  const outcomes = await sendBulk([entry('a'), entry('b')], action, ports(made));
  expect(outcomes.map(({ entry: { state } }) => state)).toEqual(['unknown', 'unknown']);
});

test.each([
  ['no number', [{}]],
  ['a number that is null', [{ failedElementNumber: null }]],
  ['one beyond the last', [{ failedElementNumber: 2 }]],
  ['one that is no whole', [{ failedElementNumber: 0.5 }]],
  ['the same twice', [{ failedElementNumber: 0 }, { failedElementNumber: 0 }]],
])('a refusal in a bulk with %s says nothing of any row: a later one would get the issue of its neighbour', async (_, errors) => {
  const made = { issues: [{ id: '1', key: 'ENG-1' }], errors };
  const rows = ['a', 'b', ...(errors.length > 1 ? ['c'] : [])].map(entry);
  const outcomes = await sendBulk(rows, action, ports(made));
  expect(new Set(outcomes.map((one) => one.entry.state))).toEqual(new Set(['unknown']));
  const good = { issues: [{ id: '1', key: 'ENG-1' }], errors: [{ failedElementNumber: 0 }] };
  const told = await sendBulk([entry('a'), entry('b')], action, ports(good));
  expect(told.map((one) => one.entry.state)).toEqual(['failed', 'done']);
});

test.each([
  ['a web page in place of Jira', new WrongSiteError(ASKED, 'answered with a web page'), 'credentials'],
  ['a certificate that is not good', new TlsError(ASKED, 'expired', 'refused'), 'failed'],
  ['a login that is over', new ConnectorError('credentials', 'Sign in again.'), 'credentials'],
])('%s ends the run: every other row would fail like this one', async (_, error, kind) => {
  const outcome = await sendOne(entry('a'), action, ports(error));
  expect(outcome.entry.state).toBe('failed');
  expect(outcome.stop).toMatchObject({ kind });
});
