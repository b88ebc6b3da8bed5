/** Sites that keep no markers, search late, limit one issue, or run on Data Center: still nothing twice, and nothing believed too early. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ask } from '../../src/app/write/ask.js';
import { retryFailed } from '../../src/app/write/runs.js';
import { own } from '../../src/core/json-path.js';
import { idOf, losing, placeOf, rowsOf, type Writing, writing } from '../helpers/writing.js';

let cloud: Writing;
let server: Writing;
beforeAll(async () => {
  [cloud, server] = await Promise.all([writing({ indexLagMs: 300_000 }), writing({ deployment: 'datacenter' })]);
});
afterAll(() => Promise.all([cloud.close(), server.close()]));

const comments = (name: string, count = 9) =>
  rowsOf(Array.from({ length: count }, (_, at) => ({ issue: `ENG-${(at % 3) + 1}`, text: `${name} ${at}` })));
const commentsOn = ({ jira: { site } }: Writing) =>
  Array.from({ length: site.table.size }, (_, place) => site.comments.countOf(place)).reduce(
    (sum, count) => sum + count,
    0,
  );

test.each([
  'refused',
  'ignored',
] as const)('where markers are %s, what was written tells: no doubles', async (properties) => {
  cloud.jira.writes.rules.properties = properties;
  losing(cloud.jira);
  const before = commentsOn(cloud);
  const { report } = await cloud.send('add_comment', comments(properties));
  cloud.jira.faults.clear();
  cloud.jira.writes.rules.properties = 'kept';
  expect(report).toMatchObject({ done: 9, unknown: 0, failed: 0 });
  expect(commentsOn(cloud) - before).toBe(9);
});

test('an issue that a late index does not show stays unknown, is not sent again, and is found when the index has come', async () => {
  const rows = rowsOf([{ project: 'OPS', issue_type: 'Task', summary: 'late' }]);
  const before = cloud.jira.site.table.size;
  cloud.jira.faults.add({ match: 'writes', destroyAfterWork: true });
  const first = await cloud.send('create_issue', rows);
  expect(first.failures).toEqual(['failed']);
  expect(first.report).toMatchObject({ unknown: 1, done: 0 });
  expect(first.report.rows[0]?.error).toContain('its index may lag');
  const second = await cloud.send('create_issue', rows);
  expect(second.report).toMatchObject({ unknown: 1, done: 0 });
  cloud.jira.edit.advance(6 * 60_000);
  const third = await cloud.send('create_issue', rows);
  expect(third.report).toMatchObject({ unknown: 0, skipped: 1 });
  expect(cloud.jira.site.table.size - before).toBe(1);
});

test('an issue that was never made is made once a quarter of an hour has passed', async () => {
  const rows = rowsOf([{ project: 'OPS', issue_type: 'Task', summary: 'never' }]);
  const before = cloud.jira.site.table.size;
  cloud.jira.faults.add({ match: 'writes', destroy: true });
  expect((await cloud.send('create_issue', rows)).report).toMatchObject({ unknown: 1 });
  cloud.jira.edit.advance(16 * 60_000);
  expect((await cloud.send('create_issue', rows)).report).toMatchObject({ done: 1 });
  expect(cloud.jira.site.table.size - before).toBe(1);
});

/** The words of a document as it is stored, a line for each break. */
const textOf = (node: unknown): string => {
  const { type, text, content } = node as { type?: string; text?: string; content?: readonly unknown[] };
  if (type === 'hardBreak') return '\n';
  const inside = (content ?? []).map(textOf);
  return text ?? inside.join(type === 'doc' ? '\n' : '');
};

test('a limit of one issue slows that issue alone, and every row is written once', async () => {
  const limited = idOf(cloud, 'ENG-1');
  const before = commentsOn(cloud);
  cloud.jira.faults.add({
    match: new RegExp(`^POST .*/issue/${limited}/comment$`),
    times: 3,
    status: 429,
    unworked: true,
    headers: { 'retry-after': '2', 'ratelimit-reason': 'jira-per-issue-on-write' },
  });
  const from = cloud.jira.requests.log.length;
  const { report } = await cloud.send('add_comment', comments('limited', 6));
  expect(report).toMatchObject({ done: 6, failed: 0 });
  expect(commentsOn(cloud) - before).toBe(6);
  const writes = cloud.jira.requests.log.slice(from).filter((one) => one.writes);
  expect(writes).toHaveLength(9);
  // All four of the others come between its first request and its second.
  expect(writes.slice(0, 5).filter(({ asked }) => asked.includes(`/${limited}/`))).toHaveLength(1);
});

