/** The file of a login's tokens: whole, private, and changed by one at a time. */
import { chmodSync, chownSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { TokenFile } from '../../../src/app/connect/token-file.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tokens-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const file = (...path: string[]) => new TokenFile(join(folder, ...path, 'acme.json'));

test('what is written is read, by its owner alone, and nothing is left lying beside it', async () => {
  const tokens = file('new', 'folder');
  expect(await tokens.read()).toBeNull();
  await tokens.write('one');
  await tokens.write('two');
  expect(await tokens.read()).toBe('two');
  expect(statSync(tokens.place).mode & 0o777).toBe(0o600);
  expect(statSync(join(folder, 'new', 'folder')).mode & 0o777).toBe(0o700);
  expect(readdirSync(join(folder, 'new', 'folder'))).toEqual(['acme.json']);
});

test.each([
  0o666, 0o644, 0o640, 0o602,
])('I9 tokens that others may read or forge (mode %o) are not used', async (mode) => {
  const tokens = file();
  await tokens.write('one');
  chmodSync(tokens.place, mode);
  await expect(tokens.read()).rejects.toMatchObject({ kind: 'usage', message: expect.stringContaining('chmod 600') });
});

test.runIf(process.getuid?.() === 0)('I9 tokens of another user are not used', async () => {
  const tokens = file();
  await tokens.write('one');
  chownSync(tokens.place, 54_321, 54_321);
  await expect(tokens.read()).rejects.toThrow('belongs to another user (uid 54321)');
});

test('two never renew at the same time, whoever else failed', async () => {
  let [inside, most] = [0, 0];
  const renew = (fails: boolean) =>
    file().exclusively(async () => {
      inside += 1;
      most = Math.max(most, inside);
      await sleep(30);
      inside -= 1;
      if (fails) throw new Error('refused');
    });
  const ended = await Promise.allSettled([renew(false), renew(true), renew(false), renew(true)]);
  expect(ended.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'rejected']);
  expect(most).toBe(1);
});

test('a place that takes no file is told by name', async () => {
  writeFileSync(join(folder, 'blocked'), '');
  await expect(file('blocked').write('x')).rejects.toMatchObject({
    kind: 'failed',
    message: expect.stringMatching(/^The token file .*blocked\/acme\.json cannot be written/),
  });
  await expect(file('blocked').exclusively(async () => 1)).rejects.toThrow('cannot be locked');
});
