/** A warehouse may lie on a machine with other users: what is not ours is neither entered nor wiped. */
import { chmod, chown, mkdir, mkdtemp, readdir, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ownIdentity } from '../../src/core/lease/process-identity.js';
import { LocalCopies } from '../../src/writers/storage/local-copies.js';
import { openWarehouse } from '../../src/writers/warehouse.js';
import { RunFolder } from '../../src/writers/write/run-folder.js';
import { openWorkbench } from '../../src/writers/write/workbench.js';
import { runMain } from '../cli/run-main.js';
import { jiraAndWarehouse } from '../helpers/jira-and-warehouse.js';
import { ITEMS, temporaryFolder, testWarehouse } from './support/tables.js';

const SOMEBODY = 54_321;
const mayGiveAway = process.getuid?.() === 0;
const LONG_AGO = new Date(Date.now() - 48 * 3_600_000);

/** What a user keeps: names like ours, old, and without an owner of ours. */
async function keepsakes(folder: string): Promise<string[]> {
  for (const name of ['photos-2019aB', 'thesis']) {
    await mkdir(join(folder, name), { recursive: true });
    await writeFile(join(folder, name, 'only copy.txt'), 'x');
    await utimes(join(folder, name), LONG_AGO, LONG_AGO);
  }
  await writeFile(join(folder, 'notes-aaaaaa'), 'x');
  await utimes(join(folder, 'notes-aaaaaa'), LONG_AGO, LONG_AGO);
  return left(folder);
}

/** Everything beneath a folder; links are not followed. */
async function left(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1)).sort();
}

describe('a folder of ours that is not ours', () => {
  test.each([
    '.spool',
    '.locks',
  ])('a %s that is a link ends the sync with exit 2, and what it leads to stays', async (name) => {
    const env = await jiraAndWarehouse();
    try {
      const home = await temporaryFolder();
      const kept = await keepsakes(home);
      await symlink(home, join(env.root, name));
      const login = { JIRA_URL: env.jira.url, JIRA_EMAIL: env.jira.email, JIRA_API_TOKEN: env.jira.apiToken };
      const ran = await runMain(['sync', '--stream', 'issue_types', '--warehouse', env.root], {
        cwd: home,
        env: login,
      });
      expect(ran.stderr).toContain(`${name} is a symbolic link. It must be a folder of this user alone`);
      expect(ran.exitCode).toBe(2);
      expect(await left(home)).toEqual(kept);
      expect(await readdir(env.root), 'nothing was written').toEqual([name]);
    } finally {
      await env.close();
    }
  });

  test('a .spool that is a link is not entered by bench and erasure either', async () => {
    const root = await temporaryFolder();
    const home = await temporaryFolder();
    const kept = await keepsakes(home);
    await symlink(home, join(root, '.spool'));
    const { folder, close } = await openWorkbench({ root }, { runId: 'upkeep' });
    await expect(folder()).rejects.toMatchObject({ kind: 'usage' });
    await close().catch(() => undefined);
    expect(await left(home)).toEqual(kept);
  });

  test.runIf(mayGiveAway).each(['.spool', '.locks'])(
    'a %s of another user is refused before anything is written',
    async (name) => {
      const root = await temporaryFolder();
      await mkdir(join(root, name));
      const kept = await keepsakes(join(root, name));
      await chown(join(root, name), SOMEBODY, SOMEBODY);
      await expect(openWarehouse({ root, runId: 'r' })).rejects.toMatchObject({
        kind: 'usage',
        message: expect.stringContaining(`belongs to another user (uid ${SOMEBODY})`),
      });
      expect(await left(join(root, name))).toEqual(kept);
    },
  );

  test('a folder that others may enter is closed to them', async () => {
    const root = await temporaryFolder();
    for (const name of ['.spool', '.locks']) {
      await mkdir(join(root, name));
      await chmod(join(root, name), 0o777);
    }
    await (await (await testWarehouse(root)).open(ITEMS)).close();
    for (const name of ['.spool', '.locks', '.locks/acme.items'])
      expect((await stat(join(root, name))).mode & 0o777, name).toBe(0o700);
  });
});

describe('clearing away what dead runs left', () => {
  test('only what a run of ours made is removed: no other name, no link, nothing with strangers inside', async () => {
    const parent = join(await temporaryFolder(), 'spool');
    await mkdir(parent, { mode: 0o700 });
    const home = await temporaryFolder();
    const kept = await keepsakes(home);
    await symlink(home, join(parent, 'run-abcdef'));
    const inside = await keepsakes(parent);
    await mkdir(join(parent, 'unbegun-aB3dEf'));
    await writeFile(join(parent, 'unbegun-aB3dEf', 'owner.json'), '{"pid":');
    await utimes(join(parent, 'unbegun-aB3dEf'), LONG_AGO, LONG_AGO);
    const run = new RunFolder(parent, 'run');
    await run.path();
    await run.remove();
    expect(await left(parent)).toEqual(inside);
    expect(await left(home)).toEqual(kept);
  });

  test('rows that a run left on a machine that was started anew are gone after three days, those of a run elsewhere stay', async () => {
    const parent = join(await temporaryFolder(), 'spool');
    const days = (number: number) => new Date(Date.now() - number * 24 * 3_600_000);
    const leave = async (name: string, written: Date) => {
      await mkdir(join(parent, name), { recursive: true, mode: 0o700 });
      await writeFile(
        join(parent, name, 'owner.json'),
        JSON.stringify({ ...(await ownIdentity()), bootId: 'earlier' }),
      );
      await writeFile(join(parent, name, 'rows-1.ndjson'), 'x');
      await utimes(join(parent, name, 'owner.json'), days(9), days(9));
      await utimes(join(parent, name, 'rows-1.ndjson'), written, written);
      await utimes(join(parent, name), days(9), days(9));
    };
    await leave('left-abcdef', days(4));
    await leave('living-abcdef', days(2));
    await chmod(parent, 0o700);
    await new RunFolder(parent, 'run').path();
    expect((await readdir(parent)).filter((name) => !name.startsWith('run-'))).toEqual(['living-abcdef']);
  });

  test.runIf(mayGiveAway)('a folder of another user that looks like a dead run is left alone', async () => {
    const parent = join(await temporaryFolder(), 'spool');
    const dead = join(parent, 'run-abcdef');
    await mkdir(dead, { recursive: true });
    await chmod(parent, 0o700);
    await utimes(dead, LONG_AGO, LONG_AGO);
    await chown(dead, SOMEBODY, SOMEBODY);
    await new RunFolder(parent, 'run').path();
    expect(await readdir(parent)).toContain('run-abcdef');
  });
});

describe('copies of remote files', () => {
  test('a folder that is a link is refused, and forgetting copies removes no file of another name', async () => {
    const cache = await mkdtemp(join(tmpdir(), 'cache-'));
    const home = await temporaryFolder();
    const kept = await keepsakes(home);
    try {
      await symlink(home, join(cache, 'files'));
      const linked = new LocalCopies({ folder: join(cache, 'files') });
      await expect(linked.clear()).rejects.toMatchObject({ kind: 'usage' });
      await expect(linked.paths(['a/1'], async () => 1)).rejects.toMatchObject({ kind: 'usage' });
      await new LocalCopies({ folder: home }).clear();
      expect(await left(home)).toEqual(kept);
    } finally {
      await rm(cache, { recursive: true, force: true });
    }
  });
});
