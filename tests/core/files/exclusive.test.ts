import { link, mkdtemp, readdir, readFile, rm, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { linkExclusively } from '../../../src/core/files/exclusive.js';
import { OutcomeUnknown, StorageError } from '../../../src/core/files/file-io.js';

const BYTES = Buffer.from('version');

async function prepared() {
  const folder = await mkdtemp(join(tmpdir(), 'exclusive-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const [from, to] = [join(folder, 'prepared'), join(folder, 'v1')];
  await writeFile(from, BYTES);
  return { folder, from, to };
}

function failing(code: string): () => Promise<never> {
  return () => Promise.reject(Object.assign(new Error(code), { code }));
}

describe('linkExclusively', () => {
  it('I4 does not touch a file that exists', async () => {
    const { from, to } = await prepared();
    await writeFile(to, 'theirs');
    expect(await linkExclusively(from, to, BYTES)).toBe('exists');
    expect(await readFile(to, 'utf8')).toBe('theirs');
  });

  it.each(['EEXIST', 'EIO', 'EPERM'])('I5 a link that was made although %s came back counts as made', async (code) => {
    const { from, to } = await prepared();
    const makeLink = async () => {
      await link(from, to);
      await failing(code)();
    };
    expect(await linkExclusively(from, to, BYTES, makeLink)).toBe('created');
  });

  it('a link that was not made is a sure failure', async () => {
    const { from, to, folder } = await prepared();
    await expect(linkExclusively(from, to, BYTES, failing('EIO'))).rejects.toBeInstanceOf(StorageError);
    await expect(linkExclusively(from, to, BYTES, failing('EIO'))).rejects.not.toBeInstanceOf(OutcomeUnknown);
    expect(await readdir(folder)).toEqual(['prepared']);
  });

  it('I5 an error after which nothing can be looked at is unknown', async () => {
    const { from, to } = await prepared();
    const makeLink = async () => {
      await unlink(from);
      await failing('EIO')();
    };
    await expect(linkExclusively(from, to, BYTES, makeLink)).rejects.toBeInstanceOf(OutcomeUnknown);
  });

  it.each([
    'EPERM',
    'ENOTSUP',
    'ENOSYS',
  ])('I4 without links (%s) the file is created exclusively all the same', async (code) => {
    const { from, to } = await prepared();
    const creators = Array.from({ length: 10 }, () => linkExclusively(from, to, BYTES, failing(code)));
    const outcomes = await Promise.all(creators);
    expect(outcomes.filter((outcome) => outcome === 'created')).toHaveLength(1);
    expect(await readFile(to)).toEqual(BYTES);
  });
});
