/** The import law of docs/architecture.md: data flows one way, and each room knows only what it needs. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';

const root = join(import.meta.dirname, '..');
const src = join(root, 'src');

interface Import {
  /** Path below src/ for own files, else the package's name. */
  readonly target: string;
  readonly typesOnly: boolean;
}

interface Source {
  readonly file: string;
  readonly text: string;
  readonly imports: readonly Import[];
}

/** Static and dynamic imports and re-exports, read as text: TypeScript 7 offers no compiler API to ask. */
function importsOf(file: string, text: string): readonly Import[] {
  const found: Import[] = [];
  const statement = /(?:^|\n)\s*(?:import|export)\s+(type\s+)?([^'";]*?\sfrom\s+)?['"]([^'"]+)['"]/g;
  for (const [, type, clause = '', specifier = ''] of text.matchAll(statement)) {
    const named = /^\s*\{([^}]*)\}\s*from\s+$/.exec(clause)?.[1];
    const allTypes = named?.split(',').every((part) => part.trim() === '' || part.trim().startsWith('type ')) ?? false;
    found.push({ target: targetOf(file, specifier), typesOnly: type !== undefined || allTypes });
  }
  for (const [, specifier = ''] of text.matchAll(/\bimport\(\s*['"]([^'"]+)['"]\s*\)/g))
    found.push({ target: targetOf(file, specifier), typesOnly: false });
  return found;
}

function targetOf(file: string, specifier: string): string {
  if (!specifier.startsWith('.')) return specifier;
  return relative(src, resolve(dirname(join(src, file)), specifier)).replace(/\.js$/, '.ts');
}

const sources: readonly Source[] = readdirSync(src, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .map((file) => {
    const text = readFileSync(join(src, file), 'utf8');
    return { file, text, imports: importsOf(file, text) };
  });

const within = (room: string) => sources.filter(({ file }) => file.startsWith(`${room}/`));

/** "file -> what it imports", for every import of these files that the rule forbids. */
function breaches(files: readonly Source[], forbidden: (one: Import) => boolean): readonly string[] {
  return files.flatMap(({ file, imports }) => imports.filter(forbidden).map((one) => `${file} -> ${one.target}`));
}

const room = (name: string) => (one: Import) => one.target.startsWith(`${name}/`);

/** Comments and texts may name anything; code may not. */
const code = (text: string) => text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/\/\/.*$/gm, '');

describe('the import law', () => {
  test('the reader of imports sees them: a file is known to import what it imports', () => {
    expect(
      importsOf(
        'a/b.ts',
        "import { type X } from '../writers/w.js';\nimport fs, { y } from 'node:fs';\nexport * from './c.js';\nawait import('pino');",
      ),
    ).toEqual([
      { target: 'writers/w.ts', typesOnly: true },
      { target: 'node:fs', typesOnly: false },
      { target: 'a/c.ts', typesOnly: false },
      { target: 'pino', typesOnly: false },
    ]);
  });

  test('runtime takes nothing from writers but types of the contract', () => {
    expect(
      breaches(
        within('runtime'),
        (one) => room('writers')(one) && !(one.typesOnly && one.target === 'writers/writer.ts'),
      ),
    ).toEqual([]);
  });

  test('runtime touches neither files nor the environment nor the console', () => {
    expect(breaches(within('runtime'), (one) => /^node:(fs|child_process|os)/.test(one.target))).toEqual([]);
    expect(
      within('runtime')
        .filter(({ text }) => /\bprocess\.|\bconsole\./.test(code(text)))
        .map(({ file }) => file),
    ).toEqual([]);
  });

  test('runtime, writers, query and simulator do not know the commands or the settings', () => {
    for (const name of ['runtime', 'writers', 'query', 'simulator']) {
      expect(
        breaches(within(name), (one) => room('commands')(one) || (name !== 'query' && room('config')(one))),
      ).toEqual([]);
    }
  });

  test('writers know neither the runtime nor whose rows they write', () => {
    expect(
      breaches(within('writers'), (one) => ['runtime', 'query', 'simulator'].some((name) => room(name)(one))),
    ).toEqual([]);
    expect(
      within('writers')
        .filter(({ text }) => /jira/i.test(text))
        .map(({ file }) => file),
    ).toEqual([]);
  });

  test('paging and row shaping do no I/O', () => {
    const files = [...within('runtime/pages'), ...within('runtime/rows')];
    const io = (one: Import) =>
      one.target.startsWith('node:') ||
      one.target === 'undici' ||
      (room('runtime/http')(one) && !['runtime/http/url.ts', 'runtime/http/parse.ts'].includes(one.target));
    expect(breaches(files, io)).toEqual([]);
    expect(files.filter(({ text }) => /\bfetch\(|\bawait\b/.test(code(text))).map(({ file }) => file)).toEqual([]);
  });

  test('the simulator shares no code with what it tests', () => {
    expect(
      breaches(within('simulator'), (one) => ['runtime', 'writers', 'query'].some((name) => room(name)(one))),
    ).toEqual([]);
  });

  test('query reads tables without the runtime', () => expect(breaches(within('query'), room('runtime'))).toEqual([]));

  test('process.env is read in one room only', () => {
    expect(
      sources
        .filter(({ file, text }) => !file.startsWith('config/') && /\bprocess\.env\b/.test(code(text)))
        .map(({ file }) => file),
    ).toEqual([]);
  });

  test('a secret is revealed where requests are signed, and nowhere else', () => {
    const signing = /^(runtime\/auth\/|commands\/hooks|writers\/storage\/s3|writers\/catalog\/rest)/;
    expect(
      sources.filter(({ file, text }) => !signing.test(file) && /\.reveal\(/.test(code(text))).map(({ file }) => file),
    ).toEqual([]);
  });

  test('texts reach a terminal by one door: tables are made in one file, and streams are written to by few', () => {
    expect(
      sources.filter(({ imports }) => imports.some(({ target }) => target === 'cli-table3')).map(({ file }) => file),
    ).toEqual(['text-table.ts']);
    const writing = sources.filter(({ text }) => /\b(stdout|stderr|sink)\.write\(/.test(code(text)));
    expect(writing.map(({ file }) => file).sort()).toEqual([
      'cli.ts',
      'commands/ask.ts',
      'commands/context.ts',
      'commands/io.ts',
      'commands/log.ts',
      'commands/query.ts',
    ]);
    expect(writing.filter(({ imports }) => !imports.some(({ target }) => target === 'printable.ts'))).toEqual([]);
  });

  test('no file imports itself in a circle of rooms: writers, runtime, query and simulator stand side by side', () => {
    const circles = sources.filter(({ file, imports }) =>
      imports.some((one) => !one.typesOnly && reaches(one.target, file, new Set())),
    );
    expect(circles.map(({ file }) => file)).toEqual([]);
  });
});

function reaches(from: string, to: string, seen: Set<string>): boolean {
  if (from === to) return true;
  if (seen.has(from)) return false;
  seen.add(from);
  const source = sources.find(({ file }) => file === from);
  return source?.imports.some((one) => !one.typesOnly && reaches(one.target, to, seen)) ?? false;
}

describe('no shells', () => {
  test('rooms of more than 300 lines are none', () => {
    expect(sources.filter(({ text }) => text.split('\n').length > 300).map(({ file }) => file)).toEqual([]);
  });

  test('no loose ends are left in the code', () => {
    // `any` is the linter's to refuse.
    const loose = /@ts-ignore|@ts-expect-error|\/\/ *(TODO|FIXME)/;
    expect(sources.filter(({ text }) => loose.test(text)).map(({ file }) => file)).toEqual([]);
  });
});
