/** `connector maintain`: tables that are quick to read and small. */
import { type MaintainJob, maintain, type TableReport } from '../../app/maintain.js';
import { byteText } from '../../core/byte-text.js';
import { EXIT, exitCodeOf } from '../../core/errors.js';
import { TextTable } from '../../core/text-table.js';
import type { Amount, StepReport } from '../../writers/upkeep/report.js';
import type { Action } from '../command.js';

interface Options extends Pick<MaintainJob, 'dryRun' | 'retainDays' | 'retainSnapshots' | 'orphanAge'> {
  readonly stream: readonly string[];
  readonly connection: readonly string[];
  readonly json?: true;
}

export const run: Action<Options> = async (context, _args, options) => {
  const { stream, connection, json, dryRun = false } = options;
  const job = { ...options, warehouse: context.warehouse(), tables: stream, connections: connection };
  const { tables, failures } = await maintain(job, context);
  const exitCode = context.signal.aborted ? EXIT.interrupted : exitCodeOf(failures);
  if (json) context.printJson({ ok: exitCode === EXIT.ok, dry_run: dryRun, tables });
  else context.tell(textOf(tables, dryRun));
  return exitCode;
};

/** Steps that did nothing are left out: there are many. */
function textOf(reports: readonly TableReport[], dryRun: boolean): string {
  const table = new TextTable({
    head: ['table', 'step', dryRun ? 'now' : 'before', dryRun ? 'then' : 'after', 'files removed', 'why'],
    compact: true,
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
