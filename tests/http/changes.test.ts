/** Requests that change something: what is sent again, and whom a limit holds. */
import { expect, test } from 'vitest';
import { limitOf } from '../../src/http/retry-after.js';

const headers = (reason: string) => ({ get: (name: string) => (name === 'ratelimit-reason' ? reason : null) });

test('too many writes to one issue hold that issue alone, not its whole endpoint', () => {
  expect(limitOf(429, headers('jira-per-issue-on-write'), 1000)).toBe('issue');
  expect(limitOf(429, headers('jira-burst-based'), 1000)).toBe('endpoint');
});
