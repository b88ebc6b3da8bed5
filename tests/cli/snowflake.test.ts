import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { refresh } from '../../src/query/snowflake/setup.js';
import { name, text } from '../../src/query/snowflake/sql.js';
import { put } from '../query/people-tables.js';
import { runMain } from './run-main.js';

let cwd: string;
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'snowflake-'));
});
afterEach(() => rmSync(cwd, { recursive: true }));

test('tables in a folder are told to move, and no SQL is printed that could not work', async () => {
  await put(join(cwd, 'warehouse'), 'acme.boards', { id: 'string' }, [{ id: '1' }]);
  const { exitCode, stdout, stderr } = await runMain(['snowflake'], { cwd });
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
  expect(stderr).toContain('connector relocate FROM TO');
});

test('without tables there is nothing to print, and that is no success', async () => {
  const { exitCode, stdout, stderr } = await runMain(['snowflake', '--stream', 'boards'], { cwd });
  expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
  expect(stderr).toContain('run connector sync first');
});

test('a table whose metadata lies elsewhere than the lake is refused, not given a path that Snowflake cannot find', () => {
  const names = { database: 'JIRA', role: 'ANALYST', awsRole: undefined };
  const table = { namespace: 'acme', name: 'boards', metadataLocation: 's3://other/v1.metadata.json' };
  expect(() => refresh({ root: 's3://lake' }, names, [table])).toThrow('is not beneath s3://lake');
  const own = { ...table, metadataLocation: 's3://lake/acme/boards/metadata/v1.metadata.json' };
  expect(refresh({ root: 's3://lake' }, names, [own])[0]?.statements).toEqual([
    `ALTER ICEBERG TABLE "JIRA_RAW"."ACME"."BOARDS" REFRESH 'acme/boards/metadata/v1.metadata.json'`,
  ]);
});

test('I10 names and texts cannot end their quotes', () => {
  expect(name('a"b')).toBe('"A""B"');
  expect(text("a'b\\'c")).toBe("'a''b\\\\''c'");
});
