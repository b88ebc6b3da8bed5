/** `connector sync`: the main job. */
import { randomUUID } from 'node:crypto';
import { RunHooks } from '../../app/hooks/run-hooks.js';
import { sync } from '../../app/sync.js';
import type { SyncWishes } from '../../app/sync-input.js';
import { toConnectorError } from '../../app/unexpected.js';
import type { Action } from '../command.js';
import type { Context } from '../context.js';
import { startProgress } from '../ui/progress.js';
import { errorsOf, reportTable } from '../ui/report.js';

interface Options extends Omit<SyncWishes, 'streams'> {
  readonly stream: readonly string[];
  readonly connection: readonly string[];
  readonly json?: true;
}

export const run: Action<Options> = async (context, _args, options) => {
  const runId = randomUUID();
  const { hooks, connections } = context.hooks(options.connection);
  const { report, exitCode } = await begin(context, options, runId).catch(async (error: unknown) => {
    const message = context.redactor.redact(toConnectorError(error, context.log).message);
    await new RunHooks(context, hooks, runId).ofNothingBegun(connections, message);
    throw error;
  });
  if (options.json) {
    context.printJson(report);
    for (const error of errorsOf(report)) context.log.error(error);
  } else context.print(reportTable(report));
  return exitCode;
};

/** @throws ConnectorError when the run cannot begin */
async function begin(context: Context, { connection, stream: streams, ...wishes }: Options, runId: string) {
  const config = context.config(connection);
  const progress = await startProgress(context, config.warehouse, config.connections);
  return sync({ ...config, ...wishes, streams, runId, progress }, context);
}
