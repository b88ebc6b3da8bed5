/** Which project uses which workflow, notification, security, field and priority scheme. */

import type { Answer, Call, Directory, IssueIndex, Project, SimRoute } from '../model.js';
import { badRequest, Refusal } from '../refusal.js';
import { ALL_FEATURES, type SiteFeatures } from '../site/options.js';
import {
  companyManaged,
  fieldSchemeOf,
  notificationSchemeOf,
  securitySchemeOf,
  workflowSchemeOf,
} from '../site/schemes.js';
import { notOffered } from './experimental.js';
import { listOf, narrowed, ok, pageBean } from './paging.js';
import { prioritySchemes } from './schemes.js';
import { projectShape } from './shapes.js';
import { workflowSchemeShape } from './workflows.js';

const USUAL = { usual: 50, cap: 50 };
const FIELD_SCHEMES = { usual: 50, cap: 100 };

export function schemeProjectRoutes(
  directory: Directory,
  _issues: IssueIndex,
  features: SiteFeatures = ALL_FEATURES,
): SimRoute[] {
  const securityPairs = (call: Call) => ok(pageBean(call, securityRows(directory, call), USUAL, (row) => row));
  return [
    get('workflowscheme/project', (call) => workflowSchemes(directory, call)),
    get('notificationscheme/project', (call) => {
      const rows = wantedProjects(directory, call).map((project) => ({
        ...{ notificationSchemeId: notificationSchemeOf(project), projectId: project.id },
      }));
      return ok(pageBean(call, rows, USUAL, (row) => row));
    }),
    get('issuesecurityschemes/project', features.experimental ? securityPairs : notOffered),
    get('config/fieldschemes/projects', (call) => {
      if (!features.fieldSchemes) throw new Refusal(404, ['Field association schemes are not enabled for this site.']);
      const rows = wantedProjects(directory, call).map((project) => ({
        ...{ projectId: Number(project.id), schemeId: Number(fieldSchemeOf(directory, project)) },
      }));
      return ok(pageBean(call, rows, FIELD_SCHEMES, (row) => row));
    }),
    get('fieldconfigurationscheme/project', (call) =>
      ok(pageBean(call, fieldConfigurationSchemes(directory, call), USUAL, (row) => row)),
    ),
    get('priorityscheme/{schemeId}/projects', (call) => {
      const scheme = prioritySchemes(directory).find(({ id }) => id === call.params.schemeId);
      if (!scheme) throw new Refusal(404, ['The priority scheme was not found.']);
      return ok(pageBean(call, scheme.projects, USUAL, (project) => projectShape(call.origin, project)));
    }),
  ];
}

function get(name: string, handle: (call: Call) => Answer): SimRoute {
  return { method: 'GET', path: `/rest/api/3/${name}`, handle };
}

/** Team-managed and unknown ones are passed over in silence. */
const wantedProjects = (directory: Directory, call: Call): readonly Project[] =>
  narrowed(call, 'projectId', companyManaged(directory), ({ id }) => id);

/** The projects must be named; the default scheme has no id. */
function workflowSchemes(directory: Directory, call: Call): Answer {
  if (listOf(call, 'projectId').length === 0) throw badRequest('The ID of a project has to be provided.');
  const projects = wantedProjects(directory, call);
  const own = projects.filter((project) => workflowSchemeOf(directory, project) !== null);
  const others = projects.filter((project) => !own.includes(project)).map(({ id }) => id);
  const standard = { name: 'Default Workflow Scheme', description: '', defaultWorkflow: 'jira', issueTypeMappings: {} };
  return ok({
    values: [
      ...own.map((project) => ({
        ...{ projectIds: [project.id], workflowScheme: workflowSchemeShape(directory, call, project) },
      })),
      ...(others.length > 0 ? [{ projectIds: others, workflowScheme: standard }] : []),
    ],
  });
}

/** Projects without a scheme are not listed. */
function securityRows(directory: Directory, call: Call) {
  const rows = wantedProjects(directory, call).flatMap((project) => {
    const issueSecuritySchemeId = securitySchemeOf(directory, project);
    return issueSecuritySchemeId === null ? [] : [{ issueSecuritySchemeId, projectId: project.id }];
  });
  return narrowed(call, 'issueSecuritySchemeId', rows, (row) => row.issueSecuritySchemeId);
}

/** What was there before field schemes. The first entry is the default scheme, which says nothing of itself. */
function fieldConfigurationSchemes(directory: Directory, call: Call): readonly Record<string, unknown>[] {
  const projects = wantedProjects(directory, call);
  const isDefault = (project: Project) => fieldSchemeOf(directory, project) === '10000';
  const own = projects.filter((project) => !isDefault(project));
  return [
    { projectIds: projects.filter(isDefault).map(({ id }) => id) },
    ...own.map((project) => ({
      fieldConfigurationScheme: {
        ...{ id: fieldSchemeOf(directory, project), name: `${project.key}: Feldschema`, description: '' },
      },
      projectIds: [project.id],
    })),
  ];
}