test('rows of one issue are written in their order, though four issues are written to side by side', async () => {
  const issues = ['ENG-4', 'ENG-5', 'ENG-6'];
  const rows = rowsOf(Array.from({ length: 12 }, (_, at) => ({ issue: issues[at % 3] ?? '', text: `in order ${at}` })));
  expect((await cloud.send('add_comment', rows)).report).toMatchObject({ done: 12 });
  for (const issue of issues) {
    const made = cloud.jira.site.comments.of(placeOf(cloud, issue)).slice(-4);
    const wanted = rows.flatMap(({ cells }) => (cells.issue === issue ? [cells.text] : []));
    expect(made.map(({ body }) => textOf(body()))).toEqual(wanted);
  }
});

const HOSTILE = [
  '{"type":"doc","version":1,"content":[]}',
  '=HYPERLINK("http://evil","x")',
  '[x|http://evil] *b* &#36; \u202e',
];

test.each(
  HOSTILE,
)('%j is stored as the text it is, as a summary, a description, a comment and a worklog', async (text) => {
  const project = { project: 'ENG', issue_type: 'Task' };
  const { report } = await cloud.send('create_issue', rowsOf([{ ...project, summary: text, text }]));
  const issue = report.rows[0]?.issue ?? '';
  const connection = cloud.job('', []).connection;
  const stored = async () => {
    const job = { connection, action: 'retrieve_issue', cells: { issue, fields: 'summary,description' } };
    return own(await ask(job, { clock: cloud.clock }), 'fields');
  };
  expect(own(await stored(), 'summary')).toBe(text);
  expect(textOf(own(await stored(), 'description'))).toBe(text);
  await cloud.send('update_issue', rowsOf([{ issue, summary: `${text} ` }]), { again: 'trimmed' });
  expect(own(await stored(), 'summary')).toBe(text);
  await cloud.send('add_comment', rowsOf([{ issue, text: `${text}\r\nand more` }]));
  expect(textOf(cloud.jira.site.comments.of(placeOf(cloud, issue)).at(-1)?.body())).toBe(`${text}\nand more`);
  await cloud.send('create_worklog', rowsOf([{ issue, started: '2026-03-02', time: '1h', text }]));
  expect(textOf(cloud.jira.site.worklogs.of(placeOf(cloud, issue)).at(-1)?.comment())).toBe(text);
});

test('a label is stored as it was written, and one with a line break in it is refused', async () => {
  const { report } = await cloud.send('update_issue', rowsOf([{ issue: 'ENG-1', labels: '=cmd|calc!A1,"x"' }]));
  expect(report).toMatchObject({ done: 1 });
  const job = { connection: cloud.job('', []).connection, action: 'retrieve_issue' };
  const stored = await ask({ ...job, cells: { issue: 'ENG-1', fields: 'labels' } }, { clock: cloud.clock });
  expect(own(own(stored, 'fields'), 'labels')).toEqual(['=cmd|calc!A1', '"x"']);
  for (const labels of ['a\r\nb', 'a\nb', 'a\u2028b']) {
    const bad = await cloud.look('update_issue', rowsOf([{ issue: 'ENG-1', labels }]));
    expect(bad.report.rows[0]).toMatchObject({
      state: 'invalid',
      error: expect.stringContaining('labels without spaces'),
    });
  }
});

test('two runs that write the same rows at once: one writes, the other is told to come later or finds them done', async () => {
  const rows = comments('both', 6);
  const before = commentsOn(cloud);
  const ended = await Promise.allSettled([cloud.send('add_comment', rows), cloud.send('add_comment', rows)]);
  for (const one of ended)
    if (one.status === 'rejected') expect(one.reason).toMatchObject({ kind: 'later' });
    else expect(one.value.report.done + one.value.report.skipped).toBe(6);
  expect(commentsOn(cloud) - before).toBe(6);
});

