/** What people run into in their first hour: other words for streams, half-set settings, hosts that do not answer, shells. */
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { Command } from 'commander';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Simulator, startSimulator } from '../../simulator/simulator.js';
import { Context } from '../../src/cli/context.js';
import { plannedRequests } from '../../src/cli/planned-requests.js';
import { packageRoot } from '../../src/core/engine.js';
import { runMain } from './run-main.js';

let cwd: string;
let jira: Simulator;
beforeAll(async () => {
  cwd = mkdtempSync(join(tmpdir(), 'first-hour-'));
  jira = await startSimulator({ issues: 5 });
});
afterAll(async () => {
  await jira.close();
  rmSync(cwd, { recursive: true, force: true });
});

const connection = (name: string, url: string, variable: string, more = '') =>
  `  - { name: ${name}, url: "${url}", auth: { type: basic, email: ${jira.email}, api_token: "$\{${variable}}" }${more} }`;
const settings = (...lines: string[]) => writeFileSync(join(cwd, 'sync.yaml'), ['connections:', ...lines].join('\n'));
const run = (...argv: string[]) =>
  runMain(argv, { cwd, env: { TOKEN: jira.apiToken, CONNECTOR_REQUESTS_PER_SECOND: '50' } });

describe('names of streams as people know them', () => {
  test.each([
    ['issue', '`issue_search`'],
    ['issues', '`issue_search`'],
    ['worklog', '`issue_worklog`'],
    ['worklogs', '`issue_worklog`'],
    ['sprints', '`board_sprints`'],
    ['issue_serch', '`issue_search`'],
    ['remote', '`issue_remote_links`'],
  ])('%s: did you mean %s?, after --stream, as an argument and in the settings', async (word, meant) => {
    settings(connection('one', jira.url, 'TOKEN'));
    for (const argv of [
      ['sync', '--stream', `boards,${word}`],
      ['streams', word],
      ['preview', word],
    ]) {
      const { exitCode, stderr } = await run(...argv);
      expect([argv, exitCode, stderr.includes(`Did you mean ${meant}`)]).toEqual([argv, 2, true]);
    }
    settings(connection('one', jira.url, 'TOKEN', `, streams: [${word}]`));
    expect((await run('check')).stderr).toContain(`sync.yaml:2: there is no stream \`${word}\`. Did you mean ${meant}`);
  });

  test('a,b are two streams', async () => {
    settings(connection('one', jira.url, 'TOKEN'));
    const { stdout } = await run('plan', '--stream', 'priorities, statuses', '--json');
    expect(JSON.parse(stdout).connections[0].streams.map(({ stream }: { stream: string }) => stream)).toEqual([
      'priorities',
      'statuses',
    ]);
  });

  test('streams NAME tells the cursor of a stream that hangs on others', async () => {
    expect((await run('streams', 'issue_worklog')).stdout).toMatch(
      /^Cursor +that of its parent: updated_time of worklog_updated, or updated of issue_search$/m,
    );
    expect((await run('streams', 'priorities')).stdout).toMatch(/^Cursor +none: read whole$/m);
  });
});

test('a variable that one connection lacks stops that connection: the other is read, and the run says 2', async () => {
  settings(connection('lacking', jira.url, 'NO_SUCH'), connection('good', jira.url, 'TOKEN'));
  const { exitCode, stdout, stderr } = await run('sync', '--stream', 'priorities', '--json');
  const { connections } = JSON.parse(stdout);
  const states = Object.fromEntries(
    connections.map(({ name, streams }: { name: string; streams: { state: string }[] }) => [name, streams[0]?.state]),
  );
  expect([exitCode, states]).toEqual([2, { good: 'ok', lacking: 'failed' }]);
  expect(stderr).toContain('the environment variable NO_SUCH is not set');
  const checked = await run('check');
  expect([checked.exitCode, checked.stdout]).toEqual([2, expect.stringMatching(/^.*lacking.*not asked/m)]);
  expect(checked.stdout).toMatch(/^good .*Ada Lovelace/m);
  const planned = await run('plan', '--stream', 'priorities', '--json');
  expect([planned.exitCode, JSON.parse(planned.stdout).connections]).toEqual([
    2,
    [expect.objectContaining({ name: 'good' })],
  ]);
  settings(connection('lacking', jira.url, 'NO_SUCH'));
  expect((await run('sync')).exitCode).toBe(2);
});

describe('check and a host that is not Jira', () => {
  const hosts: Server[] = [];
  afterAll(() => {
    for (const host of hosts) host.close();
  });
  /** Takes connections and hangs up. @returns its address and how often it was called */
  async function deadHost() {
    let calls = 0;
    const host = createServer((socket) => {
      calls += 1;
      socket.destroy();
    }).listen(0, '127.0.0.1');
    hosts.push(host);
    await new Promise((resolve) => host.once('listening', resolve));
    const { port } = host.address() as { port: number };
    return { url: `http://127.0.0.1:${port}`, calls: () => calls };
  }

  test('is given up after two tries, and said to be silent, not to have refused', async () => {
    const host = await deadHost();
    settings(connection('dead', host.url, 'TOKEN'));
    const { exitCode, stdout } = await run('check');
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/^dead: no answer: /m);
    expect(stdout).not.toContain('refused:');
    expect(host.calls()).toBe(2);
  });

  test('does not keep who watches a sync waiting for a plan: the run tells of it', async () => {
    const host = await deadHost();
    settings(connection('dead', host.url, 'TOKEN'));
    const stderr = Object.assign(new PassThrough(), { isTTY: true });
    const io = { stdin: process.stdin, stdout: new PassThrough(), stderr, env: { TOKEN: 'x' }, cwd };
    const options = { logLevel: 'info' } as const;
    const context = new Context({ ...io, signal: new AbortController().signal }, options, new Command());
    const { connections, warehouse } = context.config();
    expect([await plannedRequests(context, { connections, warehouse }), host.calls()]).toEqual([null, 2]);
  });
});

