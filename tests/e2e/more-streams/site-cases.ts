/** Refusals of the lists of the whole site, of service management and of plans. */
import type { Simulator } from '../../../simulator/simulator.js';
import { organizationsOf } from '../../../simulator/site/service.js';
import { answering, type FaultCase, forbidden, notFound, refusedAt } from './stream-case.js';

const API = 'GET /rest/api/3';
const DESK = 'GET /rest/servicedeskapi';
const directory = (jira: Simulator) => jira.site.directory;

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
