/** `connector report cycle-time` and its like: one file for all of them, as a report is data and formats are the same. */
import { type FlowOptions, flowReports } from '../../app/report/flow.js';
import { EXIT } from '../../core/errors.js';
import type { ReportDocument } from '../../reports/document.js';
import type { FlowName } from '../../reports/flow/names.js';
import { inWords } from '../../reports/made.js';
import { RAW_CSV, refuseUnfit } from '../../reports/option.js';
import { documentCsv, documentJson, documentNdjson } from '../../reports/print/document-data.js';
import { documentText } from '../../reports/print/document-text.js';
import type { Action } from '../command.js';
import type { Context } from '../context.js';
import { refuseTaken, writeOut } from '../ui/out-file.js';
import type { ReportFormat } from './report-formats.js';
import { targetsOf } from './report-targets.js';

interface Options extends Omit<FlowOptions, 'connections' | 'projects' | 'filters'> {
  readonly connection: readonly string[];
  readonly project: readonly string[];
  readonly filter: readonly string[];
  readonly format: readonly ReportFormat[];
  readonly out: readonly string[];
  readonly force?: boolean;
  readonly rawCsv?: boolean;
}

export const runOf =
  (report: FlowName): Action<Options> =>
  async (context, _args, options) => {
    const targets = targetsOf(options);
    refuseUnfit<ReportFormat>(
      [RAW_CSV],
      targets.map(({ format }) => format),
      { ...options },
    );
    for (const target of targets) refuseTaken(context.io, target);
    const { connection: connections, project: projects, filter: filters } = options;
    const job = {
      ...{ warehouse: context.warehouse(), labels: context.labels(), reports: [report] as const },
      connections: () => context.sites(connections),
    };
    const [document] = await flowReports({ ...job, options: { ...options, connections, projects, filters } }, context);
    if (document)
      for (const target of targets)
        await writeOut(context.io, target, printed(document, target.format, options, context));
    return EXIT.ok;
  };

async function* printed(
  document: ReportDocument,
  format: ReportFormat,
  { rawCsv = false, out }: Options,
  { io, clock }: Context,
): AsyncIterable<string | Uint8Array> {
  const made = inWords(clock.wall());
  if (format === 'json') yield documentJson(document);
  else if (format === 'ndjson') yield* documentNdjson(document);
  else if (format === 'csv') yield* documentCsv(document, rawCsv);
  // Plots take as long to load as DuckDB, and so do workbooks.
  else if (format === 'html') yield (await import('../../reports/print/document-html.js')).documentHtml(document, made);
  else if (format === 'xlsx') yield (await import('../../reports/print/document-xlsx.js')).documentXlsx(document, made);
  else
    yield documentText(
      document,
      out.length === 0 && io.stdout.isTTY ? io.stdout.columns : undefined,
      io.env.TERM === 'dumb',
    );
}
