/** Screens with their tabs and the fields on them. */

import type { Directory, FieldDef, Named } from '../model.js';
import { companyManaged } from './schemes.js';

export interface Screen extends Named {
  readonly description: string;
  /** The team-managed project it belongs to; absent: global. */
  readonly projectId?: string;
}

/** Jira's own two, one to three for each company-managed project (those of its screen scheme), one for each team-managed one. */
export function screensOf(directory: Directory): readonly Screen[] {
  const own = companyManaged(directory).flatMap(({ id, key }, place) =>
    ['', ' anlegen', ' bearbeiten'].slice(0, place % 2 === 0 ? 3 : 1).map((word, number) => ({
      id: String(Number(id) + 500 + 1000 * number),
      name: `${key}: Bildschirm${word}`,
      description: '',
    })),
  );
  const ofTeams = directory.projects
    .filter(({ style, state }) => style === 'next-gen' && state !== 'deleted')
    .map(({ id, key }) => ({ id: String(Number(id) + 700), name: `${key} screen`, description: 'Own', projectId: id }));
  return [
    { id: '1', name: 'Default Screen', description: 'Provides for the update of all system fields.' },
    { id: '2', name: 'Workflow Screen', description: '' },
    ...own,
    ...ofTeams,
  ];
}

export function tabsOf(screen: Screen): readonly Named[] {
  const names = ['Allgemein', 'Time ⏱', '詳細'].slice(0, 1 + (Number(screen.id) % 3));
  return names.map((name, place) => ({ id: String(Number(screen.id) * 10 + place), name }));
}

/** The last tab of a screen with three is empty. */
export function tabFieldsOf(directory: Directory, tab: Named): readonly FieldDef[] {
  const first = Number(tab.id) % 10;
  return first === 2 ? [] : directory.fields.filter((_, place) => place % 7 === first);
}
