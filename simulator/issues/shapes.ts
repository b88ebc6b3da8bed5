/** The small objects that Jira repeats inside issues: people, projects, statuses and so on, as they appear there (shorter than in their own lists). */

import type { Directory, Person } from '../model.js';

const SIZES = ['48x48', '24x24', '16x16', '32x32'] as const;
const CATEGORIES = {
  new: { id: 2, key: 'new', colorName: 'blue-gray', name: 'To Do' },
  indeterminate: { id: 4, key: 'indeterminate', colorName: 'yellow', name: 'In Progress' },
  done: { id: 3, key: 'done', colorName: 'green', name: 'Done' },
} as const;

type Json = Record<string, unknown>;

/** What a group or a role alone may read; without either, everybody. */
export interface Readable {
  /** Place in `directory.groups`. */
  readonly group?: number | undefined;
  /** A role of its project. */
  readonly role?: { readonly id: string; readonly name: string } | undefined;
}

/** Shapes of one site as seen under one origin; made once each, since a page repeats them hundreds of times. */
export class Shapes {
  private readonly made = new Map<string, Json>();

  constructor(
    private readonly directory: Directory,
    private readonly origin: string,
  ) {}

  self(path: string): string {
    return `${this.origin}/rest/api/3/${path}`;
  }

  /** null for no person. */
  user(place: number): Json | null {
    const person = this.directory.people[place];
    return person === undefined
      ? null
      : this.once(`user ${place} ${person.displayName} ${person.active}`, () => this.makeUser(person));
  }

  userById(accountId: string): Json | null {
    return this.user(this.directory.people.findIndex((person) => person.accountId === accountId));
  }

  status(place: number): Json | null {
    const status = this.directory.statuses[place];
    if (status === undefined) return null;
    return this.once(`status ${place}`, () => ({
      self: this.self(`status/${status.id}`),
      description: status.description,
      iconUrl: `${this.origin}/images/icons/statuses/generic.png`,
      name: status.name,
      id: status.id,
      statusCategory: this.statusCategory(place),
    }));
  }

  statusCategory(place: number): Json | null {
    const status = this.directory.statuses[place];
    if (status === undefined) return null;
    const category = CATEGORIES[status.category];
    return { self: this.self(`statuscategory/${category.id}`), ...category };
  }

  issueType(place: number): Json | null {
    const type = this.directory.issueTypes[place];
    if (type === undefined) return null;
    return this.once(`type ${place}`, () => ({
      self: this.self(`issuetype/${type.id}`),
      id: type.id,
      description: type.description,
      iconUrl: `${this.self('universal_avatar/view/type/issuetype/avatar/')}${10_300 + place}?size=medium`,
      name: type.name,
      subtask: type.subtask,
      avatarId: 10_300 + place,
      hierarchyLevel: type.hierarchyLevel,
    }));
  }

  priority(place: number): Json | null {
    const priority = this.directory.priorities[place];
    if (priority === undefined) return null;
    return this.once(`priority ${place}`, () => ({
      self: this.self(`priority/${priority.id}`),
      iconUrl: `${this.origin}/images/icons/priorities/medium.svg`,
      name: priority.name,
      id: priority.id,
    }));
  }

  resolution(place: number): Json | null {
    const resolution = this.directory.resolutions[place];
    if (resolution === undefined) return null;
    const { id, name, description } = resolution;
    return this.once(`resolution ${place}`, () => ({ self: this.self(`resolution/${id}`), id, description, name }));
  }

  linkType(place: number): Json {
    const { id, name, inward, outward } = this.directory.linkTypes[place] ?? {};
    return { id, name, inward, outward, self: this.self(`issueLinkType/${id}`) };
  }

  project(place: number): Json | null {
    const project = this.directory.projects[place];
    if (project === undefined) return null;
    return this.once(`project ${place} ${project.key}`, () => ({
      self: this.self(`project/${project.id}`),
      id: project.id,
      key: project.key,
      name: project.name,
      projectTypeKey: project.projectTypeKey,
      simplified: project.style === 'next-gen',
      avatarUrls: avatars(`${this.self('universal_avatar/view/type/project/avatar/')}${10_400 + place}`),
    }));
  }

  version(projectPlace: number, versionPlace: number): Json | null {
    const version = this.directory.projects[projectPlace]?.versions[versionPlace];
    if (version === undefined) return null;
    const { id, name, archived, released, releaseDate, description } = version;
    return {
      self: this.self(`version/${id}`),
      id,
      ...(description === undefined ? {} : { description }),
      name,
      archived,
      released,
      ...(releaseDate === undefined ? {} : { releaseDate }),
    };
  }

  component(projectPlace: number, componentPlace: number): Json | null {
    const component = this.directory.projects[projectPlace]?.components[componentPlace];
    if (component === undefined) return null;
    const { id, name, description } = component;
    return { self: this.self(`component/${id}`), id, name, ...(description === undefined ? {} : { description }) };
  }

  group(place: number): Json | null {
    const group = this.directory.groups[place];
    if (group === undefined) return null;
    return { name: group.name, groupId: group.groupId, self: this.self(`group?groupId=${group.groupId}`) };
  }

  /** Who may read a restricted comment or worklog. */
  visibility({ group, role }: Readable): Json {
    if (role !== undefined) return { visibility: { type: 'role', value: role.name, identifier: role.id } };
    const found = group === undefined ? undefined : this.directory.groups[group];
    if (found === undefined) return {};
    return { visibility: { type: 'group', value: found.name, identifier: found.groupId } };
  }

  private makeUser(person: Person): Json {
    const { accountId, emailAddress, displayName, active, accountType } = person;
    return {
      self: this.self(`user?accountId=${encodeURIComponent(accountId)}`),
      accountId,
      ...(emailAddress === undefined ? {} : { emailAddress }),
      avatarUrls: avatars(`${this.origin}/avatars/${accountId.slice(-4)}.png`),
      displayName,
      active,
      ...(person.timeZone === undefined ? {} : { timeZone: person.timeZone }),
      accountType,
    };
  }

  private once(name: string, make: () => Json): Json {
    const known = this.made.get(name);
    if (known !== undefined) return known;
    const made = make();
    this.made.set(name, made);
    return made;
  }
}

function avatars(url: string): Json {
  return Object.fromEntries(SIZES.map((size) => [size, `${url}?s=${size.slice(0, 2)}`]));
}
