/** The lists of the whole site, service management and plans. */
import { plansOf, teamsOf } from '../../../simulator/routes/plans.js';
import { PERMISSION_KEYS } from '../../../simulator/routes/site-info.js';
import type { Simulator } from '../../../simulator/simulator.js';
import { rolesOf } from '../../../simulator/site/roles.js';
import { desksOf, organizationsOf, queuesOf, requestTypesOf } from '../../../simulator/site/service.js';
import type { TruthCase } from './truth-case.js';

const directory = (jira: Simulator) => jira.site.directory;
const desks = (jira: Simulator) => desksOf(directory(jira));

const requestIds = (jira: Simulator) => desks(jira).flatMap(({ project }) => jira.site.idsOfProject(project.id));

export const SITE_TRUTHS: readonly TruthCase[] = [
  { stream: 'labels', truth: ({ site }) => site.labels().map((label) => ({ label })) },
  {
    stream: 'time_tracking',
    truth: ({ url }) => [
      { base_url: url, hours_per_day: 7.5, days_per_week: 5, time_format: 'pretty', default_unit: 'minute' },
    ],
  },
  {
    stream: 'project_roles',
    onServer: ['id', 'name'],
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
