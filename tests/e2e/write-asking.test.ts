/** Actions that read: each is one request to the site, and answers with what the site has. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { InputRow } from '../../src/actions/plan/change.js';
import { requestOn } from '../../src/actions/registry/registry.js';
import { actionRegistry } from '../../src/app/settings/actions.js';
import { ask } from '../../src/app/write/ask.js';
import { idOf, placeOf, type Writing, writing } from '../helpers/writing.js';

let cloud: Writing;
let server: Writing;
beforeAll(async () => {
  [cloud, server] = await Promise.all([writing(), writing({ deployment: 'datacenter' })]);
  for (const { jira } of [cloud, server]) {
    jira.edit.addComment(idOf({ jira }, 'ENG-1'), 'said');
    jira.site.links.add(0, placeOf({ jira }, 'ENG-1'), placeOf({ jira }, 'ENG-2'));
  }
});
afterAll(() => Promise.all([cloud.close(), server.close()]));

interface Case {
  readonly cells: (site: Writing) => InputRow['cells'];
  /** What the answer holds. */
  readonly answer: (site: Writing) => unknown;
  /** Data Center has no such request. */
  readonly isAbsent?: true;
}

const comment = (site: Writing) => String(site.jira.site.comments.of(placeOf(site, 'ENG-1')).at(-1)?.id);
const link = (site: Writing) => {
  const [from, to] = [placeOf(site, 'ENG-1'), placeOf(site, 'ENG-2')];
  return String(site.jira.site.links.of(from).find((one) => one.from === from && one.to === to)?.id);
};
const eng = ({ jira }: Writing) => jira.site.directory.projects.find(({ key }) => key === 'ENG');
const type = ({ jira }: Writing) => jira.site.directory.issueTypes[0];
const isServer = (site: Writing) => site === server;
const person = ({ jira }: Writing) => jira.site.directory.people[0];
const some = (thing: object) => expect.arrayContaining([expect.objectContaining(thing)]);
const one = (name: string, thing: object) => ({ [name]: some(thing) });

const CASES: Readonly<Record<string, Case>> = {
  issue_picker: {
    cells: () => ({ query: 'ENG-1' }),
    answer: () => ({ sections: some({ issues: some({ key: 'ENG-1' }) }) }),
  },
  retrieve_comment: {
    cells: (on) => ({ issue: 'eng-1', comment: comment(on) }),
    answer: (on) => ({ id: comment(on) }),
  },
  retrieve_comments: {
    cells: () => ({ issue: 'ENG-1', order: '-created', limit: '1' }),
    answer: (on) => ({ maxResults: 1, comments: [expect.objectContaining({ id: comment(on) })] }),
  },
  retrieve_comments_by_ids: {
    cells: (on) => ({ ids: comment(on) }),
    answer: (on) => one('values', { id: comment(on) }),
    isAbsent: true,
  },
  retrieve_fields: { cells: () => ({}), answer: () => some({ id: 'summary' }) },
  retrieve_issue: {
    cells: (on) => ({ issue: idOf(on, 'ENG-2'), fields: 'summary' }),
    answer: () => ({ key: 'ENG-2', fields: { summary: expect.any(String) } }),
  },
  retrieve_issue_link: { cells: (on) => ({ link: link(on) }), answer: (on) => ({ id: link(on) }) },
  retrieve_issue_type: { cells: (on) => ({ type: type(on)?.id ?? '' }), answer: (on) => ({ name: type(on)?.name }) },
  retrieve_issue_types: { cells: () => ({}), answer: (on) => some({ id: type(on)?.id }) },
  retrieve_issue_types_for_project: {
    cells: () => ({ project: 'ENG' }),
    answer: (on) => one(isServer(on) ? 'values' : 'issueTypes', { name: 'Task' }),
  },
  retrieve_project: { cells: () => ({ project: 'ENG' }), answer: (on) => ({ id: eng(on)?.id }) },
  retrieve_projects: {
    cells: () => ({}),
    answer: (on) => (isServer(on) ? some({ key: 'ENG' }) : one('values', { key: 'ENG' })),
  },
  retrieve_transitions: {
    cells: () => ({ issue: 'ENG-1', expand: 'transitions.fields' }),
    answer: () => one('transitions', { to: expect.objectContaining({ name: 'Done' }), fields: expect.any(Object) }),
  },
  retrieve_user: {
    cells: (on) => ({ user: isServer(on) ? 'ada' : (person(on)?.accountId ?? '') }),
    answer: (on) => (isServer(on) ? { name: 'ada' } : { displayName: person(on)?.displayName }),
  },
  retrieve_users: {
    cells: () => ({ limit: '5' }),
    answer: (on) => some({ accountId: person(on)?.accountId }),
    isAbsent: true,
  },
  search_issues: {
    cells: () => ({ query: 'project = ENG ORDER BY key', fields: 'summary', limit: '2' }),
    answer: () => one('issues', { fields: { summary: expect.any(String) } }),
  },
};

const asked = (site: Writing, action: string, cells: InputRow['cells']) =>
  ask({ connection: site.job('', []).connection, action, cells }, { clock: site.clock });

test('every action that reads is asked here', () => {
  const all = [...actionRegistry().actions.values()].filter(({ kind, unsupported }) => kind === 'read' && !unsupported);
  expect(Object.keys(CASES)).toEqual(all.map(({ action }) => action));
});

test.each(
  Object.entries(CASES).flatMap(([action, found]) => [
    [action, 'Cloud', () => cloud, found] as const,
    [action, 'Data Center', () => server, found] as const,
  ]),
)('%s on %s answers with what the site has, by one request, and changes nothing', async (action, _, on, found) => {
  const site = on();
  const [from, writes] = [site.jira.requests.log.length, site.jira.requests.writes()];
  const answer = asked(site, action, found.cells(site));
  if (isServer(site) && found.isAbsent) {
    await expect(answer).rejects.toThrow(`${action} is not supported here`);
    return;
  }
  const told = await answer;
  if (Array.isArray(told)) expect(told).toEqual(found.answer(site));
  else expect(told).toMatchObject(found.answer(site) as object);
  const [method, path = ''] = requestOn(isServer(site) ? 'datacenter' : 'cloud', actionRegistry().get(action)).split(
    ' ',
  );
  const own = new RegExp(`^${path.replaceAll(/\{\w+\}/g, '[^/]+')}$`);
  const sent = site.jira.requests.log.slice(from).filter((one) => one.method === method && own.test(one.asked));
  expect(sent).toHaveLength(1);
  expect(site.jira.requests.writes()).toBe(writes);
});

test('an action that is not there for anybody, and one that writes, are refused before a request', async () => {
  const before = cloud.jira.requests.total();
  await expect(asked(cloud, 'user_email', { user: 'x' })).rejects.toThrow('is not supported');
  await expect(asked(cloud, 'add_comment', { issue: 'ENG-1', text: 'x' })).rejects.toThrow('writes');
  await expect(asked(cloud, 'retrieve_comment', { issue: 'ENG-1' })).rejects.toThrow('comment: is missing');
  expect(cloud.jira.requests.total()).toBe(before);
});
