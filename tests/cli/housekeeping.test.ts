/** Files that cannot be removed are told as such: neither a mistake of ours nor the end of a run whose rows are committed. */
import { mkdir, mkdtemp, readdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { knownError } from '../../src/app/unexpected.js';
import { type JiraAndWarehouse, jiraAndWarehouse } from '../helpers/jira-and-warehouse.js';
import { type Call, watch } from '../writers/support/watched-fs.js';
import { runMain } from './run-main.js';

vi.mock('node:fs/promises', async (original) => {
  const { watchedFs } = await import('../writers/support/watched-fs.js');
  return watchedFs(await original());
});

let world: JiraAndWarehouse;
let cwd: string;
beforeEach(async () => {
  world = await jiraAndWarehouse({ issues: 30 });
  cwd = await mkdtemp(join(tmpdir(), 'housekeeping-'));
});
afterEach(async () => {
  watch({});
  await world.close();
});

const stubborn = (which: (path: string) => boolean) => ({
  before({ name, path }: Call) {
    if (!['rm', 'unlink', 'rmdir'].includes(name) || !which(path)) return;
    const error = new Error(`EACCES: permission denied, ${name} '${path}'`);
    throw Object.assign(error, { code: 'EACCES', syscall: name, path });
  },
});

const sync = (...streams: string[]) =>
  runMain(['sync', '--warehouse', world.root, ...streams.flatMap((stream) => ['--stream', stream])], {
    cwd,
    env: { JIRA_URL: world.jira.url, JIRA_EMAIL: world.jira.email, JIRA_API_TOKEN: world.jira.apiToken },
  });

test('a spool file that cannot be removed is told, and its rows are committed', async () => {
  watch(stubborn((path) => path.includes('.spool')));
  const ran = await sync('boards', 'issue_search');
  expect(ran.stderr).not.toContain('Unexpected error');
  expect(ran.stderr).toMatch(
    /issue_search was not tidied: Could not remove the folder .*issue_search: permission denied \(EACCES\)/,
  );
  expect(ran.exitCode).toBe(0);
  watch({});
  expect(await world.rows('select count(*) n from issue_search')).toEqual([{ n: '30' }]);
  // The next run takes what the last one had to leave.
  expect((await sync('boards')).exitCode).toBe(0);
});

test('several batches of one table go on beside a spool that stays', async () => {
  watch(stubborn((path) => path.includes('.spool')));
  const ran = await world.sync(['issue_search', 'issue_comments'], { commitRows: 10 });
  expect(ran.failures).toEqual([]);
  watch({});
  expect(await world.rows('select count(*) n from issue_search')).toEqual([{ n: '30' }]);
});

test('what a dead run left and nobody can remove stops no other', async () => {
  expect((await sync('boards')).exitCode).toBe(0);
  const [scratch = ''] = (await readdir(world.root)).filter((name) => name === '.spool');
  const left = join(world.root, scratch, 'run-dead-aBc123');
  await mkdir(left);
  // No process has this number, on this machine and since it was started.
  await writeFile(join(left, 'owner.json'), JSON.stringify(await deadIdentity()));
  watch(stubborn((path) => path === left));
  const ran = await sync('boards');
  expect(ran.stderr).toMatch(
    /\.spool was not tidied: Could not remove the folder .*run-dead-aBc123: permission denied/,
  );
  expect(ran.exitCode).toBe(0);
});

async function deadIdentity() {
  const { ownIdentity } = await import('../../src/core/lease/process-identity.js');
  return { ...(await ownIdentity()), pid: 2 ** 22 - 1, started: '1' };
}

test('what the system refuses anywhere else is told as that, with what to do', async () => {
  watch({
    before({ name, path }) {
      if (name === 'mkdtemp' && path.includes('.spool'))
        throw Object.assign(new Error('ENOSPC'), { code: 'ENOSPC', syscall: name, path });
    },
  });
  const ran = await sync('boards');
  expect(ran.exitCode).toBe(1);
  expect(`${ran.stdout}${ran.stderr}`).not.toContain('Unexpected error');
  expect(`${ran.stdout}${ran.stderr}`).toContain('the disk is full (ENOSPC)');
});

test('a disk that fails under a parent is told of the parent, and its children wait for it', async () => {
  watch({
    before({ name, path }) {
      if (name === 'appendFile' && path.includes('jira.boards/'))
        throw Object.assign(new Error('EIO: i/o error, write'), { code: 'EIO', syscall: 'write', path });
    },
  });
  const ran = await sync('boards', 'board_sprints', 'issue_types');
  expect(ran.exitCode).toBe(1);
  expect(ran.stdout + ran.stderr).not.toContain('Unexpected error');
  expect(ran.stdout).toContain('boards: Rows could not be put aside');
  expect(ran.stdout).toMatch(/issue_types +ok/);
});

test('only what is no refusal of the system is called a mistake of ours', () => {
  const refused = Object.assign(new Error('EBUSY: resource busy'), { code: 'EBUSY', syscall: 'rm', path: '/a/b' });
  expect(knownError(refused)).toMatchObject({ kind: 'failed', message: 'Could not rm /a/b: EBUSY: resource busy.' });
  expect(knownError(new TypeError('x is not a function'))).toBeNull();
  expect(knownError(Object.assign(new Error('bad'), { code: 'ERR_INVALID_ARG_TYPE' }))).toBeNull();
});
