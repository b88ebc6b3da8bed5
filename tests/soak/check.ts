/** Holds every table against the site, and every report against its own sums. */
import { registry } from '../helpers/jira-and-warehouse.js';
import { caseCell } from '../helpers/stream-truths/truth-case.js';
import { SHARED_TRUTHS } from './shared-truth.js';
import { line, TRUTHS, tableSql } from './truth.js';
import type { World } from './world.js';

const ALL = [...TRUTHS, ...SHARED_TRUTHS];
const DYNAMIC = new Set(ALL.map(({ stream }) => stream));
/** One entry for each project that is not deleted: they come and go with those. */
const WITH_PROJECTS = /_schemes$|^workflows$|^field_configurations$/;
/** Tables that are about runs and not about the site. */
const isOwn = (table: string): boolean => table.startsWith('_');

export interface Baseline {
  /** All that the first clean run made. */
  readonly tables: readonly string[];
  /** Keys of the tables whose rows no change of the soak touches. */
  readonly keys: ReadonlyMap<string, readonly string[]>;
}

const keySql = (table: string): string => {
  const keys = registry
    .get(table)
    .primary_key.map((column) => `"${column}"::varchar`)
    .join(` || ' ' || `);
  return `select ${keys} as line from jira.${table}`;
};
const linesOf = (rows: readonly Record<string, unknown>[]): string[] =>
  rows.map((row) => line(...Object.values(row).map(caseCell))).sort();

export async function baselineOf(world: World): Promise<Baseline> {
  const tables = (await world.tables()).filter((table) => !isOwn(table));
  const still = tables.filter((table) => !DYNAMIC.has(table) && !WITH_PROJECTS.test(table));
  const answers = await world.rows(still.map(keySql));
  return { tables, keys: new Map(still.map((table, n) => [table, linesOf(answers[n] ?? [])])) };
}

/** What is wrong, a text for each table; empty when all is right. */
export async function differences(world: World, baseline: Baseline): Promise<string[]> {
  const tables = (await world.tables()).filter((table) => !isOwn(table));
  const missing = baseline.tables.filter((table) => !tables.includes(table));
  // A table that only a disturbed run was told to read stays as that left it.
  const truths = ALL.filter(({ stream }) => tables.includes(stream) && baseline.tables.includes(stream));
  const statics = [...baseline.keys].filter(([table]) => tables.includes(table));
  const twice = tables.map((table) => {
    const keys = registry
      .get(table)
      .primary_key.map((column) => `"${column}"`)
      .join(', ');
    return `select count(*) as rows, (select count(*) from (select distinct ${keys} from jira.${table}_all)) as keys from jira.${table}_all`;
  });
  const answers = await world.rows([
    ...truths.map((truth) => tableSql(truth, world)),
    ...statics.map(([table]) => keySql(table)),
    ...twice,
  ]);
  const found = missing.map((table) => `${table}: there is no such table`);
  for (const [n, truth] of truths.entries())
    found.push(...compared(truth.stream, (await truth.lines(world)).sort(), linesOf(answers[n] ?? [])));
  for (const [n, [table, lines]] of statics.entries())
    found.push(...compared(table, lines, linesOf(answers[truths.length + n] ?? [])));
  for (const [n, table] of tables.entries()) {
    const [{ rows, keys } = {}] = answers[truths.length + statics.length + n] ?? [];
    if (rows !== keys) found.push(`${table}: ${rows} rows with ${keys} different keys`);
  }
  return found;
}

const SHOWN = 3;

function compared(stream: string, site: readonly string[], table: readonly string[]): string[] {
  const [inSite, inTable] = [new Set(site), new Set(table)];
  const lacking = site.filter((one) => !inTable.has(one));
  const extra = table.filter((one) => !inSite.has(one));
  if (lacking.length + extra.length === 0) return [];
  const some = (lines: readonly string[]) =>
    lines
      .slice(0, SHOWN)
      .map((one) => `      ${one}`)
      .join('\n');
  const parts = [
    `${stream}: ${site.length} rows on the site, ${table.length} live in the table`,
    ...(lacking.length > 0 ? [`    ${lacking.length} lacking or other in the table:\n${some(lacking)}`] : []),
    ...(extra.length > 0 ? [`    ${extra.length} in the table alone:\n${some(extra)}`] : []),
  ];
  return [parts.join('\n')];
}

interface Report {
  readonly connections?: readonly { readonly streams: readonly StreamSums[] }[];
}
interface StreamSums {
  readonly stream: string;
  readonly state: string;
  readonly rows_read: number;
  readonly rows_written: number;
  readonly rows_rejected: number;
  readonly outcomes: Readonly<Record<string, number>>;
  readonly error?: string;
}

const streamsOf = (stdout: string): readonly StreamSums[] =>
  ((JSON.parse(stdout) as Report).connections ?? []).flatMap(({ streams }) => streams);

/** What no run may do, however disturbed: books that do not balance, and errors that we have not thought of. */
export function wrongWith(stdout: string, stderr: string): string[] {
  if (stdout.trim() === '') return [`a sync said nothing: ${stderr.slice(-400)}`];
  // A stream that broke off has read rows that it did not come to write.
  const whole = streamsOf(stdout).filter(({ state }) => !['failed', 'paused', 'skipped'].includes(state));
  const unbalanced = whole.filter(({ rows_read, rows_written, rows_rejected, outcomes }) => {
    return rows_read !== Object.values(outcomes).reduce((sum, count) => sum + count, rows_written + rows_rejected);
  });
  const unexpected = `${stdout}\n${stderr}`.split('\n').filter((text) => /Unexpected error|do not balance/.test(text));
  return [
    ...unbalanced.map((sums) => `the books of a stream: ${JSON.stringify(sums)}`),
    ...new Set(unexpected.map((text) => text.trim().slice(0, 300))),
  ];
}

/** Streams that did not end well, with their reasons. */
export function troubles(stdout: string): string[] {
  return streamsOf(stdout)
    .filter(({ state }) => !['ok', 'empty', 'unsupported', 'forbidden', 'not_due'].includes(state))
    .map(({ stream, state, error = '' }) => `${stream} ${state}: ${error.slice(0, 240)}`);
}
