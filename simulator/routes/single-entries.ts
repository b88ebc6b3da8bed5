/** One entry of what other routes list: an account, an issue type, the types of a project. */

import type { Call, Directory, IssueIndex, SimRoute } from '../model.js';
import { badRequest, Refusal } from '../refusal.js';
import { ok } from './paging.js';
import { issueTypeShape, issueTypesOf, userShape } from './shapes.js';

export function singleEntryRoutes(directory: Directory, _issues: IssueIndex): SimRoute[] {
  return [
    get('user', (call) => user(directory, call)),
    get('user/email', () => {
      // Approved apps alone may ask.
      throw new Refusal(401, ['Client must be authenticated to access this resource.']);
    }),
    get('issuetype/{id}', (call) => {
      const found = directory.issueTypes.find(({ id }) => id === call.params.id);
      if (found === undefined)
        throw new Refusal(404, [`The issue type with id '${call.params.id ?? ''}' does not exist`]);
      return issueTypeShape(call.origin, found);
    }),
    get('issuetype/project', (call) => {
      const project = directory.projects.find(({ id }) => id === call.query.get('projectId'));
      if (project === undefined) throw new Refusal(404, ['The project does not exist.']);
      return issueTypesOf(directory, project).map((type) => issueTypeShape(call.origin, type));
    }),
  ];
}

function get(name: string, body: (call: Call) => unknown): SimRoute {
  return { method: 'GET', path: `/rest/api/3/${name}`, handle: (call) => ok(body(call)) };
}

function user(directory: Directory, call: Call): unknown {
  const wanted = call.query.get('accountId');
  if (wanted === null) throw badRequest('The query parameter accountId must be given.');
  const found = directory.people.find(({ accountId }) => accountId === wanted);
  if (found === undefined)
    throw new Refusal(404, ['Specified user does not exist or you do not have required permissions']);
  const nothing = { groups: { size: 0, items: [] }, applicationRoles: { size: 0, items: [] } };
  return { ...userShape(call.origin, found), ...nothing, expand: 'groups,applicationRoles' };
}
