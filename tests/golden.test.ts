/** Every golden page under tests/golden/<stream>/ through its stream's columns. Adding a case means dropping in a file. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadManifest } from '../src/app/settings/manifest.js';
import { readStreamFiles } from '../src/app/settings/package-files.js';
import { recordsAt } from '../src/core/json-path.js';
import { compileShaper } from '../src/runtime/rows/shape.js';
import { loadRegistry } from '../src/runtime/streams/load.js';

interface Golden {
  route: string;
  bound: Record<string, unknown>;
  page: unknown;
  rows: unknown[];
  rejects: number;
  misfits: string[];
}

const root = join(import.meta.dirname, 'golden');
const registry = loadRegistry(readStreamFiles());
const links = new Set(loadManifest().links);

for (const name of registry.streams.keys()) {
  test(`${name} has a golden page`, () => expect(readdirSync(join(root, name)).length).toBeGreaterThan(0));
}

for (const folder of readdirSync(root)) {
  for (const file of readdirSync(join(root, folder))) {
    test(`golden page ${folder}/${file} gives the expected rows`, () => {
      const golden = JSON.parse(readFileSync(join(root, folder, file), 'utf8')) as Golden;
      const stream = registry.get(folder);
      const route = stream.routes.find((candidate) => candidate.name === golden.route);
      if (!route) throw new Error(`${folder} has no route ${golden.route}`);
      const shaper = compileShaper(stream, route, { links });
      const found = recordsAt(golden.page, route.rows, route.carry) ?? (route.rows_may_be_absent ? [] : undefined);
      if (!Array.isArray(found)) throw new Error(`the page has no \`${route.rows}\``);
      const shaped = found.map(({ record, carried }) => shaper.shape(record, { ...golden.bound, ...carried }));
      expect(shaped.flatMap((one) => ('row' in one ? [one.row] : []))).toEqual(golden.rows);
      expect(shaped.filter((one) => 'reject' in one).length).toBe(golden.rejects);
      expect(shaped.flatMap((one) => ('row' in one ? one.misfits : []))).toEqual(golden.misfits);
    });
  }
}
