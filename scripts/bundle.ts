/**
 * The command line as few files: of the 700 modules that a sync loads, finding and reading each costs more than running it.
 * Commands stay files of their own, loaded when they are called; DuckDB's native binding and the optional Redis client stay packages.
 */
import { chmodSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { build, type Plugin } from 'rolldown';

const FOLDER = 'dist/bin';
const ENTRIES = { connector: 'dist/src/cli.js', 'query-child': 'dist/src/query/process/child.js' };
const DUCKDB = '@duckdb/node-api';
const OWN_DUCKDB = './duckdb-api.cjs';
const LOADER = /writers[\\/]parquet[\\/]duckdb-package\.js$/;
const shared = { platform: 'node', logLevel: 'warn' } as const;
// What licences ask to be kept stays in the code.
const comments = { legal: true };

const require = createRequire(import.meta.url);

export async function bundle(): Promise<void> {
  rmSync(FOLDER, { recursive: true, force: true });
  await build({
    ...shared,
    input: ENTRIES,
    // bottleneck asks for its Redis client by an `eval` that a bundle breaks.
    external: ['bottleneck', 'ioredis'],
    plugins: [ownDuckdb()],
    output: { dir: FOLDER, format: 'esm', chunkFileNames: '[name]-[hash].js', comments },
  });
  await build({
    ...shared,
    input: require.resolve(DUCKDB),
    external: [/^@duckdb\/node-bindings/],
    // The binding is the package's dependency, not ours: it is found from there, wherever an installer put it.
    output: {
      file: `${FOLDER}/${OWN_DUCKDB}`,
      format: 'cjs',
      comments,
      banner: `require = require('node:module').createRequire(require.resolve('${DUCKDB}'));`,
    },
  });
  chmodSync(`${FOLDER}/connector.js`, 0o755);
}

/** DuckDB's hundred CommonJS files are one file of their own, for those who import it and for the loader that waits until it is needed. */
function ownDuckdb(): Plugin {
  const names = Object.keys(require(DUCKDB) as object).filter((name) => name !== 'default' && name !== '__esModule');
  const module = `import { createRequire } from 'node:module';
    export const { ${names.join(', ')} } = createRequire(import.meta.url)('${OWN_DUCKDB}');`;
  return {
    name: 'own-duckdb',
    resolveId: (id) => (id === DUCKDB ? { id: `\0${DUCKDB}` } : null),
    load(id) {
      if (id === `\0${DUCKDB}`) return module;
      if (!LOADER.test(id)) return null;
      const code = readFileSync(id, 'utf8');
      const own = code.replace(`load('${DUCKDB}')`, `load('${OWN_DUCKDB}')`);
      if (own === code) throw new Error(`${id} asks for DuckDB's package by words that the bundle does not know.`);
      return own;
    },
  };
}
