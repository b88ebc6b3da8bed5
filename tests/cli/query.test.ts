import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { writing } from '../../src/cli/ui/io.js';
import { main } from '../../src/cli.js';
import { board, boards, write } from '../query/warehouse.js';
import { startCli } from './cli-process.js';
import { runMain } from './run-main.js';

const EVIL = '\u001b[2J\u202e';
let cwd: string;
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'query-'));
});
afterEach(() => rmSync(cwd, { recursive: true, force: true }));

const query = (...argv: string[]) => runMain(['query', ...argv], { cwd });

/** With standard output and input as they are said to be. */
async function asked(argv: readonly string[], stdin: Readable, isTTY: boolean) {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()].map((sink) => Object.assign(sink, { isTTY }));
  if (!stdout || !stderr) throw new Error('there are two');
  const io = { stdin, stdout, stderr, env: {}, cwd, signal: new AbortController().signal };
  const exitCode = await main(argv, io);
  return { exitCode, stdout: await text(stdout.end()), stderr: await text(stderr.end()) };
}

/** A prompt that a person sits before. */
function session(env: Record<string, string> = { XDG_STATE_HOME: join(cwd, 'state') }) {
  const stdin = Object.assign(new PassThrough(), { isTTY: true });
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const parts: Buffer[][] = [[], []];
  for (const [at, sink] of [stdout, stderr].entries()) sink.on('data', (part: Buffer) => parts[at]?.push(part));
  const textOf = (at: number) => Buffer.concat(parts[at] ?? []).toString();
  const given = { stdin, stdout, stderr, env, cwd, signal: new AbortController().signal };
  const ended = main(['query', '--format', 'csv'], given);
  return { stdin, io: { ...given, ended }, seen: () => textOf(0), told: () => textOf(1) };
}

const until = (holds: () => boolean) => vi.waitFor(() => expect(holds()).toBe(true), { timeout: 30_000, interval: 20 });

describe('statements', () => {
  test('come from a file, all of them answered; from the line or the file, not from both', async () => {
    writeFileSync(join(cwd, 'two.sql'), 'SELECT 1 AS a; -- one\nSELECT 2 AS b;\n');
    expect((await query('--format', 'csv', '--file', 'two.sql')).stdout).toBe('a\n1\n\nb\n2\n');
    expect(await query('--file', 'two.sql', 'SELECT 1')).toMatchObject({ exitCode: 2, stdout: '' });
    expect((await query('--file', 'nope.sql')).stderr).toContain('nope.sql cannot be read (ENOENT)');
  });

  test('SHOW TABLES has the views for people first, and neither twins nor our own books', async () => {
    await write(join(cwd, 'warehouse'), boards('acme'), [board('1', { title: 'A' })]);
    expect((await query('--format', 'csv', 'show tables;')).stdout).toBe('name,kind\nboards,stream\n');
  });

  test('each of several is answered, not the last one alone', async () => {
    const { exitCode, stdout } = await query('--format', 'csv', 'SELECT 1 AS a; SELECT 2 AS b');
    expect([exitCode, stdout]).toEqual([0, 'a\n1\n\nb\n2\n']);
    expect(JSON.parse((await query('--format', 'json', 'SELECT 1 AS a; SELECT 2 AS b')).stdout)).toEqual([
      [{ a: 1 }],
      [{ b: 2 }],
    ]);
  });

  test('one that writes is exit 2, and those beside it are not run', async () => {
    const log = join(cwd, 'warehouse', 'evil.csv');
    const evil = `SELECT * FROM enable_logging(storage = 'file', storage_config = {'path': '${log}'})`;
    const { exitCode, stdout, stderr } = await query(`SELECT 1; ${evil}`);
    expect([exitCode, stdout]).toEqual([2, '']);
    expect(stderr).toContain('enable_logging() writes or changes something');
  });

  test('letters that fall apart on their way through standard input come together again', async () => {
    const bytes = Buffer.from("SELECT 'Grüße' AS w");
    const pieces = [...bytes].map((byte) => Buffer.from([byte]));
    expect((await asked(['query', '--format', 'csv'], Readable.from(pieces), false)).stdout).toBe('w\nGrüße\n');
  });
});

