/** Lists of the settings within requests of stream files. */
import { expect, test } from 'vitest';
import { definitions } from '../../../src/app/settings/definitions.js';
import { withSettingLists } from '../../../src/runtime/streams/setting-lists.js';

const { registry } = definitions();
const STREAM = 'issue_properties';

test('a stream that reads what a setting names is refused while the setting names nothing; others are not', () => {
  expect(() => withSettingLists(registry, [STREAM], {})).toThrow(/issue_properties .*Add `issue_properties: \[KEY/);
  expect(() => withSettingLists(registry, [STREAM], { issue_properties: [] })).toThrow(/names nothing/);
  expect(() => withSettingLists(registry, ['boards'], {})).not.toThrow();
});

test('five keys ride on the search; with a sixth another way is taken, and other keys are another question', () => {
  const of = (...keys: string[]) => withSettingLists(registry, [STREAM], { issue_properties: keys }).get(STREAM);
  const [five, six] = [of('a', 'b', 'c', 'd', 'e'), of('a', 'b', 'c', 'd', 'e', 'f')];
  expect(five.routes.length).toBeGreaterThan(six.routes.length);
  expect([of('b', 'a').asked === of('a', 'b').asked, of('a').asked === of('b').asked]).toEqual([true, false]);
});
