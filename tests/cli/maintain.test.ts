import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadTable, temporaryFolder } from '../writers/support/tables.js';
import { contents, missingFiles, wornTable } from '../writers/upkeep/support.js';
import { runMain } from './run-main.js';

async function allFiles(root: string): Promise<string[]> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => `${path} ${statSync(path).mtimeMs} ${createHash('sha256').update(readFileSync(path)).digest('hex')}`)
    .sort();
}

const NOW = ['--retain-days', '0', '--retain-snapshots', '2'];

describe('connector maintain', () => {
  test('with --dry-run tells what would be done and changes no file; without it does just that', async () => {
    const root = await temporaryFolder();
    await wornTable(root, 5);
    const [rows, files] = [await contents(root), await allFiles(root)];
    const run = (...more: string[]) =>
      runMain(['--warehouse', root, 'maintain', '--json', ...NOW, ...more], { cwd: root });
    const dry = await run('--dry-run');
    expect(dry.exitCode, dry.stderr).toBe(0);
    expect(await allFiles(root)).toEqual(files);
    const told = JSON.parse(dry.stdout);
    expect(told).toMatchObject({ ok: true, dry_run: true, tables: [{ table: 'acme.items' }] });
    const outcomes = (report: typeof told) =>
      report.tables[0].steps.map(({ step, outcome }: Record<string, string>) => `${step} ${outcome}`);
    expect(outcomes(told)).toEqual(['compact would', 'expire would', 'orphans nothing', 'manifests nothing']);
    const done = await run();
    expect(done.exitCode, done.stderr).toBe(0);
    expect(outcomes(JSON.parse(done.stdout))).toEqual([
      'compact done',
      'expire done',
      'orphans nothing',
      'manifests nothing',
    ]);
    expect(await contents(root)).toBe(rows);
    expect(await missingFiles(root)).toEqual([]);
    expect((await loadTable(root)).version.history).toHaveLength(2);
    const status = await runMain(['--warehouse', root, 'status'], { cwd: root });
    expect(status.stdout).not.toContain('needs maintenance');
  });

  test('is asked for by status, and its table shows what was done', async () => {
    const root = await temporaryFolder();
    await wornTable(root, 5);
    const status = await runMain(['--warehouse', root, 'status'], { cwd: root });
    expect(status.stdout).toMatch(/acme\.items needs maintenance: \d+ dead rows\. Run `connector maintain`/);
    const json = JSON.parse((await runMain(['--warehouse', root, 'status', '--json'], { cwd: root })).stdout);
    expect(json.maintenance).toMatchObject([{ table: 'acme.items' }]);
    const { stdout, exitCode } = await runMain(['--warehouse', root, 'maintain', '--stream', 'items'], { cwd: root });
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/acme\.items\s+.\s+compact\s+.\s+29 files, 230 rows, .*\s+1 files, 200 rows/);
    expect(stdout).toContain('1 tables, 0 of them in good order.');
  });

  test('names the table or connection that is not there, and refuses ages that would hit commits under way', async () => {
    const root = await temporaryFolder();
    await wornTable(root, 0);
    const run = (...args: string[]) => runMain(['--warehouse', root, 'maintain', ...args], { cwd: root });
    expect(await run('--stream', 'itmes')).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('items') });
    expect(await run('--connection', 'acne')).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('acme') });
    expect((await run('--orphan-age', '0')).exitCode).toBe(2);
    expect((await run('--retain-snapshots', '0')).exitCode).toBe(2);
  });

  test('goes on with the other tables when one is damaged, and exits 1', async () => {
    const root = await temporaryFolder();
    await wornTable(root, 5);
    const { mkdir, writeFile } = await import('node:fs/promises');
    await mkdir(join(root, 'acme', 'broken', 'metadata'), { recursive: true });
    await writeFile(join(root, 'acme', 'broken', 'metadata', 'v1.metadata.json'), '{');
    const { exitCode, stdout, stderr } = await runMain(['--warehouse', root, 'maintain'], { cwd: root });
    expect(exitCode).toBe(1);
    expect(stderr).toContain('acme.broken');
    expect(stdout).toContain('1 could not be maintained');
    expect(stdout).toMatch(/acme\.items\s+.\s+compact/);
  });

  test('has nothing to do in an empty warehouse', async () => {
    const root = await temporaryFolder();
    const { exitCode, stdout } = await runMain(['--warehouse', root, 'maintain'], { cwd: root });
    expect([exitCode, stdout.trim()]).toEqual([0, '0 tables, 0 of them in good order.']);
    expect(await allFiles(root)).toEqual([]);
  });
});