describe('a settings file that is none', () => {
  test.each([
    ['empty', '', 'is empty'],
    ['only comments', '# connections:\n\n---\n', 'is empty'],
    ['in UTF-16, as PowerShell writes it', Buffer.from('\uFEFFconnections: []', 'utf16le'), 'UTF-16'],
    ['in UTF-16 without a mark', Buffer.from('connections: []', 'utf16le'), 'UTF-16'],
  ])('%s', async (_what, text, says) => {
    writeFileSync(join(cwd, 'sync.yaml'), text);
    const { exitCode, stderr } = await run('check');
    expect([exitCode, stderr.includes(says)]).toEqual([2, true]);
  });
});

describe('a machine that lacks what people have', () => {
  const cli = (argv: readonly string[], env: Record<string, string>) =>
    spawnSync(process.execPath, [join(packageRoot(), 'dist/bin/connector.js'), ...argv], {
      cwd,
      env: { PATH: process.env.PATH, ...env },
      encoding: 'utf8',
      // No entry in the list of users: a container may run as any number.
      ...(process.getuid?.() === 0 ? { uid: 64_123, gid: 64_123 } : {}),
    });

  test('no home and no entry in the list of users: commands work', () => {
    settings(connection('one', jira.url, 'TOKEN'));
    chmodSync(cwd, 0o755);
    const { status, stderr } = cli(['status', '--json'], { TOKEN: 'x' });
    expect([status, stderr]).toEqual([0, '']);
  });

  test('no folder for temporary files: query says which, and what to do', () => {
    const { status, stderr } = cli(['query', 'SELECT 1'], { TMPDIR: '/no/such/folder' });
    expect([status, stderr]).toEqual([2, expect.stringContaining('/no/such/folder, cannot be used (ENOENT)')]);
  });
});

describe('one document on standard output', () => {
  test.each([
    ['a flag that is none', ['sync', '--json', '--strem', 'x'], "unknown option '--strem'"],
    ['a value that is none', ['sync', '--start', 'soon', '--json'], 'Expected a day'],
    ['an argument too many', ['status', '--json', 'x'], 'too many arguments'],
    ['a stream that is none', ['sync', '--json', '--stream', 'x_y'], 'There is no stream'],
  ])('comes with --json for %s, too', async (_what, argv, says) => {
    settings(connection('one', jira.url, 'TOKEN'));
    const { exitCode, stdout } = await run(...argv);
    expect(exitCode).toBe(2);
    expect(JSON.parse(stdout)).toEqual({ ok: false, error: expect.stringContaining(says) });
  });

  test('is one line with --json-lines, for schedulers that keep the last', async () => {
    for (const argv of [
      ['status', '--json-lines'],
      ['sync', '--json-lines', '--nope'],
      ['streams', 'boards', '--json-lines'],
    ]) {
      const { stdout } = await run(...argv);
      expect(stdout.indexOf('\n')).toBe(stdout.length - 1);
      JSON.parse(stdout);
    }
  });
});

describe('completion', () => {
  const script = async (shell: string) => (await run('completion', shell)).stdout;
  const bash = (text: string, words: readonly string[]) =>
    execFileSync(
      'bash',
      [
        '-c',
        `${text}\nCOMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=$((\${#COMP_WORDS[@]}-1)); _connector; printf '%s\\n' "\${COMPREPLY[@]}"`,
      ],
      { encoding: 'utf8' },
    )
      .split('\n')
      .filter(Boolean);

  test('offers commands, flags, choices and streams where they may stand', async () => {
    const text = await script('bash');
    expect(bash(text, ['connector', 'sy'])).toEqual(['sync']);
    expect(bash(text, ['connector', 'report', 'wor'])).toEqual(['worklogs']);
    expect(bash(text, ['connector', 'sync', '--acc'])).toEqual(['--accept-deletes']);
    expect(bash(text, ['connector', 'sync', '--stream', 'issue_w'])).toEqual(['issue_watchers', 'issue_worklog']);
    expect(bash(text, ['connector', 'query', '--format', 'a'])).toEqual(['arrow']);
    expect(bash(text, ['connector', 'completion', ''])).toEqual(expect.arrayContaining(['bash', 'zsh', 'fish']));
  });

  test('has scripts for the other shells, which know every command and flag', async () => {
    const [zsh, fish] = [await script('zsh'), await script('fish')];
    for (const word of ['sync', 'worklogs', 'accept-deletes', 'issue_worklog']) {
      expect(zsh).toContain(word);
      expect(fish).toContain(word);
    }
    for (const [shell, text] of [
      ['zsh', zsh],
      ['fish', fish],
    ] as const) {
      writeFileSync(join(cwd, 'script'), text);
      const checked = spawnSync(shell, ['-n', 'script'], { cwd, encoding: 'utf8' });
      // Where the shell is installed it has the last word.
      if (!checked.error) expect([shell, checked.status, checked.stderr]).toEqual([shell, 0, '']);
    }
  });
});
