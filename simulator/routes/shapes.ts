/** The records that appear inside many answers, as Jira writes them. `origin` is the start of all links. */

import type { Directory, Person, Project } from '../model.js';
import { fixedUuid } from '../site/draw.js';

type Status = Directory['statuses'][number];
type IssueType = Directory['issueTypes'][number];

/** The four sizes of a picture under `path`. */
export function avatarUrls(origin: string, path: string): Record<string, string> {
  const sizes = { '48x48': 'large', '24x24': 'small', '16x16': 'xsmall', '32x32': 'medium' };
  return Object.fromEntries(Object.entries(sizes).map(([size, word]) => [size, `${origin}${path}?size=${word}`]));
}

/** A full account, as /users/search, /myself and leads have it. A hidden address is left out. */
export function userShape(origin: string, person: Person): Record<string, unknown> {
  return {
    self: `${origin}/rest/api/3/user?accountId=${encodeURIComponent(person.accountId)}`,
    accountId: person.accountId,
    accountType: person.accountType,
    ...(person.emailAddress === undefined ? {} : { emailAddress: person.emailAddress }),
    avatarUrls: avatarUrls(origin, `/avatars/${encodeURIComponent(person.accountId)}`),
    displayName: person.displayName,
    active: person.active,
    ...(person.timeZone === undefined ? {} : { timeZone: person.timeZone }),
  };
}

/** An account as owner of a dashboard or in a share: neither type nor address. */
export function ownerShape(origin: string, person: Person): Record<string, unknown> {
  const { accountType, emailAddress, timeZone, ...rest } = userShape(origin, person);
  return rest;
}

/** The account with this id; a placeholder, as Jira's own bad records have it, when there is none. */
export function personOf(directory: Directory, accountId: string): Person {
  const found = directory.people.find((person) => person.accountId === accountId);
  return found ?? { accountId: 'unknown', accountType: 'atlassian', displayName: 'Unknown user', active: false };
}

export function groupShape(origin: string, group: Directory['groups'][number]): Record<string, unknown> {
  const self = `${origin}/rest/api/3/group?groupId=${group.groupId}`;
  return { name: group.name, groupId: group.groupId, self };
}

/** A project inside another record. */
export function projectShape(origin: string, project: Project): Record<string, unknown> {
  return {
    self: `${origin}/rest/api/3/project/${project.id}`,
    id: project.id,
    key: project.key,
    name: project.name,
    projectTypeKey: project.projectTypeKey,
    simplified: project.style === 'next-gen',
    avatarUrls: avatarUrls(origin, `/rest/api/3/universal_avatar/view/type/project/avatar/${project.id}`),
  };
}

/** `{ scope: … }` of a thing that belongs to a team-managed project, nothing for a global one. */
export function scopeShape(projectId: string | undefined): Record<string, unknown> {
  return projectId === undefined ? {} : { scope: { type: 'PROJECT', project: { id: projectId } } };
}

export function issueTypeShape(origin: string, type: IssueType): Record<string, unknown> {
  const avatarId = 10_300 + (Number(type.id) % 30);
  return {
    self: `${origin}/rest/api/3/issuetype/${type.id}`,
    id: type.id,
    description: type.description,
    iconUrl: `${origin}/rest/api/3/universal_avatar/view/type/issuetype/avatar/${avatarId}?size=medium`,
    name: type.name,
    subtask: type.subtask,
    avatarId,
    ...(type.projectId === undefined ? {} : { entityId: fixedUuid('issueType', Number(type.id)) }),
    hierarchyLevel: type.hierarchyLevel,
    ...scopeShape(type.projectId),
  };
}

/** The issue types that a project uses: its own when it is team-managed, else the global ones. */
export function issueTypesOf(directory: Directory, project: Project): readonly IssueType[] {
  const own = directory.issueTypes.filter((type) => type.projectId === project.id);
  return own.length > 0 ? own : directory.issueTypes.filter((type) => type.projectId === undefined);
}

/** The statuses that a project uses, in the order of work. */
export function statusesOf(directory: Directory, project: Project | undefined): readonly Status[] {
  const own = directory.statuses.filter((status) => status.projectId === project?.id);
  const used = own.length > 0 ? own : directory.statuses.filter((status) => status.projectId === undefined);
  const order = ['new', 'indeterminate', 'done'];
  return used.toSorted((left, right) => order.indexOf(left.category) - order.indexOf(right.category));
}

/** Jira's fixed four, with their real keys. */
export const STATUS_CATEGORIES = [
  { id: 1, key: 'undefined', colorName: 'medium-gray', name: 'No Category' },
  { id: 2, key: 'new', colorName: 'blue-gray', name: 'To Do' },
  { id: 4, key: 'indeterminate', colorName: 'yellow', name: 'In Progress' },
  { id: 3, key: 'done', colorName: 'green', name: 'Done' },
] as const;

export function statusCategoryShape(
  origin: string,
  category: (typeof STATUS_CATEGORIES)[number],
): Record<string, unknown> {
  return { self: `${origin}/rest/api/3/statuscategory/${category.id}`, ...category };
}

/** The newer status operations name categories by these words. */
export const CATEGORY_WORD = { new: 'TODO', indeterminate: 'IN_PROGRESS', done: 'DONE' } as const;
