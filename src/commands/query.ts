/** `connector query ["SQL"]`: DuckDB over the warehouse; without SQL, statements from standard input or a prompt. */
import { createInterface } from 'node:readline/promises';
import { Option } from 'commander';
import { ConnectorError, EXIT } from '../errors.js';
import { FORMATS, type FormatName } from '../query/formats/formats.js';
import { resultRows } from '../query/formats/result-rows.js';
import { type OpenWarehouse, openForReading } from '../query/open-warehouse.js';
import { runSql } from '../query/read-only.js';
import type { Action, Registration } from './command.js';
import type { Context } from './context.js';
import { type Io, pour } from './io.js';

interface Options {
  readonly format: FormatName;
}

const query: Action<Options> = async (context, [sql], { format }) => {
  const warehouse = await openForReading(context.lake(), { labels: context.labels() });
  const interrupt = () => warehouse.connection.interrupt();
  context.io.signal.addEventListener('abort', interrupt, { once: true });
  try {
    for (const problem of warehouse.problems) context.log.warn(`left out: ${problem}`);
    if (sql !== undefined) await answer(context.io, warehouse, sql, format);
    else if (context.io.stdin.isTTY) await prompt(context, warehouse, format);
    else await answer(context.io, warehouse, await textOf(context.io.stdin), format);
    return EXIT.ok;
  } finally {
    context.io.signal.removeEventListener('abort', interrupt);
    warehouse.close();
  }
};

export const registerQuery: Registration = (program, run) => {
  program
    .command('query')
    .summary('DuckDB over the warehouse; without SQL a prompt')
    .description(
      'main.<stream> is every connection with a _connection column, <connection>.<stream> one of them; both show live rows, <stream>_all shows everything. ' +
        'Views for people, in main and in each connection: issue (custom fields by name), worklog, comment, history, sprint.',
    )
    .argument('[sql]', 'statements that read')
    .addOption(new Option('--format <format>', 'how to print').choices(Object.keys(FORMATS)).default('table'))
    .action(run(query));
};

async function answer(io: Io, warehouse: OpenWarehouse, sql: string, format: FormatName): Promise<void> {
  await pour(io.stdout, FORMATS[format](resultRows(await runSql(warehouse, sql))));
}

/** Statements end with `;`. A mistake is shown and the prompt goes on. */
async function prompt(context: Context, warehouse: OpenWarehouse, format: FormatName): Promise<void> {
  const { io } = context;
  const lines = createInterface({ input: io.stdin, output: io.stderr, prompt: 'sql> ', terminal: true });
  io.stderr.write(`${greeting(warehouse)}\nEnd a statement with ";"; \\q or Ctrl-D leaves.\n`);
  lines.on('SIGINT', () => lines.close());
  let statement = '';
  lines.prompt();
  for await (const line of lines) {
    if (statement === '' && /^\s*(\\q|quit|exit)\s*;?\s*$/i.test(line)) break;
    statement += `${line}\n`;
    if (/;\s*$/.test(line)) {
      await answer(io, warehouse, statement, format).catch((error: unknown) => {
        if (!(error instanceof ConnectorError)) throw error;
        io.stderr.write(`${error.message}\n`);
      });
      statement = '';
    }
    lines.setPrompt(statement === '' ? 'sql> ' : '...> ');
    lines.prompt();
  }
  lines.close();
}

function greeting({ tables, peopleViews }: OpenWarehouse): string {
  const [first] = peopleViews;
  const count = `${tables.length} tables (SHOW TABLES lists them).`;
  return first === undefined ? count : `${count} For people: ${peopleViews.join(', ')} (DESCRIBE ${first} says more).`;
}

async function textOf(stream: NodeJS.ReadableStream): Promise<string> {
  let text = '';
  for await (const piece of stream) text += String(piece);
  return text;
}
