import { spawnSync } from 'node:child_process';
import { access, mkdir, mkdtemp, readdir, readFile, realpath, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { armFailpoints } from '../../../src/core/failpoints.js';
import { OutcomeUnknown, StorageError } from '../../../src/core/files/file-io.js';
import { LocalFileIO, toLocalPath } from '../../../src/writers/storage/local.js';

async function storage(): Promise<{ io: LocalFileIO; root: string }> {
  const root = await realpath(await mkdtemp(join(tmpdir(), 'storage ñ 🎉 ')));
  onTestFinished(() => rm(root, { recursive: true, force: true }));
  return { io: await LocalFileIO.open(root), root };
}

const BYTES = Buffer.from('content');

describe('LocalFileIO', () => {
  it('gives null for what is absent, so that nobody takes an error for absence', async () => {
    const { io, root } = await storage();
    expect(await io.read(join(root, 'no'))).toBeNull();
    expect(await io.size(join(root, 'no', 'such'))).toBeNull();
    expect(await io.list(join(root, 'no'))).toEqual([]);
    await io.delete([join(root, 'no')]);
  });

  it('replaces a file whole and leaves nothing beside it', async () => {
    const { io, root } = await storage();
    const location = join(root, 'a', 'b', 'file');
    await io.write(location, Buffer.from('before'));
    await io.write(location, BYTES);
    expect(Buffer.from((await io.read(location)) ?? [])).toEqual(BYTES);
    expect(await io.size(location)).toBe(BYTES.length);
    expect(await io.list(root)).toEqual([location]);
  });

  it('moves a finished local file in without copying it', async () => {
    const { io, root } = await storage();
    const made = join(root, 'made');
    await writeFile(made, BYTES);
    const { ino } = await stat(made);
    await io.write(join(root, 'data', 'x.parquet'), { localFile: made });
    expect((await stat(join(root, 'data', 'x.parquet'))).ino).toBe(ino);
    await expect(access(made)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('reads exactly the range asked for, and complains about a file that is too short', async () => {
    const { io, root } = await storage();
    const location = join(root, 'file');
    await io.write(location, BYTES);
    expect(Buffer.from(await io.readRange(location, 1, 4)).toString()).toBe('ont');
    await expect(io.readRange(location, 4, 9)).rejects.toThrow('the file ends 2 bytes too early');
  });

  it('I4 of many creators of one file exactly one succeeds, and its content stays', async () => {
    const { io, root } = await storage();
    const location = join(root, 'v1');
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, (_, index) => io.createExclusive(location, Buffer.from(String(index)))),
    );
    const winners = outcomes.flatMap((outcome, index) => (outcome === 'created' ? [String(index)] : []));
    expect(winners).toHaveLength(1);
    expect(await readFile(location, 'utf8')).toBe(winners[0]);
    expect(await readdir(root)).toEqual(['v1']);
  });

  it.each(['ENOSPC', 'EIO'])('%s while the new file is prepared leaves neither it nor a part of it', async (code) => {
    const { io, root } = await storage();
    armFailpoints(`FP5:1:${code}`);
    onTestFinished(() => armFailpoints(''));
    const creating = io.createExclusive(join(root, 'v1'), BYTES);
    await expect(creating).rejects.toMatchObject({ name: 'StorageError', code });
    await expect(creating).rejects.toThrow(/Could not write 7 bytes to .*v1/);
    expect(await readdir(root)).toEqual([]);
  });

  it.each(['FP6', 'FP7'])('I5 an error behind the commit point (%s) is unknown, not failed', async (point) => {
    const { io, root } = await storage();
    armFailpoints(`${point}:1:EIO`);
    onTestFinished(() => armFailpoints(''));
    await expect(io.createExclusive(join(root, 'v1'), BYTES)).rejects.toBeInstanceOf(OutcomeUnknown);
    expect(await readdir(root)).toEqual(['v1']);
  });

  it('a write that cannot be done names the path and leaves no part of it', async () => {
    const { io, root } = await storage();
    await mkdir(join(root, 'taken'));
    const writing = io.write(join(root, 'taken'), BYTES);
    await expect(writing).rejects.toBeInstanceOf(StorageError);
    await expect(writing).rejects.toThrow(/Could not write 7 bytes to .*taken/);
    expect(await readdir(root)).toEqual(['taken']);
  });

  it.each([
    '../outside',
    '/etc/passwd',
    'a/../../outside',
    'link/outside',
  ])('I10 refuses %s for every operation, by path and by link', async (place) => {
    const { io, root } = await storage();
    const outside = (await storage()).root;
    await symlink(outside, join(root, 'link'));
    const location = place.startsWith('/') ? place : `${root}/${place}`;
    for (const work of [
      () => io.read(location),
      () => io.size(location),
      () => io.readRange(location, 0, 1),
      () => io.write(location, BYTES),
      () => io.createExclusive(location, BYTES),
      () => io.delete([location]),
      () => io.list(location),
      () => io.localPaths([location]),
    ]) {
      await expect(work()).rejects.toThrow('outside the warehouse');
    }
    expect(await readdir(outside)).toEqual([]);
  });

  it('does not take a sibling whose name begins like the warehouse for a part of it', async () => {
    const { io, root } = await storage();
    await expect(io.read(`${root}-other/file`)).rejects.toThrow('outside the warehouse');
  });
});

describe('what is no plain file of the warehouse', () => {
  const readings = (io: LocalFileIO, location: string) => [
    () => io.read(location),
    () => io.size(location),
    () => io.readRange(location, 0, 1),
    () => io.localPaths([location]),
  ];

  it('I10 a file that is a link out of the warehouse is refused for every reading, and nothing of it is told', async () => {
    const { io, root } = await storage();
    const secret = join((await storage()).root, 'secret');
    await writeFile(secret, 'secret');
    await symlink(secret, join(root, 'link'));
    for (const reading of readings(io, join(root, 'link')))
      await expect(reading()).rejects.toThrow(/link leads to .*secret, outside the warehouse/);
    expect(await io.list(root)).toEqual([]);
  });

  it('a link to another file of the warehouse is that file', async () => {
    const { io, root } = await storage();
    await writeFile(join(root, 'file'), BYTES);
    await symlink(join(root, 'file'), join(root, 'link'));
    expect(await io.size(join(root, 'link'))).toBe(BYTES.length);
    expect(Buffer.from((await io.read(join(root, 'link'))) ?? [])).toEqual(BYTES);
    expect(Buffer.from(await io.readRange(join(root, 'link'), 0, 3)).toString()).toBe('con');
  });

  it('a link that leads nowhere is absent', async () => {
    const { io, root } = await storage();
    await symlink(join(root, 'no'), join(root, 'link'));
    expect(await io.read(join(root, 'link'))).toBeNull();
  });

  it.each(['pipe', 'link to a pipe'])('a %s is refused at once instead of being waited for', async (kind) => {
    const { io, root } = await storage();
    const pipe = join(root, 'pipe');
    expect(spawnSync('mkfifo', [pipe]).status).toBe(0);
    await symlink(pipe, join(root, 'link to a pipe'));
    for (const reading of readings(io, join(root, kind))) await expect(reading()).rejects.toThrow('is a pipe');
  });

  it('a device is refused', async () => {
    const io = await LocalFileIO.open('/dev');
    for (const reading of readings(io, '/dev/zero')) await expect(reading()).rejects.toThrow('is a device');
  });
});

it('a local path is where its location leads, so that a rule for paths need not resolve it', async () => {
  const { io, root } = await storage();
  const location = `file://${root}/a/../b/x.parquet`;
  expect(await io.localPaths([location])).toEqual(new Map([[location, join(root, 'b', 'x.parquet')]]));
});

describe('toLocalPath', () => {
  it.each([
    ['/a b/ü#1', '/a b/ü#1'],
    ['file:///a b/x', '/a b/x'],
    ['file:/a', '/a'],
  ])('%s is %s, undecoded as every reader takes it', (location, path) => {
    expect(toLocalPath(location)).toBe(path);
  });
});
