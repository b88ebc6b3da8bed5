/** A fault that does nothing lets every test that arms it pass. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { FAULT_KINDS, type FaultName, faultsOf } from '../../simulator/fault-kinds.js';
import type { FaultAim, FaultKind } from '../../simulator/fault-parts.js';
import { type Simulator, startSimulator } from '../../simulator/simulator.js';
import { type Json, visitor } from './visitor.js';

let jira: Simulator;
let deployment: 'cloud' | 'datacenter';
async function start(which: 'cloud' | 'datacenter'): Promise<void> {
  deployment = which;
  jira = await startSimulator({ issues: 300, users: 80, groups: 63, deployment: which });
}
beforeEach(() => start('cloud'));
afterEach(() => jira.close());

interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

async function ask(path: string, sent?: Json): Promise<Reply | 'broken'> {
  try {
    const answer = await fetch(`${jira.url}${path}`, {
      method: sent === undefined ? 'GET' : 'POST',
      headers: {
        authorization: `Basic ${Buffer.from(`${jira.email}:${jira.apiToken}`).toString('base64')}`,
        'content-type': 'application/json',
        'accept-encoding': 'identity',
      },
      ...(sent === undefined ? {} : { body: JSON.stringify(sent) }),
    });
    const text = await answer.text();
    return { status: answer.status, headers: answer.headers, body: /^[[{]/.test(text) ? JSON.parse(text) : text };
  } catch {
    return 'broken';
  }
}

const search = (fields: readonly string[], nextPageToken?: string) =>
  ask('/rest/api/3/search/jql', { jql: 'project is not EMPTY', fields, maxResults: 100, nextPageToken });
const body = (reply: Reply | 'broken') => (reply as Reply).body as Record<string, unknown>;
const list = (reply: Reply | 'broken', name: string) => body(reply)[name] as unknown[];
const status = (reply: Reply | 'broken') => (reply as Reply).status;
const COMMENTS = '/rest/api/3/issue/10007/comment';

const DOCUMENT = { version: 1, type: 'doc', content: [{ type: 'paragraph', content: [{ type: 'text', text: 'x' }] }] };

/** Asks once the fault is armed, and expects what it is named after. */
const SEEN: Readonly<Record<FaultName, () => Promise<void>>> = {
  async search_without_token() {
    const page = await search(['summary']);
    expect(body(page)).toMatchObject({ isLast: false });
    expect(body(page)).not.toHaveProperty('nextPageToken');
  },
  async search_with_total_alone() {
    const page = await search(['summary']);
    expect(body(page)).toMatchObject({ total: 239 });
    expect(body(page)).not.toHaveProperty('isLast');
    expect(body(page)).not.toHaveProperty('nextPageToken');
  },
  async comments_page_empty() {
    expect(body(await ask(COMMENTS))).toMatchObject({ total: 260, comments: [] });
    expect(list(await ask(COMMENTS), 'comments')).toHaveLength(100);
  },
  async inline_comments_empty() {
    const page = await ask('/rest/api/3/search/jql', { jql: 'id = 10007', fields: ['comment'] });
    expect(list(page, 'issues')).toMatchObject([{ fields: { comment: { comments: [], total: 260 } } }]);
  },
  async total_counts_hidden() {
    for (let n = 0; n < 2; n += 1) expect(body(await ask(COMMENTS))).toMatchObject({ total: 262 });
  },
  async boards_page_empty() {
    expect(body(await ask('/rest/agile/1.0/board'))).toMatchObject({ total: 6, values: [] });
  },
  async projects_page_empty() {
    expect(body(await ask('/rest/api/3/project/search'))).toMatchObject({ total: 4, values: [] });
  },
  async components_page_empty() {
    expect(list(await ask('/rest/api/3/project/ENG/component'), 'values')).toEqual([]);
  },
  async histories_absent() {
    const answer = await ask('/rest/api/3/changelog/bulkfetch', { issueIdsOrKeys: ['10013'] });
    expect(answer).toMatchObject({ status: 200, body: {} });
  },
  async comments_not_found() {
    expect(status(await ask(COMMENTS))).toBe(404);
    expect(status(await ask('/rest/api/3/issue/10007'))).toBe(200);
  },
  async comments_forbidden() {
    expect([status(await ask(COMMENTS)), status(await ask(COMMENTS))]).toEqual([403, 403]);
  },
  async comments_broken() {
    expect([status(await ask(COMMENTS)), status(await ask(COMMENTS))]).toEqual([500, 500]);
  },
  async comments_limited() {
    const answer = (await ask(COMMENTS)) as Reply;
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([429, '3600']);
  },
  async users_capped() {
    const users = (startAt: number) =>
      ask(`/rest/api/2/user/search?username=.&includeInactive=true&startAt=${startAt}`);
    expect([body(await users(0)).length, body(await users(50)).length]).toEqual([40, 0]);
  },
  async groups_capped() {
    const picked = await ask('/rest/api/2/groups/picker?query=&maxResults=1000');
    expect(body(picked).total).toBe(63);
    expect(list(picked, 'groups')).toHaveLength(20);
  },
  async statuses_global_alone() {
    const global = list(await ask('/rest/api/3/statuses/search'), 'values');
    expect(global.length).toBeLessThan(jira.site.directory.statuses.length);
    const own = jira.site.directory.projects.find(({ style }) => style === 'next-gen')?.id;
    expect(list(await ask(`/rest/api/3/statuses/search?projectId=${own}`), 'values').length).toBeGreaterThan(0);
  },
  async board_refused() {
    expect(status(await ask('/rest/agile/1.0/board/1/sprint'))).toBe(422);
    expect(status(await ask('/rest/agile/1.0/board/3/sprint'))).toBe(200);
  },
  async issue_parts_refused() {
    expect(status(await ask('/rest/api/3/issue/10001/worklog'))).toBe(403);
    expect(status(await ask('/rest/api/3/issue/10011/worklog'))).toBe(200);
  },
  async project_parts_refused() {
    expect(status(await ask('/rest/api/3/project/10001/version'))).toBe(500);
    expect(status(await ask('/rest/api/3/project/10000/version'))).toBe(200);
  },
  async clock_ahead() {
    const { headers } = (await ask('/rest/api/3/myself')) as Reply;
    expect(Date.parse(headers.get('date') ?? '') - jira.now()).toBeGreaterThan(399 * 86_400_000);
  },
  async operation_unauthorized() {
    const answer = (await ask('/rest/api/3/statuses/search')) as Reply;
    expect([answer.status, answer.headers.get('x-seraph-loginreason')]).toEqual([401, 'OK']);
    expect(status(await ask('/rest/api/3/myself'))).toBe(200);
  },
  async passing_status() {
    expect([status(await ask('/rest/api/3/myself')), status(await ask('/rest/api/3/myself'))]).toEqual([522, 200]);
  },
  async limited_a_moment() {
    expect(((await ask('/rest/api/3/myself')) as Reply).headers.get('retry-after')).toBe('1.5');
  },
  async broken_off() {
    expect(await ask('/rest/api/3/field')).toBe('broken');
  },
  async lost_after_work() {
    expect(await ask('/rest/api/3/myself')).toBe('broken');
    expect(jira.requests.total()).toBe(1);
  },
  async bad_gzip() {
    expect(await ask('/rest/api/3/field')).toBe('broken');
  },
  async signed_out() {
    expect(await ask('/rest/api/3/myself')).toMatchObject({ status: 200, body: expect.stringContaining('Log in') });
  },
  async token_repeated() {
    jira.faults.clear();
    const first = body(await search(['summary'])).nextPageToken as string;
    for (const fault of faultsOf('token_repeated')) jira.faults.add(fault);
    expect(body(await search(['summary'], first)).nextPageToken).toBe(first);
  },
  async write_answer_lost() {
    const before = commentsNow();
    const answers = [await commented(), await commented(), await search([]), await commented(), await commented()];
    expect(answers.map((answer) => answer === 'broken')).toEqual([false, false, false, true, false]);
    expect([commentsNow() - before, jira.writes.executed.length, jira.requests.writes()]).toEqual([4, 4, 4]);
  },
  async write_never_arrived() {
    const before = commentsNow();
    const answers = [await commented(), await commented(), await commented(), await commented()];
    expect(answers.map((answer) => answer === 'broken')).toEqual([false, false, true, false]);
    expect([commentsNow() - before, jira.writes.executed.length, jira.requests.writes()]).toEqual([3, 3, 4]);
  },
  async write_failed_late() {
    const before = commentsNow();
    expect([status(await commented()), commentsNow() - before]).toEqual([504, 1]);
  },
  async write_conflict() {
    const before = commentsNow();
    expect([status(await commented()), commentsNow() - before]).toEqual([409, 0]);
  },
  async write_limited() {
    const before = commentsNow();
    const answer = (await commented()) as Reply;
    expect([answer.status, answer.headers.get('ratelimit-reason'), commentsNow() - before]).toEqual([
      ...[429, 'jira-per-issue-on-write', 0],
    ]);
  },
};

const commented = () => ask('/rest/api/3/issue/10001/comment', { body: DOCUMENT });
const commentsNow = () => jira.site.comments.countOf(1);

const AIMS: Partial<Record<FaultName, FaultAim>> = {
  users_capped: { size: 40 },
  board_refused: { id: '1' },
  issue_parts_refused: { id: '10001' },
  project_parts_refused: { id: '10001' },
};

test.each(Object.keys(FAULT_KINDS) as FaultName[])('%s does what its name says', async (name) => {
  const { only }: FaultKind = FAULT_KINDS[name];
  if (only === 'datacenter') {
    await jira.close();
    await start('datacenter');
  }
  expect(only ?? deployment).toBe(deployment);
  for (const fault of faultsOf(name, { now: jira.now(), ...AIMS[name] })) jira.faults.add(fault);
  await SEEN[name]();
  jira.faults.clear();
  expect((await visitor(jira).ask(`/rest/api/${deployment === 'cloud' ? 3 : 2}/myself`)).status).toBe(200);
});
