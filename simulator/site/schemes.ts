/** Which scheme each company-managed project uses. Schemes of a project have its id plus a number of their kind. */

import type { Directory, Named, Project } from '../model.js';

/** A scheme with the projects that use it. */
export interface Scheme extends Named {
  readonly description: string;
  readonly projects: readonly Project[];
}

/** Team-managed projects have no schemes. */
export function companyManaged(directory: Directory): readonly Project[] {
  return directory.projects.filter(({ style, state }) => style === 'classic' && state !== 'deleted');
}

/** The default one has every second project, each of the others a scheme of its own; the last scheme has none. */
export function issueTypeSchemesOf(directory: Directory): readonly Scheme[] {
  const projects = companyManaged(directory);
  const standard = {
    ...{ id: '10000', name: 'Default Issue Type Scheme', description: 'All global issue types.' },
    projects: projects.filter((_, place) => place % 2 === 0),
  };
  const own = projects.filter((_, place) => place % 2 === 1).map((project) => ownScheme(project, 200, 'Vorgangstypen'));
  return [standard, ...own, { id: '10999', name: 'Unbenutzt', description: '', projects: [] }];
}

/** Ids of issue types, the default one first. */
export function typesOfScheme(directory: Directory, scheme: Scheme): readonly string[] {
  const ids = directory.issueTypes.filter(({ projectId }) => projectId === undefined).map(({ id }) => id);
  return scheme.id === '10000' ? ids : ids.filter((_, place) => place % 2 === Number(scheme.id) % 2);
}

/** Each project has one; Jira's own is used by none. */
export function typeScreenSchemesOf(directory: Directory): readonly Scheme[] {
  const standard = {
    ...{ id: '1', name: 'Default Issue Type Screen Scheme', description: 'The default.' },
    projects: [],
  };
  return [standard, ...companyManaged(directory).map((project) => ownScheme(project, 600, 'Bildschirme'))];
}

/** Issue type or the word `default` -> screen scheme. */
export function screensOfScheme(directory: Directory, scheme: Scheme): ReadonlyMap<string, string> {
  const screenSchemes = companyManaged(directory).map(({ id }) => String(Number(id) + 500));
  const own = String(Number(scheme.id) - 100);
  const [first = ''] = screenSchemes;
  const bug = directory.issueTypes.find(({ name }) => name === 'Bug')?.id ?? '';
  return new Map([
    ['default', screenSchemes.includes(own) ? own : first],
    ...(scheme.id === '1' ? [] : ([[bug, first]] as const)),
  ]);
}

/** Of workflow schemes; every third project has the default one, which has no id. */
export function workflowSchemeOf(directory: Directory, project: Project): string | null {
  return companyManaged(directory).indexOf(project) % 3 === 2 ? null : String(Number(project.id) + 100);
}

/** Every third project has none. */
export function securitySchemeOf(directory: Directory, project: Project): string | null {
  return companyManaged(directory).indexOf(project) % 3 === 2 ? null : String(Number(project.id) + 400);
}

export const notificationSchemeOf = (project: Project): string => String(Number(project.id) + 300);

/** Every second project has its own, the others the default one. */
export function fieldSchemeOf(directory: Directory, project: Project): string {
  const place = directory.projects.filter(({ style }) => style === 'classic').indexOf(project);
  return place % 2 === 0 ? String(Number(project.id) + 100) : '10000';
}

function ownScheme(project: Project, kind: number, word: string): Scheme {
  const id = String(Number(project.id) + kind);
  return { id, name: `${project.key}: ${word}`, description: project.name, projects: [project] };
}

export interface SecurityLevel extends Named {
  readonly schemeId: string;
  readonly description: string;
  readonly isDefault: boolean;
}

/** One to three for each scheme; the first is the default of every second scheme. */
export function securityLevelsOf(directory: Directory): readonly SecurityLevel[] {
  return companyManaged(directory).flatMap((project, place) => {
    const schemeId = Number(project.id) + 400;
    return ['Intern', 'Leitung 🔐', '監査'].slice(0, 1 + (place % 3)).map((name, number) => ({
      id: String(schemeId + 1000 * (number + 1)),
      schemeId: String(schemeId),
      ...{ name, description: number === 1 ? '' : `Only ${name}`, isDefault: number === 0 && place % 2 === 0 },
    }));
  });
}

export interface LevelMember {
  readonly id: string;
  readonly level: SecurityLevel;
  readonly holder: { readonly type: string; readonly parameter?: string; readonly value?: string };
  readonly managed: boolean;
}

/** The level with the name Leitung has no members, nor has the only level of every third scheme. */
export function levelMembersOf(directory: Directory): readonly LevelMember[] {
  const [group] = directory.groups;
  const [owner] = directory.people;
  const holders = [
    { type: 'reporter' },
    { type: 'group', parameter: group?.name ?? '', value: group?.groupId ?? '' },
    { type: 'user', parameter: owner?.accountId ?? '', value: owner?.accountId ?? '' },
  ];
  return securityLevelsOf(directory).flatMap((level, place) => {
    const count = level.name.startsWith('Leitung') || place % 6 === 0 ? 0 : 1 + (place % 3);
    return holders.slice(0, count).map((holder, number) => ({
      id: String(Number(level.id) * 10 + number),
      ...{ level, holder, managed: number === 0 },
    }));
  });
}
