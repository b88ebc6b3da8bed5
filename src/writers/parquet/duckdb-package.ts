/**
 * DuckDB's package, loaded when a database is first needed. It is CommonJS: an `import` reads each of its hundred files for
 * names before it runs them, which takes twice as long as all the rest.
 */
import { createRequire } from 'node:module';

type Package = typeof import('@duckdb/node-api');

const load = createRequire(import.meta.url);

export const duckdbPackage = (): Package => load('@duckdb/node-api') as Package;
