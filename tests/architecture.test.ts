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
function importsOf(folder: string, file: string, text: string): readonly Import[] {
  const found: Import[] = [];
  const statement = /(?:^|\n)\s*(?:import|export)\s+(type\s+)?([^'";]*?\sfrom\s+)?['"]([^'"]+)['"]/g;
  for (const [, type, clause = '', specifier = ''] of text.matchAll(statement)) {
    const named = /^\s*\{([^}]*)\}\s*from\s+$/.exec(clause)?.[1];
    const allTypes = named?.split(',').every((part) => part.trim() === '' || part.trim().startsWith('type ')) ?? false;
    found.push({ target: targetOf(folder, file, specifier), typesOnly: type !== undefined || allTypes });
  }
  for (const [, specifier = ''] of text.matchAll(/\bimport\(\s*['"]([^'"]+)['"]\s*\)/g))
    found.push({ target: targetOf(folder, file, specifier), typesOnly: false });
  return found;
}

function targetOf(folder: string, file: string, specifier: string): string {
  if (!specifier.startsWith('.')) return specifier;
  return relative(folder, resolve(dirname(join(folder, file)), specifier)).replace(/\.js$/, '.ts');
}

function readSources(folder: string): readonly Source[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => {
      const text = readFileSync(join(folder, file), 'utf8');
      return { file, text, imports: importsOf(folder, file, text) };
    });
}

const sources = readSources(src);
/** The simulator is loaded by the commands that play it, and by nothing else. */
const isOurs = ({ target }: Import) => target.endsWith('.ts') && !target.startsWith('../simulator/');

