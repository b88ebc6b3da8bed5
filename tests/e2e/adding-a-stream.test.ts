/** Does what docs/adding-a-stream.md says, word for word, in a copy of the project: blocks are written, diffs applied, commands run. */
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, expect, test } from 'vitest';

const root = join(import.meta.dirname, '..', '..');
const home = mkdtempSync(join(tmpdir(), 'new-stream-'));
const project = join(home, 'project');
const page = readFileSync(join(root, 'docs', 'adding-a-stream.md'), 'utf8');

interface Block {
  readonly language: string;
  /** Of a whole file: where it goes. */
  readonly place: string;
  readonly text: string;
}

const blocks: readonly Block[] = [...page.matchAll(/^```(\w+) ?(\S*)\n([\s\S]*?)^```$/gm)].map(
  ([, language = '', place = '', text = '']) => ({ language, place, text }),
);

function copyProject(): void {
  const listed = execFileSync('git', ['ls-files', '-co', '--exclude-standard'], { cwd: root, encoding: 'utf8' });
  const files = listed.split('\n').filter((file) => file !== '');
  for (const file of [...files, 'dist'])
    cpSync(join(root, file), join(project, file), { recursive: true, force: true });
  symlinkSync(join(root, 'node_modules'), join(project, 'node_modules'));
}

/** Nothing is fetched, whatever a command is called. */
const variables: Record<string, string | undefined> = {
  PATH: process.env.PATH,
  HOME: home,
  NO_COLOR: '1',
  npm_config_offline: 'true',
  npm_config_update_notifier: 'false',
  CONNECTOR_REQUESTS_PER_SECOND: '100',
};

function run(command: string): string {
  const { stdout, stderr, status } = spawnSync('bash', ['-c', command], {
    cwd: project,
    env: variables,
    encoding: 'utf8',
  });
  expect({ command, status, said: `${stdout}${stderr}` }).toMatchObject({ command, status: 0 });
  return `${stdout}${stderr}`;
}

/** What the page says a command prints: whole lines in this order; `…` is anything. */
function asPattern(lines: readonly string[]): RegExp {
  const part = (text: string) =>
    text
      .split('…')
      .map((piece) => piece.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'))
      .join('[\\s\\S]*');
  return new RegExp(lines.map((line) => part(line.trim())).join('[\\s]*'));
}

function follow({ text }: Block): void {
  for (const part of text.split(/^\$ /m).filter((one) => one !== '')) {
    const [command = '', ...lines] = part.trimEnd().split('\n');
    const exported = /^export (.*)$/.exec(command)?.[1];
    // Atlassian's own description of its interface is not ours to keep here.
    if (command.includes('--spec')) continue;
    if (exported !== undefined)
      for (const [, name = '', value = ''] of exported.matchAll(/(\w+)=(\S+)/g)) variables[name] ??= value;
    else expect(run(command)).toMatch(asPattern(lines));
  }
}

let simulator: ChildProcess | undefined;

/** "In another terminal", on a port that is free. @returns what it says when it listens */
async function simulate(): Promise<string> {
  const [, options = ''] = /`npx connector simulate --port \d+ ([^`]*)`/.exec(page) ?? [];
  const argv = ['dist/bin/connector.js', 'simulate', ...options.split(' ')];
  const child = spawn(process.execPath, argv, { cwd: project, env: variables });
  simulator = child;
  let said = '';
  for await (const piece of child.stdout) {
    said += piece;
    if (said.includes('listens there')) break;
  }
  return said;
}

afterAll(() => {
  simulator?.kill();
  rmSync(home, { recursive: true, force: true });
});

test('two new streams, one asked issue by issue and one of plain values, come of the page word for word', async () => {
  copyProject();
  for (const block of blocks) {
    const place = block.place.startsWith('~/') ? join(home, block.place.slice(2)) : resolve(project, block.place);
    if (block.language === 'diff') {
      writeFileSync(join(home, 'page.diff'), block.text);
      run(`git apply --unidiff-zero ${join(home, 'page.diff')}`);
    } else if (block.language === 'console') {
      if (block.text.includes('export JIRA_URL')) {
        run('npm run build');
        for (const [, name = '', value = ''] of (await simulate()).matchAll(/(JIRA_\w+)=(\S+)/g))
          variables[name] = value;
      }
      follow(block);
    } else {
      mkdirSync(dirname(place), { recursive: true });
      writeFileSync(place, block.text);
    }
  }
  const rows = (sql: string) =>
    JSON.parse(run(`npx connector query --format json --warehouse ~/trial "${sql}" 2>/dev/null`)) as Record<
      string,
      unknown
    >[];
  expect(rows('SELECT word FROM jql_reserved_words ORDER BY word')).toContainEqual({ word: 'empty' });
  expect(rows('SELECT count(*)::INT AS rows, count(DISTINCT issue_id)::INT AS issues FROM issue_transitions')).toEqual([
    { rows: 90, issues: 30 },
  ]);
}, 600_000);
