/** `connector query ["SQL"]`: DuckDB over the warehouse; without SQL, statements from a file, standard input or a prompt. */
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { stateFolder } from '../../app/settings/home-folder.js';
import { ConnectorError, EXIT } from '../../core/errors.js';
import { readOrRefuse } from '../../core/files/read-or-refuse.js';
import { printableLines } from '../../core/printable.js';
import type { FormatName } from '../../query/formats/names.js';
import { QueryProcess } from '../../query/process/query-process.js';
import type { Action } from '../command.js';
import type { Context } from '../context.js';
import type { Fold } from '../prompt/commands.js';
import { HistoryFile } from '../prompt/history-file.js';
import { page } from '../prompt/pager.js';
import { type Session, sqlPrompt } from '../prompt/sql-prompt.js';
import { writing } from '../ui/io.js';

interface Options {
  readonly format: FormatName;
  readonly file?: string;
  readonly spreadsheet?: true;
  readonly raw?: true;
}

export const run: Action<Options> = async (context, [sql], options) => {
  const statements = textOf(context, sql, options);
  const { env, signal, stdin } = context.io;
  const warehouse = await QueryProcess.open(context.warehouse(), { env, signal, labels: context.labels() });
  try {
    const { tables, peopleViews, problems } = await warehouse.views();
    for (const problem of problems) context.log.error(`left out: ${problem}`);
    if (tables.length === 0)
      context.log.warn(`There are no tables in ${context.warehouse().root} yet. \`connector sync\` makes them.`);
    const greeting = greetingOf(tables.length, peopleViews);
    if (statements === undefined && stdin.isTTY)
      await sqlPrompt(context.io, sessionOf(context, warehouse, options, greeting));
    else await answering(context, warehouse, options)(statements ?? (await text(stdin)));
    // What was answered lacks rows.
    return problems.length === 0 ? EXIT.ok : EXIT.failed;
  } finally {
    warehouse.close();
  }
};

/** Undefined: from standard input. @throws ConnectorError kind `usage` for what cannot be meant */
function textOf({ io }: Context, sql: string | undefined, options: Options): string | undefined {
  const { format, file, spreadsheet, raw } = options;
  if ((spreadsheet || raw) && format !== 'csv')
    throw new ConnectorError('usage', '--spreadsheet and --raw are for --format csv.');
  if (format === 'arrow' && io.stdout.isTTY)
    throw new ConnectorError('usage', 'Arrow is no text: send it to a file or a program, such as `> rows.arrows`.');
  if (file === undefined) return sql;
  if (sql !== undefined)
    throw new ConnectorError('usage', 'Statements come from the command line or from --file, not both.');
  return file === '-' ? undefined : readOrRefuse(resolve(io.cwd, file), `The file ${file}`).toString('utf8');
}

/** Answers the statements of a text on standard output. */
function answering({ io }: Context, warehouse: QueryProcess, { format, spreadsheet, raw }: Options) {
  const width = io.stdout.isTTY ? io.stdout.columns : undefined;
  return (sql: string, fold: Fold = 'wide', take = writing(io.stdout)): Promise<void> =>
    warehouse.answer({ sql, format, spreadsheet: spreadsheet && !raw, fold, width }, take);
}

function sessionOf(context: Context, warehouse: QueryProcess, options: Options, greeting: string): Session {
  const { env, stdout } = context.io;
  const answer = answering(context, warehouse, options);
  const state = stateFolder(env);
  let names: Promise<readonly string[]> | undefined;
  return {
    greeting,
    history: new HistoryFile(state && join(state, 'query-history')),
    names: () => {
      names ??= namesOf(warehouse);
      return names;
    },
    interrupt: () => warehouse.interrupt(),
    answer: async (sql, fold, lend) => {
      const rows = stdout.isTTY && options.format === 'table' ? stdout.rows : undefined;
      if (rows === undefined) return answer(sql, fold);
      const pieces: string[] = [];
      await answer(sql, fold, async (piece) => void pieces.push(String(piece)));
      const shown = printableLines(pieces.join(''));
      const isLong = shown.split('\n').length > rows;
      if (!(isLong && (await lend(() => page(shown, env))))) await writing(stdout)(shown);
    },
  };
}

/** For Tab: schemas, tables, views, and the columns of what stands in `main`. */
async function namesOf(warehouse: QueryProcess): Promise<readonly string[]> {
  const { tables, peopleViews, peopleFunctions, columnNames } = await warehouse.views();
  const functions = peopleFunctions.map((called) => called.replace(/\(.*$/, '('));
  const own = tables.flatMap(({ namespace, name }) => [namespace, name, `${name}_all`, `${namespace}.${name}`]);
  return [...new Set([...peopleViews, ...functions, ...own, ...columnNames])];
}

function greetingOf(tables: number, peopleViews: readonly string[]): string {
  const [first] = peopleViews;
  const count = `${tables} tables (SHOW TABLES lists them).`;
  return first === undefined ? count : `${count} For people: ${peopleViews.join(', ')} (DESCRIBE ${first} says more).`;
}
