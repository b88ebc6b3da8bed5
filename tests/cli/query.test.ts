import { existsSync, mkdtempSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
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

describe('statements', () => {
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

  test('that says Ctrl-C ends the statement under way, and none that was typed behind it is run', async () => {
    const stdin = Object.assign(new PassThrough(), { isTTY: true });
    const stdout = new PassThrough();
    stdout.once('data', () => stdin.write('\u0003'));
    const seen = text(stdout);
    const io = { stdin, stdout, stderr: new PassThrough(), env: {}, cwd, signal: new AbortController().signal };
    stdin.write("FROM range(1000000000);\nSELECT 'never' AS a;\n");
    expect(await main(['query', '--format', 'csv'], io)).toBe(0);
    stdout.end();
    expect(await seen).not.toContain('never');
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
