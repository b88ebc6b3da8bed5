/** Boards and sprints as Jira Software writes them: ids are numbers, moments are UTC. */

import type { Board, Call, Directory, Sprint } from '../model.js';
import { statusesOf } from './shapes.js';

type Status = Directory['statuses'][number];

export function boardShape(directory: Directory, { origin }: Call, board: Board): Record<string, unknown> {
  const project = directory.projects.find(({ id }) => id === board.projectId);
  const location = project && {
    projectId: Number(project.id),
    displayName: `${project.name} (${project.key})`,
    projectName: project.name,
    projectKey: project.key,
    projectTypeKey: project.projectTypeKey,
    avatarURI: `${origin}/rest/api/2/universal_avatar/view/type/project/avatar/${project.id}?size=small`,
    name: `${project.name} (${project.key})`,
  };
  return {
    id: Number(board.id),
    self: `${origin}/rest/agile/1.0/board/${board.id}`,
    name: board.name,
    type: board.type,
    ...(location === undefined ? {} : { location }),
    isPrivate: false,
  };
}

/** Future sprints may have no dates, and only closed ones have `completeDate`; a missing goal is an empty text. */
export function sprintShape({ origin }: Call, sprint: Sprint): Record<string, unknown> {
  const iso = (name: string, at: number | undefined): Record<string, unknown> =>
    at === undefined ? {} : { [name]: new Date(at).toISOString() };
  return {
    id: Number(sprint.id),
    self: `${origin}/rest/agile/1.0/sprint/${sprint.id}`,
    state: sprint.state,
    name: sprint.name,
    ...iso('startDate', sprint.start),
    ...iso('endDate', sprint.end),
    ...iso('completeDate', sprint.complete),
    ...iso('createdDate', sprint.start === undefined ? undefined : sprint.start - 3 * 86_400_000),
    originBoardId: Number(sprint.boardId),
    goal: sprint.goal ?? '',
  };
}

/**
 * Columns, estimation and rank of a board. `location` has the members that real sites send; Atlassian's schema knows only a type and
 * `projectKeyOrId`, against its own example.
 */
export function boardConfiguration(directory: Directory, { origin }: Call, board: Board): Record<string, unknown> {
  const project = directory.projects.find(({ id }) => id === board.projectId);
  const self = `${origin}/rest/api/2/project/${board.projectId}`;
  const estimation = { type: 'field', field: { fieldId: 'customfield_10016', displayName: 'Story point estimate' } };
  return {
    id: Number(board.id),
    name: board.name,
    type: board.type,
    self: `${origin}/rest/agile/1.0/board/${board.id}/configuration`,
    ...(project === undefined
      ? {}
      : { location: { type: 'project', key: project.key, id: project.id, self, name: project.name } }),
    filter: { id: board.filterId, self: `${origin}/rest/api/2/filter/${board.filterId}` },
    ...(board.type === 'kanban'
      ? { subQuery: { query: 'fixVersion in unreleasedVersions() OR fixVersion is EMPTY' } }
      : {}),
    columnConfig: { columns: columns(origin, statusesOf(directory, project)), constraintType: 'issueCount' },
    ...(board.type === 'scrum' ? { estimation } : {}),
    ranking: { rankCustomFieldId: 10019 },
  };
}

/** A column per category with limits on the middle one; the first column has no statuses, as a new one on a real board. */
function columns(origin: string, statuses: readonly Status[]): Record<string, unknown>[] {
  const refs = (category: Status['category']): unknown[] =>
    statuses
      .filter((status) => status.category === category)
      .map(({ id }) => ({ id, self: `${origin}/rest/api/2/status/${id}` }));
  return [
    { name: 'Ideen 💡', statuses: [] },
    { name: 'To Do', statuses: refs('new') },
    { name: 'In Progress', statuses: refs('indeterminate'), min: 1, max: 5 },
    { name: 'Done', statuses: refs('done') },
  ];
}
