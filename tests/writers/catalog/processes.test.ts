import { describe, expect, it } from 'vitest';
import { FAILPOINT, type Failpoint } from '../../../src/core/failpoints.js';
import { runProgram } from './programs.js';
import { fileCatalog, metadataFiles, temporaryFolder } from './tables.js';

const FILES_AT: Readonly<Record<string, readonly string[]>> = { '1': ['/1'], '2': ['/1', '/2'], '3': ['/2', '/3'] };

// Data files are moved in by the layer above, which tests FP1 and FP2.
const CATALOG_POINTS = Object.values(FAILPOINT).filter((point) => point !== 'FP1' && point !== 'FP2');
const BEFORE_THE_COMMIT_POINT: readonly Failpoint[] = ['FP3', 'FP4', 'FP5'];

describe('eight processes that commit to one table without any lock', () => {
  it.each([
    ['rows', true],
    ['the same property', false],
  ])('I12 make as many versions as successes when they commit %s', { timeout: 120_000 }, async (_, rows) => {
    const root = await temporaryFolder();
    const times = 6;
    const ends = await Promise.all(Array.from({ length: 8 }, () => runProgram('race', { root, times, rows })));
    expect(ends).toEqual(Array.from({ length: 8 }, () => ({ code: 0, signal: null })));
    const catalog = await fileCatalog(root);
    const version = await catalog.load('acme', 'items');
    expect(version?.metadataLocation).toMatch(/\/v48\.metadata\.json$/);
    const { data } = version ? await catalog.files(version) : { data: [] };
    expect(new Set(data.map(({ location }) => location)).size).toBe(rows ? 48 : 0);
    expect(version?.history).toHaveLength(rows ? 48 : 0);
    expect((await metadataFiles(root)).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });
});

describe('SIGKILL within a commit', () => {
  it.each(CATALOG_POINTS.flatMap((point) => [2, 3].map((pass) => [point, pass] as const)))(
    'I7 at %s of commit %i leaves the old version whole or the new one',
    { timeout: 60_000 },
    async (point, pass) => {
      const root = await temporaryFolder();
      const end = await runProgram('threeCommits', { root, failpoint: `${point}:${pass}:kill` });
      expect(end.signal).toBe('SIGKILL');
      const catalog = await fileCatalog(root);
      const version = await catalog.load('acme', 'items');
      const state = version?.properties.state ?? '';
      expect(state).toBe(String(BEFORE_THE_COMMIT_POINT.includes(point) ? pass - 1 : pass));
      const { data } = version ? await catalog.files(version) : { data: [] };
      expect(data.map(({ location }) => location).sort()).toEqual(FILES_AT[state]);
    },
  );
});
