/** Files for people on a disk that is full: which file, why, what to do, and nothing left under its name. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { putStories } from '../query/stories.js';
import { type SmallDisk, smallDisk } from '../soak/disk.js';
import { runMain } from './run-main.js';

const root = mkdtempSync(join(tmpdir(), 'full-disk-'));
const disk: SmallDisk | null = smallDisk(join(root, 'disk'));
beforeAll(async () => {
  await putStories(join(root, 'warehouse'));
  disk?.fill(0);
});
afterAll(() => {
  disk?.close();
  rmSync(root, { recursive: true, force: true });
});

test.runIf(disk).each([
  ['export issue --format csv --out', 'x.csv'],
  ['export issue --format xlsx --out', 'x.xlsx'],
  ['report throughput --format html --out', 'x.html'],
  ['publish', 'x.duckdb'],
])('%s: the disk is full', async (line, name) => {
  const { exitCode, stderr } = await runMain([...line.split(' '), join(root, 'disk', name)], { cwd: root });
  expect([exitCode, stderr]).toEqual([1, expect.stringContaining('the disk is full (ENOSPC). Free some space')]);
  expect(stderr).toMatch(new RegExp(`Could not write \\S*${name}`));
  expect(readdirSync(join(root, 'disk'))).toEqual(['filler']);
});
