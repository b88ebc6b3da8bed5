/** The package's promises: few dependencies, each with its reason, each pinned; nothing of a machine or a registry in the tree. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '..');
const read = (file: string) => readFileSync(join(root, file), 'utf8');
const pkg = JSON.parse(read('package.json'));

const RUNTIME = [
  '@aws-crypto/sha256-js',
  '@aws-sdk/client-s3',
  '@aws-sdk/credential-provider-node',
  '@duckdb/node-api',
  '@observablehq/plot',
  '@smithy/signature-v4',
  'apache-arrow',
  'avsc',
  'bottleneck',
  'cli-table3',
  'commander',
  'csv-parse',
  'hucre',
  'ical.js',
  'ioredis',
  'linkedom',
  'lossless-json',
  'marked',
  'pino',
  'undici',
  'yaml',
  'zod',
];

test('a new runtime dependency is a decision: it is listed here and has its reason in docs/decisions.md', () => {
  expect(Object.keys({ ...pkg.dependencies, ...pkg.optionalDependencies }).sort()).toEqual(RUNTIME);
  const reasons = read('docs/decisions.md');
  expect(RUNTIME.filter((name) => !reasons.includes(`\`${name}\``))).toEqual([]);
});

test('versions are exact', () => {
  for (const version of Object.values({ ...pkg.dependencies, ...pkg.optionalDependencies, ...pkg.devDependencies }))
    expect(version).toMatch(/^\d/);
});

test('npx finds this package by its own name, never the unrelated `connector`', () => {
  expect(pkg.name).toBe('jira-iceberg-connector');
  expect(pkg.private).toBeUndefined();
  expect(pkg.bin[pkg.name]).toBe(pkg.bin.connector);
  expect(pkg.engines.node).toBe('>=20.19');
});

test('the lockfile names no registry', () => expect(read('package-lock.json')).not.toMatch(/"resolved": "https?:/));

test('every optional platform package named by a dependency is in the lockfile, so that npm ci works everywhere', () => {
  const { packages } = JSON.parse(read('package-lock.json')) as {
    packages: Record<string, { optionalDependencies?: Record<string, string> }>;
  };
  const lacking = Object.entries(packages).flatMap(([path, one]) =>
    Object.keys(one.optionalDependencies ?? {}).filter(
      (name) => !packages[`node_modules/${name}`] && !packages[`${path}/node_modules/${name}`],
    ),
  );
  expect(lacking).toEqual([]);
});

interface Component {
  readonly name: string;
  readonly version: string;
  readonly properties: readonly { readonly name: string }[];
}

test('the bill of materials names every runtime dependency with its version, and marks the tools', () => {
  // Not with `--omit dev`: npm then leaves out what a tool needs as well.
  const text = execFileSync('npm', ['run', '--silent', 'sbom'], { cwd: root, encoding: 'utf8', maxBuffer: 2 ** 26 });
  const { bomFormat, components } = JSON.parse(text) as { bomFormat: string; components: readonly Component[] };
  expect(bomFormat).toBe('CycloneDX');
  const isTool = ({ properties }: Component) => properties.some(({ name }) => name === 'cdx:npm:package:development');
  const listed = new Set(components.filter((one) => !isTool(one)).map(({ name, version }) => `${name}@${version}`));
  const wanted = Object.entries({ ...pkg.dependencies, ...pkg.optionalDependencies });
  expect(wanted.map(([name, version]) => `${name}@${version}`).filter((one) => !listed.has(one))).toEqual([]);
  expect(components.filter(isTool).map(({ name }) => name)).toContain('vitest');
});

test('no page tells people to run the unrelated package `connector` from the registry', () => {
  const pages = execFileSync('git', ['ls-files', '*.md'], { cwd: root, encoding: 'utf8' }).trim().split('\n');
  const wrong = pages.filter((page) => /npm (i|install)( -g| --global)? connector\b/.test(read(page)));
  expect(wrong).toEqual([]);
});
