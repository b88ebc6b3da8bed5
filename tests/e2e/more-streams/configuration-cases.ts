/** Cases of configuration: contexts, options, roles, schemes, screens, security levels, gadgets. */
import { prioritySchemes } from '../../../simulator/routes/schemes.js';
import { issueTypesOf, statusesOf } from '../../../simulator/routes/shapes.js';
import type { Simulator } from '../../../simulator/simulator.js';
import { contextsOf, optionsOf } from '../../../simulator/site/field-contexts.js';
import { gadgetsOf } from '../../../simulator/site/gadgets.js';
import { actorsOf, rolesOfProject } from '../../../simulator/site/role-actors.js';
import {
  companyManaged,
  fieldSchemeOf,
  issueTypeSchemesOf,
  levelMembersOf,
  notificationSchemeOf,
  screensOfScheme,
  securityLevelsOf,
  securitySchemeOf,
  typeScreenSchemesOf,
  typesOfScheme,
  workflowSchemeOf,
} from '../../../simulator/site/schemes.js';
import { screensOf, tabFieldsOf, tabsOf } from '../../../simulator/site/screens.js';
import { dashboardsOf } from '../../../simulator/site/shared-things.js';
import { answering, type FaultCase, forbidden, type Row, refusedAt, type TruthCase } from './stream-case.js';

const API = 'GET /rest/api/3';
const site = (jira: Simulator) => jira.site.directory;
const projectsOf = (jira: Simulator) => site(jira).projects.filter(({ state }) => state !== 'deleted');
const classic = (jira: Simulator) => companyManaged(site(jira));

const contexts = (jira: Simulator) =>
  site(jira).fields.flatMap((field) => (contextsOf(field) ?? []).map((context) => ({ field, context })));
const tabs = (jira: Simulator) =>
  screensOf(site(jira)).flatMap((screen) => tabsOf(screen).map((tab) => ({ screen, tab })));
const roles = (jira: Simulator) =>
  projectsOf(jira).flatMap((project) => rolesOfProject(site(jira), project).map((role) => ({ project, role })));

/** Each project with its scheme. */
const usedBy = (schemes: ReturnType<typeof issueTypeSchemesOf>): Row[] =>
  schemes.flatMap(({ id, projects }) => projects.map((project) => ({ project_id: project.id, scheme_id: id })));

