/** A list that is cut, refused or contradicts itself shows nothing of what it does not hold: the row stays in doubt, and is not sent twice. */
import { expect, test } from 'vitest';
import type { Entry, Known } from '../../../src/actions/journal/entry.js';
import { Journal } from '../../../src/actions/journal/journal.js';
import { markerOf } from '../../../src/actions/plan/marker.js';
import { settle } from '../../../src/actions/settle/settle.js';
import { Site } from '../../../src/actions/site/site.js';
import { actionRegistry } from '../../../src/app/settings/actions.js';
import { fakeClient, status } from '../../helpers/fake-client.js';

const SENT = Date.parse('2026-03-02T09:00:00Z');
const LATER = SENT + 60 * 60_000;
const at = (ms: number) => new Date(ms).toISOString().replace('Z', '+0000');
const BODIES = {
  create_issue: { fields: { project: { key: 'ENG' }, summary: 'lost' } },
  add_comment: { body: 'lost' },
  create_worklog: { started: at(SENT), timeSpentSeconds: 3600 },
  add_attachment: { filename: 'lost.txt', size: 4 },
} as const;

type Action = keyof typeof BODIES;
type Asked = { readonly path: string; readonly query?: unknown; readonly body?: unknown };

const lost = (action: Action, id: string = action): Entry => ({
  ...{ id, runId: 'r', action, line: 2, issueId: '10001', issueKey: 'ENG', content: {} },
  request: { method: 'POST', path: '', query: {}, body: { ...BODIES[action], properties: markerOf(id) } },
  ...{ before: null, wanted: {}, state: 'unknown', status: null, error: null, resultId: null, attempts: 1 },
  ...{ sentAt: SENT, endedAt: SENT + 1000, accountId: 'me', undoes: null },
});

/** What becomes of entries, an hour after their answers were lost, on a site that answers like this. */
async function settled(
  entries: readonly Entry[],
  answer: (asked: Asked, at: number) => unknown,
  dialect: 'cloud' | 'datacenter' = 'cloud',
  now = LATER,
): Promise<readonly Known[]> {
  const { client } = fakeClient(answer);
  const journal = await Journal.open({ load: async () => entries, whole: async () => [], save: async () => undefined });
  const site = new Site(client, dialect, { accountId: 'me', timeZone: null });
  const ports = { now: () => now, sleep: async () => undefined, redact: (text: string) => text };
  await settle({ site, journal, registry: actionRegistry(), ...ports });
  return journal.all();
}
const stateOf = async (action: Action, answer: (asked: Asked, at: number) => unknown, on?: 'datacenter') =>
  (await settled([lost(action)], answer, on))[0]?.state;

const issue = (id: number, created: number, marker: string | null = 'other') => ({
  ...{ id: String(id), key: `ENG-${id}` },
  fields: { summary: `made ${id}`, created: at(created), creator: { accountId: 'me' } },
  properties: marker === null ? {} : { 'connector.action': { id: marker } },
});
const child = (id: number, created: number, more: object = {}) => ({
  ...{ id: String(id), author: { accountId: 'me' }, created: at(created) },
  ...{ body: 'lost', started: at(SENT), timeSpentSeconds: 3600 },
  ...more,
});

test('a search for new issues that has no end is not a search that found nothing', async () => {
  const state = await stateOf('create_issue', (_, page) => ({
    issues: [issue(page, SENT)],
    nextPageToken: `page ${page}`,
  }));
  expect(state).toBe('unknown');
});

test.each([
  ['says that there is more, and not how to ask for it', { issues: [issue(1, SENT)], isLast: false }],
  ['has no list', {}],
  ['says a total that is larger', { issues: [issue(1, SENT)], total: 2 }],
])('a search whose answer %s leaves the row in doubt', async (_, answer) => {
  expect(await stateOf('create_issue', () => answer)).toBe('unknown');
  expect(await stateOf('create_issue', () => ({ issues: [issue(1, SENT)], isLast: true }))).toBe('failed');
});

test('Data Center: an empty page before the total is reached leaves the row in doubt', async () => {
  const pages = ({ path, body }: Asked) =>
    path.includes('/properties/')
      ? status(404)
      : { issues: (body as { startAt: number }).startAt === 0 ? [issue(1, SENT)] : [], total: 5 };
  expect(await stateOf('create_issue', pages, 'datacenter')).toBe('unknown');
});

test('a search that is cut after issues made later has shown all that could be it', async () => {
  const pages = (_: Asked, page: number) => ({
    issues: [issue(page, SENT + 1000 * page)],
    nextPageToken: `page ${page}`,
  });
  expect(await stateOf('create_issue', pages)).toBe('failed');
});

