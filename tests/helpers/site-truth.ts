/** The four issue tables and the site as comparable lines: one per issue, comment, worklog and history entry, with what may change. */
import type { Simulator } from '../../simulator/simulator.js';
import type { JiraAndWarehouse } from './jira-and-warehouse.js';

export const ISSUE_STREAMS = ['issue_search', 'issue_comments', 'issue_worklog', 'issue_changelog'] as const;
export type IssueStream = (typeof ISSUE_STREAMS)[number];

type Json = Readonly<Record<string, unknown>>;
const ms = (moment: unknown) => Date.parse(String(moment));
/** The same text for the same document, whatever white space its JSON has. */
const text = (document: unknown) => JSON.stringify(typeof document === 'string' ? JSON.parse(document) : document);

/** Everything as the site's API shows it issue by issue: no inline rows, no bulk routes, no feeds. */
export async function siteLines(jira: Simulator): Promise<Record<IssueStream, string[]>> {
  const lines: Record<IssueStream, string[]> = {
    issue_search: [],
    issue_comments: [],
    issue_worklog: [],
    issue_changelog: [],
  };
  for (const { id, key, fields } of await allIssues(jira)) {
    const { updated, summary } = fields as Json;
    lines.issue_search.push(`${id} ${key} ${ms(updated)} ${summary}`);
    for (const one of await parts(jira, `${id}/comment`, 'comments'))
      lines.issue_comments.push(`${id} ${one.id} ${ms(one.updated)} ${text(one.body)}`);
    for (const one of await parts(jira, `${id}/worklog`, 'worklogs'))
      lines.issue_worklog.push(`${id} ${one.id} ${ms(one.updated)} ${one.timeSpentSeconds}`);
    for (const one of await parts(jira, `${id}/changelog`, 'values'))
      lines.issue_changelog.push(`${id} ${one.id} ${ms(one.created)}`);
  }
  return sorted(lines);
}

/** Live rows of the tables, of those streams that were synced. */
export async function tableLines(
  world: JiraAndWarehouse,
  streams: readonly IssueStream[] = ISSUE_STREAMS,
): Promise<Partial<Record<IssueStream, string[]>>> {
  const lines: Partial<Record<IssueStream, string[]>> = {};
  const at = (column: string) => `epoch_ms(${column}::timestamp)`;
  const queries: Readonly<Record<IssueStream, string>> = {
    issue_search: `select id, "key", ${at('updated')} moment, summary rest from issue_search`,
    issue_comments: `select issue_id, id, ${at('updated')} moment, body rest from issue_comments`,
    issue_worklog: `select issue_id, id, ${at('updated')} moment, time_spent_seconds rest from issue_worklog`,
    issue_changelog: `select issue_id, id, ${at('created')} moment from issue_changelog`,
  };
  for (const stream of streams) {
    const rows = await world.rows(queries[stream]);
    lines[stream] = rows
      .map((row) => {
        if (stream === 'issue_comments') row.rest = text(row.rest);
        return Object.values(row).join(' ');
      })
      .sort();
  }
  return lines;
}

export interface LoggedWork {
  readonly author: string;
  /** Of the author's profile; null where it is hidden. */
  readonly zone: string | null;
  readonly started: number;
  /** As Jira sends it: the day on the site's clock. */
  readonly date: string;
  readonly seconds: number;
}

/** All worklogs as the site's API shows them, issue by issue. */
export async function siteWorklogs(jira: Simulator): Promise<readonly LoggedWork[]> {
  const users = (await ask(jira, '/rest/api/3/users/search?maxResults=1000')) as unknown as readonly Json[];
  const zones = new Map(users.map(({ accountId, timeZone }) => [accountId, timeZone]));
  const all: LoggedWork[] = [];
  for (const { id } of await allIssues(jira))
    for (const one of await parts(jira, `${id}/worklog`, 'worklogs')) {
      const author = String((one.author as Json).accountId);
      const zone = zones.get(author);
      all.push({
        ...{ author, zone: typeof zone === 'string' ? zone : null },
        ...{ started: ms(one.started), date: String(one.started).slice(0, 10), seconds: Number(one.timeSpentSeconds) },
      });
    }
  return all;
}

async function allIssues(jira: Simulator): Promise<Json[]> {
  const found: Json[] = [];
  let nextPageToken: unknown;
  do {
    const answer = await ask(jira, '/rest/api/3/search/jql', {
      jql: 'project is not EMPTY order by id',
      fields: ['summary', 'updated'],
      maxResults: 100,
      nextPageToken,
    });
    found.push(...(answer.issues as Json[]));
    nextPageToken = answer.nextPageToken;
  } while (nextPageToken !== undefined);
  return found;
}

async function parts(jira: Simulator, path: string, rows: string): Promise<Json[]> {
  const found: Json[] = [];
  for (;;) {
    const answer = await ask(jira, `/rest/api/3/issue/${path}?startAt=${found.length}&maxResults=100`);
    found.push(...(answer[rows] as Json[]));
    if (found.length >= Number(answer.total)) return found;
  }
}

async function ask(jira: Simulator, path: string, body?: Json): Promise<Json> {
  const authorization = `Basic ${Buffer.from(`${jira.email}:${jira.apiToken}`).toString('base64')}`;
  const answer = await fetch(`${jira.url}${path}`, {
    method: body ? 'POST' : 'GET',
    headers: { authorization, 'content-type': 'application/json' },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  if (!answer.ok) throw new Error(`${path} answered ${answer.status}`);
  return (await answer.json()) as Json;
}

function sorted<T extends Record<string, string[]>>(lines: T): T {
  for (const list of Object.values(lines)) list.sort();
  return lines;
}
