/** Columns that the settings leave out or name alone: where their values must not be, and how they come back. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Secret } from '../../src/core/secret.js';
import { basicAuth } from '../../src/http/authorizer.js';
import { createClient } from '../../src/http/client.js';
import { createThrottle } from '../../src/http/throttle/throttle.js';
import { openRunHistory } from '../../src/query/run-history.js';
import { runPlan } from '../../src/runtime/estimate/plan.js';
import type { ColumnChoices } from '../../src/runtime/streams/column-choice.js';
import { LIMITS } from '../helpers/http-client.js';
import { AS_IT_IS, type JiraAndWarehouse, jiraAndWarehouse, NEVER, registry } from '../helpers/jira-and-warehouse.js';

vi.setConfig({ testTimeout: 90_000 });

const STREAMS = ['issue_search', 'issue_comments'];
const CANARY = 'CANARY';
const HOUR = 3_600_000;
const LEFT_OUT: ColumnChoices = {
  issue_search: { exclude: ['environment', 'status_name'] },
  issue_comments: { exclude: ['body', 'update_author_name'] },
};
let world: JiraAndWarehouse;

beforeEach(async () => {
  world = await jiraAndWarehouse({
    issues: 30,
    perIssue: { comments: 2, worklogs: 0, histories: 1 },
    fixedClock: true,
  });
});
afterEach(() => world.close());

interface SentIssue {
  readonly fields: Record<string, unknown> & {
    readonly comment?: { readonly comments: Record<string, unknown>[] };
  };
}

/** A site that sends a word wherever the settings leave something out, asked for or not. */
function sendCanaries(more: (fields: SentIssue['fields']) => void = () => undefined): void {
  world.jira.faults.add({
    match: 'POST /rest/api/3/search/jql',
    rewrite: (body) => {
      for (const { fields } of (body as { issues: SentIssue[] }).issues) {
        if (Object.keys(fields).length < 2) continue;
        fields.environment = `${CANARY} environment`;
        fields.status = { ...(fields.status as object), name: `${CANARY} status` };
        for (const comment of fields.comment?.comments ?? []) {
          comment.body = `${CANARY} body`;
          comment.updateAuthor = { ...(comment.updateAuthor as object), displayName: `${CANARY} name` };
        }
        more(fields);
      }
      return body;
    },
    times: 99,
  });
}

/** Every cell of every table, deleted rows included, and every file that is not compressed. */
async function everything(): Promise<string> {
  const tables = readdirSync(join(world.root, 'demo'));
  const rows = await world.rows(
    tables.map((table) => `select to_json(t)::varchar from ${table}_all t`).join(' union all '),
  );
  const files = readdirSync(world.root, { recursive: true, withFileTypes: true }).filter((one) => one.isFile());
  return JSON.stringify(rows) + files.map((one) => readFileSync(join(one.parentPath, one.name), 'latin1')).join();
}

async function planned(columns: ColumnChoices) {
  const { url: site, email, apiToken } = world.jira;
  const auth = basicAuth(email, new Secret(apiToken));
  const client = createClient({ ...LIMITS, baseUrl: site, auth, throttle: createThrottle(500), random: () => 0 });
  const history = await openRunHistory({ root: world.root }, 'demo');
  try {
    const input = {
      site,
      registry,
      streams: STREAMS,
      scope: {},
      start: 0,
      fullRefresh: false,
      rate: 5,
      schedule: NEVER,
    };
    const plan = await runPlan({ ...AS_IT_IS, ...input, columns, now: () => world.jira.now(), client, history });
    return Object.fromEntries(plan.streams.map(({ stream, mode, why }) => [stream, `${mode}: ${why}`]));
  } finally {
    history.close();
    await client.close();
  }
}

test('a value that is left out is in no cell, no _extra and no file, though the site sends it; the rest is there', async () => {
  sendCanaries();
  const ran = await world.sync(STREAMS, { columns: LEFT_OUT });
  expect(ran.failures).toEqual([]);
  expect(await everything()).not.toContain(CANARY);
  const [issues] = await world.rows('select count(status_id) s, count(summary) t, count(*) n from issue_search');
  expect(issues).toEqual({ s: '30', t: '30', n: '30' });
  const [comments] = await world.rows(
    'select count(author_name) a, count(update_author_id) u, count(*) n from issue_comments',
  );
  expect([comments?.a, comments?.u]).toEqual([comments?.n, comments?.n]);
  expect(Number(comments?.n)).toBeGreaterThan(20);
  // What was sent is found where it is not left out: the search above can find.
  world.jira.edit.advance(3 * HOUR);
  await world.sync(STREAMS);
  expect(await everything()).toContain(`${CANARY} body`);
});

