/** Who is in a record, and where: each place in which Jira writes a person, Cloud's and Data Center's. */
import { describe, expect, test } from 'vitest';
import { Secret } from '../../../src/core/secret.js';
import { pseudonymsOf } from '../../../src/runtime/auth/pseudonym.js';
import { withoutPeople } from '../../../src/runtime/rows/people.js';

const ID = '712020:0b9a1c6e-7d15-4a63-9b2e-5c2f0d1e8a44';
const OLD = '5b10a2844c20165700ede21a';
const mask = { pseudonym: (id: string) => `p-${id.length}`, fields: new Set(['assignee', 'reviewer']) };
const [P, OLD_P] = [mask.pseudonym(ID), mask.pseudonym(OLD)];
const clean = (record: unknown) => withoutPeople(record, mask);

describe('people of Cloud', () => {
  test('an account keeps its kind and whether it is active, and loses everything that tells who it is', () => {
    const user = {
      self: `https://x/rest/api/3/user?accountId=${encodeURIComponent(ID)}`,
      ...{ accountId: ID, accountType: 'atlassian', displayName: 'Mia Krystof', active: true },
      ...{ emailAddress: 'mia@example.com', avatarUrls: { '48x48': 'https://x/1' }, timeZone: 'UTC', locale: 'en_US' },
    };
    expect(clean({ lead: user })).toEqual({
      lead: { accountId: P, accountType: 'atlassian', displayName: P, active: true },
    });
  });

  test('who has a project role loses the name that stands beside the account, and a group keeps its own', () => {
    const type = 'atlassian-user-role-actor';
    const group = { id: 2, displayName: 'Staff Team', type: 'atlassian-group-role-actor', name: 'staff' };
    const person = { id: 1, displayName: 'Mia Krystof', type, avatarUrl: 'https://x/1', actorUser: { accountId: ID } };
    expect(clean({ actors: [person, group] })).toEqual({
      actors: [{ id: 1, displayName: P, type, actorUser: { accountId: P } }, group],
    });
    const server = { id: 1, displayName: 'Mia Krystof', type, name: 'mia' };
    expect(clean([server])).toEqual([{ id: 1, displayName: 'p-3', type, name: 'p-3' }]);
  });

  test('the people in a user, such as their groups, stay', () => {
    expect(clean({ accountId: ID, displayName: 'Mia', groups: { size: 1, items: [{ name: 'staff' }] } })).toEqual({
      ...{ accountId: P, displayName: P, groups: { size: 1, items: [{ name: 'staff' }] } },
    });
  });

  test('bare ids are found by their form, in lists, in addresses and in texts of any kind', () => {
    expect(clean({ driver: ID, ids: [OLD, `${ID}, ${OLD}`], jql: `assignee in (${OLD}, "${ID}")` })).toEqual({
      ...{ driver: P, ids: [OLD_P, `${P}, ${OLD_P}`], jql: `assignee in (${OLD_P}, "${P}")` },
    });
    expect(clean(`https://x/issues/?jql=reporter%20%3D%20%22${encodeURIComponent(ID)}%22`)).toBe(
      `https://x/issues/?jql=reporter%20%3D%20%22${P}%22`,
    );
    expect(clean('write to Mia.Krystof+jira@mail.example.com!')).toBe(`write to p-33!`);
    const innocent = [
      '2024-02-29T10:00:00.000+0000',
      '276f955c-63d7-42c8-9520-92d01dca0625',
      'ENG-123',
      'a@b',
      '12:30',
    ];
    expect(clean(innocent)).toEqual(innocent);
  });

  test('the place of a personal board names its owner, that of a project does not', () => {
    const project = { projectId: 10000, displayName: 'Engineering (ENG)', name: 'Engineering (ENG)' };
    expect(
      clean({ location: { userAccountId: ID, displayName: 'Mia Krystof', name: 'Mia', avatarURI: '/a' } }),
    ).toEqual({
      location: { userAccountId: P, displayName: P, name: P },
    });
    expect(clean({ location: project })).toEqual({ location: project });
  });

  test('a mention in a document is of a pseudonym', () => {
    const mention = (id: string, text: string) => ({ type: 'mention', attrs: { id, text, accessLevel: '' } });
    const document = (node: unknown) => ({ type: 'doc', content: [{ type: 'paragraph', content: [node] }] });
    expect(clean({ body: document(mention(ID, '@Mia Krystof')) })).toEqual({ body: document(mention(P, `@${P}`)) });
  });

  test('history items of people tell pseudonyms, those of other things stay', () => {
    const item = {
      field: 'assignee',
      fieldId: 'assignee',
      from: ID,
      fromString: 'Mia Krystof',
      to: null,
      toString: null,
    };
    expect(clean({ items: [{ ...item, tmpFromAccountId: ID }] })).toEqual({
      items: [{ ...item, from: P, fromString: P, tmpFromAccountId: P }],
    });
    const several = { field: 'Approvers', from: `[${ID}, ${OLD}]`, fromString: '[Mia, Tom]', to: '', toString: '' };
    expect(clean(several)).toMatchObject({
      from: `${P}, ${OLD_P}`,
      fromString: `${P}, ${OLD_P}`,
      to: '',
      toString: '',
    });
    const status = { field: 'status', from: '1', fromString: 'Open', to: '3', toString: 'Done' };
    expect(clean(status)).toEqual(status);
  });

  test('holders of permissions, recipients and participants of histories are people, too', () => {
    expect(clean({ holder: { type: 'user', parameter: 'mia', value: 'mia', expand: 'user' } })).toEqual({
      holder: { type: 'user', parameter: 'p-3', value: 'p-3', expand: 'user' },
    });
    expect(clean({ holder: { type: 'group', parameter: 'staff' } })).toEqual({
      holder: { type: 'group', parameter: 'staff' },
    });
    expect(clean({ notificationType: 'User', parameter: OLD })).toEqual({ notificationType: 'User', parameter: OLD_P });
    expect(clean({ objectItem: { id: 'mia', name: 'Mia K', typeName: 'USER' }, remoteAddress: '10.0.0.1' })).toEqual({
      objectItem: { id: 'p-3', name: 'p-5', typeName: 'USER' },
    });
    expect(clean({ actor: { id: 'tony', displayName: 'Tony', url: 'https://x/tony', type: 'mysystem-user' } })).toEqual(
      {
        actor: { id: 'p-4', displayName: 'p-4', type: 'mysystem-user' },
      },
    );
  });

  test('a full name is also taken out of the other texts of its record, a single word is not', () => {
    expect(
      clean({ name: 'Shared by Mia Krystof', owner: { accountId: ID, displayName: 'Mia Krystof' } }),
    ).toMatchObject({
      name: `Shared by ${P}`,
    });
    expect(clean({ name: 'Slack bot', owner: { accountId: ID, displayName: 'Slack' } })).toMatchObject({
      name: 'Slack bot',
    });
  });
});

