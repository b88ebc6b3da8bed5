import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { makeTemporaryFolder, removeLeftovers } from '../../src/query/temporary-folder.js';

let parent: string;
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'leftovers-'));
});
afterEach(() => rmSync(parent, { recursive: true, force: true }));

const DEAD = 2 ** 22 + 1;

function folder(name: string, daysOld: number): string {
  const path = join(parent, name);
  mkdirSync(path);
  writeFileSync(join(path, 'duckdb_temp_storage.tmp'), 'rows');
  const then = new Date(Date.now() - daysOld * 24 * 3_600_000);
  utimesSync(path, then, then);
  return path;
}

test('what dead processes left is removed, and nothing of the living, of today, or of another name', () => {
  const gone = [folder(`connector-query-${DEAD}-abc123`, 2), folder('connector-query-abc123', 2)];
  const kept = [
    folder(`connector-query-${process.pid}-abc123`, 2),
    folder(`connector-query-${DEAD}-def456`, 0),
    folder('connector-query-precious-data', 9),
    folder('other', 9),
  ];
  const elsewhere = folder('elsewhere', 9);
  symlinkSync(elsewhere, join(parent, `connector-query-${DEAD}-link12`));
  removeLeftovers(parent);
  expect(gone.filter(existsSync)).toEqual([]);
  expect(kept.filter((path) => !existsSync(path))).toEqual([]);
  expect(existsSync(join(elsewhere, 'duckdb_temp_storage.tmp'))).toBe(true);
});

test('a folder is for this user alone', () => {
  const path = makeTemporaryFolder();
  expect(statSync(path).mode & 0o777).toBe(0o700);
  rmSync(path, { recursive: true });
});
