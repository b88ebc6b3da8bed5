/** The package as others get it: packed, unpacked in an empty folder with no more than its own dependencies, and used. */
import { execFile, execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Simulator, startSimulator } from '../../simulator/simulator.js';

const root = join(import.meta.dirname, '..', '..');
const pkg = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const folder = mkdtempSync(join(tmpdir(), 'packed-'));
const modules = join(folder, 'node_modules');
const installed = join(modules, pkg.name);
let packed: readonly string[] = [];
let jira: Simulator;

function link(name: string): void {
  mkdirSync(dirname(join(modules, name)), { recursive: true });
  symlinkSync(join(root, 'node_modules', name), join(modules, name));
}

beforeAll(async () => {
  // No script of the package is run: it is packed as it was compiled before the tests.
  const pack = ['pack', '--ignore-scripts', '--json', '--pack-destination', folder];
  const [{ filename, files }] = JSON.parse(execFileSync('npm', pack, { cwd: root, encoding: 'utf8' }));
  packed = files.map(({ path }: { path: string }) => path);
  mkdirSync(installed, { recursive: true });
  execFileSync('tar', ['-xzf', join(folder, filename), '--strip-components=1', '-C', installed]);
  Object.keys(pkg.dependencies).forEach(link);
  writeFileSync(join(folder, 'package.json'), '{ "type": "module", "private": true }');
  jira = await startSimulator({ issues: 40, projects: 2 });
});

afterAll(async () => {
  await jira.close();
  rmSync(folder, { recursive: true, force: true });
});

/** The blocks of the README's section about the library. */
function blocks(language: string): readonly string[] {
  const page = readFileSync(join(root, 'README.md'), 'utf8');
  const section = page.split(/^## /m).find((part) => part.startsWith('Use it as a library')) ?? '';
  return [...section.matchAll(new RegExp(`\`\`\`${language}\n([\\s\\S]*?)\`\`\``, 'g'))].map(([, code = '']) => code);
}

async function run(file: string, code: string): Promise<string> {
  writeFileSync(join(folder, file), code);
  const env = { PATH: process.env.PATH, JIRA_URL: jira.url, JIRA_EMAIL: jira.email, JIRA_API_TOKEN: jira.apiToken };
  const { stdout } = await promisify(execFile)(process.execPath, [file], { cwd: folder, env });
  return stdout;
}

test('ten lines sync a site from the packed package in an empty folder, and ten others read the rows back', async () => {
  const [syncs = '', reads = ''] = blocks('js');
  for (const code of [syncs, reads]) expect(code.trim().split('\n').length).toBeLessThanOrEqual(10);
  expect(await run('sync.mjs', syncs)).toContain('true');
  const rows = await run('query.mjs', reads);
  expect(rows).toContain('project_key');
  expect([...rows.matchAll(/issues: (\d+)/g)].reduce((sum, [, count]) => sum + Number(count), 0)).toBe(40);
});

test('the types of the packed package hold: a call that is right compiles, one that is wrong does not', () => {
  ['@types/node', 'undici-types'].forEach(link);
  const compilerOptions = {
    module: 'nodenext',
    target: 'es2023',
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    types: ['node'],
  };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['use.ts'] }));
  const compile = (code: string): string => {
    writeFileSync(join(folder, 'use.ts'), code);
    try {
      return execFileSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', folder], {
        encoding: 'utf8',
      });
    } catch (error) {
      return String((error as { stdout?: unknown }).stdout);
    }
  };
  const begin = `import { openSite, openWarehouse, query, sync } from '${pkg.name}';
const site = openSite({ url: 'acme', auth: { type: 'pat', token: 'x' }, streams: ['boards'] });
const warehouse = openWarehouse('./warehouse');
`;
  const right = `const { report, exitCode } = await sync({ connections: [site], warehouse, fullRefresh: true });
const ok: boolean = report.ok && exitCode === 0 && (await query({ warehouse, sql: 'SELECT 1' })).length === 1;
console.log(ok);
`;
  expect(compile(begin + right)).toBe('');
  expect(compile(`${begin}await sync({ connections: [site], warehouse: 7 });\n`)).toContain('TS2322');
  expect(compile(`${begin}openSite({ url: 'acme', auth: { type: 'pat', tokn: 'x' } });\n`)).toContain('use.ts');
  expect(compile("import '../src/app/sync.js';\nimport 'jira-iceberg-connector/dist/src/app/sync.js';\n")).toContain(
    'use.ts(2,',
  );
});

test('the package holds what runs, and neither build information, maps, tests nor tools', () => {
  const known =
    /^(dist\/(bin|src)\/.*\.js|dist\/bin\/duckdb-api\.cjs|docs\/[\w.-]+\.(md|json|1|png)|dist\/src\/.*\.d\.ts|dist\/checked-streams\.json|(streams|actions)\/.*\.yaml|connector\.yaml|peers\.yaml|package\.json|README\.md|LICENSE)$/;
  expect(packed.filter((file) => !known.test(file))).toEqual([]);
  // The command line and the simulator are bundled in dist/bin; a program calls the rest.
  expect(packed.filter((file) => /^dist\/src\/cli[./]/.test(file))).toEqual([]);
  expect(packed).toEqual(
    expect.arrayContaining([
      'dist/bin/connector.js',
      'dist/bin/query-child.js',
      'docs/sync.schema.json',
      'docs/connector.1',
      // Messages and help name these.
      ...['docs/writing-back.md', 'docs/serve.md', 'docs/from-other-connectors.md', 'docs/overview-light.png'],
      'dist/src/index.d.ts',
      'dist/checked-streams.json',
      'peers.yaml',
    ]),
  );
});

test('the packed command line plays its demo: the simulator is with it', async () => {
  const argv = [join(installed, pkg.bin[pkg.name]), 'demo', '--port', '0', '--issues', '5'];
  const env = { PATH: process.env.PATH, CONNECTOR_REQUESTS_PER_SECOND: '100' };
  const { stdout } = await promisify(execFile)(process.execPath, argv, { cwd: folder, env });
  // `npx connector` would fetch an unrelated package wherever no link of ours is found.
  expect(stdout).toContain('Ask your own:\n  npx jira-iceberg-connector query');
});
