/** Service management, as agents see it. */

import type { Answer, Call, Directory, IssueIndex, Person, SimRoute } from '../model.js';
import { ALL_FEATURES, type SiteFeatures } from '../site/options.js';
import {
  type Desk,
  desksOf,
  type Organization,
  organizationsOf,
  queuesOf,
  type RequestType,
  requestTypesOf,
} from '../site/service.js';
import { experimental, servicePage, serviceRefusal } from './service-paging.js';
import { serviceRequestRoutes } from './service-requests.js';
import { avatarUrls } from './shapes.js';

const API = '/rest/servicedeskapi';

export function serviceRoutes(
  directory: Directory,
  issues: IssueIndex,
  { service, agent }: SiteFeatures = ALL_FEATURES,
): SimRoute[] {
  const deskOf = (call: Call) => desksOf(directory).find(({ id }) => id === call.params.serviceDeskId);
  const organizationOf = (call: Call) => organizationsOf(directory).find(({ id }) => id === call.params.organizationId);
  const get = (path: string, handle: SimRoute['handle']): SimRoute => ({
    method: 'GET',
    path: `${API}${path}`,
    handle,
  });
  const agentsOnly = (route: SimRoute): SimRoute =>
    agent ? route : { ...route, handle: () => serviceRefusal(403, 'You are not an agent of this service desk.') };
  const routes = [
    get('/servicedesk', (call) => servicePage(call, desksOf(directory), (desk) => deskShape(call, desk))),
    get('/servicedesk/{serviceDeskId}', (call) => one(deskOf(call), (desk) => deskShape(call, desk))),
    get('/servicedesk/{serviceDeskId}/requesttype', (call) =>
      below(deskOf(call), ({ id }) =>
        servicePage(call, requestTypesOf(directory, id), (type) => requestTypeShape(call, type)),
      ),
    ),
    agentsOnly(
      get('/servicedesk/{serviceDeskId}/queue', (call) =>
        below(deskOf(call), (desk) =>
          servicePage(call, queuesOf(desk, issues), (queue) => queueShape(call, desk, queue)),
        ),
      ),
    ),
    experimental(
      get('/requesttype', (call) =>
        servicePage(call, requestTypesOf(directory), (type) => requestTypeShape(call, type)),
      ),
    ),
    agentsOnly(
      get('/organization', (call) =>
        servicePage(call, organizationsOf(directory), (each) => organizationShape(call, each)),
      ),
    ),
    agentsOnly(
      get('/organization/{organizationId}', (call) =>
        one(organizationOf(call), (found) => organizationShape(call, found)),
      ),
    ),
    agentsOnly(
      get('/organization/{organizationId}/user', (call) =>
        below(organizationOf(call), ({ members }) =>
          servicePage(call, members, (person) => customerShape(call, person)),
        ),
      ),
    ),
    ...serviceRequestRoutes(directory, issues).map(agentsOnly),
  ];
  return service ? routes : [];
}

const GONE = () => serviceRefusal(404, 'The Service Desk, organization or request does not exist.');

const one = <Found>(found: Found | undefined, shape: (found: Found) => unknown): Answer =>
  found === undefined ? GONE() : { body: shape(found) };

const below = <Found>(found: Found | undefined, answer: (found: Found) => Answer): Answer =>
  found === undefined ? GONE() : answer(found);

const linked = (call: Call, path: string) => ({ _links: { self: `${call.origin}${API}${path}` } });

function deskShape(call: Call, { id, project }: Desk): Record<string, unknown> {
  const { id: projectId, key: projectKey, name: projectName } = project;
  return { id, projectId, projectName, projectKey, ...linked(call, `/servicedesk/${id}`) };
}

function requestTypeShape(call: Call, type: RequestType): Record<string, unknown> {
  const { id, name, deskId, issueTypeId, groupIds } = type;
  const iconUrls = avatarUrls(call.origin, `/rest/api/2/universal_avatar/view/type/SD_REQTYPE/avatar/${id}`);
  return {
    _expands: ['field'],
    id,
    ...linked(call, `/servicedesk/${deskId}/requesttype/${id}`),
    name,
    description: `Ask for: ${name}`,
    helpText: groupIds.length === 0 ? '' : 'Please say what you need – in your own words.',
    issueTypeId,
    serviceDeskId: deskId,
    portalId: deskId,
    groupIds,
    icon: { id: `105${id}`, _links: { iconUrls } },
    canCreateRequest: true,
    ...(groupIds.length === 0 ? {} : { practice: 'service_request' }),
  };
}

function queueShape(call: Call, desk: Desk, queue: ReturnType<typeof queuesOf>[number]): Record<string, unknown> {
  const { id, name, jql, issueIds } = queue;
  const counted = call.query.get('includeCount') === 'true' ? { issueCount: issueIds.length } : {};
  const fields = ['issuetype', 'issuekey', 'summary', 'created', 'reporter'];
  return { id, name, jql, fields, ...counted, ...linked(call, `/servicedesk/${desk.id}/queue/${id}`) };
}

function organizationShape(call: Call, { id, name }: Organization): Record<string, unknown> {
  return { id, name, scimManaged: false, ...linked(call, `/organization/${id}`) };
}

/** A person as service management writes them: links have a member of their own. */
export function customerShape(call: Call, person: Person): Record<string, unknown> {
  const { accountId, emailAddress, displayName, active, timeZone } = person;
  const jiraRest = `${call.origin}/rest/api/2/user?accountId=${encodeURIComponent(accountId)}`;
  return {
    accountId,
    displayName,
    active,
    ...(emailAddress === undefined ? {} : { emailAddress }),
    ...(timeZone === undefined ? {} : { timeZone }),
    _links: {
      jiraRest,
      self: jiraRest,
      avatarUrls: avatarUrls(call.origin, `/avatars/${encodeURIComponent(accountId)}`),
    },
  };
}
