/** A page that is kept says when its rows were read: an age alone would be another one the next day. */
import { expect, test } from 'vitest';
import { NEVER, type StreamStatus } from '../../src/query/status.js';
import { freshnessOf } from '../../src/reports/freshness.js';

const statusOf = (own: Partial<StreamStatus>): StreamStatus => ({
  ...{ ...NEVER, connection: 'acme', stream: 'issue_worklog', age_seconds: null, rows: 1, owed: [] },
  ...own,
});

test.each([
  [
    { state: 'ok', age_seconds: 5400, last_success_at: '2026-11-29T16:50:10.000Z' },
    'acme: read 2026-11-29 16:50 UTC, 90 min before this was made, complete.',
    true,
  ],
  [{ state: 'failed', error: 'no answer' }, 'acme: never read whole, last run failed: no answer.', false],
] as const)('%o', (own, text, isWhole) => {
  expect(freshnessOf([statusOf(own)], 'issue_worklog', 'worklogs')).toEqual([{ text, isWhole }]);
});
