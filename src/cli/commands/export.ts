/** `connector export NAME --format F --out FILE`: rows of a stream, of a view or of a statement as a file. */
import { ConnectorError, EXIT } from '../../core/errors.js';
import { identifier } from '../../core/quote.js';
import { nearest } from '../../core/yaml-file.js';
import type { ExportFormat } from '../../query/formats/names.js';
import { answerOf } from '../../query/process/answer-of.js';
import type { Opened } from '../../query/process/peer.js';
import { QueryProcess } from '../../query/process/query-process.js';
import { refuseUnreadable } from '../../query/tables/unreadable.js';
import type { Action } from '../command.js';
import type { Context } from '../context.js';
import { refuseTaken, writeOut } from '../ui/out-file.js';

interface Options {
  readonly sql?: string;
  readonly format: ExportFormat;
  readonly out: string;
  readonly force?: true;
  readonly where?: string;
  readonly columns: readonly string[];
  readonly allRows?: true;
  readonly raw?: true;
}

export const run: Action<Options> = async (context, [name], options) => {
  refuseMistakes(name, options);
  refuseTaken(context.io, { out: options.out, force: options.force === true });
  const { env, signal } = context.io;
  const warehouse = await QueryProcess.open(context.warehouse(), { env, signal, labels: context.labels() });
  try {
    const opened = await warehouse.views();
    refuseUnreadable(opened.problems, 'nothing was exported', connectionsOf(name));
    await write(context, warehouse, options.sql ?? selectOf(name ?? '', opened, options), options);
    return EXIT.ok;
  } finally {
    warehouse.close();
  }
};

/** @throws ConnectorError kind `usage` */
function refuseMistakes(name: string | undefined, { sql, where, columns, allRows, raw, format, out }: Options): void {
  if ((name === undefined) === (sql === undefined))
    throw new ConnectorError('usage', 'Name a stream or a view, or give --sql: one of them.');
  if (sql !== undefined && (where !== undefined || columns.length > 0 || allRows))
    throw new ConnectorError('usage', '--where, --columns and --all-rows go with a name; --sql says it all itself.');
  if (raw && format !== 'csv') throw new ConnectorError('usage', '--raw is for --format csv.');
  if (out === '-' && (format === 'xlsx' || format === 'parquet'))
    throw new ConnectorError('usage', `--format ${format} is no text: name a file with --out.`);
}

/** The connection that a name is of; without one, all of them. */
function connectionsOf(name = ''): readonly string[] {
  const [connection = '', ...rest] = name.split('.');
  return rest.length === 0 ? [] : [connection];
}

/** @throws ConnectorError kind `usage` with the nearest name */
function selectOf(name: string, { tables, peopleViews }: Opened, { columns, where, allRows }: Options): string {
  const streams = tables.flatMap((table) => [table.name, `${table.namespace}.${table.name}`]);
  const spaces = [...new Set(tables.map(({ namespace }) => namespace))];
  const views = peopleViews.flatMap((view) => [view, ...spaces.map((space) => `${space}.${view}`)]);
  const known = [...new Set([...streams, ...views])];
  if (!known.includes(name)) {
    const like = nearest(name, known);
    const hint = like ? ` Did you mean ${like}?` : ' `connector query "SHOW TABLES"` lists what there is.';
    throw new ConnectorError('usage', `There is no stream or view ${name} in this warehouse.${hint}`);
  }
  if (allRows && !streams.includes(name))
    throw new ConnectorError('usage', `--all-rows is for streams; ${name} is a view of live rows.`);
  const path = `${name}${allRows ? '_all' : ''}`.split('.');
  const from = (path.length === 1 ? ['main', ...path] : path).map(identifier).join('.');
  const wanted = columns.length === 0 ? '*' : columns.map(identifier).join(', ');
  // The line break ends a comment in the condition.
  return `SELECT ${wanted} FROM ${from}${where === undefined ? '' : ` WHERE (${where}\n)`}`;
}

async function write(context: Context, warehouse: QueryProcess, sql: string, options: Options): Promise<void> {
  const { format, raw } = options;
  if (format !== 'xlsx') {
    const asked = { sql, format, one: true, spreadsheet: format === 'csv' && !raw };
    await writeOut(context.io, options, answerOf(warehouse, asked));
    return;
  }
  const { Texts } = await import('../../reports/print/workbook.js');
  const { rowsXlsx } = await import('../../reports/print/rows-xlsx.js');
  const texts = new Texts();
  await writeOut(context.io, options, rowsXlsx(answerOf(warehouse, { sql, format: 'cells', one: true }), texts));
  if (texts.cut > 0)
    context.log.warn(
      `${texts.cut} texts are longer than a cell holds (32,767 characters); they were cut and end with …`,
    );
  if (texts.replaced > 0)
    context.log.warn(
      `${texts.replaced} texts held characters that a workbook cannot hold; \ufffd stands in their place.`,
    );
}
