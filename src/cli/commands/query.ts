/** `connector query ["SQL"]`: DuckDB over the warehouse; without SQL, statements from standard input or a prompt. */
import { createInterface } from 'node:readline/promises';
import { text } from 'node:stream/consumers';
import { ConnectorError, EXIT } from '../../core/errors.js';
import { printable } from '../../core/printable.js';
import type { FormatName } from '../../query/formats/names.js';
import { QueryProcess } from '../../query/process/query-process.js';
import type { Action } from '../command.js';
import type { Context } from '../context.js';
import { writing } from '../ui/io.js';

interface Options {
  readonly format: FormatName;
  readonly spreadsheet?: true;
  readonly raw?: true;
}

/** Answers the statements of one text on standard output. */
type Answer = (sql: string) => Promise<void>;

export const run: Action<Options> = async (context, [sql], options) => {
  refuse(context, options);
  const { env, signal, stdin, stdout } = context.io;
  const warehouse = await QueryProcess.open(context.warehouse(), { env, signal, labels: context.labels() });
  try {
    const { tables, peopleViews, problems } = await warehouse.views();
    for (const problem of problems) context.log.warn(`left out: ${problem}`);
    const { format, spreadsheet, raw } = options;
    const answer: Answer = (statements) =>
      warehouse.answer({ sql: statements, format, spreadsheet: spreadsheet && !raw }, writing(stdout));
    if (sql !== undefined) await answer(sql);
    else if (stdin.isTTY)
      await prompt(context, greeting(tables.length, peopleViews), answer, () => warehouse.interrupt());
    else await answer(await text(stdin));
    return EXIT.ok;
  } finally {
    warehouse.close();
  }
};

function refuse({ io }: Context, { format, spreadsheet, raw }: Options): void {
  if ((spreadsheet || raw) && format !== 'csv')
    throw new ConnectorError('usage', '--spreadsheet and --raw are for --format csv.');
  if (format === 'arrow' && io.stdout.isTTY)
    throw new ConnectorError('usage', 'Arrow is no text: send it to a file or a program, such as `> rows.arrows`.');
}

/** Statements end with `;`. A mistake is shown and the prompt goes on. */
async function prompt({ io }: Context, greeting: string, answer: Answer, interrupt: () => void): Promise<void> {
  const lines = createInterface({ input: io.stdin, output: io.stderr, prompt: 'sql> ', terminal: true });
  io.stderr.write(`${printable(greeting)}\nEnd a statement with ";"; \\q or Ctrl-D leaves.\n`);
  let [isOpen, isStopped] = [true, false];
  lines.on('close', () => {
    isOpen = false;
  });
  lines.on('SIGINT', () => {
    isStopped = true;
    lines.close();
    interrupt();
  });
  let statement = '';
  lines.prompt();
  for await (const line of lines) {
    if (statement === '' && /^\s*(\\q|quit|exit)\s*;?\s*$/i.test(line)) break;
    statement += `${line}\n`;
    if (/;\s*$/.test(line)) {
      await answer(statement).catch((error: unknown) => {
        if (!(error instanceof ConnectorError)) throw error;
        io.stderr.write(`${error.message.split('\n').map(printable).join('\n  ')}\n`);
      });
      statement = '';
    }
    if (isStopped) break;
    // The input may have ended while a statement ran, and lines of before that are still to come.
    if (!isOpen) continue;
    lines.setPrompt(statement === '' ? 'sql> ' : '...> ');
    lines.prompt();
  }
  lines.close();
}

function greeting(tables: number, peopleViews: readonly string[]): string {
  const [first] = peopleViews;
  const count = `${tables} tables (SHOW TABLES lists them).`;
  return first === undefined ? count : `${count} For people: ${peopleViews.join(', ')} (DESCRIBE ${first} says more).`;
}
