/** Refusals of configuration: contexts, options, roles, schemes, screens, security levels, gadgets. */
import type { Simulator } from '../../../simulator/simulator.js';
import { CONFIGURATION_TRUTHS } from '../../helpers/stream-truths/configuration-truths.js';
import type { Row } from '../../helpers/stream-truths/truth-case.js';
import { answering, type FaultCase, forbidden, refusedAt } from './stream-case.js';

const API = 'GET /rest/api/3';

/** As many rows as the site holds of the stream. */
const all = (stream: string) => (jira: Simulator) =>
  CONFIGURATION_TRUTHS.find((one) => one.stream === stream)?.truth(jira).length ?? 0;
const less = (stream: string, isLost: (row: Row) => boolean) => (jira: Simulator) =>
  CONFIGURATION_TRUTHS.find((one) => one.stream === stream)
    ?.truth(jira)
    .filter((row) => !isLost(row)).length ?? 0;

const BEAN = { values: [], total: 0, isLast: true, startAt: 0, maxResults: 50 };
const empty = (stream: string, path: string, body: unknown = BEAN): FaultCase => ({
  ...{ when: 'nothing there', stream, faults: [answering(`${API}/${path}`, body)], state: 'empty' },
});
/** What the simulator itself says to somebody who administers nothing. */
const administer = (stream: string, notVisible = 0): FaultCase => ({
  ...{ when: 'not permitted', stream, state: 'forbidden', site: { features: { administer: false } } },
  outcomes: notVisible > 0 ? { not_visible: notVisible } : {},
});
const withoutExperimental = (stream: string): FaultCase => ({
  ...{ when: 'experimental operations are off', stream, state: 'ok', written: all(stream) },
  site: { features: { experimental: false, fieldSchemes: false } },
});
const gone = (stream: string, address: RegExp, lost: (row: Row) => boolean): FaultCase => ({
  ...{ when: 'one parent is gone', stream, faults: [refusedAt(address, 404)], state: 'ok', outcomes: { gone: 1 } },
  written: less(stream, lost),
});

export const FAULTS: readonly FaultCase[] = [
  administer('custom_field_contexts', 32),
  administer('custom_field_options'),
  administer('project_role_projects', 11),
  administer('project_role_actors'),
  administer('project_permission_schemes', 11),
  ...['issue_type_schemes', 'issue_type_scheme_mappings', 'issue_type_scheme_projects'].map((one) => administer(one)),
  ...['issue_type_screen_schemes', 'issue_type_screen_scheme_mappings'].map((one) => administer(one)),
  ...['issue_type_screen_scheme_projects', 'screens', 'screen_tabs', 'screen_tab_fields'].map((one) => administer(one)),
  administer('workflow_scheme_projects', 9),
  administer('security_scheme_projects', 9),
  ...['field_scheme_projects', 'priority_scheme_projects'].map((one) => administer(one)),
  ...['issue_security_levels', 'issue_security_level_members'].map((one) => administer(one)),
  {
    ...{ when: 'not permitted', stream: 'notification_scheme_projects', state: 'forbidden' },
    faults: [forbidden(`${API}/notificationscheme/project`)],
  },
  {
    ...{ when: 'not permitted', stream: 'dashboard_gadgets', state: 'forbidden', outcomes: { not_visible: 13 } },
    faults: [forbidden(`${API}/dashboard/{dashboardId}/gadget`)],
  },
  empty('custom_field_contexts', 'field/{fieldId}/context'),
  empty('project_role_projects', 'project/{projectIdOrKey}/roledetails', []),
  empty('project_statuses', 'project/{projectIdOrKey}/statuses', []),
  empty('issue_type_schemes', 'issuetypescheme'),
  empty('issue_type_scheme_mappings', 'issuetypescheme/mapping'),
  empty('issue_type_scheme_projects', 'issuetypescheme/project'),
  empty('issue_type_screen_schemes', 'issuetypescreenscheme'),
  empty('issue_type_screen_scheme_mappings', 'issuetypescreenscheme/mapping'),
  empty('issue_type_screen_scheme_projects', 'issuetypescreenscheme/project'),
  empty('screens', 'screens'),
  empty('workflow_scheme_projects', 'workflowscheme/project', { values: [] }),
  empty('notification_scheme_projects', 'notificationscheme/project'),
  empty('security_scheme_projects', 'issuesecurityschemes/project'),
  empty('field_scheme_projects', 'config/fieldschemes/projects'),
  empty('priority_scheme_projects', 'priorityscheme/{schemeId}/projects'),
  empty('issue_security_levels', 'issuesecurityschemes/level'),
  empty('issue_security_level_members', 'issuesecurityschemes/level/member'),
  empty('dashboard_gadgets', 'dashboard/{dashboardId}/gadget', { gadgets: [] }),
  ...['screen_tabs', 'security_scheme_projects', 'field_scheme_projects'].map(withoutExperimental),
  ...['issue_security_levels', 'issue_security_level_members'].map(withoutExperimental),
  gone('project_statuses', /project\/10001(\/statuses|$|\?)/, ({ project_id }) => project_id === '10001'),
  gone('screen_tab_fields', /screens\/1\/tabs\/10\/fields/, ({ tab_id }) => tab_id === '10'),
  gone('dashboard_gadgets', /dashboard\/10002\/gadget/, ({ dashboard_id }) => dashboard_id === '10002'),
  gone('custom_field_options', /context\/100320\/option/, ({ context_id }) => context_id === '100320'),
  // Fields of apps, of Jira itself and of team-managed projects: nothing had to be made to go wrong.
  {
    ...{ when: 'one parent is gone', stream: 'custom_field_contexts', state: 'ok', outcomes: { gone: 8 } },
    written: all('custom_field_contexts'),
  },
];
