/** What a site lists is not believed beyond what it says: not all people, not all fields, and no field that is none. */
import { expect, test } from 'vitest';
import { createFieldsOf } from '../../../src/actions/site/create-meta.js';
import { fieldsOf } from '../../../src/actions/site/fields.js';
import { personOf } from '../../../src/actions/site/people.js';
import { Site } from '../../../src/actions/site/site.js';
import { fakeClient } from '../../helpers/fake-client.js';

const siteOf = (answer: unknown) => {
  const { client, asked } = fakeClient(() => answer);
  return { site: new Site(client, 'cloud', { accountId: 'me', timeZone: null }), asked };
};
const people = (count: number) =>
  Array.from({ length: count }, (_, at) => ({
    ...{ accountId: `id-${at}`, displayName: at === 3 ? 'Ada Lovelace' : `Ada ${at}` },
    ...(at === 5 ? { emailAddress: 'ada@example.org' } : {}),
  }));

test('of a thousand people and more, one of that name may be one of several; an address is nobody else', async () => {
  const few = siteOf(people(60));
  expect(await personOf(few.site, 'Ada Lovelace')).toEqual({ accountId: 'id-3' });
  expect(few.asked[0]?.query).toContainEqual(['maxResults', '1000']);
  await expect(personOf(siteOf(people(1000)).site, 'Ada Lovelace')).rejects.toThrow('does not list all');
  expect(await personOf(siteOf(people(1000)).site, 'ada@example.org')).toEqual({ accountId: 'id-5' });
});

test('fields of new issues that are listed in part are no reason to refuse a row for the others', async () => {
  const { site } = siteOf({ fields: [], total: 3 });
  await expect(createFieldsOf(site, 'ENG', '1')).rejects.toThrow('in part only');
});

test('a field whose id is no name is not there: its value would go to another place of the request', async () => {
  const ids = ['customfield_10001', 'summary.x', '__proto__', '__proto__.polluted', 'a b', ''];
  const { site } = siteOf(ids.map((id) => ({ id, name: id })));
  expect((await fieldsOf(site)).map(({ id }) => id)).toEqual(['customfield_10001']);
});
