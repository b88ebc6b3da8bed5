/** Versions and components as Jira writes them. */

import type { Call, Directory, IssueIndex, Project } from '../model.js';
import { personOf, userShape } from './shapes.js';

type Version = Project['versions'][number];
type Component = Project['components'][number];

/** `projectId` is a number here, although a project's own `id` is a string. */
export function versionShape(call: Call, project: Project, version: Version): Record<string, unknown> {
  const { startDate, releaseDate, description } = version;
  const overdue = releaseDate !== undefined && !version.released && Date.parse(releaseDate) < call.now;
  return {
    self: `${call.origin}/rest/api/3/version/${version.id}`,
    id: version.id,
    ...(description === undefined ? {} : { description }),
    name: version.name,
    archived: version.archived,
    released: version.released,
    ...(startDate === undefined ? {} : { startDate, userStartDate: dayMonthYear(startDate) }),
    ...(releaseDate === undefined ? {} : { releaseDate, userReleaseDate: dayMonthYear(releaseDate), overdue }),
    projectId: Number(project.id),
  };
}

/** 2026-03-09 as 09/Mar/26, the way the site's look and feel has it. */
function dayMonthYear(date: string): string {
  const month = new Date(date).toLocaleString('en-US', { month: 'short', timeZone: 'UTC' });
  return `${date.slice(8)}/${month}/${date.slice(2, 4)}`;
}

/** A component of /component and of one project; without a lead those members are missing. */
export function componentShape(
  directory: Directory,
  call: Call,
  project: Project,
  component: Component,
): Record<string, unknown> {
  const { leadId, description } = component;
  const lead = leadId === undefined ? undefined : userShape(call.origin, personOf(directory, leadId));
  return {
    self: `${call.origin}/rest/api/3/component/${component.id}`,
    id: component.id,
    name: component.name,
    ...(description === undefined ? {} : { description }),
    ...(lead === undefined ? {} : { lead, assignee: lead, realAssignee: lead }),
    assigneeType: lead === undefined ? 'PROJECT_DEFAULT' : 'COMPONENT_LEAD',
    realAssigneeType: lead === undefined ? 'PROJECT_DEFAULT' : 'COMPONENT_LEAD',
    isAssigneeTypeValid: lead !== undefined,
    project: project.key,
    projectId: Number(project.id),
  };
}

/** Components of one project also count their issues. */
export function componentCountShape(
  directory: Directory,
  issues: IssueIndex,
  call: Call,
  project: Project,
): (component: Component) => Record<string, unknown> {
  const share = Math.floor(issues.idsOfProject(project.id).length / (project.components.length + 1));
  return (component) => ({ issueCount: share, ...componentShape(directory, call, project, component) });
}
