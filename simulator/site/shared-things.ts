/** Saved filters and dashboards: things that a person owns and shows to others. */

import type { Directory, Project } from '../model.js';
import { tokenOwner } from './people.js';

export type Share =
  | { readonly id: number; readonly type: 'global' | 'loggedin' }
  | { readonly id: number; readonly type: 'group' | 'project' | 'user'; readonly of: string };

export interface Shared {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly ownerId: string;
  readonly favourite: boolean;
  readonly favouritedCount: number;
  readonly shares: readonly Share[];
  readonly editors: readonly Share[];
}

export interface SavedFilter extends Shared {
  readonly jql: string;
  readonly subscriberIds: readonly string[];
}

export interface SavedDashboard extends Shared {
  readonly isSystem: boolean;
}

/** One filter per board (the one that feeds it), three of the token's owner, one per tenth account. */
export function filtersOf(directory: Directory): SavedFilter[] {
  const me = tokenOwner(directory).accountId;
  const boards = directory.boards.map((board, place) => {
    const project = directory.projects.find(({ id }) => id === board.projectId);
    const jql = `project = ${project?.key ?? 'NONE'} ORDER BY Rank ASC`;
    const shares = project === undefined ? [] : [{ id: 20_000 + place, type: 'project' as const, of: project.id }];
    return filter(Number(board.filterId), `Filter for ${board.name}`, project?.leadId ?? me, jql, { shares });
  });
  const mine = [
    filter(10_000, 'Meine offenen Vorgänge', me, 'assignee = currentUser() AND resolution IS EMPTY', {
      favourite: true,
    }),
    filter(10_001, 'Überfällig 🔥', me, 'duedate < now() AND statusCategory != Done', {
      favourite: true,
      subscriberIds: [me],
    }),
    filter(10_002, 'Private notes', me, 'labels = "private"', {}),
  ];
  return [...mine, ...boards, ...filtersOfOthers(directory)];
}

function filtersOfOthers(directory: Directory): SavedFilter[] {
  return directory.people
    .filter((_, number) => number % 10 === 8)
    .map((person, place) => {
      const group = directory.groups[place % Math.max(1, directory.groups.length)];
      const open: Share = { id: 30_000 + place, type: place % 3 === 0 ? 'global' : 'loggedin' };
      const toGroup: Share[] = group === undefined ? [] : [{ id: 31_000 + place, type: 'group', of: group.groupId }];
      const jql = `reporter = "${person.accountId}" AND created >= -${7 * (place + 1)}d`;
      const shares = place % 2 === 0 ? [open] : toGroup;
      const favourite = place % 4 === 1;
      return filter(20_000 + place, `Shared by ${person.displayName}`, person.accountId, jql, { shares, favourite });
    });
}

function filter(id: number, name: string, ownerId: string, jql: string, more: Partial<SavedFilter>): SavedFilter {
  const plain = { description: id % 2 === 0 ? `About ${name}` : '', favourite: false, shares: [], editors: [] };
  return { id: String(id), name, ownerId, jql, ...plain, favouritedCount: id % 5, subscriberIds: [], ...more };
}

/** The system dashboard, one per project that is not deleted, and a private one of the token's owner. */
export function dashboardsOf(directory: Directory): SavedDashboard[] {
  const me = tokenOwner(directory).accountId;
  const system = dashboard(10_000, 'Default dashboard', me, true, [{ id: 10_000, type: 'global' }]);
  const mine = dashboard(10_001, 'Nur für mich 🔒', me, false, []);
  const shown = directory.projects.map((project, place) => ({ project, place })).filter(isNotDeleted);
  return [system, mine, ...shown.map(({ project, place }) => ofProject(project, place))];
}

const isNotDeleted = ({ project }: { readonly project: Project }) => project.state !== 'deleted';

function ofProject(project: Project, place: number): SavedDashboard {
  const shares: Share[] = [{ id: 10_100 + place, type: 'project', of: project.id }];
  return dashboard(10_002 + place, `${project.name}: Überblick`, project.leadId, false, shares);
}

function dashboard(
  id: number,
  name: string,
  ownerId: string,
  isSystem: boolean,
  shares: readonly Share[],
): SavedDashboard {
  const editors: readonly Share[] = id % 3 === 2 ? [{ id: 40_000 + id, type: 'user', of: ownerId }] : [];
  const counts = { favourite: id % 2 === 0, favouritedCount: id % 7 };
  return {
    id: String(id),
    name,
    description: isSystem ? '' : `Shows ${name}`,
    ownerId,
    isSystem,
    ...counts,
    shares,
    editors,
  };
}
