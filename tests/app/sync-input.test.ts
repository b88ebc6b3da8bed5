/** Which streams a run reads, and for which of them a refusal is a failure. */
import { describe, expect, test } from 'vitest';
import { openSite } from '../../src/app/open.js';
import { definitions } from '../../src/app/settings/definitions.js';
import { isNamed, streamsOf } from '../../src/app/sync-input.js';

const site = (streams?: readonly string[]) =>
  openSite({
    ...{ url: 'https://acme.atlassian.net', auth: { type: 'basic', email: 'a@example.org', api_token: 'x' } },
    ...(streams && { streams: [...streams] }),
  });
const byDefault = definitions()
  .registry.enabled('basic')
  .map(({ stream }) => stream);

describe('streams of a run', () => {
  test('are those on by default when nobody names any', () => {
    expect(streamsOf(site(), {})).toEqual(byDefault);
    expect(isNamed(site(), {})).toBe(false);
  });

  test('`default` stands for those, so that one more is named without repeating them all', () => {
    expect(streamsOf(site(['default', 'issue_watchers']), {})).toEqual([...byDefault, 'issue_watchers']);
    expect(streamsOf(site(), { streams: ['issue_votes', 'default', 'boards'] })).toEqual(['issue_votes', ...byDefault]);
  });

  test('a flag beats the settings, and names nobody knows are refused with the nearest', () => {
    expect(streamsOf(site(['default']), { streams: ['boards', 'boards'] })).toEqual(['boards']);
    expect(() => site(['defaults'])).toThrow(/there is no stream `defaults`/);
  });
});
