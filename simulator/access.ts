/** Who is asking, and what Jira does with strangers: 401 on most operations, but 200 with nothing in it on those that anonymous callers may use. */

import type { IncomingHttpHeaders } from 'node:http';
import type { Answer } from './model.js';

export interface Credentials {
  readonly email: string;
  readonly apiToken: string;
  readonly pat: string;
  readonly accountId: string;
}

export type Caller = 'known' | 'anonymous' | 'rejected';

export function callerOf(headers: IncomingHttpHeaders, credentials: Credentials): Caller {
  const sent = headers.authorization;
  if (sent === undefined || sent === '') return 'anonymous';
  const basic = `Basic ${Buffer.from(`${credentials.email}:${credentials.apiToken}`).toString('base64')}`;
  return sent === basic || sent === `Bearer ${credentials.pat}` ? 'known' : 'rejected';
}

/** The headers that Jira adds for this caller, on every answer. */
export function callerHeaders(caller: Caller, credentials: Credentials): Record<string, string> {
  if (caller === 'known') return { 'x-aaccountid': credentials.accountId };
  return caller === 'rejected' ? { 'x-seraph-loginreason': 'AUTHENTICATED_FAILED' } : {};
}

/** Operations whose entry in Atlassian's specification lists an empty security requirement. */
const ANONYMOUS_MAY: ReadonlySet<string> = new Set([
  ...['search/jql', 'issue/{issueIdOrKey}', 'issue/{issueIdOrKey}/changelog', 'issue/{issueIdOrKey}/comment'].map(
    getting,
  ),
  ...['issue/{issueIdOrKey}/worklog', 'project/search', 'project/{projectIdOrKey}', 'component'].map(getting),
  ...['project/{projectIdOrKey}/version', 'project/{projectIdOrKey}/component', 'project/type'].map(getting),
  ...['issuetype', 'status', 'statuscategory', 'priority', 'resolution', 'issueLinkType', 'field'].map(getting),
  ...['users/search', 'dashboard/search', 'filter/search', 'filter/my', 'filter/favourite'].map(getting),
  ...['statuses', 'role', 'roledetails', 'role/{id}'].map((name) => getting(`project/{projectIdOrKey}/${name}`)),
  ...['screens/{screenId}/tabs', 'screens/{screenId}/tabs/{tabId}/fields'].map(getting),
  getting('dashboard/{dashboardId}/gadget'),
  ...['watchers', 'votes', 'remotelink'].map((name) => getting(`issue/{issueIdOrKey}/${name}`)),
  ...['serverInfo', 'mypermissions', 'permissions'].map(getting),
  ...['search/jql', 'search/approximate-count', 'issue/bulkfetch', 'comment/list'].map(
    (name) => `POST /rest/api/3/${name}`,
  ),
]);

function getting(name: string): string {
  return `GET /rest/api/3/${name}`;
}

/** The same for everybody. */
const PUBLIC: ReadonlySet<string> = new Set(
  ['serverInfo', 'project/type', 'statuscategory', 'permissions'].map(getting),
);

/**
 * What a caller who is not signed in gets in place of an answer to `route` (`GET /rest/…` with placeholders).
 * `answer` is called only where an answer is due.
 */
export function strangersAnswer(route: string, answer: () => Answer): Answer {
  if (!ANONYMOUS_MAY.has(route)) return unauthorized();
  if (route.includes('{')) return hidden(route);
  const full = answer();
  if ((full.status ?? 200) !== 200 || PUBLIC.has(route)) return full;
  return { ...full, body: emptied(full.body) };
}

function unauthorized(): Answer {
  return {
    status: 401,
    headers: { 'www-authenticate': 'OAuth realm="jira"' },
    body: { errorMessages: ['Client must be authenticated to access this resource.'], errors: {} },
  };
}

function hidden(route: string): Answer {
  const noun = route.includes('{projectIdOrKey}')
    ? 'No project could be found with the given id or key.'
    : 'Issue does not exist or you do not have permission to see it.';
  return { status: 404, body: { errorMessages: [noun], errors: {} } };
}

/** The same shape without rows. */
function emptied(body: unknown): unknown {
  if (Array.isArray(body)) return [];
  if (typeof body !== 'object' || body === null) return body;
  const entries = Object.entries(body).filter(([name]) => name !== 'nextPageToken' && name !== 'nextPage');
  return Object.fromEntries(entries.map(([name, value]) => [name, emptiedMember(name, value)]));
}

function emptiedMember(name: string, value: unknown): unknown {
  if (Array.isArray(value)) return [];
  if (name === 'total' || name === 'count') return 0;
  return name === 'isLast' ? true : value;
}
