/** `connector maintain`: compaction, snapshot expiry, orphans and manifests, table by table. */
import { randomUUID } from 'node:crypto';
import { InvalidArgumentError } from 'commander';
import { readEnvironment } from '../app/settings/environment.js';
import { byteText } from '../core/byte-text.js';
import { ConnectorError, type ErrorKind, EXIT, exitCodeOf } from '../core/errors.js';
import { armFailpoints } from '../core/failpoints.js';
import { TextTable } from '../core/text-table.js';
import { didYouMean } from '../core/yaml-file.js';
import { ORPHAN_AGE_HOURS, RETENTION } from '../writers/iceberg/limits.js';
import type { TableName } from '../writers/iceberg/model.js';
import { locationsOf, maintainTable } from '../writers/upkeep/maintain.js';
import { type Maintenance, openMaintenance } from '../writers/upkeep/open.js';
import type { Amount, StepReport } from '../writers/upkeep/report.js';
import type { Action, Registration } from './command.js';
import type { Context } from './context.js';
import { collect } from './sync.js';

interface Options {
  readonly stream: readonly string[];
  readonly connection: readonly string[];
  readonly dryRun?: true;
  readonly json?: true;
  readonly retainDays: number;
  readonly retainSnapshots: number;
  /** Hours. */
  readonly orphanAge: number;
}

/** `maintain --json` (docs/maintenance.md). */
interface TableReport {
  readonly table: string;
  readonly steps: readonly StepReport[];
  readonly error?: string;
}

const maintain: Action<Options> = async (context, _args, options) => {
  armFailpoints(readEnvironment(context.io.env).failpoint ?? '');
  const maintenance = await openMaintenance(context.lake(), randomUUID());
  try {
    const all = await maintenance.lake.catalog.list();
    const { reports, kinds } = await maintainAll(context, maintenance, all, options);
    const exitCode = context.io.signal.aborted ? EXIT.interrupted : exitCodeOf(kinds);
    const dryRun = options.dryRun === true;
    if (options.json) context.printJson({ ok: exitCode === EXIT.ok, dry_run: dryRun, tables: reports });
    else context.print(textOf(reports, dryRun));
    return exitCode;
  } finally {
    await maintenance.close();
  }
};

export const registerMaintain: Registration = (program, run) => {
  program
    .command('maintain')
    .summary('makes tables quick to read and small: compaction, old snapshots, orphans, manifests')
    .description('What readers see stays the same, and syncs may run meanwhile.')
    .option('--stream <name>', 'only this table; may be repeated', collect, [])
    .option('--connection <name>', 'only this connection; may be repeated', collect, [])
    .option('--dry-run', 'say what would be done, and change nothing')
    .option('--retain-days <days>', 'snapshots younger than this stay', wholeNumber(0), RETENTION.days)
    .option('--retain-snapshots <n>', 'the newest snapshots that stay', wholeNumber(1), RETENTION.snapshots)
    .option('--orphan-age <hours>', 'unused files older than this go', wholeNumber(1), ORPHAN_AGE_HOURS)
    .option('--json', 'one JSON document')
    .action(run(maintain));
};

async function maintainAll(
  context: Context,
  { lake, tools }: Maintenance,
  all: readonly TableName[],
  options: Options,
): Promise<{ readonly reports: readonly TableReport[]; readonly kinds: readonly ErrorKind[] }> {
  const selected = select(all, options);
  const places = await locationsOf(lake.catalog, all);
  const reports: TableReport[] = [];
  const kinds: ErrorKind[] = [];
  for (const table of selected) {
    if (context.io.signal.aborted) break;
    const others = all.filter((other) => other !== table).map((other) => places.get(other) ?? null);
    const job = {
      retention: { days: options.retainDays, snapshots: options.retainSnapshots },
      orphanAgeMs: options.orphanAge * 3_600_000,
      dryRun: options.dryRun === true,
      neighbours: others.every((place) => place !== null) ? others : null,
    };
    const steps: StepReport[] = [];
    const name = `${table.namespace}.${table.name}`;
    try {
      await maintainTable(tools, table, job, (step) => steps.push(step));
      reports.push({ table: name, steps });
    } catch (error) {
      if (!(error instanceof ConnectorError)) throw error;
      context.log.error(`${name}: ${error.message}`);
      kinds.push(error.kind);
      reports.push({ table: name, steps, error: error.message });
    }
  }
  return { reports, kinds };
}

/** @throws ConnectorError kind `usage` naming the nearest table or connection */
function select(all: readonly TableName[], { stream, connection }: Options): readonly TableName[] {
  refuseUnknown('connection', connection, new Set(all.map(({ namespace }) => namespace)));
  const within = all.filter(({ namespace }) => connection.length === 0 || connection.includes(namespace));
  refuseUnknown('table', stream, new Set(within.map(({ name }) => name)));
  return within.filter(({ name }) => stream.length === 0 || stream.includes(name));
}

function refuseUnknown(what: string, wanted: readonly string[], known: ReadonlySet<string>): void {
  const unknown = wanted.find((name) => !known.has(name));
  if (unknown === undefined) return;
  const there = [...known].sort();
  throw new ConnectorError(
    'usage',
    `The warehouse has no ${what} \`${unknown}\`.${didYouMean(unknown, there)} There are: ${there.join(', ') || 'none'}.`,
  );
}

/** @throws InvalidArgumentError, which commander shows. */
function wholeNumber(least: number): (text: string) => number {
  return (text) => {
    if (/^\d{1,6}$/.test(text) && Number(text) >= least) return Number(text);
    throw new InvalidArgumentError(`Expected a whole number from ${least} on.`);
  };
}

/** Steps that did nothing are left out: there are many. */
function textOf(reports: readonly TableReport[], dryRun: boolean): string {
  const table = new TextTable({
    head: ['table', 'step', dryRun ? 'now' : 'before', dryRun ? 'then' : 'after', 'files removed', 'why'],
    style: { head: [], border: [], compact: true },
  });
  for (const { table: name, steps } of reports)
    for (const step of steps.filter(({ outcome }) => outcome !== 'nothing'))
      table.push([
        name,
        step.step,
        amountText(step, step.before),
        amountText(step, step.after),
        removedText(step),
        step.why,
      ]);
  const idle = reports.filter(
    ({ steps, error }) => !error && steps.every(({ outcome }) => outcome === 'nothing'),
  ).length;
  const failed = reports.filter(({ error }) => error !== undefined).length;
  const lines = [
    ...(table.length > 0 ? [table.toString()] : []),
    `${reports.length} tables, ${idle} of them in good order${failed > 0 ? `, ${failed} could not be maintained` : ''}.`,
    ...(dryRun ? ['Nothing was changed.'] : []),
  ];
  return lines.join('\n');
}

const number = new Intl.NumberFormat('en-US');

/** `120 files, 5,000 rows, 1.5 MB`; empty when it is not known before it is done. */
function amountText({ unit, outcome }: StepReport, amount: Amount | null): string {
  if (amount === null || outcome === 'skipped') return outcome === 'skipped' ? 'left as it is' : '';
  const { count, rows, bytes } = amount;
  return [
    `${number.format(count)} ${unit}`,
    ...(rows === undefined ? [] : [`${number.format(rows)} rows`]),
    ...(bytes === undefined ? [] : [byteText(bytes)]),
  ].join(', ');
}

function removedText({ removed }: StepReport): string {
  return removed.files === 0 ? '' : `${number.format(removed.files)}, ${byteText(removed.bytes)}`;
}
