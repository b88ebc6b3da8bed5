import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { packageRoot } from '../../src/core/engine.js';
import { runMain } from './run-main.js';

let cwd: string;
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'usage-'));
});
afterEach(() => rmSync(cwd, { recursive: true, force: true }));

const CANARY = 'canary-7f3a9c';

describe('a mistake of the user', () => {
  test.each([
    [['snyc'], 'Did you mean sync?'],
    [['sync', '--strem', 'boards'], 'Did you mean --stream?'],
    [['sync', '--start', '2024-02-30'], 'Expected a day'],
    [['sync'], 'Set JIRA_URL'],
    [['sync', '--config', 'nope.yaml'], 'nope.yaml does not exist'],
    [['streams', 'issue_serch'], 'Did you mean `issue_search`?'],
    [['preview', 'boards', '--limit', '0'], 'Expected a whole number'],
    [['preview', 'boards', '--from', 'nope.json'], 'nope.json cannot be read (ENOENT)'],
    [['query', 'SELECT nope'], 'Binder Error'],
    [['query', '--format', 'xml', 'SELECT 1'], 'Allowed choices are table, json, ndjson, csv, arrow'],
    [['status', '--max-age', 'soon'], 'Expected 90s, 15m, 6h or 2d'],
    [['--warehouse', 'gs://bucket/x', 'status'], 'must be a folder'],
    [['--log-level', 'loud', 'streams'], 'Allowed choices are'],
  ])('%j exits 2, says what to do and shows no stack', async (argv, says) => {
    const { exitCode, stdout, stderr } = await runMain(argv, { cwd });
    expect(exitCode).toBe(2);
    expect(stderr).toContain(says.replaceAll('"', '\\"'));
    expect(stderr).not.toMatch(/\n\s+at |node:internal/);
    expect(stdout).toBe('');
  });

  test('a promised JSON document comes also when nothing could be done', async () => {
    const { exitCode, stdout } = await runMain(['sync', '--json'], { cwd });
    expect(exitCode).toBe(2);
    expect(JSON.parse(stdout)).toEqual({ ok: false, error: expect.stringContaining('Set JIRA_URL') });
  });

  test('an unknown stream is refused before the site is asked', async () => {
    const env = { JIRA_URL: 'http://127.0.0.1:9', JIRA_EMAIL: 'a@b.example', JIRA_API_TOKEN: CANARY };
    const { exitCode, stderr } = await runMain(['sync', '--stream', 'issue_serch'], { cwd, env });
    expect(exitCode).toBe(2);
    expect(stderr).toContain('issue_search');
  });

  test('I9 a secret written into the settings is refused without being shown', async () => {
    writeFileSync(
      join(cwd, 'sync.yaml'),
      `connections:\n  - name: acme\n    url: https://acme.atlassian.net\n    auth: { type: pat, token: ${CANARY} }\n`,
    );
    const { exitCode, stdout, stderr } = await runMain(['sync', '--json', '--log-level', 'debug'], { cwd });
    expect(exitCode).toBe(2);
    expect(stderr).toContain('sync.yaml:4');
    expect(stdout + stderr).not.toContain(CANARY);
  });
});

describe('help', () => {
  test('help and version are no mistake', async () => {
    expect((await runMain(['--help'], { cwd })).stdout).toContain('simulate');
    expect((await runMain(['--version'], { cwd })).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
    expect((await runMain(['sync', '--help'], { cwd })).exitCode).toBe(0);
  });

  test('global flags work before and after the command', async () => {
    for (const argv of [
      ['--warehouse', 'w', 'status', '--json'],
      ['status', '--json', '--warehouse', 'w'],
    ])
      expect(JSON.parse((await runMain(argv, { cwd })).stdout).warehouse).toBe(join(cwd, 'w'));
  });
});

interface Listed {
  readonly stream: string;
  readonly enabled: boolean;
  readonly enabled_when: 'named' | object | null;
  readonly group: string;
}

describe('streams', () => {
  test('lists every stream file, and when it is read: by default, with certain credentials, or only when named', async () => {
    const all = JSON.parse((await runMain(['streams', '--json'], { cwd })).stdout) as Listed[];
    const files = ['streams', 'streams/untested'].flatMap((folder) =>
      readdirSync(join(packageRoot(), folder))
        .filter((file) => file.endsWith('.yaml'))
        .map((file) => ({ folder, stream: file.replace('.yaml', '') })),
    );
    expect(all.map(({ stream }) => stream).sort()).toEqual(files.map(({ stream }) => stream).sort());
    for (const { stream, enabled, enabled_when, group } of all) {
      const untested = files.some((file) => file.stream === stream && file.folder.endsWith('untested'));
      const expected = untested
        ? 'untested'
        : { string: 'named', object: 'credentials' }[typeof enabled_when as string];
      expect([stream, group]).toEqual([stream, enabled_when === null && !untested ? 'default' : expected]);
      expect(enabled).toBe(group === 'default');
    }
    const text = (await runMain(['streams'], { cwd })).stdout;
    for (const { stream } of all) expect(text).toContain(stream);
  });

  test('describes one: routes, key, cursor, permission and columns', async () => {
    const one = JSON.parse((await runMain(['streams', 'issue_worklog', '--json'], { cwd })).stdout);
    expect(one).toMatchObject({ stream: 'issue_worklog', primary_key: ['id'] });
    expect(one.columns.map(({ column }: { column: string }) => column)).toContain('started_date');
    expect(one.routes.length).toBeGreaterThan(1);
    const text = (await runMain(['streams', 'issue_worklog'], { cwd })).stdout;
    expect(text).toContain('started_date');
    expect(text).toContain('Permission');
  });
});

describe('preview of a saved answer', () => {
  const page = {
    isLast: true,
    values: [{ id: 1, name: 'A 📱', type: 'scrum', odd: { deep: [1] } }, { name: 'no id' }],
  };

  test('says what it wrote, rejected and put into _extra', async () => {
    writeFileSync(join(cwd, 'page.json'), JSON.stringify(page));
    const { exitCode, stdout } = await runMain(['preview', 'boards', '--from', 'page.json', '--json'], { cwd });
    expect(exitCode).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      stream: 'boards',
      rows: [{ id: '1', name: 'A 📱', type: 'scrum', _extra: '{"odd":{"deep":[1]}}' }],
      written: 1,
      rejected: 1,
      extra: { odd: 1 },
    });
  });

  test('needs no settings and no site', async () => {
    writeFileSync(join(cwd, 'page.json'), JSON.stringify({ ...page, values: page.values.slice(0, 1) }));
    const { exitCode, stdout } = await runMain(['preview', 'boards', '--from', 'page.json'], { cwd });
    expect(exitCode).toBe(0);
    expect(stdout).toContain('1 row, 0 rejected.');
    expect(stdout).toContain('Kept in _extra: odd (1)');
  });
});
