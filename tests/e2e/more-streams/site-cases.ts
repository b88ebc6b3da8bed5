/** Cases of the lists of the whole site, of service management and of plans. */
import { LABELS } from '../../../simulator/issues/words.js';
import { plansOf, teamsOf } from '../../../simulator/routes/plans.js';
import { PERMISSION_KEYS } from '../../../simulator/routes/site-info.js';
import type { Simulator } from '../../../simulator/simulator.js';
import { rolesOf } from '../../../simulator/site/roles.js';
import { desksOf, organizationsOf, queuesOf, requestTypesOf } from '../../../simulator/site/service.js';
import { answering, type FaultCase, forbidden, notFound, refusedAt, type TruthCase } from './stream-case.js';

const API = 'GET /rest/api/3';
const DESK = 'GET /rest/servicedeskapi';
const directory = (jira: Simulator) => jira.site.directory;
const desks = (jira: Simulator) => desksOf(directory(jira));

const requestIds = (jira: Simulator) => desks(jira).flatMap(({ project }) => jira.site.idsOfProject(project.id));

export const TRUTHS: readonly TruthCase[] = [
  { stream: 'labels', truth: () => LABELS.map((label) => ({ label })) },
  {
    stream: 'time_tracking',
    truth: ({ url }) => [
      { base_url: url, hours_per_day: 7.5, days_per_week: 5, time_format: 'pretty', default_unit: 'minute' },
    ],
  },
  {
    stream: 'project_roles',
    truth: (jira) =>
      rolesOf(directory(jira)).map(({ id, name, admin, projectId }) => ({
        ...{ id, name, is_admin: admin, scope_project_id: projectId ?? null },
      })),
  },
  {
    stream: 'application_roles',
    truth: () => [
      { key: 'jira-software', number_of_seats: '100', is_platform: false, has_unlimited_seats: false },
      { key: 'jira-servicedesk', number_of_seats: '10', is_platform: false, has_unlimited_seats: false },
      { key: 'jira-core', number_of_seats: '-1', is_platform: true, has_unlimited_seats: true },
    ],
  },
  { stream: 'permissions', truth: () => PERMISSION_KEYS.map((key) => ({ key })) },
  {
    stream: 'service_desks',
    truth: (jira) =>
      desks(jira).map(({ id, project: { id: project_id, key, name } }) => ({
        ...{ id, project_id, project_key: key, project_name: name },
      })),
  },
  {
    stream: 'request_types',
    truth: (jira) =>
      requestTypesOf(directory(jira)).map(({ id, name, deskId, issueTypeId, groupIds }) => ({
        ...{ id, name, service_desk_id: deskId, issue_type_id: issueTypeId, group_ids: JSON.stringify(groupIds) },
      })),
  },
  {
    stream: 'organizations',
    truth: (jira) =>
      organizationsOf(directory(jira)).map(({ id, name }) => ({ id, name, uuid: null, scim_managed: false })),
  },
  {
    stream: 'queues',
    truth: (jira) =>
      desks(jira).flatMap((desk) =>
        queuesOf(desk, jira.site).map(({ id, name, jql, issueIds }) => ({
          ...{ service_desk_id: desk.id, id, name, jql, issue_count: String(issueIds.length) },
        })),
      ),
  },
  {
    stream: 'organization_users',
    truth: (jira) =>
      organizationsOf(directory(jira)).flatMap(({ id, members }) =>
        members.map(({ accountId, displayName, active }) => ({
          ...{ organization_id: id, account_id: accountId, display_name: displayName, active },
        })),
      ),
  },
  {
    stream: 'plans',
    truth: (jira) =>
      plansOf(directory(jira)).map(({ id, name, status, issueSources }) => ({
        ...{ id, name, status, scenario_id: `1${id}` },
        issue_sources: JSON.stringify(issueSources.map(({ type, value }) => ({ type, value: String(value) }))),
      })),
  },
  {
    stream: 'plan_teams',
    truth: (jira) =>
      plansOf(directory(jira))
        .filter(({ status }) => status !== 'Trashed')
        .flatMap((plan) =>
          teamsOf(plan).map(({ id, type, name }) => ({ plan_id: plan.id, id, type, name: name ?? null })),
        ),
  },
  {
    stream: 'requests',
    truth: (jira) => requestIds(jira).map((id) => ({ issue_id: id, issue_key: jira.site.keyOf(id) })),
  },
  {
    stream: 'request_slas',
    truth: (jira) =>
      requestIds(jira).flatMap((issue_id) => [
        { issue_id, id: '1', name: 'Time to first response', ongoing_goal_ms: null },
        { issue_id, id: '2', name: 'Time to resolution', ongoing_goal_ms: '57600000' },
      ]),
  },
];

