/** Service management: every live project of that type has a desk, with what customers can ask for there, and who they are. */

import type { Directory, IssueIndex, Named, Person, Project } from '../model.js';

export interface Desk {
  readonly id: string;
  readonly project: Project;
}

export function desksOf(directory: Directory): readonly Desk[] {
  return directory.projects
    .filter(({ projectTypeKey }) => projectTypeKey === 'service_desk')
    .map((project, place) => ({ id: String(place + 1), project }))
    .filter(({ project }) => project.state === 'live');
}

export interface RequestType extends Named {
  readonly deskId: string;
  readonly issueTypeId: string;
  /** None: hidden on the portal. */
  readonly groupIds: readonly string[];
}

const ASKED_FOR = ['Get IT help', 'Neuer Laptop 💻', '故障を報告', 'Onboard a person'];

export function requestTypesOf(directory: Directory, deskId?: string): readonly RequestType[] {
  const issueTypes = directory.issueTypes.filter(({ projectId, subtask }) => projectId === undefined && !subtask);
  return desksOf(directory)
    .flatMap((desk) =>
      ASKED_FOR.map((name, place) => ({
        id: String(Number(desk.id) * 100 + place),
        name,
        deskId: desk.id,
        issueTypeId: issueTypes[place % issueTypes.length]?.id ?? '',
        groupIds: place === 3 ? [] : [String(place + 1)],
      })),
    )
    .filter((type) => deskId === undefined || type.deskId === deskId);
}

export interface Queue extends Named {
  readonly jql: string;
  /** Which of the desk's issues wait there. */
  readonly issueIds: readonly string[];
}

/** Their ids are unique within a desk alone. */
export function queuesOf({ project }: Desk, issues: IssueIndex): readonly Queue[] {
  const ids = issues.idsOfProject(project.id);
  const queue = (id: number, name: string, more: string, keep: (place: number) => boolean): Queue => ({
    id: String(id),
    name,
    jql: `project = ${project.key}${more} ORDER BY "Time to resolution" ASC`,
    issueIds: ids.filter((_, place) => keep(place)),
  });
  return [
    queue(1, 'All open', ' AND resolution is EMPTY', () => true),
    queue(2, 'Unassigned – niemand', ' AND assignee is EMPTY', (place) => place % 3 === 0),
    queue(3, 'Breached ⏰', ' AND "Time to resolution" = breached()', (place) => place % 7 === 0),
    queue(4, 'Nothing waits here', ' AND labels = none', () => false),
  ];
}

export interface Organization extends Named {
  readonly members: readonly Person[];
}

const COMPANIES = ['Acme GmbH', 'Bäckerei Müller', '株式会社サンプル', 'Initech', 'Nobody yet'];

/** The last one has no members. */
export function organizationsOf(directory: Directory): readonly Organization[] {
  return COMPANIES.map((name, place) => ({
    id: String(place + 1),
    name,
    members:
      place === COMPANIES.length - 1 ? [] : directory.people.filter((_, number) => number % (place + 3) === place),
  }));
}