/** From the ground up; rooms of one floor do not know each other. */
const FLOORS: readonly (readonly string[])[] = [
  ['core'],
  ['contract'],
  ['http'],
  ['runtime', 'writers', 'actions'],
  ['query'],
  ['reports'],
  ['app'],
  ['serve'],
  ['cli'],
];
/** The rooms of the source, from what is known to what is done. */
const RUNTIME = ['streams', 'auth', 'rows', 'requests', 'plan', 'probe', 'estimate', 'read'];

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
        src,
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

  test.each(FLOORS.map((rooms, floor) => ({ rooms, floor })))('$rooms import only what lies below them', ({
    rooms,
    floor,
  }) => {
    const below = FLOORS.slice(0, floor).flat();
    for (const own of rooms)
      expect(breaches(within(own), (one) => isOurs(one) && ![own, ...below].some((name) => room(name)(one)))).toEqual(
        [],
      );
  });

  test('no source file lies outside the floors', () => {
    const known = FLOORS.flat();
    expect(
      sources.map(({ file }) => file).filter((file) => !known.some((name) => file.startsWith(`${name}/`))),
    ).toEqual(['cli.ts', 'index.ts']);
  });

  test('the library only says again what the use cases and the floors below offer', () => {
    const [index] = sources.filter(({ file }) => file === 'index.ts');
    expect(code(index?.text ?? 'import').match(/^(?!export (type )?\{| {2}|\} from ).+$/gm) ?? []).toEqual([]);
    expect(index?.imports.filter(({ target }) => !/^(app|core)\//.test(target))).toEqual([]);
  });

  test('runtime: streams are known to rows and requests, these to the plan, the plan to estimates and reading', () => {
    for (const [at, name] of RUNTIME.entries()) {
      const below = RUNTIME.slice(0, at + 1).map((one) => `runtime/${one}`);
      const outside = (one: Import) => room('runtime')(one) && !below.some((lower) => room(lower)(one));
      expect(breaches(within(`runtime/${name}`), outside)).toEqual([]);
    }
    expect(breaches(within('runtime/estimate'), room('runtime/read'))).toEqual([]);
    expect(breaches(within('runtime/read'), room('runtime/estimate'))).toEqual([]);
  });

  test('folders import each other in one direction, types included: there is no circle, neither of files nor of folders', () => {
    const files = new Map(sources.map(({ file, imports }) => [file, imports.map(({ target }) => target)]));
    expect(circlesOf(files)).toEqual([]);
    const folders = new Map<string, string[]>();
    for (const [file, targets] of files) {
      const own = dirname(file);
      const others = targets.filter((target) => files.has(target)).map((target) => dirname(target));
      folders.set(own, [...(folders.get(own) ?? []), ...others.filter((other) => other !== own)]);
    }
    expect(circlesOf(folders)).toEqual([]);
  });

  test.each(['runtime', 'actions'])('%s touches neither files nor the environment nor the console', (name) => {
    expect(breaches(within(name), (one) => /^node:(fs|child_process|os)/.test(one.target))).toEqual([]);
    expect(
      within(name)
        .filter(({ text }) => /\bprocess\.|\bconsole\./.test(code(text)))
        .map(({ file }) => file),
    ).toEqual([]);
  });

  test('writers do not know whose rows they write', () => {
    expect(
      within('writers')
        .filter(({ text }) => /jira/i.test(text))
        .map(({ file }) => file),
    ).toEqual([]);
  });

  test('paging, row shaping, the plan and its price do no I/O', () => {
    const files = [
      ...within('runtime/rows'),
      ...within('runtime/plan'),
      ...sources.filter(({ file }) =>
        /^runtime\/requests\/(build-request|pager|anomalies|completeness|since)\.ts$/.test(file),
      ),
    ];
    const io = (one: Import) =>
      (one.target.startsWith('node:') && one.target !== 'node:crypto') ||
      one.target === 'undici' ||
      (room('http')(one) && !['http/url.ts', 'http/parse.ts'].includes(one.target));
    expect(breaches(files, io)).toEqual([]);
    expect(files.filter(({ text }) => /\bfetch\(|\bawait\b/.test(code(text))).map(({ file }) => file)).toEqual([]);
  });

  test('the simulator shares no code with what it tests', () => {
    const simulator = readSources(join(root, 'simulator'));
    expect(breaches(simulator, (one) => one.target.startsWith('..'))).toEqual([]);
  });

  test('process.env is read in one room only', () => {
    expect(
      sources
        .filter(({ file, text }) => !file.startsWith('app/settings/') && /\bprocess\.env\b/.test(code(text)))
        .map(({ file }) => file),
    ).toEqual([]);
  });

  test('a secret is revealed where requests are signed or keys compared, and nowhere else', () => {
    const signing =
      /^(core\/redactor|core\/key-digest|http\/|runtime\/auth\/|app\/hooks|writers\/storage\/s3|writers\/catalog\/rest)/;
    expect(
      sources.filter(({ file, text }) => !signing.test(file) && /\.reveal\(/.test(code(text))).map(({ file }) => file),
    ).toEqual([]);
  });

  test('texts reach a terminal by one door: tables are made in one file, and streams are written to by few', () => {
    expect(
      sources.filter(({ imports }) => imports.some(({ target }) => target === 'cli-table3')).map(({ file }) => file),
    ).toEqual(['core/text-table.ts']);
    const writing = sources.filter(({ text }) => /\b(stdout|stderr|sink)\.write\(/.test(code(text)));
    expect(writing.map(({ file }) => file).sort()).toEqual([
      'cli.ts',
      'cli/commands/program.ts',
      'cli/context.ts',
      'cli/prompt/sql-prompt.ts',
      'cli/ui/io.ts',
      'cli/ui/json.ts',
      'cli/ui/log.ts',
      'cli/ui/progress.ts',
      'cli/ui/prompt.ts',
    ]);
    const unguarded = writing.filter(({ imports }) => !imports.some(({ target }) => target === 'core/printable.ts'));
    // It flushes, with nothing to say.
    expect(unguarded.map(({ file }) => file)).toEqual(['cli.ts']);
  });
});

/** Each group of names that reach each other, sorted; none when everything goes one way. */
function circlesOf(graph: ReadonlyMap<string, readonly string[]>): readonly string[][] {
  const reachable = (from: string): ReadonlySet<string> => {
    const seen = new Set<string>();
    const queue = [from];
    for (let next = queue.pop(); next !== undefined; next = queue.pop())
      for (const to of graph.get(next) ?? [])
        if (!seen.has(to)) {
          seen.add(to);
          queue.push(to);
        }
    return seen;
  };
  const reach = new Map([...graph.keys()].map((name) => [name, reachable(name)]));
  const groups = [...graph.keys()]
    .filter((name) => reach.get(name)?.has(name))
    .map((name) => [...graph.keys()].filter((one) => reach.get(name)?.has(one) && reach.get(one)?.has(name)).sort());
  return [...new Map(groups.map((group) => [group.join(), group])).values()];
}

/** Folders in the order in which a record passes: what is known of its stream, its rows, requests, the plan, the read, the commit. */
const WAY = [
  ...['streams', 'rows', 'requests', 'plan', 'probe', 'read'].map((name) => `runtime/${name}`),
  'contract',
  ...['write', 'parquet', 'iceberg', 'catalog'].map((name) => `writers/${name}`),
];

test('the way of a record, from the registry to the commit, passes each folder once and never comes back', () => {
  const own = (folder: string) => sources.filter(({ file }) => dirname(file) === folder);
  const knows = (a: string, b: string) =>
    own(a).some(({ imports }) => imports.some(({ target }) => dirname(target) === b));
  expect(new Set(WAY).size).toBe(WAY.length);
  for (const [at, from] of WAY.entries()) {
    const to = WAY[at + 1];
    if (to !== undefined) expect([from, to, knows(from, to) !== knows(to, from)]).toEqual([from, to, true]);
  }
  // The source meets the destination in the contract alone.
  const [source, destination] = [WAY.slice(0, WAY.indexOf('contract')), WAY.slice(WAY.indexOf('contract') + 1)];
  expect(source.flatMap((a) => destination.filter((b) => knows(a, b) || knows(b, a)))).toEqual([]);
});

test('every file that plans, asks or reads is imported by a test', () => {
  const tests = readSources(join(root, 'tests'));
  const tested = new Set(
    tests.flatMap(({ imports }) => imports.map(({ target }) => target.replace(/^\.\.\/src\//, ''))),
  );
  // A file of types alone has nothing that a test could break.
  const acts = ({ text }: Source) => /^export (async )?(const|function\*?|class) /m.test(text);
  const rooms = ['http', 'runtime/plan', 'runtime/requests', 'runtime/read'];
  const files = rooms.flatMap(within).filter(acts);
  expect(files.map(({ file }) => file).filter((file) => !tested.has(file))).toEqual([]);
});

describe('no shells', () => {
  test('rooms of more than 300 lines are none', () => {
    expect(sources.filter(({ text }) => text.split('\n').length > 300).map(({ file }) => file)).toEqual([]);
  });

  test('what a class keeps to itself is private for the running program, too', () => {
    // A parameter of a constructor has no other spelling.
    const spelled = /^ {2}private (?!constructor)/m;
    expect(sources.filter(({ text }) => spelled.test(text)).map(({ file }) => file)).toEqual([]);
  });

  test('no loose ends are left in the code', () => {
    // `any` is the linter's to refuse.
    const loose = /@ts-ignore|@ts-expect-error|\/\/ *(TODO|FIXME)/;
    expect(sources.filter(({ text }) => loose.test(text)).map(({ file }) => file)).toEqual([]);
  });
});