const NO_SERVICE = { features: { service: false } };
const SERVICE = [
  ...['service_desks', 'request_types', 'organizations', 'queues', 'organization_users', 'requests', 'request_slas'],
];

const refused = (when: string, stream: string, path: string): FaultCase => ({
  ...{ when, stream, faults: [forbidden(path)], state: 'forbidden' },
});
const off = (stream: string, path: string): FaultCase => ({
  ...{ when: 'switched off or not bought', stream, faults: [notFound(path)], state: 'unsupported' },
});
const empty = (stream: string, path: string, body: unknown): FaultCase => ({
  ...{ when: 'nothing there', stream, faults: [answering(path, body)], state: 'empty' },
});
const NOTHING = { values: [], total: 0, isLast: true, isLastPage: true, last: true, size: 0, start: 0 };

export const FAULTS: readonly FaultCase[] = [
  refused('not permitted', 'labels', `${API}/label`),
  refused('not permitted', 'permissions', `${API}/permissions`),
  { ...refused('not permitted', 'time_tracking', `${API}/configuration`), outcomes: { not_visible: 1 } },
  // What the simulator itself says to somebody who administers nothing and is no agent.
  ...[
    'project_roles',
    'application_roles',
    'plans',
    'plan_teams',
    'organizations',
    'organization_users',
    'requests',
  ].map(
    (stream): FaultCase => ({
      ...{ when: 'not permitted', stream, state: 'forbidden' },
      site: { features: { administer: false, agent: false } },
    }),
  ),
  refused('not permitted', 'service_desks', `${DESK}/servicedesk`),
  refused('not permitted', 'request_types', `${DESK}/requesttype`),
  ...SERVICE.map(
    (stream): FaultCase => ({
      ...{ when: 'no service management', stream, site: NO_SERVICE, state: 'unsupported' },
    }),
  ),
  { when: 'no premium edition', stream: 'plans', site: { features: { plans: false } }, state: 'forbidden' },
  off('plans', `${API}/plans/plan`),
  empty('labels', `${API}/label`, NOTHING),
  empty('project_roles', `${API}/role`, []),
  empty('application_roles', `${API}/applicationrole`, []),
  empty('permissions', `${API}/permissions`, { permissions: {} }),
  empty('service_desks', `${DESK}/servicedesk`, NOTHING),
  empty('request_types', `${DESK}/requesttype`, NOTHING),
  empty('organizations', `${DESK}/organization`, NOTHING),
  empty('queues', `${DESK}/servicedesk/{serviceDeskId}/queue`, NOTHING),
  empty('organization_users', `${DESK}/organization/{organizationId}/user`, NOTHING),
  empty('plans', `${API}/plans/plan`, NOTHING),
  {
    ...{ when: 'one parent is gone', stream: 'queues', state: 'ok', outcomes: { gone: 1 } },
    faults: [refusedAt(/servicedesk\/1(\/queue|$|\?)/, 404)],
    written: 4,
  },
  {
    ...{ when: 'one parent is gone', stream: 'organization_users', state: 'ok', outcomes: { gone: 1 } },
    faults: [refusedAt(/organization\/2(\/user|$|\?)/, 404)],
    written: (jira) =>
      organizationsOf(directory(jira)).reduce((sum, { id, members }) => sum + (id === '2' ? 0 : members.length), 0),
  },
  {
    ...{ when: 'one parent is gone', stream: 'plan_teams', state: 'ok', outcomes: { gone: 1 } },
    faults: [refusedAt(/plans\/plan\/1\/team/, 404)],
    written: 6,
  },
];
