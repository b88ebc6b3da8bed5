/**
 * The command line as few files: of the 700 modules that a sync loads, finding and reading each costs more than running it.
 * Commands stay files of their own, loaded when they are called; DuckDB's binding and the optional Redis client stay packages.
 */
import { chmodSync, rmSync } from 'node:fs';
import { build } from 'rolldown';

const FOLDER = 'dist/bin';
const ENTRIES = { connector: 'dist/src/cli.js', 'query-child': 'dist/src/query/process/child.js' };

export async function bundle(): Promise<void> {
  rmSync(FOLDER, { recursive: true, force: true });
  await build({
    input: ENTRIES,
    // bottleneck asks for its Redis client by an `eval` that a bundle breaks.
    external: ['@duckdb/node-api', 'bottleneck', 'ioredis'],
    platform: 'node',
    // What licences ask to be kept stays in the code.
    output: { dir: FOLDER, format: 'esm', chunkFileNames: '[name]-[hash].js', comments: { legal: true } },
    logLevel: 'warn',
  });
  chmodSync(`${FOLDER}/connector.js`, 0o755);
}
