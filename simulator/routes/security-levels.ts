/** Security levels and who may see their issues. */

import type { Answer, Call, Directory, IssueIndex, SimRoute } from '../model.js';
import { Refusal } from '../refusal.js';
import { ALL_FEATURES, type SiteFeatures } from '../site/options.js';
import {
  companyManaged,
  type LevelMember,
  levelMembersOf,
  type SecurityLevel,
  securityLevelsOf,
  securitySchemeOf,
} from '../site/schemes.js';
import { notOffered } from './experimental.js';
import { narrowed, ok, pageBean } from './paging.js';
import { findProject } from './projects.js';
import { securitySchemes } from './schemes.js';

const USUAL = { usual: 50, cap: 50 };

export function securityLevelRoutes(
  directory: Directory,
  _issues: IssueIndex,
  features: SiteFeatures = ALL_FEATURES,
): SimRoute[] {
  const experimental = (handle: (call: Call) => Answer) => (features.experimental ? handle : notOffered);
  return [
    get(
      'issuesecurityschemes/level',
      experimental((call) => levels(directory, call)),
    ),
    get(
      'issuesecurityschemes/level/member',
      experimental((call) => members(directory, call)),
    ),
    get('issuesecurityschemes/{id}', (call) => ok(schemeWithLevels(directory, call, call.params.id ?? ''))),
    get('issuesecurityschemes/{issueSecuritySchemeId}/members', (call) => membersOfScheme(directory, call)),
    get('project/{projectKeyOrId}/issuesecuritylevelscheme', (call) => {
      const id = securitySchemeOf(directory, findProject(directory, call.params.projectKeyOrId ?? ''));
      if (id === null) throw new Refusal(404, ['No issue security level scheme was found for the project.']);
      return ok(schemeWithLevels(directory, call, id));
    }),
  ];
}

function get(name: string, handle: (call: Call) => Answer): SimRoute {
  return { method: 'GET', path: `/rest/api/3/${name}`, handle };
}

function levels(directory: Directory, call: Call): Answer {
  const ofSchemes = narrowed(call, 'schemeId', securityLevelsOf(directory), ({ schemeId }) => schemeId);
  const rows = narrowed(call, 'id', ofSchemes, ({ id }) => id);
  return ok(
    pageBean(call, rows, USUAL, (level) => ({
      ...levelShape(call, level),
      ...{ isDefault: level.isDefault, issueSecuritySchemeId: level.schemeId },
    })),
  );
}

/** Inside its scheme a level says neither which scheme that is nor whether it is the default. */
const levelShape = ({ origin }: Call, { id, name, description }: SecurityLevel): Record<string, unknown> => ({
  ...{ self: `${origin}/rest/api/3/securitylevel/${id}`, id, name, description },
});

function schemeWithLevels(directory: Directory, call: Call, id: string): Record<string, unknown> {
  const scheme = securitySchemes(directory, call).find((one) => String(one.id) === id);
  if (!scheme) throw new Refusal(404, ['The issue security scheme was not found.']);
  const own = securityLevelsOf(directory).filter(({ schemeId }) => schemeId === id);
  return { ...scheme, levels: own.map((level) => levelShape(call, level)) };
}

function members(directory: Directory, call: Call): Answer {
  const ofSchemes = narrowed(call, 'schemeId', levelMembersOf(directory), ({ level }) => level.schemeId);
  const ofLevels = narrowed(call, 'levelId', ofSchemes, ({ level }) => level.id);
  const rows = narrowed(call, 'id', ofLevels, ({ id }) => id);
  return ok(
    pageBean(call, rows, USUAL, ({ id, level, managed, ...member }) => ({
      ...{ id, issueSecurityLevelId: level.id, issueSecuritySchemeId: level.schemeId },
      ...{ holder: holderShape(member), managed },
    })),
  );
}

const holderShape = ({ holder }: Pick<LevelMember, 'holder'>): Record<string, unknown> =>
  holder.type === 'group' || holder.type === 'user' ? { expand: holder.type, ...holder } : holder;

/** The older operation: numbers in place of texts, and 404 when there is nobody. */
function membersOfScheme(directory: Directory, call: Call): Answer {
  const schemeId = call.params.issueSecuritySchemeId ?? '';
  const isKnown = companyManaged(directory).some(({ id }) => String(Number(id) + 400) === schemeId);
  const ofScheme = levelMembersOf(directory).filter(({ level }) => level.schemeId === schemeId);
  if (!isKnown || ofScheme.length === 0) throw new Refusal(404, ['No issue security level members were found.']);
  const rows = narrowed(call, 'issueSecurityLevelId', ofScheme, ({ level }) => level.id);
  return ok(
    pageBean(call, rows, USUAL, (member) => ({
      ...{ id: Number(member.id), issueSecurityLevelId: Number(member.level.id), holder: holderShape(member) },
    })),
  );
}
