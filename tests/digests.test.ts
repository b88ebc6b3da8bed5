/**
 * Every row, column by column, as digests that were made before the way of a row changed: golden pages as they are shaped, and the tables of a
 * seeded site after a whole read and after one of changes. A faster way of the same rows leaves them alone. What is meant to differ is written
 * anew by `npx vitest run tests/digests.test.ts -u -t STREAM`, and the difference is then looked at line by line; a new stream is added likewise.
 */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadManifest } from '../src/app/settings/manifest.js';
import { isObject, recordsAt } from '../src/core/json-path.js';
import { openForReading } from '../src/query/open.js';
import { compileShaper } from '../src/runtime/rows/shape.js';
import { type JiraAndWarehouse, jiraAndWarehouse, NEVER, registry } from './helpers/jira-and-warehouse.js';

type Row = Readonly<Record<string, unknown>>;
type Tables = ReadonlyMap<string, readonly Row[]>;

const HOUR = 3_600_000;
const GOLDEN = join(import.meta.dirname, 'golden');
/** Their values are the moments of a run. */
const MOMENTS = new Set(['_synced_at', '_deleted_at']);
const links = new Set(loadManifest().links);
const streams = [...registry.streams.keys()];

let world: JiraAndWarehouse;
let whole: Tables;
let changed: Tables;

beforeAll(async () => {
  const options = { issues: 60, moreFields: 6, bigNumbers: 0.2, users: 30, groups: 4, boards: 4, sprints: 10 };
  world = await jiraAndWarehouse({ ...options, fixedClock: true });
  const schedule = { ...NEVER, census: 0 };
  await world.sync(streams, { schedule });
  whole = await tables();
  world.jira.edit.advance(3 * HOUR);
  world.jira.edit.churn({ updates: 8, comments: 5, worklogs: 5, deletedWorklogs: 3, deletes: 2 });
  world.jira.edit.updateIssue(world.jira.site.idOf(5), ODD_VALUES);
  world.jira.edit.advance(HOUR);
  await world.sync(streams, { schedule });
  changed = await tables();
}, 240_000);
afterAll(() => world.close());

/** Values that fit no column of their fields, or hardly. */
const ODD_VALUES = {
  customfield_10026: 'no number',
  customfield_10030: { not: 'a text', 'with "quotes"': [null, '\u2028', 1e300] },
  customfield_10032: [],
  customfield_10037: '2026-13-45T00:00:00.000+0000',
  customfield_10046: 1e21,
  labels: ['a', null, 7],
  duedate: '2026-02-30',
};

/** Of every stream that has a table, its rows with those that are gone. */
async function tables(): Promise<Tables> {
  const found = new Map<string, readonly Row[]>();
  const warehouse = await openForReading({ root: world.root });
  try {
    for (const { name } of warehouse.tables)
      if (registry.streams.has(name))
        found.set(name, (await warehouse.read(`select * from demo.${name}_all`)).getRowObjectsJson());
    return found;
  } finally {
    warehouse.close();
  }
}

test.each(streams)('every column of %s has the values it had before', async (stream) => {
  const { primary_key } = registry.get(stream);
  const parts = [
    ...goldenPages(stream).map(({ file, rows }) => digest(`golden ${file}`, rows, Object.keys(rows[0] ?? {}))),
    ...[whole, changed].map((found, at) => {
      const title = at === 0 ? 'site, whole read' : 'site, after changes';
      return digest(title, sorted(found.get(stream) ?? [], primary_key), columnsOf(found.get(stream) ?? []));
    }),
  ];
  await expect(`${parts.join('\n\n')}\n`).toMatchFileSnapshot(`digests/${stream}.txt`);
});

test('no digest is left of a stream that is no more', () => {
  const left = readdirSync(join(import.meta.dirname, 'digests')).filter(
    (file) => !streams.includes(file.replace('.txt', '')),
  );
  expect(left).toEqual([]);
});

function goldenPages(stream: string): { file: string; rows: readonly Row[] }[] {
  return readdirSync(join(GOLDEN, stream)).map((file) => {
    const { route: name, page, bound } = JSON.parse(readFileSync(join(GOLDEN, stream, file), 'utf8'));
    const declared = registry.get(stream);
    const route = declared.routes.find((one) => one.name === name);
    if (!route) throw new Error(`${stream} has no route ${name}`);
    const shaper = compileShaper(declared, route, { links });
    const found = recordsAt(page, route.rows, route.carry) ?? [];
    if (typeof found === 'string') throw new Error(`${stream}/${file}: ${found}`);
    const shaped = found.map(({ record, carried }) => shaper.shape(record, { ...bound, ...carried }));
    return { file, rows: shaped.flatMap((one) => ('row' in one ? [one.row] : [])) };
  });
}

const columnsOf = (rows: readonly Row[]) => Object.keys(rows[0] ?? {});

function sorted(rows: readonly Row[], key: readonly string[]): readonly Row[] {
  const keyOf = (row: Row) => JSON.stringify(key.map((column) => row[column]));
  return rows
    .map((row) => ({ row, key: keyOf(row) }))
    .sort((a, b) => (a.key < b.key ? -1 : 1))
    .map(({ row }) => row);
}

/** A line per column: the order of rows counts, that of a struct's members does not. */
function digest(title: string, rows: readonly Row[], columns: readonly string[]): string {
  const lines = [...columns].sort().map((column) => {
    const hash = createHash('sha256');
    for (const row of rows) hash.update(`${textOf(column, row[column])}\n`);
    return `  ${column} ${hash.digest('hex').slice(0, 12)}`;
  });
  return [`${title}: ${rows.length} rows`, ...lines].join('\n');
}

function textOf(column: string, value: unknown): string {
  if (MOMENTS.has(column)) return value === null || value === undefined ? 'null' : 'a moment';
  const text = JSON.stringify(value, (_, inner: unknown) =>
    isObject(inner) ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1))) : inner,
  );
  // The port differs from run to run.
  return String(text).replaceAll(world.jira.url, 'https://site.example');
}
