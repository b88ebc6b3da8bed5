/** Issue type schemes and issue type screen schemes: what they hold and which projects use them. */

import type { Call, Directory, IssueIndex, SimRoute } from '../model.js';
import {
  issueTypeSchemesOf,
  type Scheme,
  screensOfScheme,
  typeScreenSchemesOf,
  typesOfScheme,
} from '../site/schemes.js';
import { containing, listOf, narrowed, ok, pageBean } from './paging.js';

const USUAL = { usual: 50, cap: 50 };

export function issueTypeSchemeRoutes(directory: Directory, _issues: IssueIndex): SimRoute[] {
  return [
    get('issuetypescheme', (call) => pageBean(call, named(call, issueTypeSchemesOf(directory)), USUAL, typesShape)),
    get('issuetypescheme/mapping', (call) => {
      const schemes = narrowed(call, 'issueTypeSchemeId', issueTypeSchemesOf(directory), ({ id }) => id);
      const rows = schemes.flatMap((scheme) =>
        typesOfScheme(directory, scheme).map((issueTypeId) => ({ issueTypeSchemeId: scheme.id, issueTypeId })),
      );
      return pageBean(call, rows, USUAL, (row) => row);
    }),
    get('issuetypescheme/project', (call) =>
      pageBean(call, used(call, issueTypeSchemesOf(directory)), USUAL, ({ scheme, projectIds }) => ({
        ...{ issueTypeScheme: typesShape(scheme), projectIds },
      })),
    ),
    get('issuetypescreenscheme', (call) =>
      pageBean(call, named(call, typeScreenSchemesOf(directory)), USUAL, plainShape),
    ),
    get('issuetypescreenscheme/mapping', (call) => {
      const schemes = narrowed(call, 'issueTypeScreenSchemeId', typeScreenSchemesOf(directory), ({ id }) => id);
      const rows = schemes.flatMap((scheme) =>
        [...screensOfScheme(directory, scheme)].map(([issueTypeId, screenSchemeId]) => ({
          ...{ issueTypeScreenSchemeId: scheme.id, issueTypeId, screenSchemeId },
        })),
      );
      return pageBean(call, rows, USUAL, (row) => row);
    }),
    get('issuetypescreenscheme/project', (call) =>
      pageBean(call, used(call, typeScreenSchemesOf(directory)), USUAL, ({ scheme, projectIds }) => ({
        ...{ issueTypeScreenScheme: plainShape(scheme), projectIds },
      })),
    ),
  ];
}

function get(name: string, body: (call: Call) => unknown): SimRoute {
  return { method: 'GET', path: `/rest/api/3/${name}`, handle: (call) => ok(body(call)) };
}

const named = (call: Call, schemes: readonly Scheme[]) =>
  containing(
    call,
    'queryString',
    narrowed(call, 'id', schemes, ({ id }) => id),
  );

/** Schemes with the ids of their projects; of those that are asked for, when some are. */
function used(call: Call, schemes: readonly Scheme[]) {
  const wanted = listOf(call, 'projectId');
  const all = schemes.map((scheme) => ({
    scheme,
    projectIds: scheme.projects.map(({ id }) => id).filter((id) => wanted.length === 0 || wanted.includes(id)),
  }));
  return wanted.length === 0 ? all : all.filter(({ projectIds }) => projectIds.length > 0);
}

const plainShape = ({ id, name, description }: Scheme): Record<string, unknown> => ({ id, name, description });

/** Only the default scheme says that it is. */
function typesShape(scheme: Scheme): Record<string, unknown> {
  const isDefault = scheme.id === '10000';
  return { ...plainShape(scheme), ...(isDefault ? { defaultIssueTypeId: '10001', isDefault } : {}) };
}
