/** Configuration: contexts, options, roles, schemes, screens, security levels, gadgets. */
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
import type { Row, TruthCase } from './truth-case.js';

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

export const CONFIGURATION_TRUTHS: readonly TruthCase[] = [
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
    onServer: ['project_id', 'role_id'],
    truth: (jira) =>
      roles(jira).map(({ project, role }) => ({
        ...{ project_id: project.id, role_id: role.id, name: role.name, admin: role.admin },
        ...{ scope_project_id: role.projectId ?? null },
      })),
  },
  {
    stream: 'project_role_actors',
    onServer: ['project_id', 'role_id', 'id', 'display_name'],
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
    onServer: ['project_id', 'issue_type_id', 'issue_type_name', 'issue_type_subtask', 'status_id'],
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
    onServer: ['project_id', 'scheme_id', 'name'],
    truth: (jira) =>
      projectsOf(jira).map(({ id, key, style }) => ({
        ...{ project_id: id, scheme_id: id, name: `${key}: Berechtigungen` },
        scope_project_id: style === 'next-gen' ? id : null,
      })),
  },
  {
    stream: 'issue_type_schemes',
    onServer: ['id', 'name'],
    truth: (jira) =>
      issueTypeSchemesOf(site(jira)).map(({ id, name }) => ({
        ...{ id, name, is_default: id === '10000' || null },
        default_issue_type_id: id === '10000' ? '10001' : null,
      })),
  },
  {
    stream: 'issue_type_scheme_mappings',
    onServer: ['scheme_id', 'issue_type_id'],
    truth: (jira) =>
      issueTypeSchemesOf(site(jira)).flatMap((scheme) =>
        typesOfScheme(site(jira), scheme).map((issue_type_id) => ({ scheme_id: scheme.id, issue_type_id })),
      ),
  },
  {
    stream: 'issue_type_scheme_projects',
    onServer: ['project_id', 'scheme_id'],
    truth: (jira) => usedBy(issueTypeSchemesOf(site(jira))),
  },
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
    onServer: ['id', 'name'],
    truth: (jira) =>
      screensOf(site(jira)).map(({ id, name, projectId }) => ({ id, name, scope_project_id: projectId ?? null })),
  },
  {
    stream: 'screen_tabs',
    onServer: ['screen_id', 'id', 'name'],
    truth: (jira) => tabs(jira).map(({ screen, tab }) => ({ screen_id: screen.id, id: tab.id, name: tab.name })),
  },
  {
    stream: 'screen_tab_fields',
    onServer: ['screen_id', 'tab_id', 'field_id', 'name'],
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
    onServer: ['project_id', 'scheme_id', 'name'],
    truth: (jira) =>
      classic(jira).map((project) => {
        const scheme_id = workflowSchemeOf(site(jira), project);
        const name = scheme_id === null ? 'Default Workflow Scheme' : `${project.key}: workflow scheme`;
        return { project_id: project.id, scheme_id, name };
      }),
  },
  {
    stream: 'notification_scheme_projects',
    onServer: ['project_id', 'scheme_id'],
    truth: (jira) => classic(jira).map((one) => ({ project_id: one.id, scheme_id: notificationSchemeOf(one) })),
  },
  {
    stream: 'security_scheme_projects',
    onServer: ['project_id', 'scheme_id'],
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
    onServer: ['project_id', 'scheme_id'],
    truth: (jira) =>
      prioritySchemes(site(jira)).flatMap(({ id, projects }) =>
        projects.map((project) => ({ project_id: project.id, scheme_id: id })),
      ),
  },
  {
    stream: 'issue_security_levels',
    onServer: ['id', 'scheme_id', 'name'],
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
