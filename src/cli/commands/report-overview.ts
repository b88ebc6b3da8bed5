/** `connector report overview`: one page with the answers of the reports. */
import type { FlowOptions } from '../../app/report/flow.js';
import { EXIT } from '../../core/errors.js';
import { inWords } from '../../reports/made.js';
import type { Action } from '../command.js';
import { refuseTaken, writeOut } from '../ui/out-file.js';

interface Options extends Omit<FlowOptions, 'connections' | 'projects'> {
  readonly connection: readonly string[];
  readonly project: readonly string[];
  readonly out: string;
  readonly force?: boolean;
}

export const run: Action<Options> = async (context, _args, { out, force = false, connection, project, ...options }) => {
  const target = { out, force };
  refuseTaken(context.io, target);
  // Plots take as long to load as DuckDB.
  const { overviewPage } = await import('../../app/report/overview.js');
  const job = {
    warehouse: context.warehouse(),
    labels: context.labels(),
    options: { ...options, connections: connection, projects: project },
    made: inWords(context.clock.wall()),
  };
  const page = await overviewPage(job, context);
  await writeOut(context.io, target, piecesOf(page));
  if (out !== '-') context.log.info(`Wrote ${out}: open it in a browser.`);
  return EXIT.ok;
};

async function* piecesOf(page: string): AsyncIterable<string> {
  yield page;
}
