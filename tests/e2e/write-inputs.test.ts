/** Inputs that mean something on the site: sprints, ways through a workflow, readers, customers, the remaining estimate, files. */
import { copyFileSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { WriteSettings } from '../../src/app/settings/write-settings.js';
import { retryFailed, undo } from '../../src/app/write/runs.js';
import { idOf, placeOf, rowsOf, statusOf, type Writing, writing } from '../helpers/writing.js';

let cloud: Writing;
let server: Writing;
beforeAll(async () => {
  [cloud, server] = await Promise.all([writing(), writing({ deployment: 'datacenter', serverVersion: 8 })]);
});
afterAll(() => Promise.all([cloud.close(), server.close()]));

type Cells = Parameters<typeof rowsOf>[0][number];
const errorOf = async (site: Writing, action: string, cells: Cells) =>
  (await site.look(action, rowsOf([cells]))).report.rows[0]?.error;
const takeBack = (site: Writing, run: string, more: object = {}) =>
  undo({ ...site.job('update_issue', []), runId: run, send: true, ...more }, { clock: site.clock });

/** Open sprints of ENG's own boards. */
function sprintsOf({ jira: { site } }: Writing) {
  const { projects, boards, sprints } = site.directory;
  const project = projects.find(({ key }) => key === 'ENG')?.id;
  const ours = boards.filter(({ projectId, type }) => projectId === project && type === 'scrum').map(({ id }) => id);
  return sprints.filter(({ boardId, state }) => ours.includes(boardId) && state !== 'closed');
}
const sprintField = ({ jira: { site } }: Writing) =>
  site.directory.fields.find(({ schema }) => schema.custom?.endsWith(':gh-sprint'))?.name ?? '';

test.each([
  ['Cloud', () => cloud],
  ['Data Center', () => server],
] as const)('%s: a sprint goes by name, is told apart from what is there, and undo puts the issue back', async (_, on) => {
  const site = on();
  const [sprint] = sprintsOf(site);
  site.jira.edit.directory.renameSprint(sprint?.id ?? '', 'Harvest');
  site.jira.edit.updateIssue(idOf(site, 'ENG-2'), { sprint: null });
  const cells = { issue: 'ENG-2', [sprintField(site)]: 'harvest' };
  site.jira.faults.add({ match: 'writes', destroyAfterWork: true });
  const { report } = await site.send('update_issue', rowsOf([cells]));
  expect(report).toMatchObject({ done: 1, unknown: 0, failed: 0 });
  const sprintOf = () => {
    const { directory, sprintsOf: of } = site.jira.site;
    return of.call(site.jira.site, placeOf(site, 'ENG-2')).map((at) => directory.sprints[at]?.name);
  };
  expect(sprintOf()).toContain('Harvest');
  const again = await site.send('update_issue', rowsOf([{ ...cells, issue: idOf(site, 'ENG-2') }]));
  expect(again.report.rows).toMatchObject([{ state: 'skipped', error: 'it is like that already' }]);
  expect((await takeBack(site, report.run_id)).report).toMatchObject({ done: 1 });
  expect(sprintOf()).not.toContain('Harvest');
});

test('two sprints of one name are an error that says both, with their boards; one of them goes by id; a name that is not there names the nearest', async () => {
  const [one, two] = sprintsOf(cloud);
  if (one === undefined || two === undefined) throw new Error('the site has too few open sprints');
  for (const { id } of [one, two]) cloud.jira.edit.directory.renameSprint(id, 'Twins');
  const field = sprintField(cloud);
  const twice = await errorOf(cloud, 'update_issue', { issue: 'ENG-3', [field]: 'Twins' });
  expect(twice).toContain('2 sprints are called "Twins"');
  for (const { id } of [one, two]) expect(twice).toMatch(new RegExp(`\\b${id} \\(board .+?\\)`));
  expect(await errorOf(cloud, 'update_issue', { issue: 'ENG-3', [field]: two.id })).toBeNull();
  expect(await errorOf(cloud, 'update_issue', { issue: 'ENG-3', [field]: 'Twinz' })).toContain('Did you mean `Twins`');
});

const moves = ({ jira }: Writing) =>
  jira.writes.executed.filter((route) => route === 'POST /rest/api/3/issue/{issueIdOrKey}/transitions').length;
/** Names of statuses that are in no other name, none of which asks for fields. */
const [FIRST, SECOND, LAST] = ['In Progress', 'Resolved', 'Done'];

test('a transition by way of others: each step once, though answers are lost; a field goes with the screen that has it; a rerun sends nothing', async () => {
  for (const key of ['ENG-4', 'ENG-5']) cloud.jira.edit.updateIssue(idOf(cloud, key), { status: 'To Do' });
  const rows = rowsOf(
    ['ENG-4', 'ENG-5'].map((issue) => ({ issue, via: `${FIRST}, ${SECOND}`, to: LAST ?? '', resolution: 'Duplicate' })),
  );
  const looked = await cloud.look('transition', rows);
  expect(looked.report).toMatchObject({ ready: 2, planned: { requests: 6 } });
  expect(looked.report.notices.join()).toContain('`via`');
  const before = moves(cloud);
  cloud.jira.faults.add({ match: 'writes', times: 2, every: 2, destroyAfterWork: true });
  const told: string[] = [];
  const { report } = await cloud.send('transition', rows, {
    onRow: ({ line, state }) => told.push(`${line} ${state}`),
  });
  expect(report).toMatchObject({ rows_in: 2, done: 2 });
  expect(told.sort()).toEqual(['2 done', '3 done']);
  expect(moves(cloud) - before).toBe(6);
  expect(statusOf(cloud, 'ENG-4')).toBe(LAST);
  expect((await cloud.send('transition', rows)).report).toMatchObject({ skipped: 2, done: 0 });
  expect(moves(cloud) - before).toBe(6);
});

test('a step that Jira refuses fails its row where it is; the same command goes on from there', async () => {
  cloud.jira.edit.updateIssue(idOf(cloud, 'ENG-6'), { status: 'To Do' });
  const rows = rowsOf([{ issue: 'ENG-6', via: FIRST ?? '', to: LAST ?? '' }]);
  const before = moves(cloud);
  cloud.jira.faults.add({
    match: 'writes',
    after: 1,
    status: 400,
    unworked: true,
    body: { errorMessages: ['Not now'] },
  });
  const first = await cloud.send('transition', rows);
  expect(first.report.rows).toMatchObject([{ state: 'failed', error: expect.stringContaining('Not now') }]);
  expect(statusOf(cloud, 'ENG-6')).toBe(FIRST);
  const second = await cloud.send('transition', rows);
  expect(second.report).toMatchObject({ done: 1, failed: 0 });
  expect(statusOf(cloud, 'ENG-6')).toBe(LAST);
  expect(moves(cloud) - before).toBe(2);
  // A step whose screen needs what nobody gave is found before it is sent.
  cloud.jira.edit.updateIssue(idOf(cloud, 'ENG-6'), { status: 'To Do' });
  const bare = await cloud.send('transition', rowsOf([{ issue: 'ENG-6', via: FIRST ?? '', to: SECOND ?? '' }]));
  expect(bare.report.rows).toMatchObject([{ state: 'failed', error: expect.stringContaining('Resolution') }]);
  expect(moves(cloud) - before).toBe(3);
});

test.each([
  ['Cloud', () => cloud],
  ['Data Center', () => server],
] as const)('%s: a comment and a worklog are for one role or group, by name; a name that is not there is found before', async (_, on) => {
  const site = on();
  const { comments, worklogs, directory } = site.jira.site;
  const group = directory.groups[1]?.name ?? '';
  const said = await site.send(
    'add_comment',
    rowsOf([{ issue: 'ENG-7', text: 'few', visibility: 'role:Administrators' }]),
  );
  expect(said.report).toMatchObject({ done: 1 });
  expect(comments.of(placeOf(site, 'ENG-7')).at(-1)?.role?.name).toBe('Administrators');
  const worklog = { issue: 'ENG-7', started: '2026-03-02', time: '1h', visibility: `group:${group}` };
  expect((await site.send('create_worklog', rowsOf([worklog]))).report).toMatchObject({ done: 1 });
  expect(worklogs.of(placeOf(site, 'ENG-7')).at(-1)?.group).toBe(1);
  const other = { issue: 'ENG-7', text: 'x' };
  expect(await errorOf(site, 'add_comment', { ...other, visibility: 'role:Admins' })).toContain('There are: ');
  expect(await errorOf(site, 'add_comment', { ...other, visibility: 'group:nobody' })).toContain('there is no group');
  expect(await errorOf(site, 'add_comment', { ...other, visibility: 'everybody' })).toContain('role:NAME');
  // Of the same text, for others: no row that is like that already.
  const id = String(comments.of(placeOf(site, 'ENG-7')).at(-1)?.id);
  const widened = { issue: 'ENG-7', comment: id, text: 'few', visibility: `group:${group}` };
  expect((await site.send('update_comment', rowsOf([widened]))).report).toMatchObject({ done: 1 });
  expect(comments.of(placeOf(site, 'ENG-7')).at(-1)?.group).toBe(1);
});

test('an internal comment stays hidden from customers where the site takes no properties: it is refused, not sent without', async () => {
  const { comments } = cloud.jira.site;
  const rows = (text: string) => rowsOf([{ issue: 'ENG-8', text, internal: 'true' }]);
  expect((await cloud.send('add_comment', rows('hidden'))).report).toMatchObject({ done: 1 });
  const properties = comments.of(placeOf(cloud, 'ENG-8')).at(-1)?.properties;
  expect(properties?.map(({ key }) => key).sort()).toEqual(['connector.action', 'sd.public.comment']);
  const before = comments.countOf(placeOf(cloud, 'ENG-8'));
  cloud.jira.writes.rules.properties = 'refused';
  const refused = await cloud.send('add_comment', rows('hidden, too'));
  cloud.jira.writes.rules.properties = 'kept';
  expect(refused.report).toMatchObject({ failed: 1, done: 0 });
  expect(comments.countOf(placeOf(cloud, 'ENG-8'))).toBe(before);
});

const remaining = (site: Writing, key: string) =>
  site.jira.site.fieldEdits.get(placeOf(site, key))?.get('timeestimate');

test('the remaining estimate follows by hand: new, less by so much, and back by undo; half a rule is refused, and what becomes of it is always said', async () => {
  const work = { issue: 'ENG-9', started: '2026-03-02', time: '1h' };
  const fresh = await cloud.send(
    'create_worklog',
    rowsOf([{ ...work, adjust_estimate: 'new', new_estimate: '1d 2h' }]),
  );
  expect(fresh.report.notices).toContain('The remaining estimate: adjust_estimate new 1d 2h.');
  expect(remaining(cloud, 'ENG-9')).toBe(10 * 3600);
  const manual = { ...work, started: '2026-03-03', adjust_estimate: 'manual', reduce_by: '3h' };
  const less = await cloud.send('create_worklog', rowsOf([manual]));
  expect(less.report.notices).toContain('The remaining estimate: adjust_estimate manual less 3h.');
  expect(remaining(cloud, 'ENG-9')).toBe(7 * 3600);
  await takeBack(cloud, less.report.run_id, { confirm: 1 });
  expect(remaining(cloud, 'ENG-9')).toBe(10 * 3600);
  const wrong = (more: Cells) => errorOf(cloud, 'create_worklog', { ...work, started: '2026-03-04', ...more });
  expect(await wrong({ adjust_estimate: 'manual' })).toContain('reduce_by: is missing');
  expect(await wrong({ reduce_by: '1h' })).toContain('goes with adjust_estimate manual alone');
  expect(await wrong({ adjust_estimate: 'new', new_estimate: '90' })).toContain('such as 2d 4h or 30m');
  const worklog = String(cloud.jira.site.worklogs.of(placeOf(cloud, 'ENG-9')).at(-1)?.id);
  const edited = await errorOf(cloud, 'update_worklog', {
    issue: 'ENG-9',
    worklog,
    time: '2h',
    adjust_estimate: 'manual',
  });
  expect(edited).toContain('expected one of auto, leave, new');
});

const attached = (site: Writing, key: string) =>
  site.jira.site.attachments.of(placeOf(site, key)).map(({ name, bytes }) => [name, bytes.toString()]);

test.each([
  ['Cloud', () => cloud],
  ['Data Center', () => server],
] as const)('%s: a file is attached once though its answer is lost, and two equal rows are two files', async (_, on) => {
  const site = on();
  writeFileSync(join(site.root, 'größe 1.txt'), 'a file\r\n--of lines--\u0000');
  const row = { issue: 'ENG-10', file: 'größe 1.txt' };
  const looked = await site.look('add_attachment', rowsOf([row]));
  expect(looked.report.notices.join()).toContain('delete it by hand');
  site.jira.faults.add({ match: 'writes', destroyAfterWork: true });
  const { report } = await site.send('add_attachment', rowsOf([row, row]));
  expect(report).toMatchObject({ done: 2, unknown: 0 });
  expect(new Set(report.rows.map(({ result_id }) => result_id)).size).toBe(2);
  const one = ['größe 1.txt', 'a file\r\n--of lines--\u0000'];
  expect(attached(site, 'ENG-10')).toEqual([one, one]);
  // Elsewhere, under the same name: the same rows.
  mkdirSync(join(site.root, 'there'), { recursive: true });
  copyFileSync(join(site.root, row.file), join(site.root, 'there', row.file));
  const moved = rowsOf([{ ...row, file: `there/${row.file}` }]);
  expect((await site.send('add_attachment', moved)).report).toMatchObject({ skipped: 1 });
  expect(attached(site, 'ENG-10')).toHaveLength(2);
});

test('a file is of one folder alone: each way out of it is stopped, by name or by link', async () => {
  writeFileSync(join(cloud.root, 'plan.txt'), 'one');
  writeFileSync(`${cloud.root}.outside`, 'outside');
  symlinkSync(`${cloud.root}.outside`, join(cloud.root, 'link.txt'));
  const wrong = (file: string) => errorOf(cloud, 'add_attachment', { issue: 'ENG-11', file });
  try {
    for (const file of [`../${basename(cloud.root)}.outside`, `${cloud.root}.outside`, 'link.txt', '.'])
      expect(await wrong(file)).toContain('is not below');
  } finally {
    rmSync(`${cloud.root}.outside`);
  }
  expect(await wrong('../plan.txt')).toContain('there is no file');
  writeFileSync(join(cloud.root, 'a "b".txt'), 'named');
  expect(await wrong('a "b".txt')).toContain('rename the file');
  const none = { write: { ...cloud.job('add_attachment', []).write, files: null } as WriteSettings };
  const looked = await cloud.look('add_attachment', rowsOf([{ issue: 'ENG-12', file: 'plan.txt' }]), none);
  expect(looked.report.rows[0]?.error).toContain('files: ./outbox');
});

test('a file that has changed since the look is not sent by --yes; one that changes later on fails where its turn comes', async () => {
  for (const name of ['first.txt', 'second.txt']) writeFileSync(join(cloud.root, name), 'one');
  const rows = rowsOf(['first.txt', 'second.txt'].map((file) => ({ issue: 'ENG-14', file })));
  const sent = () => cloud.jira.requests.writes();
  const before = sent();
  await cloud.look('add_attachment', rows);
  writeFileSync(join(cloud.root, 'second.txt'), 'two');
  await expect(cloud.send('add_attachment', rows)).rejects.toThrow('not the rows of the dry run');
  expect(sent()).toBe(before);
  await cloud.look('add_attachment', rows);
  const change = () => writeFileSync(join(cloud.root, 'second.txt'), 'three');
  cloud.jira.faults.add({ match: 'writes', before: change });
  const { report } = await cloud.send('add_attachment', rows);
  expect(report.rows).toMatchObject([
    { state: 'done' },
    { state: 'failed', error: 'second.txt has changed since it was looked at; look again' },
  ]);
  expect(sent() - before).toBe(1);
  expect(attached(cloud, 'ENG-14')).toEqual([['first.txt', 'one']]);
});

test('an attachment that Jira refuses fails in its words, for want of a permission and for its size, and is sent again as it was', async () => {
  writeFileSync(join(cloud.root, 'plan.txt'), 'one');
  const row = { issue: 'ENG-11', file: 'plan.txt' };
  const { rules } = cloud.jira.writes;
  rules.permissions.CREATE_ATTACHMENTS = false;
  const failed = await cloud.send('add_attachment', rowsOf([row]));
  delete rules.permissions.CREATE_ATTACHMENTS;
  const words = 'You do not have permission to create attachments for this issue.';
  expect(failed.report.rows).toMatchObject([{ state: 'failed', error: words }]);
  const most = rules.mostAttachmentBytes;
  rules.mostAttachmentBytes = 2;
  const large = await cloud.send('add_attachment', rowsOf([row]));
  rules.mostAttachmentBytes = most;
  expect(large.report.rows).toMatchObject([{ state: 'failed', error: 'The file exceeds the limit of 2 bytes.' }]);
  const statuses = await cloud.rows(`SELECT status FROM demo._actions WHERE run_id = '${large.report.run_id}'`);
  expect(statuses).toEqual([{ status: 413 }]);
  writeFileSync(join(cloud.root, 'plan.txt'), 'two');
  const job = { ...cloud.job('', []), runId: large.report.run_id, send: true };
  await expect(retryFailed(job, { clock: cloud.clock })).rejects.toThrow('not the file that it was');
  writeFileSync(join(cloud.root, 'plan.txt'), 'one');
  expect((await retryFailed(job, { clock: cloud.clock })).report).toMatchObject({ done: 1 });
  expect(attached(cloud, 'ENG-11')).toEqual([['plan.txt', 'one']]);
});