test('rows that failed are sent again under the identity they have, and those that were done are not', async () => {
  const rows = comments('again', 4);
  const before = commentsOn(cloud);
  cloud.jira.faults.add({
    match: 'writes',
    after: 1,
    status: 403,
    unworked: true,
    body: { errorMessages: ['Not today'] },
  });
  const first = await cloud.send('add_comment', rows);
  expect(first.report).toMatchObject({ done: 3, failed: 1 });
  expect(first.report.rows.find(({ state }) => state === 'failed')?.error).toContain('Not today');
  const job = { ...cloud.job('add_comment', []), runId: first.report.run_id, send: true };
  const second = await retryFailed(job, { clock: cloud.clock });
  expect(second.report).toMatchObject({ rows_in: 1, done: 1 });
  expect((await cloud.send('add_comment', rows)).report).toMatchObject({ skipped: 4 });
  expect(commentsOn(cloud) - before).toBe(4);
});

test('another account is refused before anything is asked of what is in doubt: it would not find it, and send it twice', async () => {
  const own = await writing();
  try {
    own.jira.faults.add({ match: 'writes', destroyAfterWork: true });
    own.jira.faults.add({ match: /comment\/list|\/comment\?/, status: 404, times: 3 });
    await own.send('add_comment', rowsOf([{ issue: 'ENG-1', text: 'mine' }])).catch(() => undefined);
    own.jira.faults.clear();
    own.jira.faults.add({
      match: /\/myself/,
      rewrite: (body) => ({ ...(body as object), accountId: 'somebody-else' }),
    });
    const before = own.executed().length;
    await expect(own.send('add_comment', rowsOf([{ issue: 'ENG-1', text: 'mine' }]))).rejects.toThrow(
      'last written to by account',
    );
    expect(own.executed()).toHaveLength(before);
  } finally {
    await own.close();
  }
});

test('a single change is a new one a day later, and not before', async () => {
  const rows = rowsOf([{ issue: 'ENG-2', text: 'daily' }]);
  const single = { single: true } as const;
  const before = commentsOn(cloud);
  expect((await cloud.send('add_comment', rows, single)).report).toMatchObject({ done: 1 });
  cloud.jira.edit.advance(23 * 3_600_000);
  await expect(cloud.send('add_comment', rows, single)).rejects.toThrow('--again NAME');
  cloud.jira.edit.advance(2 * 3_600_000);
  expect((await cloud.send('add_comment', rows, single)).report).toMatchObject({ done: 1 });
  await expect(cloud.send('add_comment', rows, single)).rejects.toThrow('--again NAME');
  expect(commentsOn(cloud) - before).toBe(2);
});

test('Data Center: worklogs have no markers there, comments do; lost answers make no doubles', async () => {
  losing(server.jira);
  const before = server.executed().length;
  const { report } = await server.send('add_comment', comments('dc'));
  expect(report).toMatchObject({ done: 9, unknown: 0, failed: 0 });
  const worklogs = rowsOf(
    Array.from({ length: 9 }, (_, at) => ({
      issue: `ENG-${(at % 3) + 1}`,
      started: '2026-03-02',
      time: '1h',
      text: `dc ${at % 5}`,
    })),
  );
  expect((await server.send('create_worklog', worklogs)).report).toMatchObject({ done: 9, unknown: 0, failed: 0 });
  const issues = rowsOf(
    Array.from({ length: 7 }, (_, at) => ({ project: 'ENG', issue_type: 'Task', summary: `dc ${at}` })),
  );
  expect((await server.send('create_issue', issues)).report).toMatchObject({ done: 7, unknown: 0, failed: 0 });
  server.jira.faults.clear();
  expect((await server.send('transition', rowsOf([{ issue: 'ENG-5', to: 'Done' }]))).report.failed).toBe(0);
  expect(server.executed().length - before).toBeLessThanOrEqual(9 + 9 + 7 + 1);
});
