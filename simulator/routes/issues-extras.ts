/** Who watches an issue and who voted for it, and its links out of Jira. */

import type { RemoteLink } from '../issues/extras.js';
import type { IssueDesk } from '../issues/issue-desk.js';
import type { Answer, Call, SimRoute } from '../model.js';
import { Refusal } from '../refusal.js';
import type { SiteFeatures } from '../site/options.js';

const ISSUE = '/rest/api/3/issue/{issueIdOrKey}';
const CALLER = 0;

export function extraRoutes(desk: IssueDesk, features: SiteFeatures): SimRoute[] {
  return [
    { method: 'GET', path: `${ISSUE}/watchers`, handle: (call) => watchers(desk, call, features) },
    { method: 'GET', path: `${ISSUE}/votes`, handle: (call) => votes(desk, call, features) },
    { method: 'GET', path: `${ISSUE}/remotelink`, handle: (call) => remoteLinks(desk, call, features) },
  ];
}

/** The count is always true; of the people, the caller is shown to itself and the others only with the permission. */
function watchers(desk: IssueDesk, call: Call, features: SiteFeatures): Answer {
  const place = desk.find(call.params.issueIdOrKey);
  const people = desk.site.extras.watchersOf(place);
  return {
    body: {
      self: desk.shapes(call).self(`issue/${desk.site.keyAt(place)}/watchers`),
      isWatching: people.includes(CALLER),
      watchCount: people.length,
      watchers: shown(desk, call, people, features),
    },
  };
}

function votes(desk: IssueDesk, call: Call, features: SiteFeatures): Answer {
  const place = desk.find(call.params.issueIdOrKey);
  if (!features.voting) throw new Refusal(404, ['Voting for issues is disabled.']);
  const people = desk.site.extras.votersOf(place);
  return {
    body: {
      self: desk.shapes(call).self(`issue/${desk.site.keyAt(place)}/votes`),
      votes: people.length,
      hasVoted: people.includes(CALLER),
      voters: shown(desk, call, people, features),
    },
  };
}

const shown = (desk: IssueDesk, call: Call, people: readonly number[], { viewWatchers }: SiteFeatures): unknown[] =>
  people.filter((person) => viewWatchers || person === CALLER).map((person) => desk.shapes(call).user(person));

/** One bare list. */
function remoteLinks(desk: IssueDesk, call: Call, features: SiteFeatures): Answer {
  const place = desk.find(call.params.issueIdOrKey);
  if (!features.issueLinking) throw new Refusal(403, ['Issue linking is currently disabled.']);
  const self = (id: number) => desk.shapes(call).self(`issue/${desk.site.keyAt(place)}/remotelink/${id}`);
  return { body: desk.site.extras.linksOf(place).map((link) => linkJson(link, self(link.id))) };
}

function linkJson({ id, url, title, summary, resolved, ...rest }: RemoteLink, self: string): unknown {
  const status = resolved === undefined ? {} : { status: { resolved, icon: {} } };
  return {
    id,
    self,
    ...rest,
    object: { url, title, ...(summary === undefined ? {} : { summary }), icon: {}, ...status },
  };
}