export const TRUTHS: readonly TruthCase[] = [
  {
    stream: 'custom_field_contexts',
    truth: (jira) =>
      contexts(jira).map(({ field, context }) => ({
        ...{ field_id: field.id, id: context.id, field_type: field.schema.custom ?? '', name: context.name },
        ...{ is_global_context: context.isGlobalContext, is_any_issue_type: context.isAnyIssueType },
      })),
  },
  {
    stream: 'custom_field_options',
    truth: (jira) =>
      contexts(jira).flatMap(({ field, context }) =>
        optionsOf(field, context).map(({ id, value, disabled, optionId }) => ({
          ...{ field_id: field.id, context_id: context.id, id, value, disabled, parent_option_id: optionId ?? null },
        })),
      ),
  },
  {
    stream: 'project_role_projects',
    truth: (jira) =>
      roles(jira).map(({ project, role }) => ({
        ...{ project_id: project.id, role_id: role.id, name: role.name, admin: role.admin },
        ...{ scope_project_id: role.projectId ?? null },
      })),
  },
  {
    stream: 'project_role_actors',
    truth: (jira) =>
      roles(jira).flatMap(({ project, role }) =>
        actorsOf(site(jira), project, role).map(({ id, displayName, accountId, groupId }) => ({
          ...{ project_id: project.id, role_id: role.id, id: String(id), display_name: displayName },
          ...{ account_id: accountId ?? null, group_id: groupId ?? null },
        })),
      ),
  },
  {
    stream: 'project_statuses',
    truth: (jira) =>
      projectsOf(jira).flatMap((project) =>
        issueTypesOf(site(jira), project).flatMap((type) =>
          statusesOf(site(jira), project).map((status) => ({
            ...{ project_id: project.id, issue_type_id: type.id, issue_type_name: type.name },
            ...{ issue_type_subtask: type.subtask, status_id: status.id, category_key: status.category },
          })),
        ),
      ),
  },
  {
    stream: 'project_permission_schemes',
    truth: (jira) =>
      projectsOf(jira).map(({ id, key, style }) => ({
        ...{ project_id: id, scheme_id: id, name: `${key}: Berechtigungen` },
        scope_project_id: style === 'next-gen' ? id : null,
      })),
  },
  {
    stream: 'issue_type_schemes',
    truth: (jira) =>
      issueTypeSchemesOf(site(jira)).map(({ id, name }) => ({
        ...{ id, name, is_default: id === '10000' || null },
        default_issue_type_id: id === '10000' ? '10001' : null,
      })),
  },
  {
    stream: 'issue_type_scheme_mappings',
    truth: (jira) =>
      issueTypeSchemesOf(site(jira)).flatMap((scheme) =>
        typesOfScheme(site(jira), scheme).map((issue_type_id) => ({ scheme_id: scheme.id, issue_type_id })),
      ),
  },
  { stream: 'issue_type_scheme_projects', truth: (jira) => usedBy(issueTypeSchemesOf(site(jira))) },
  {
    stream: 'issue_type_screen_schemes',
    truth: (jira) => typeScreenSchemesOf(site(jira)).map(({ id, name, description }) => ({ id, name, description })),
  },
  {
    stream: 'issue_type_screen_scheme_mappings',
    truth: (jira) =>
      typeScreenSchemesOf(site(jira)).flatMap((scheme) =>
        [...screensOfScheme(site(jira), scheme)].map(([issue_type_id, screen_scheme_id]) => ({
          ...{ scheme_id: scheme.id, issue_type_id, screen_scheme_id },
        })),
      ),
  },
  { stream: 'issue_type_screen_scheme_projects', truth: (jira) => usedBy(typeScreenSchemesOf(site(jira))) },
  {
    stream: 'screens',
    truth: (jira) =>
      screensOf(site(jira)).map(({ id, name, projectId }) => ({ id, name, scope_project_id: projectId ?? null })),
  },
  {
    stream: 'screen_tabs',
    truth: (jira) => tabs(jira).map(({ screen, tab }) => ({ screen_id: screen.id, id: tab.id, name: tab.name })),
  },
  {
    stream: 'screen_tab_fields',
    truth: (jira) =>
      tabs(jira).flatMap(({ screen, tab }) =>
        tabFieldsOf(site(jira), tab).map(({ id, name }) => ({
          screen_id: screen.id,
          tab_id: tab.id,
          field_id: id,
          name,
        })),
      ),
  },
  {
    stream: 'workflow_scheme_projects',
    truth: (jira) =>
      classic(jira).map((project) => {
        const scheme_id = workflowSchemeOf(site(jira), project);
        const name = scheme_id === null ? 'Default Workflow Scheme' : `${project.key}: workflow scheme`;
        return { project_id: project.id, scheme_id, name };
      }),
  },
  {
    stream: 'notification_scheme_projects',
    truth: (jira) => classic(jira).map((one) => ({ project_id: one.id, scheme_id: notificationSchemeOf(one) })),
  },
  {
    stream: 'security_scheme_projects',
    truth: (jira) =>
      classic(jira).flatMap((project) => {
        const scheme_id = securitySchemeOf(site(jira), project);
        return scheme_id === null ? [] : [{ project_id: project.id, scheme_id }];
      }),
  },
  {
    stream: 'field_scheme_projects',
    truth: (jira) => classic(jira).map((one) => ({ project_id: one.id, scheme_id: fieldSchemeOf(site(jira), one) })),
  },
  {
    stream: 'priority_scheme_projects',
    truth: (jira) =>
      prioritySchemes(site(jira)).flatMap(({ id, projects }) =>
        projects.map((project) => ({ project_id: project.id, scheme_id: id })),
      ),
  },
  {
    stream: 'issue_security_levels',
    truth: (jira) =>
      securityLevelsOf(site(jira)).map(({ id, schemeId, name, isDefault }) => ({
        ...{ id, scheme_id: schemeId, name, is_default: isDefault },
      })),
  },
  {
    stream: 'issue_security_level_members',
    truth: (jira) =>
      levelMembersOf(site(jira)).map(({ id, level, holder, managed }) => ({
        ...{ id, scheme_id: level.schemeId, level_id: level.id, managed },
        ...{ holder_type: holder.type, holder_value: holder.value ?? null },
      })),
  },
  {
    stream: 'dashboard_gadgets',
    truth: (jira) =>
      dashboardsOf(site(jira)).flatMap((dashboard) =>
        gadgetsOf(dashboard).map(({ id, title, row, column, moduleKey }) => ({
          ...{ dashboard_id: dashboard.id, id: String(id), title, row, column, module_key: moduleKey ?? null },
        })),
      ),
  },
];

/** As many rows as the site holds of the stream. */
const all = (stream: string) => (jira: Simulator) =>
  TRUTHS.find((one) => one.stream === stream)?.truth(jira).length ?? 0;
const less = (stream: string, isLost: (row: Row) => boolean) => (jira: Simulator) =>
  TRUTHS.find((one) => one.stream === stream)
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
