/** `connector sync`: the main job. */
import { randomUUID } from 'node:crypto';
import { InvalidArgumentError } from 'commander';
import { isCalendarDay } from '../app/settings/settings.js';
import type { Action, Registration } from './command.js';
import type { Context } from './context.js';
import { errorsOf, reportTable } from './report-table.js';
import { RunHooks } from './run-hooks.js';
import { syncConnections, toConnectorError } from './sync-run.js';

interface Options {
  readonly stream: readonly string[];
  readonly connection: readonly string[];
  readonly fullRefresh?: true;
  readonly acceptDeletes?: true;
  readonly retryOwed?: true;
  readonly strict?: true;
  readonly census?: true;
  readonly start?: string;
  readonly json?: true;
}

const sync: Action<Options> = async (context, _args, options) => {
  const { hooks, connections } = context.hooks(options.connection);
  const runHooks = new RunHooks(context, hooks, randomUUID());
  const { report, exitCode } = await begin(context, options, runHooks).catch(async (error: unknown) => {
    await runHooks.ofNothingBegun(connections, context.redaction.apply(toConnectorError(error, context).message));
    throw error;
  });
  if (options.json) {
    context.printJson(report);
    for (const error of errorsOf(report)) context.log.error(error);
  } else context.print(reportTable(report));
  return exitCode;
};

/** @throws ConnectorError when the run cannot begin */
async function begin(context: Context, options: Options, hooks: RunHooks) {
  const config = context.config(options.connection);
  return syncConnections(context, {
    connections: config.connections,
    lake: config.lake,
    hooks,
    streams: [...new Set(options.stream)],
    fullRefresh: options.fullRefresh === true,
    acceptDeletes: options.acceptDeletes === true,
    retryOwed: options.retryOwed === true,
    strict: options.strict === true,
    census: options.census === true,
    start: options.start,
  });
}

export const registerSync: Registration = (program, run) => {
  program
    .command('sync')
    .summary('reads the site into the warehouse')
    .option('--stream <name>', 'only this stream; may be repeated', collect, [])
    .option('--connection <name>', 'only this connection; may be repeated', collect, [])
    .option('--full-refresh', 'read everything again into the same tables')
    .option('--accept-deletes', 'mark rows deleted although very many have vanished, or another account reads')
    .option('--retry-owed', 'ask at once for all rows that are owed, whatever their turn')
    .option('--strict', 'exit 1 also for rows that were given up (refused for days)')
    .option('--census', 'look for deleted issues in this run, whatever `census:` says')
    .option('--start <date>', 'issues and worklogs updated from this day on, YYYY-MM-DD', parseDay)
    .option('--json', 'one JSON document')
    .action(run(sync));
};

export const collect = (value: string, before: readonly string[]): readonly string[] => [...before, value];

/** @throws InvalidArgumentError, which commander shows. */
export function parseDay(text: string): string {
  if (/^\d{4}-\d{2}-\d{2}$/.test(text) && isCalendarDay(text)) return text;
  throw new InvalidArgumentError('Expected a day, YYYY-MM-DD.');
}