describe('a terminal', () => {
  test('is shown no control of a cell or a head, whatever the format', async () => {
    await write(join(cwd, 'warehouse'), boards('acme'), [board('1', { title: EVIL })]);
    for (const format of ['table', 'csv', 'json']) {
      const argv = ['query', '--format', format, `SELECT title AS "${EVIL}" FROM boards`];
      const { stdout } = await asked(argv, Readable.from([]), true);
      expect(stdout).toContain('\\u001b[2J\\u202e');
      expect(stdout).not.toMatch(/[^\P{Cc}\n]|\u202e/u);
    }
  });

  test('that is none gets the bytes as they are, but for tables', async () => {
    const sink = new PassThrough();
    await writing(sink)(EVIL);
    expect(String(sink.read())).toBe(EVIL);
  });

  test('gets no Arrow', async () => {
    const { exitCode, stderr } = await asked(['query', '--format', 'arrow', 'SELECT 1'], Readable.from([]), true);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('Arrow is no text');
  });

  test('prompts, answers each statement, shows mistakes and goes on', async () => {
    const stdin = Object.assign(new PassThrough(), { isTTY: true });
    stdin.end(`SELECT 1 AS a; SELECT 2 AS b;\nSELECT error(chr(27) || '[2J' || chr(8238));\nSELECT 3\nAS c;\n\\q\n`);
    const { exitCode, stdout, stderr } = await asked(['query', '--format', 'csv'], stdin, true);
    expect([exitCode, stdout]).toEqual([0, 'a\n1\n\nb\n2\nc\n3\n']);
    expect(stderr).toContain('0 tables (SHOW TABLES lists them).');
    expect(stderr).toContain('Invalid Input Error: \\u001b[2J\\u202e');
  });

  test('that says Ctrl-C cancels the statement under way, runs none that was typed behind it, and asks for the next', async () => {
    const { stdin, io, seen, told } = session();
    io.stdout.once('data', () => stdin.write('\u0003'));
    stdin.write("FROM range(1000000000);\nSELECT 'never' AS a;\n");
    await until(() => told().includes('Cancelled.'));
    stdin.write("SELECT 'after' AS a;\n");
    await until(() => / s\n(?![\s\S]*Cancelled)/.test(told()) && seen().includes('after'));
    // On a line it clears the line and what stands above it; Ctrl-D leaves.
    stdin.write("SELECT 'above'\n, 'cleared");
    stdin.write('\u0003');
    stdin.write("SELECT 'clean' AS b;\n");
    await until(() => seen().includes('clean'));
    stdin.write('\u0004');
    expect(await io.ended).toBe(0);
    expect(seen()).not.toMatch(/never|above|cleared/);
  });

  test('keeps what was typed for the next session, whole statements, for this user alone', async () => {
    const state = join(cwd, 'state');
    const first = session({ XDG_STATE_HOME: state });
    first.stdin.write('SELECT 1 AS one,\n  2 AS two;\n');
    await until(() => first.seen().includes('1,2'));
    first.stdin.write('\u0004');
    await first.io.ended;
    const file = join(state, 'jira-iceberg-connector', 'query-history');
    expect([statSync(file).mode & 0o777, readFileSync(file, 'utf8')]).toEqual([
      0o600,
      '"SELECT 1 AS one,\\n  2 AS two;"\n',
    ]);
    appendFileSync(file, '"half a line of a session that was kil');
    const second = session({ XDG_STATE_HOME: state });
    second.stdin.write('\u001b[A\r');
    await until(() => second.seen().includes('1,2'));
    second.stdin.write('\u0004');
    expect(await second.io.ended).toBe(0);
  });

  test('completes words by Tab, and knows the words of other shells', async () => {
    await write(join(cwd, 'warehouse'), boards('acme'), [board('1', { title: 'A' })]);
    const { stdin, io, seen, told } = session();
    stdin.write('SELECT titl');
    for (const key of ['\t', ' FROM acme.boar', '\t']) {
      await until(() => !told().endsWith(key));
      stdin.write(key);
    }
    await until(() => /boards/.test(told().slice(told().lastIndexOf('acme.boar'))));
    stdin.write(';\n');
    await until(() => seen().includes('A\n'));
    for (const line of ['.tables', '\\d boards', '.schema acme.boards', '.help', '\\x', '.nope'])
      stdin.write(`${line}\n`);
    stdin.write('\\q\n');
    expect(await io.ended).toBe(0);
    expect(seen()).toMatch(/^name,kind\nboards,stream\n/m);
    expect(seen().match(/^title,VARCHAR/gm)).toHaveLength(2);
    expect(told()).toMatch(/Statements end with ";"[\s\S]*shown as records[\s\S]*There is no \.nope/);
  });

  test('sees of a page what cannot hurt it', async () => {
    const page = { isLast: true, values: [{ id: 1, name: EVIL, type: 'scrum', [`odd${EVIL}\nrejected: forged`]: 1 }] };
    writeFileSync(join(cwd, 'page.json'), JSON.stringify(page));
    const { stdout } = await runMain(['preview', 'boards', '--from', 'page.json'], { cwd });
    expect(stdout).toContain('\\u001b[2J\\u202e');
    expect(stdout).not.toMatch(/\u202e|\nrejected: forged/);
  });
});

describe('csv for a spreadsheet', () => {
  const SQL = "SELECT '=1+1' AS summary, -1 AS n";

  test('marks formulas when asked, and not with --raw', async () => {
    expect((await query('--format', 'csv', '--spreadsheet', SQL)).stdout).toBe("summary,n\n'=1+1,-1\n");
    expect((await query('--format', 'csv', '--spreadsheet', '--raw', SQL)).stdout).toBe('summary,n\n=1+1,-1\n');
    expect((await query('--format', 'csv', SQL)).stdout).toBe('summary,n\n=1+1,-1\n');
  });

  test('is of no use for other formats, and says so', async () => {
    const { exitCode, stderr } = await query('--format', 'json', '--spreadsheet', SQL);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('--spreadsheet and --raw are for --format csv');
  });
});

/** A command that is in the middle of its answer, and the process that runs its statement. */
async function underWay() {
  const cli = startCli(['query', '--format', 'csv', 'FROM range(1000000000)'], { cwd, env: { HOME: cwd } });
  await new Promise((resolve) => cli.child.stdout.once('data', resolve));
  const { pid } = cli.child;
  const [child] = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ');
  return { cli, child: Number(child) };
}

describe.skipIf(process.platform !== 'linux')('a command under way', () => {
  test('that is killed leaves neither a process nor a folder behind', async () => {
    const { cli, child } = await underWay();
    const folder = readlinkSync(`/proc/${child}/cwd`);
    cli.child.kill('SIGKILL');
    await cli.ended;
    while (existsSync(`/proc/${child}`)) await new Promise((resolve) => setTimeout(resolve, 20));
    expect(folder).toContain('connector-query-');
    expect(existsSync(folder)).toBe(false);
  });

  test('whose statement kills its process exits 1 and says so in words', async () => {
    const { cli, child } = await underWay();
    process.kill(child, 'SIGSEGV');
    expect(await cli.ended).toEqual({ code: 1, signal: null });
    expect(cli.stderr()).toContain('The process that runs the statement died (SIGSEGV); nothing was changed.');
  });
});
