import type { Answer, Call, Directory, IssueIndex, SimRoute } from '../model.js';
import { badRequest, Refusal } from '../refusal.js';
import { tokenOwner } from '../site/people.js';
import { narrowed, ok, pageBean, pageOf } from './paging.js';
import { groupShape, userShape } from './shapes.js';

const USERS = { usual: 50, cap: 1000 };
const GROUPS = { usual: 50, cap: 50 };
const MEMBERS = { usual: 50, cap: 50 };

/** The account of the token, all accounts, groups and who is in them. */
export function peopleRoutes(directory: Directory, _issues: IssueIndex): SimRoute[] {
  return [
    { method: 'GET', path: '/rest/api/3/myself', handle: (call) => ok(myself(directory, call)) },
    {
      method: 'GET',
      path: '/rest/api/3/users/search',
      // A bare array: nothing says whether more will come.
      handle: (call) => ok(pageOf(call, directory.people, USERS).rows.map((person) => userShape(call.origin, person))),
    },
    { method: 'GET', path: '/rest/api/3/user/search', handle: (call) => found(directory, call) },
    {
      method: 'GET',
      path: '/rest/api/3/group/bulk',
      handle: (call) => {
        const byId = narrowed(call, 'groupId', directory.groups, ({ groupId }) => groupId);
        const rows = narrowed(call, 'groupName', byId, ({ name }) => name);
        return ok(pageBean(call, rows, GROUPS, ({ name, groupId }) => ({ name, groupId })));
      },
    },
    { method: 'GET', path: '/rest/api/3/group/member', handle: (call) => members(directory, call) },
  ];
}

/** Whose name or address begins with the text, in one of their words. */
function found(directory: Directory, call: Call): Answer {
  const text = (call.query.get('query') ?? '').toLowerCase();
  if (text === '') throw badRequest('The query parameter is missing.');
  const begins = (words: string | undefined) =>
    words !== undefined && (words.toLowerCase().startsWith(text) || words.toLowerCase().includes(` ${text}`));
  const people = directory.people.filter(
    ({ displayName, emailAddress }) => begins(displayName) || begins(emailAddress),
  );
  return ok(pageOf(call, people, USERS).rows.map((person) => userShape(call.origin, person)));
}

/** `groups` and `applicationRoles` hold their items only when expanded, but always their size. */
function myself(directory: Directory, call: Call): Record<string, unknown> {
  const owner = tokenOwner(directory);
  const groups = directory.groups.filter(({ memberIds }) => memberIds.includes(owner.accountId));
  const expand = call.query.get('expand') ?? '';
  const items = expand.includes('groups') ? groups.map((group) => groupShape(call.origin, group)) : [];
  return {
    ...userShape(call.origin, owner),
    locale: 'de_DE',
    groups: { size: groups.length, items },
    applicationRoles: { size: 1, items: [] },
    expand: 'groups,applicationRoles',
  };
}

/** Inactive members come only with `includeInactiveUsers=true`. */
function members(directory: Directory, call: Call): Answer {
  const groupId = call.query.get('groupId');
  const name = call.query.get('groupname');
  if (groupId === null && name === null) {
    throw badRequest('Either the groupId or the groupname query parameter must be given.');
  }
  const group = directory.groups.find((each) => (groupId === null ? each.name === name : each.groupId === groupId));
  if (group === undefined) {
    throw new Refusal(404, [`The group '${groupId ?? name}' does not exist.`]);
  }
  const inactiveToo = call.query.get('includeInactiveUsers') === 'true';
  const ids = new Set(group.memberIds);
  const rows = directory.people.filter(({ accountId, active }) => ids.has(accountId) && (active || inactiveToo));
  return ok(pageBean(call, rows, MEMBERS, (person) => userShape(call.origin, person)));
}
