/** `connector sync`: the main job. */
import { randomUUID } from 'node:crypto';
import { RunHooks } from '../../app/hooks/run-hooks.js';
import { sync } from '../../app/sync.js';
import type { SyncWishes } from '../../app/sync-input.js';
import { toConnectorError } from '../../app/unexpected.js';
import { EXIT } from '../../core/errors.js';
import { boundYoungSpace } from '../../core/heap.js';
import type { WarehouseSettings } from '../../writers/storage/warehouse-settings.js';
import type { Action } from '../command.js';
import type { Context } from '../context.js';
import { measuredOf } from '../measured.js';
import { plannedRequests } from '../planned-requests.js';
import { startProgress } from '../ui/progress.js';
import { errorsOf, reportTable } from '../ui/report.js';

interface Options extends Omit<SyncWishes, 'streams'> {
  readonly stream: readonly string[];
  readonly connection: readonly string[];
  readonly json?: true;
  readonly wide?: true;
  readonly quiet?: true;
  /** False: `--no-progress`. */
  readonly progress?: boolean;
}

export const run: Action<Options> = async (context, _args, options) => {
  boundYoungSpace();
  const runId = randomUUID();
  const { hooks, connections } = context.hooks(options.connection);
  const { report, exitCode } = await begin(context, options, runId).catch(async (error: unknown) => {
    await new RunHooks(context, hooks, runId).ofNothingBegun(connections, toConnectorError(error, context.log));
    throw error;
  });
  if (options.json) {
    context.printJson(report);
    for (const error of errorsOf(report)) context.log.error(error);
  } else if (!options.quiet || exitCode !== EXIT.ok)
    context.tell(reportTable(report, options.wide ? null : context.width));
  return exitCode;
};

/** @throws ConnectorError when the run cannot begin */
async function begin(
  context: Context,
  { connection, stream: streams, quiet, progress: shown = true, ...wishes }: Options,
  runId: string,
) {
  const config = context.config(connection);
  const job = { ...config, ...wishes, streams };
  const silent = !shown || quiet === true;
  const progress = silent
    ? undefined
    : await startProgress(context, config.connections.length, await plannedRequests(context, job));
  const ended = await sync({ ...job, runId, progress }, context);
  if (config.textfile !== undefined) await tellMonitor(context, config.warehouse, config.textfile);
  return ended;
}

/** Its reader sees by the age of the numbers that they could not be written; the tables are right all the same. */
async function tellMonitor(context: Context, warehouse: WarehouseSettings, textfile: string): Promise<void> {
  const { writeTextfile } = await import('../../app/metrics/measure.js');
  await writeTextfile(textfile, { ...measuredOf(context), warehouse }, context.log).catch((error: unknown) =>
    context.log.error(`${textfile} was not written: ${toConnectorError(error, context.log).message}`),
  );
}
