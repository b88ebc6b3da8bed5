/** How often: what the words of the settings mean, and what holds when nothing is said. */
import { expect, test } from 'vitest';
import { scheduleOf } from '../../../src/app/settings/schedule.js';
import { settingsSchema } from '../../../src/app/settings/settings.js';

test.each([
  [undefined, 'auto'],
  ['auto', 'auto'],
  ['always', 'always'],
  ['12h', 12 * 3_600_000],
  ['never', null],
])('a census of %s is %s', (word, census) => {
  expect(scheduleOf({ census: word }).census).toBe(census);
});

test('a word that is no rhythm of a census is refused with those that are', () => {
  const auth = { type: 'basic', email: 'a@example.com', api_token: 'of no interest here' };
  const { error } = settingsSchema.safeParse({
    connections: [{ name: 'acme', url: 'https://acme.atlassian.net', auth, census: 'often' }],
  });
  expect(error?.issues.map(({ message }) => message)).toEqual([
    'must be auto, always, never, or a duration such as 12h or 7d',
  ]);
});
