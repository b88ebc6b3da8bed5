/** The command line of writing: what is refused before a request, what a dry run says, and what a set of rows answers with. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Simulator, startSimulator } from '../../simulator/simulator.js';
import { loadActions } from '../../src/actions/registry/load.js';
import { readActionFiles } from '../../src/app/settings/package-files.js';
import { INPUT_OPTIONS } from '../../src/cli/commands/write-inputs.js';
import { idOf, placeOf } from '../helpers/writing.js';
import { startCli } from './cli-process.js';
import { runMain } from './run-main.js';

let jira: Simulator;
let cwd: string;
const TOKEN = 'JIRA_API_TOKEN';
beforeAll(async () => {
  jira = await startSimulator({ issues: 60, projects: 3, writing: { permissions: { DELETE_ISSUES: true } } });
  cwd = mkdtempSync(join(tmpdir(), 'write-'));
  settings(
    'write: { enabled: true, actions: [add_comment, create_worklog, delete_issue, transition], projects: [ENG], max_rows: 20 }\n',
  );
});
afterAll(async () => {
  await jira.close();
  rmSync(cwd, { recursive: true, force: true });
});

function settings(write: string): void {
  const auth = `{ type: basic, email: ${jira.email}, api_token: "$\{${TOKEN}}" }`;
  const throttle = 'throttle: { requests_per_second: 100 }';
  writeFileSync(
    join(cwd, 'sync.yaml'),
    `warehouse: lake\n${write}connections:\n  - { name: acme, url: "${jira.url}", auth: ${auth}, ${throttle} }\n`,
  );
}
const run = (argv: readonly string[], stdin?: string) =>
  runMain(['write', ...argv], { cwd, env: { [TOKEN]: jira.apiToken }, stdin: stdin ?? '' });
const sent = () => jira.requests.total();

test('every input of every action has a flag', () => {
  const inputs = [...loadActions(readActionFiles()).actions.values()].flatMap(({ input }) => Object.keys(input));
  expect([...new Set(inputs)].filter((name) => !INPUT_OPTIONS.has(name))).toEqual([]);
});

test.each([
  [['create_issue', '--project', 'ENG', '--issue-type', 'Task', '--summary', 'x'], 'do not allow create_issue'],
  [['user_email', '--user', 'x'], 'is not supported: Atlassian answers it'],
  [['comments', '--issue', 'ENG-1'], 'Did you mean `add_comment`'],
  [['add_coment', '--issue', 'ENG-1'], 'Did you mean `add_comment`'],
  [['add_comment', '--from', 'none.csv'], 'none.csv cannot be read'],
  [['add_comment', '--from', '-', '--jql', 'x'], 'one of --from, --sql and --jql'],
  [['--undo', 'nope'], 'has no run nope'],
  [['--undo', 'nope', '--again', 'x'], '--undo takes no --again'],
  [['--retry-failed', 'nope', '--markup', 'markdown'], '--retry-failed takes no --markup'],
  [['--retry-failed', 'nope', '--from', 'rows.csv'], '--retry-failed takes no --from'],
  [['--retry-failed', 'nope', '--field', 'a=b'], '--retry-failed takes no --field'],
  [['--undo', 'nope', '--adjust-estimate', 'leave'], '--undo takes no --adjust-estimate'],
  [['--status', 'nope', '--yes'], '--status takes no --yes'],
])('%j is exit 2 before a request is sent', async (argv, says) => {
  const before = sent();
  const { exitCode, stderr } = await run(argv);
  expect([exitCode, stderr]).toEqual([2, expect.stringContaining(says)]);
  expect(sent()).toBe(before);
});

test('without `write:` in the settings nothing is asked, whatever the environment says', async () => {
  const before = sent();
  const env = { JIRA_URL: jira.url, JIRA_EMAIL: jira.email, JIRA_API_TOKEN: jira.apiToken, CONNECTOR_WRITE: '1' };
  const { exitCode, stderr } = await runMain(['write', 'add_comment', '--issue', 'ENG-1', '--text', 'x', '--yes'], {
    cwd: tmpdir(),
    env,
  });
  expect([exitCode, stderr]).toEqual([2, expect.stringContaining('the settings do not allow it')]);
  expect(sent()).toBe(before);
});

test('an action that reads answers at once, and needs no permission', async () => {
  const before = jira.writes.executed.length;
  const { exitCode, stdout } = await run(['retrieve_issue', '--issue', 'ENG-1', '--fields', 'summary']);
  expect([exitCode, JSON.parse(stdout).key]).toEqual([0, 'ENG-1']);
  expect(jira.writes.executed).toHaveLength(before);
});

test('a single change is sent once: its equal is exit 2 without --again', async () => {
  const argv = ['add_comment', '--issue', 'ENG-1', '--text', 'single'];
  const before = jira.writes.executed.length;
  expect((await run(argv)).exitCode).toBe(0);
  const second = await run(argv);
  expect([second.exitCode, second.stderr]).toEqual([2, expect.stringContaining('--again NAME')]);
  expect((await run([...argv, '--again', 'more'])).exitCode).toBe(0);
  expect(jira.writes.executed.length - before).toBe(2);
});

test('a file is looked at first: errors by line, what would change; --yes sends it, and another file is refused', async () => {
  const file = join(cwd, 'rows.csv');
  writeFileSync(
    file,
    '\uFEFFissue,started,time,text\nENG-2,2026-03-02,1h,"two\r\nlines"\nOPS-1,2026-03-02,1h,x\nENG-3,yesterday,1h,x\n',
  );
  const bad = await run(['create_worklog', '--from', 'rows.csv']);
  expect(bad.exitCode).toBe(2);
  expect(bad.stdout).toMatch(/line 4: invalid.*OPS is not among/);
  expect(bad.stdout).toMatch(/line 5: invalid.*started: expected a moment/);
  writeFileSync(file, 'issue,started,time,text\nENG-2,2026-03-02,1h,one\nENG-3,2026-03-02,2h,two\n');
  const before = jira.writes.executed.length;
  const looked = await run(['create_worklog', '--from', 'rows.csv']);
  expect([looked.exitCode, looked.stdout]).toEqual([0, expect.stringContaining('adjust_estimate leave')]);
  expect(jira.writes.executed).toHaveLength(before);
  writeFileSync(file, 'issue,started,time,text\nENG-2,2026-03-02,1h,one\nENG-3,2026-03-02,2h,three\n');
  const other = await run(['create_worklog', '--from', 'rows.csv', '--yes']);
  expect([other.exitCode, other.stderr]).toEqual([2, expect.stringContaining('not the rows of the dry run')]);
  expect(jira.writes.executed).toHaveLength(before);
  // Nor are they with other flags, or in another file.
  writeFileSync(join(cwd, 'other.csv'), readFileSync(file));
  expect((await run(['create_worklog', '--from', 'rows.csv'])).exitCode).toBe(0);
  const flagged = await run([
    'create_worklog',
    '--from',
    'other.csv',
    '--adjust-estimate',
    'new',
    '--new-estimate',
    '2d',
    '--yes',
  ]);
  expect([flagged.exitCode, flagged.stderr]).toEqual([2, expect.stringContaining('not the rows of the dry run')]);
  expect(jira.writes.executed).toHaveLength(before);
  const done = await run(['create_worklog', '--from', 'rows.csv', '--yes']);
  const lines = done.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(lines).toMatchObject([
    { line: 2, state: 'done', issue: 'ENG-2' },
    { line: 3, state: 'done', issue: 'ENG-3' },
  ]);
  const status = await run(['--status', lines[0].run_id]);
  expect(status.stdout.trim().split('\n')).toHaveLength(2);
});

test('a reader who leaves after the first row ends no writing in the middle', async () => {
  const issues = ['ENG-7', 'ENG-8', 'ENG-9', 'ENG-10', 'ENG-14', 'ENG-15'];
  writeFileSync(join(cwd, 'many.csv'), ['issue,text', ...issues.map((issue) => `${issue},unread`)].join('\n'));
  const before = jira.writes.executed.length;
  const cli = startCli(['write', 'add_comment', '--from', 'many.csv', '--yes'], {
    cwd,
    env: { [TOKEN]: jira.apiToken },
  });
  cli.child.stdout.once('data', () => cli.child.stdout.destroy());
  const { code } = await cli.ended;
  expect([code, jira.writes.executed.length - before], cli.stderr()).toEqual([0, issues.length]);
});

test('deletions need --yes and the right --confirm; more rows than allowed are none', async () => {
  const before = jira.writes.executed.length;
  expect((await run(['delete_issue', '--issue', 'ENG-4'])).stdout).toContain('1 ready');
  expect((await run(['delete_issue', '--issue', 'ENG-4', '--yes'])).stderr).toContain('--confirm 1');
  const many = await run(['delete_issue', '--jql', 'project = ENG', '--yes', '--confirm', '500']);
  expect([many.exitCode, many.stderr]).toEqual([2, expect.stringContaining('max_rows')]);
  expect(jira.writes.executed).toHaveLength(before);
  const all = ['delete_issue', '--issue', 'ENG-4', '--subtasks', 'true', '--yes', '--confirm'];
  // Its subtasks count, too.
  const refused = await run([...all, '1']);
  const [, count = ''] = /say --confirm (\d+)/.exec(refused.stderr) ?? [];
  expect([refused.exitCode, Number(count)]).toEqual([2, 2]);
  expect((await run([...all, count])).exitCode).toBe(0);
});

test('a single change is asked for on a terminal: no sends nothing, yes sends it, and --yes answers beforehand', async () => {
  const argv = ['write', 'add_comment', '--issue', 'ENG-6', '--text', 'asked'];
  const env = { [TOKEN]: jira.apiToken };
  const said = (answer: string, more: readonly string[] = []) =>
    runMain([...argv, ...more], { cwd, env, stdin: answer, terminal: true });
  const before = jira.writes.executed.length;
  for (const answer of ['n\n', '\n', 'maybe\n']) {
    const { exitCode, stderr } = await said(answer);
    expect(stderr).toContain('add_comment ENG-6: send it? (yes/no) [no]: ');
    expect([exitCode, stderr]).toEqual([130, expect.stringContaining('Nothing was sent.')]);
  }
  expect((await said('')).exitCode).toBe(130);
  expect(jira.writes.executed).toHaveLength(before);
  expect((await said('y\n')).exitCode).toBe(0);
  expect(jira.writes.executed).toHaveLength(before + 1);
  const unasked = await said('', ['--yes', '--again', 'unasked']);
  expect([unasked.exitCode, unasked.stderr.includes('send it?')]).toEqual([0, false]);
  // What is refused anyhow is not asked for.
  const twice = await said('y\n');
  expect([twice.exitCode, twice.stderr.includes('send it?')]).toEqual([2, false]);
  expect(jira.writes.executed).toHaveLength(before + 2);
});

const linesOf = (stdout: string): readonly Record<string, unknown>[] =>
  stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

test('--jql: the issues that are found are looked at, and moved by --yes; found anew they are others, and are refused', async () => {
  const keys = ['ENG-11', 'ENG-12'];
  for (const key of keys) jira.edit.updateIssue(idOf({ jira }, key), { status: 'To Do' });
  const argv = (found: readonly string[]) => ['transition', '--jql', `key in (${found.join()})`, '--to', 'In Progress'];
  const before = jira.writes.executed.length;
  const looked = await run(argv(keys));
  expect([looked.exitCode, looked.stdout]).toEqual([0, expect.stringContaining('2 ready')]);
  const other = await run([...argv(['ENG-11', 'ENG-13']), '--yes']);
  expect([other.exitCode, other.stderr]).toEqual([2, expect.stringContaining('not the rows of the dry run')]);
  expect(jira.writes.executed).toHaveLength(before);
  const { exitCode, stdout } = await run([...argv(keys), '--yes']);
  expect(exitCode).toBe(0);
  expect(linesOf(stdout)).toMatchObject(keys.map((issue, at) => ({ line: at + 1, state: 'done', issue })));
  expect(jira.writes.executed).toHaveLength(before + 2);
});

test('--sql: each row of a query over the tables is written once, and flags fill what it leaves open', async () => {
  const env = { [TOKEN]: jira.apiToken };
  expect((await runMain(['sync', '--stream', 'issue_search', '--quiet'], { cwd, env })).exitCode).toBe(0);
  const sql =
    "SELECT key AS issue, 'is ' || status_name AS text FROM issue WHERE key IN ('ENG-11', 'ENG-12') ORDER BY key";
  const argv = ['add_comment', '--sql', sql, '--visibility', 'role:Administrators'];
  const before = jira.writes.executed.length;
  const looked = await run(argv);
  expect([looked.exitCode, looked.stdout]).toEqual([0, expect.stringContaining('2 ready')]);
  expect(jira.writes.executed).toHaveLength(before);
  const sent = await run([...argv, '--yes']);
  expect(linesOf(sent.stdout)).toMatchObject(['ENG-11', 'ENG-12'].map((issue) => ({ state: 'done', issue })));
  const said = jira.site.comments.of(placeOf({ jira }, 'ENG-12')).at(-1);
  expect(JSON.stringify(said?.body())).toContain('is In Progress');
  expect(said?.role?.name).toBe('Administrators');
  const again = await run([...argv, '--yes']);
  expect(linesOf(again.stdout)).toMatchObject([{ state: 'skipped' }, { state: 'skipped' }]);
  expect(jira.writes.executed).toHaveLength(before + 2);
});

test('I9 the token is in no answer, no message and no file of the warehouse', async () => {
  const { stdout, stderr } = await run([
    'add_comment',
    '--issue',
    'ENG-5',
    '--text',
    'canary',
    '--log-level',
    'debug',
    '--json',
  ]);
  const files = readdirSync(join(cwd, 'lake'), { recursive: true, withFileTypes: true }).filter((one) => one.isFile());
  const texts = files.map((one) => readFileSync(join(one.parentPath, one.name)).toString('latin1'));
  expect(texts.length).toBeGreaterThan(3);
  for (const text of [stdout, stderr, ...texts]) {
    expect(text.includes(jira.apiToken)).toBe(false);
    expect(text.includes(Buffer.from(`${jira.email}:${jira.apiToken}`).toString('base64'))).toBe(false);
  }
});
