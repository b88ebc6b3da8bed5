/** An answer of success that does not say what was made is one more lost answer: the marker tells, and nothing is called done under no name. */
import { expect, test } from 'vitest';
import type { Entry } from '../../../src/actions/journal/entry.js';
import { sendBulk } from '../../../src/actions/send/send-bulk.js';
import { sendOne } from '../../../src/actions/send/send-one.js';
import { actionRegistry } from '../../../src/app/settings/actions.js';
import { fakeClient } from '../../helpers/fake-client.js';

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