describe('people of Data Center', () => {
  test('key and name become the pseudonym of the key', () => {
    const user = {
      self: 'https://x/rest/api/2/user?username=mia',
      name: 'mia',
      key: 'JIRAUSER10100',
      displayName: 'Mia K',
    };
    expect(clean({ author: { ...user, emailAddress: 'mia@example.com', active: true } })).toEqual({
      author: { name: 'p-13', key: 'p-13', displayName: 'p-13', active: true },
    });
  });

  test('history items are known by their field, mentions by their mark', () => {
    const item = { field: 'Reviewer', from: 'mia', fromString: 'Mia K', to: 'tom', toString: 'Tom' };
    expect(clean(item)).toMatchObject({ from: 'p-3', fromString: 'p-3', to: 'p-3', toString: 'p-3' });
    expect(clean('ask [~mia] or [~accountid:5b10a2844c20165700ede21a]')).toBe(`ask [~p-3] or [~${OLD_P}]`);
  });
});

describe('pseudonyms', () => {
  const site = 'https://acme.example';
  const keyed = (key: string) => pseudonymsOf({ mode: 'pseudonymous', key: new Secret(key) }, site);

  test('the same account has the same one, another account or key another', () => {
    const one = keyed('k');
    expect(one.of(ID)).toMatch(/^p-[a-z2-7]{24}$/);
    expect(one.of(ID)).toBe(keyed('k').of(ID));
    expect(
      new Set([one.of(ID), one.of(OLD), keyed('l').of(ID), pseudonymsOf({ mode: 'full' }, site).of(ID)]).size,
    ).toBe(4);
  });

  test('the print tells keys apart and is no pseudonym', () => {
    expect(keyed('k').print).not.toBe(keyed('l').print);
    expect(keyed('k').print).toBe(keyed('k').print);
  });
});