test('a look that the site refuses leaves its rows in doubt, and the others are settled', async () => {
  const entries = [lost('create_issue'), lost('add_comment'), lost('create_worklog')];
  const after = await settled(entries, ({ path }) =>
    path.endsWith('/comment') ? { comments: [], total: 0 } : status(path.includes('search') ? 400 : 403, 'Not you.'),
  );
  expect(after.map(({ state }) => state)).toEqual(['unknown', 'failed', 'unknown']);
  expect(after[0]?.error).toContain('Not you.');
});

test.each([
  'add_comment',
  'create_worklog',
] as const)('%s: an issue that is not shown for now is not one without the comment or worklog', async (action) => {
  expect(await stateOf(action, () => status(404))).toBe('unknown');
});

test('comments of which fewer come than there are leave the row in doubt', async () => {
  const cut = ({ path, query }: Asked) => {
    if (path.endsWith('/comment/list')) return { values: [{ id: '1', properties: [] }] };
    const start = Object.fromEntries(query as [string, string][]).startAt;
    return { comments: start === '0' ? [child(1, SENT, { body: 'another' })] : [], total: 3 };
  };
  expect(await stateOf('add_comment', cut)).toBe('unknown');
});

test('a site that gives the oldest comments first is read to the end', async () => {
  const answer = ({ path, query }: Asked) => {
    if (path.endsWith('/comment/list')) return { values: [{ id: '2', properties: markerOf('add_comment') }] };
    const start = Object.fromEntries(query as [string, string][]).startAt;
    return {
      comments: start === '0' ? [child(1, SENT - LATER / 2), child(3, SENT - 1000)] : [child(2, SENT)],
      total: 3,
    };
  };
  expect(await stateOf('add_comment', answer)).toBe('done');
});

test('a comment whose marker is not told may be the one', async () => {
  const answer = ({ path }: Asked) =>
    path.endsWith('/comment/list') ? { values: [] } : { comments: [child(1, SENT, { body: 'as stored' })], total: 1 };
  expect(await stateOf('add_comment', answer)).toBe('unknown');
});

test('worklogs that begin at the same moment come in pages, and each page is read', async () => {
  const pages = ({ query }: Asked) => {
    const start = Object.fromEntries(query as [string, string][]).startAt;
    const worklogs = start === '0' ? [child(1, SENT)] : [child(2, SENT, { properties: markerOf('create_worklog') })];
    return { worklogs, total: 2 };
  };
  expect(await stateOf('create_worklog', pages)).toBe('done');
});

test('a row that speaks of the marker was not sent with one: its issue is known by what was written', async () => {
  const body = { fields: { project: { key: 'ENG' }, summary: 'what is connector.action?' } };
  const request = { method: 'POST', path: '', query: {}, body } as const;
  const found = { ...issue(7, SENT, null), fields: { ...issue(7, SENT).fields, summary: body.fields.summary } };
  const [entry] = await settled([{ ...lost('create_issue'), request }], () => ({ issues: [found], isLast: true }));
  expect(entry).toMatchObject({ state: 'done', resultId: '7', issueKey: 'ENG-7' });
});

test('an attachment of the number that a comment of ours has is the attachment: it is not sent again', async () => {
  const comment: Entry = { ...lost('add_comment'), state: 'done', resultId: '10712' };
  const attachment = { ...child(10712, SENT), filename: 'lost.txt', size: 4 };
  const found = { issues: [{ id: '10001', key: 'ENG-1', fields: { attachment: [attachment] } }] };
  const [, entry] = await settled([comment, lost('add_attachment')], () => found);
  expect(entry).toMatchObject({ state: 'done', resultId: '10712' });
});

test.each([
  ['add_comment', 'comments'],
  ['create_worklog', 'worklogs'],
] as const)('%s: one of the same words for other readers is not its result', async (action, list) => {
  const readers = { type: 'role', value: 'Administrators', identifier: '10002' };
  const site = ({ path, body }: Asked) =>
    path.endsWith('/comment/list')
      ? { values: (body as { ids: number[] }).ids.map((id) => ({ id: String(id), properties: [] })) }
      : { [list]: [child(1, SENT, { visibility: readers })], total: 1 };
  const text: Record<string, null> = action === 'create_worklog' ? { comment: null } : {};
  const entry = lost(action);
  const [open] = await settled([entry], site);
  expect(open?.state).toBe('failed');
  const body = { ...BODIES[action], ...text, visibility: { type: 'role', value: 'Administrators' } };
  const [restricted] = await settled([{ ...entry, request: { ...entry.request, body } }], site);
  expect(restricted).toMatchObject({ state: 'done', resultId: '1' });
});

