import { mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type Fetch, LocalCopies } from '../../../src/writers/storage/local-copies.js';

async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'copies é-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** Writes as many bytes as the number in the id says. */
const fetch: Fetch = async (id, path) => {
  const bytes = Number(/\d+$/.exec(id)?.[0] ?? 0);
  await writeFile(path, Buffer.alloc(bytes, 1));
  return bytes;
};

async function left(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

const LONG_AGO = new Date(Date.now() - 3 * 24 * 3_600_000);

describe('local copies', () => {
  test('the least recently used copies make room, and none that somebody may be reading', async () => {
    const folder = await temporaryFolder();
    const paths = await new LocalCopies({ folder, limit: 1000 }).paths(['a/300', 'b/300', 'c/300'], fetch);
    const [a = '', b = '', c = ''] = ['a/300', 'b/300', 'c/300'].map((id) => paths.get(id));
    for (const path of [a, c]) await utimes(path, LONG_AGO, LONG_AGO);
    await utimes(b, 1, 1);
    const copies = new LocalCopies({ folder, limit: 1000 });
    await copies.paths(['a/300'], fetch);
    const added = (await copies.paths(['d/400'], fetch)).get('d/400');
    // 1300 bytes: the oldest of the old ones has to go.
    expect((await left(folder)).sort()).toEqual([a, added, c].sort());
  });

  test('a copy just asked for stays, however old it is', async () => {
    const folder = await temporaryFolder();
    const [a = '', b = ''] = (await new LocalCopies({ folder }).paths(['a/300', 'b/300'], fetch)).values();
    for (const path of [a, b]) await utimes(path, LONG_AGO, LONG_AGO);
    const copies = new LocalCopies({ folder, limit: 700 });
    await copies.paths(['a/300'], fetch);
    await copies.paths(['c/700'], fetch);
    expect(await left(folder)).toContain(a);
    expect(await left(folder)).not.toContain(b);
  });

  test('all that was used within a day stays, even beyond the limit', async () => {
    const folder = await temporaryFolder();
    await new LocalCopies({ folder, limit: 100 }).paths(['a/90', 'b/91', 'c/92'], fetch);
    expect(await left(folder)).toHaveLength(3);
  });

  test('all can be forgotten at once, a download that was killed as well, and none is no error', async () => {
    const folder = await temporaryFolder();
    const copies = new LocalCopies({ folder: join(folder, 'files') });
    await copies.clear();
    const [path = ''] = (await copies.paths(['a/1', 'b/2'], fetch)).values();
    await writeFile(`${path}.tmp`, 'half');
    await copies.clear();
    expect(await left(folder)).toEqual([]);
    expect(await copies.paths(['a/1'], fetch)).toEqual(new Map([['a/1', path]]));
  });

  test('what a killed download left is removed in the end', async () => {
    const folder = await temporaryFolder();
    const [path = ''] = (await new LocalCopies({ folder }).paths(['a/1'], fetch)).values();
    await writeFile(`${path}.0.tmp`, 'half');
    await utimes(`${path}.0.tmp`, LONG_AGO, LONG_AGO);
    await new LocalCopies({ folder }).paths(['b/2'], fetch);
    expect(await left(folder)).toHaveLength(2);
  });

  test('a failed download is told, leaves nothing, and does not keep the next one from succeeding', async () => {
    const folder = await temporaryFolder();
    const copies = new LocalCopies({ folder });
    const failing: Fetch = async (_, path) => {
      await writeFile(path, 'half');
      throw new Error('connection lost');
    };
    await expect(copies.paths(['a/5'], failing)).rejects.toThrow(/connection lost/);
    expect(await left(folder)).toEqual([]);
    expect((await copies.paths(['a/5'], fetch)).size).toBe(1);
  });

  test('several processes that fetch the same file at once end with one whole copy', async () => {
    const folder = await temporaryFolder();
    const all = await Promise.all([1, 2, 3, 4].map(() => new LocalCopies({ folder }).paths(['a/4000'], fetch)));
    expect(new Set(all.map((paths) => paths.get('a/4000'))).size).toBe(1);
    const [path = ''] = await left(folder);
    expect(await left(folder)).toHaveLength(1);
    expect((await stat(path)).size).toBe(4000);
  });

  test('at most six files are fetched at once, and each once', async () => {
    const copies = new LocalCopies({ folder: await temporaryFolder() });
    let running = 0;
    let most = 0;
    const counting: Fetch = async (id, path) => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setTimeout(resolve, 5));
      running -= 1;
      return fetch(id, path);
    };
    const ids = Array.from({ length: 20 }, (_, number) => `f/${number}`);
    expect((await copies.paths([...ids, ...ids], counting)).size).toBe(20);
    expect(most).toBe(6);
  });

  test('I10 a name from outside leads nowhere else', async () => {
    const folder = await temporaryFolder();
    const ids = ['store/bucket/../../../../etc/1', `store/bucket/${'long/'.repeat(300)}2`, 'store/bucket/a\0b3'];
    const paths = await new LocalCopies({ folder }).paths(ids, fetch);
    expect((await left(folder)).sort()).toEqual([...paths.values()].sort());
  });

  test('an adopted file is moved; one that cannot be kept is removed all the same, and fetched when needed', async () => {
    const folder = await temporaryFolder();
    const file = join(folder, 'mine');
    await writeFile(file, 'rows');
    const copies = new LocalCopies({ folder: join(folder, 'cache') });
    await copies.adopt('a/4', file);
    const never: Fetch = () => Promise.reject(new Error('asked'));
    expect(await readFile((await copies.paths(['a/4'], never)).get('a/4') ?? '', 'utf8')).toBe('rows');
    await writeFile(file, 'rows');
    await new LocalCopies({ folder: join(file, 'no-folder') }).adopt('a/4', file);
    await expect(stat(file)).rejects.toThrow(/ENOENT/);
    await copies.remove(['a/4']);
    await expect(copies.paths(['a/4'], never)).rejects.toThrow(/asked/);
  });

  test('a folder that cannot be made is named, with the setting that names another', async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'file'), '');
    const copies = new LocalCopies({ folder: join(folder, 'file', 'cache') });
    await expect(copies.paths(['a/1'], fetch)).rejects.toThrow(/file\/cache/);
  });
});
