/** What a site lists is not believed beyond what it says: not all people, not all fields, and no field that is none. */
import { expect, test } from 'vitest';
import { createFieldsOf } from '../../../src/actions/site/create-meta.js';
import { fieldsOf } from '../../../src/actions/site/fields.js';
import { personOf } from '../../../src/actions/site/people.js';
import { refuseUnknownReaders } from '../../../src/actions/site/readers.js';
import { Site } from '../../../src/actions/site/site.js';
import { sprintOf } from '../../../src/actions/site/sprints.js';
import { fakeClient, status } from '../../helpers/fake-client.js';

type Answer = Parameters<typeof fakeClient>[0];
const siteOf = (answer: unknown, dialect: 'cloud' | 'datacenter' = 'cloud') => {
  const { client, asked } = fakeClient(typeof answer === 'function' ? (answer as Answer) : () => answer);
  return { site: new Site(client, dialect, { accountId: 'me', timeZone: null }), asked };
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

const sprints = (ids: readonly number[], more: object) => ({
  values: ids.map((id) => ({ id, name: id === 7 ? 'Harvest' : `Sprint ${id}` })),
  ...more,
});

test.each([
  ['refuses its first page', () => status(403)],
  ['refuses its second page', (startAt: string) => (startAt === '0' ? sprints([7], { isLast: false }) : status(403))],
  ['ends before its total', (startAt: string) => sprints(startAt === '0' ? [7] : [], { total: 3 })],
  ['never ends', () => sprints([7], { isLast: false })],
])('a board that %s may have another sprint of the name: it goes by id', async (_, page) => {
  const { site } = siteOf(({ path, query = [] }: Parameters<Answer>[0]) =>
    path.endsWith('/board')
      ? { values: [{ id: 1, name: 'One', type: 'scrum' }], isLast: true }
      : page(Object.fromEntries(query as [string, string][]).startAt ?? '0'),
  );
  await expect(sprintOf(site, ['ENG'], 'Harvest')).rejects.toThrow('does not list all sprints');
  expect(await sprintOf(site, ['ENG'], '7')).toBe(7);
});

test('a board whose sprints come in pages has them all, and one without sprints has none', async () => {
  const { site, asked } = siteOf(({ path, query = [] }: Parameters<Answer>[0]) => {
    const start = Object.fromEntries(query as [string, string][]).startAt;
    if (path.endsWith('/board')) return { values: [1, 2].map((id) => ({ id, name: `Board ${id}` })), isLast: true };
    if (path.includes('/board/2/')) return status(400);
    return start === '0' ? sprints([6], { isLast: false }) : sprints([7], { isLast: true });
  });
  expect(await sprintOf(site, ['ENG'], 'harvest')).toBe(7);
  expect(asked).toHaveLength(4);
});

test('boards that this account may not list may have a sprint of the name', async () => {
  const { site } = siteOf(status(403));
  await expect(sprintOf(site, ['ENG'], 'Harvest')).rejects.toThrow('does not list all sprints');
});

const READERS = { type: 'group', value: 'writers' };
const OTHERS = [{ name: 'writers-2' }];

test.each([
  ['cloud', 'ends before its total', (startAt: number) => ({ values: startAt === 0 ? OTHERS : [], total: 3 })],
  ['cloud', 'never ends', () => ({ values: OTHERS, isLast: false })],
  ['cloud', 'is refused', () => status(403)],
  ['cloud', 'is out of reach of the token', () => status(401, 'Unauthorized; scope does not match')],
  ['datacenter', 'gives some of the groups', () => ({ groups: OTHERS, total: 21 })],
] as const)('%s: a list of groups that %s is no proof that a group is not there', async (dialect, _, answer) => {
  const asked = ({ query = [] }: Parameters<Answer>[0]) =>
    answer(Number(Object.fromEntries(query as [string, string][]).startAt ?? 0));
  const { site } = siteOf(asked, dialect);
  await expect(refuseUnknownReaders(site, 'ENG', READERS)).resolves.toBeUndefined();
});

test('a group that a whole list does not have is refused, and one on its second page is not', async () => {
  const none = { values: OTHERS, total: 1, isLast: true };
  await expect(refuseUnknownReaders(siteOf(none).site, 'ENG', READERS)).rejects.toThrow('there is no group "writers"');
  const picked = { groups: OTHERS, total: 1 };
  const server = siteOf(picked, 'datacenter').site;
  await expect(refuseUnknownReaders(server, 'ENG', READERS)).rejects.toThrow('there is no group "writers"');
  const { site, asked } = siteOf((_: unknown, page: number) => ({
    values: [{ name: page === 0 ? 'writers-2' : 'writers' }],
    total: 2,
  }));
  await refuseUnknownReaders(site, 'ENG', READERS);
  expect(asked).toHaveLength(2);
});

test('a number that is the name of an open sprint is not taken for the id of another one', async () => {
  const open = { values: [{ id: 87, name: '2401' }], isLast: true };
  const { site } = siteOf(({ path }: Parameters<Answer>[0]) =>
    path.endsWith('/board') ? { values: [{ id: 1, name: 'One', type: 'scrum' }], isLast: true } : open,
  );
  await expect(sprintOf(site, ['ENG'], '2401')).rejects.toThrow('give the id 87');
  expect(await sprintOf(site, ['ENG'], '87')).toBe(87);
  expect(await sprintOf(site, ['ENG'], '2402')).toBe(2402);
  // Who may not look at boards names sprints by id all the same.
  expect(await sprintOf(siteOf(() => status(403)).site, ['ENG'], '2401')).toBe(2401);
  expect(await sprintOf(siteOf(() => status(401)).site, ['ENG'], '2401')).toBe(2401);
});