test.each([
  ['add_comment', { comments: [], total: 0 }],
  ['create_worklog', { worklogs: [], total: 0 }],
  ['add_attachment', { issues: [{ id: '10001', key: 'ENG-1', fields: { attachment: [] } }] }],
  [
    'create_issue_link',
    { issues: ['1', '2'].map((n) => ({ id: `1000${n}`, key: `ENG-${n}`, fields: { issuelinks: [] } })) },
  ],
] as const)('%s: twenty lost answers about one issue are one question about it, and not twenty', async (action, none) => {
  const asked: Asked[] = [];
  const wanted = { type: 'Blocks', issue: '10001', other: 'ENG-2' };
  const entries = Array.from({ length: 20 }, (_, n) => {
    const entry = lost(action === 'create_issue_link' ? 'add_comment' : action, `${action} ${n}`);
    const body = { ...(entry.request.body as object), started: at(SENT + n * 60_000) };
    return { ...entry, action, wanted, request: { ...entry.request, body } };
  });
  const after = await settled(entries, (one) => {
    asked.push(one);
    return none;
  });
  expect(new Set(after.map(({ state }) => state))).toEqual(new Set(['failed']));
  expect(asked).toHaveLength(1);
});

test('an issue that is refused keeps its own links in doubt, and not those of others', async () => {
  const link = (issue: string): Entry => ({
    ...lost('add_comment', issue),
    ...{ action: 'create_issue_link', wanted: { type: 'Blocks', issue, other: 'ENG-9' } },
  });
  const after = await settled(
    [link('ENG-1'), link('ENG-2')],
    ({ path }) => {
      if (path.endsWith('/ENG-1')) return status(403);
      return { id: path, key: path.split('/').at(-1), fields: { issuelinks: [] } };
    },
    'datacenter',
  );
  expect(after.map(({ state }) => state)).toEqual(['unknown', 'failed']);
});

test('worklogs of one issue that began at different moments each find their own', async () => {
  const began = (n: number) => SENT - n * 86_400_000;
  const entries = [0, 1, 2].map((n) => {
    const entry = lost('create_worklog', `log ${n}`);
    return { ...entry, request: { ...entry.request, body: { ...BODIES.create_worklog, started: at(began(n)) } } };
  });
  const [, , unsent] = entries;
  const worklogs = [0, 1].map((n) => child(n, SENT, { started: at(began(n)), properties: markerOf(`log ${n}`) }));
  const after = await settled(entries, () => ({ worklogs, total: worklogs.length }));
  expect(after.map(({ state, resultId }) => [state, resultId])).toEqual([
    ['done', '0'],
    ['done', '1'],
    ['failed', unsent?.resultId],
  ]);
});

test('a worklog whose start somebody has set to another day is the one: it is not logged twice', async () => {
  const edited = child(7, SENT, { started: at(SENT - 86_400_000), properties: markerOf('create_worklog') });
  const entry = await settled([lost('create_worklog')], ({ query }) => {
    const { startedAfter = 0, startedBefore = LATER } = Object.fromEntries(query as [string, string][]);
    const began = Date.parse(edited.started);
    const worklogs = Number(startedAfter) < began && began < Number(startedBefore) ? [edited] : [];
    return { worklogs, total: worklogs.length };
  });
  expect(entry).toMatchObject([{ state: 'done', resultId: '7' }]);
});

test('an issue that somebody has moved to another project meanwhile is the one: it is not made twice', async () => {
  const moved = { ...issue(7, SENT, 'create_issue'), key: 'OPS-7' };
  const [entry] = await settled([lost('create_issue')], ({ body }) => {
    const { jql } = body as { jql: string };
    return { issues: /project = "ENG"/.test(jql) ? [] : [moved], isLast: true };
  });
  expect(entry).toMatchObject({ state: 'done', resultId: '7', issueKey: 'OPS-7' });
});

test.each([
  ['of the same request, which the server is still at work on', [issue(1, SENT + 20_000, 'first')], 'unknown'],
  ['of the next batch, made while the server was still at work', [issue(2, SENT + 30_000)], 'unknown'],
  ['of another row, made minutes later', [issue(3, SENT + 2 * 60_000)], 'failed'],
] as const)('an issue %s: whether it shows that the index holds all of before', async (_, issues, state) => {
  const entries = [lost('create_issue', 'first'), lost('create_issue', 'second')];
  const [, second] = await settled(entries, () => ({ issues, isLast: true }), 'cloud', SENT + 3 * 60_000);
  expect(second?.state).toBe(state);
});