test('nor is it in a reject, of the record itself or of the one that it lies in', async () => {
  sendCanaries((fields) => {
    fields.updated = 'soon';
  });
  const { rejects } = await world.sync(STREAMS, { columns: LEFT_OUT });
  expect(rejects.length).toBeGreaterThan(0);
  expect(JSON.stringify(rejects)).not.toContain(CANARY);
  expect(JSON.stringify(rejects)).toContain('summary');
});

test('columns that are named alone come with what cannot be done without, and nothing else is kept', async () => {
  sendCanaries((fields) => {
    const copied = { summary: 'of the parent', environment: `${CANARY} of the parent` };
    fields.parent = { id: '10000', key: 'DEMO-1', fields: copied };
  });
  const columns: ColumnChoices = {
    issue_search: { include: ['summary', 'Story point estimate', 'parent'] },
    issue_comments: { include: ['created', 'jsd_public'] },
  };
  const ran = await world.sync(STREAMS, { columns });
  expect(ran.failures).toEqual([]);
  const written = await everything();
  expect(written).not.toContain(CANARY);
  expect(written).toContain('of the parent');
  const described = await world.rows('describe issue_comments');
  const names = described.map(({ column_name }) => String(column_name)).filter((name) => !name.startsWith('_'));
  expect(names.sort()).toEqual(['created', 'id', 'issue_id', 'jsd_public', 'visibility_type']);
  const filled =
    'select count(summary) s, count(customfield_10016) > 0 e, count(project_key) p, count(_extra) x from issue_search';
  expect(await world.rows(filled)).toEqual([{ s: '30', e: true, p: '30', x: '0' }]);
  const besides = { ...columns, issue_search: { include: ['summary', 'Story point estimate', 'description'] } };
  expect(await planned(besides)).toEqual({
    issue_comments: expect.stringContaining('incremental'),
    issue_search: 'full: it was read without columns that are wanted now',
  });
});

test('leaving out more costs nothing; a column that comes back is filled by a whole read of that stream, and plan tells', async () => {
  await world.sync(STREAMS, { columns: { issue_comments: { exclude: ['body'] } } });
  world.jira.edit.advance(3 * HOUR);
  const fewer = await world.sync(STREAMS, { columns: LEFT_OUT });
  expect(fewer.of('issue_comments')).toMatchObject({ mode: 'incremental', rows_written: 0 });
  expect(await planned(LEFT_OUT)).toEqual({
    issue_comments: expect.stringContaining('incremental'),
    issue_search: expect.stringContaining('incremental'),
  });
  const onlyIssues = { issue_search: LEFT_OUT.issue_search } as ColumnChoices;
  expect(await planned(onlyIssues)).toEqual({
    issue_comments: 'full: it was read without columns that are wanted now',
    issue_search: expect.stringContaining('incremental'),
  });
  const back = await world.sync(STREAMS, { columns: onlyIssues });
  expect(back.failures).toEqual([]);
  expect(back.of('issue_comments')).toMatchObject({ mode: 'full' });
  expect(await world.rows('select count(*) - count(body) lacking from issue_comments')).toEqual([{ lacking: '0' }]);
  const next = await world.sync(STREAMS, { columns: onlyIssues });
  expect(next.of('issue_comments')).toMatchObject({ mode: 'incremental', rows_written: 0 });
});

test.each([
  [{ issue_comments: { exclude: ['id'] } }, 'its key'],
  [{ issue_comments: { exclude: ['issue_id'] } }, 'its parent'],
  [{ issue_comments: { exclude: ['visibility_type'] } }, 'who may see'],
  [{ issue_search: { exclude: ['updated'] } }, 'its cursor'],
  [{ issue_comments: { include: ['bodi'] } }, 'Did you mean'],
  [{ issue_coments: { include: ['body'] } }, 'issue_comments'],
] as const)('%j ends the run before anything is asked', async (columns, words) => {
  await expect(world.sync(STREAMS, { columns })).rejects.toMatchObject({
    kind: 'usage',
    message: expect.stringContaining(words),
  });
  expect(world.jira.requests.total()).toBe(0);
});
