import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ALLOWED, OURS, REFUSED, type Role, WORDS, whyRefused } from '../../../src/query/guard/functions.js';

let instance: DuckDBInstance;
let connection: DuckDBConnection;
beforeAll(async () => {
  instance = await DuckDBInstance.create(':memory:');
  connection = await instance.connect();
});
afterAll(() => {
  connection.closeSync();
  instance.closeSync();
});

/** What `duckdb_functions()` calls them. PRAGMA functions stand in no SELECT. */
const TYPES: Readonly<Record<Role, readonly string[]>> = {
  value: ['scalar', 'aggregate', 'macro'],
  rows: ['table', 'table_macro'],
};

async function functions(types: readonly string[]): Promise<readonly string[]> {
  const list = types.map((type) => `'${type}'`).join(', ');
  const read = await connection.runAndReadAll(
    `SELECT DISTINCT lower(function_name) FROM duckdb_functions() WHERE function_type IN (${list}) ORDER BY 1`,
  );
  return read.getRows().map(([name]) => String(name));
}

const refused = (role: Role) => Object.values(REFUSED[role]).flat();
const isCollation = (name: string) => name.startsWith('icu_collate_');

describe('a newer DuckDB opens no hole', () => {
  test('functions are of the kinds that the lists know', async () => {
    const read = await connection.runAndReadAll('SELECT DISTINCT function_type FROM duckdb_functions()');
    const types = read.getRows().map(([type]) => String(type));
    expect(types.sort()).toEqual([...TYPES.value, ...TYPES.rows, 'pragma'].sort());
  });

  test.each([
    'value',
    'rows',
  ] as const)('every function of the bundled DuckDB is allowed or refused: %s', async (role) => {
    const known = new Set([...ALLOWED[role], ...refused(role)]);
    const names = await functions(TYPES[role]);
    expect(names.filter((name) => !known.has(name) && !isCollation(name))).toEqual([]);
  });

  test.each(['value', 'rows'] as const)('the lists name none that is not there, and none twice: %s', async (role) => {
    const there = new Set([...(await functions(TYPES[role])), ...OURS, ...WORDS]);
    const listed = [...ALLOWED[role], ...refused(role)];
    expect(listed.filter((name) => !there.has(name))).toEqual([]);
    expect(listed.length).toBe(new Set(listed).size);
  });

  test('a function that nobody has judged is refused, whatever its letters', () => {
    for (const role of ['value', 'rows'] as const) {
      expect(whyRefused('write_everywhere', role)).toBe('is not known to be harmless');
      for (const name of refused(role)) expect(whyRefused(name.toUpperCase(), role)).not.toBeNull();
    }
  });

  test('what has side effects by its own word is allowed only when it is known to touch nothing but this session', async () => {
    const read = await connection.runAndReadAll(
      'SELECT DISTINCT function_name FROM duckdb_functions() WHERE has_side_effects ORDER BY 1',
    );
    const allowed = read
      .getRows()
      .map(([name]) => String(name))
      .filter((name) => whyRefused(name, 'value') === null);
    expect(allowed).toEqual([
      'current_connection_id',
      'current_query',
      'current_query_id',
      'current_transaction_id',
      'error',
      'gen_random_uuid',
      'random',
      'setseed',
      'stats',
      'uuid',
      'uuidv4',
      'uuidv7',
    ]);
  });

  /** A view runs what it is made of without the guard. */
  test("DuckDB's own views are the ones that were looked at", async () => {
    const read = await connection.runAndReadAll('SELECT view_name, sql FROM duckdb_views() WHERE internal ORDER BY 1');
    const views = read.getRows().map(([name, sql]) => ({ name: String(name), sql: String(sql) }));
    const dangerous = refused('rows').filter((name) => !name.startsWith('duckdb_'));
    const calls = new RegExp(`\\b(${[...dangerous, ...refused('value')].join('|')})\\s*\\(`);
    expect(views.filter(({ sql }) => calls.test(sql)).map(({ name }) => name)).toEqual([]);
  });
});
