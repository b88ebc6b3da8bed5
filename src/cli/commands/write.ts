/** `connector write`: one change or many, looked at first and then sent. */
import { resolve } from 'node:path';
import { buffer } from 'node:stream/consumers';
import type { InputRow } from '../../actions/plan/change.js';
import type { Markup } from '../../actions/plan/rich-text.js';
import { query } from '../../app/query.js';
import { actionRegistry } from '../../app/settings/actions.js';
import type { Config, Connection } from '../../app/settings/config.js';
import { ask } from '../../app/write/ask.js';
import type { WriteJob } from '../../app/write/job.js';
import { entriesOf } from '../../app/write/read-journal.js';
import { rowsOfFile, rowsOfJql, rowsOfQuery } from '../../app/write/read-rows.js';
import type { RowResult, WriteReport } from '../../app/write/report.js';
import { allowedAction } from '../../app/write/rules.js';
import { retryFailed, statusOf, undo } from '../../app/write/runs.js';
import { write } from '../../app/write/write.js';
import { ConnectorError, EXIT, exitCodeOf } from '../../core/errors.js';
import { readOrRefuse } from '../../core/files/read-or-refuse.js';
import type { Action } from '../command.js';
import type { Context } from '../context.js';
import { Asker } from '../ui/prompt.js';
import { writeReportText } from '../ui/write-report.js';
import { INPUT_OPTIONS } from './write-inputs.js';

interface Options {
  readonly connection?: string;
  readonly field: readonly string[];
  readonly markup?: Markup;
  readonly from?: string;
  readonly format?: 'csv' | 'ndjson';
  readonly empty: 'leaves' | 'clears';
  readonly sql?: string;
  readonly jql?: string;
  readonly yes?: true;
  readonly confirm?: number;
  readonly again?: string;
  readonly notify?: boolean;
  readonly status?: string;
  readonly retryFailed?: string;
  readonly undo?: string;
  readonly json?: true;
  readonly [input: string]: unknown;
}

const usage = (text: string) => new ConnectorError('usage', text);

export const run: Action<Options> = async (context, [name], options) => {
  // Rows are told while others are on their way.
  context.io.goOnUnread?.();
  if (EARLIER.some((flag) => options[flag] !== undefined)) return ofEarlierRun(context, name, options);
  if (name === undefined) throw usage('Which action? `connector actions` lists them.');
  const action = actionRegistry().get(name);
  const cells = cellsOf(options);
  const config = context.config(options.connection === undefined ? [] : [options.connection]);
  if (action.kind === 'read') {
    context.printJson(await ask({ connection: oneOf(config), action: name, cells }, context));
    return EXIT.ok;
  }
  // Before anything is read or asked.
  allowedAction({ write: config.write, action: name });
  const source = await sourceOf(context, config, cells, options);
  const told = new Set<number>();
  const onRow = (row: RowResult) => {
    told.add(row.line);
    context.print(JSON.stringify(row));
  };
  const job = jobOf(context, config, name, options, source);
  const streams = !source.single && options.json !== true;
  const { report, failures } = await write(streams ? { ...job, onRow } : job, context);
  tell(context, report, source.single, options, told);
  return exitCodeOf(failures);
};

const EARLIER = ['status', 'retryFailed', 'undo'] as const;

/** Flags that go with an earlier run. */
const TAKEN = ['connection', 'json'];
const TAKEN_WHEN_SENT = ['yes', 'confirm', 'notify'];

/** Whether somebody has given a flag, as far as its value tells. */
function isGiven(options: Options, flag: string): boolean {
  const value = options[flag];
  return (
    value !== undefined && !(Array.isArray(value) && value.length === 0) && !(flag === 'empty' && value === 'leaves')
  );
}

/** `retryFailed` -> `--retry-failed`. */
const dashed = (option: string) => `--${option.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

async function ofEarlierRun(context: Context, name: string | undefined, options: Options): Promise<number> {
  const given = EARLIER.filter((flag) => options[flag] !== undefined);
  const [what, second] = given;
  if (name !== undefined || second !== undefined)
    throw usage('--status, --retry-failed and --undo each stand alone, without an action: the run knows it.');
  const taken: readonly string[] = what === 'status' ? TAKEN : [...TAKEN, ...TAKEN_WHEN_SENT];
  const flag = Object.keys(options).find((one) => ![...EARLIER, ...taken].includes(one) && isGiven(options, one));
  if (flag !== undefined)
    throw usage(
      `${dashed(what ?? '')} takes no ${dashed(flag)}: it goes by what the run has sent. Leave it out, or send the rows as new ones.`,
    );
  const config = context.config(options.connection === undefined ? [] : [options.connection]);
  const { yes, confirm, notify, json } = options;
  const runId = String(what === undefined ? '' : options[what]);
  const place = { connection: oneOf(config), warehouse: config.warehouse };
  if (what === 'status') {
    const rows = statusOf(await entriesOf(place, runId));
    if (json) context.printJson(rows);
    else for (const row of rows) context.print(JSON.stringify(row));
    return EXIT.ok;
  }
  const job = { ...place, write: config.write, runId, send: yes === true, confirm, notify };
  const { report, failures } = await (what === 'undo' ? undo : retryFailed)(job, context);
  tell(context, report, false, options);
  return exitCodeOf(failures);
}

function oneOf({ connections, stopped }: Config): Connection {
  const [connection, second] = connections;
  if (second !== undefined)
    throw usage(`Which site? Say --connection with one of ${connections.map(({ name }) => name).join(', ')}.`);
  if (connection === undefined) throw stopped[0]?.error ?? usage('There is no connection.');
  return connection;
}

/** Inputs and fields given by flags. */
function cellsOf(options: Options): InputRow['cells'] {
  const inputs = [...INPUT_OPTIONS].flatMap(([input, option]) => {
    const value = options[option];
    return typeof value === 'string' ? [[input, value] as const] : [];
  });
  const fields = options.field.map((text) => {
    const at = text.indexOf('=');
    if (at < 1)
      throw usage('--field takes NAME=VALUE, such as --field "Story Points=3"; nothing after the = clears the field.');
    const value = text.slice(at + 1);
    return [text.slice(0, at).trim(), value === '' ? null : value] as const;
  });
  return Object.fromEntries([...inputs, ...fields]);
}

type Source = Pick<WriteJob, 'rows' | 'single' | 'source'>;

/** Flags fill what a row leaves open. */
async function sourceOf(context: Context, config: Config, cells: InputRow['cells'], options: Options): Promise<Source> {
  const { from, sql, jql } = options;
  const given = [from, sql, jql].filter((one) => one !== undefined);
  if (given.length > 1) throw usage('Rows come from one of --from, --sql and --jql.');
  const filled = (rows: readonly InputRow[]) => rows.map((row) => ({ ...row, cells: { ...cells, ...row.cells } }));
  const most = config.write?.maxRows ?? 0;
  if (jql !== undefined)
    return {
      single: false,
      source: 'jql',
      rows: async (site) => filled(await rowsOfJql(site, jql, most)),
    };
  if (sql !== undefined) {
    const records = await query({ warehouse: config.warehouse, sql }, context);
    return {
      single: false,
      source: 'sql',
      rows: filled(rowsOfQuery(records, options.empty === 'clears')),
    };
  }
  if (from === undefined) return { single: true, source: 'one', rows: [{ line: 1, cells }] };
  return { single: false, source: 'file', rows: filled(await rowsOf(context, from, options)) };
}

async function rowsOf({ io }: Context, from: string, { format, empty }: Options): Promise<readonly InputRow[]> {
  const isInput = from === '-';
  const name = isInput ? 'standard input' : from;
  const bytes = isInput ? await buffer(io.stdin) : readOrRefuse(resolve(io.cwd, from), `The file ${from}`);
  const known = format ?? (/\.(ndjson|jsonl)$/.test(from) ? 'ndjson' : /\.csv$/.test(from) ? 'csv' : null);
  if (known === null && !isInput) throw usage(`${from} is called neither .csv nor .ndjson; say --format.`);
  const begins = bytes.subarray(0, 64).toString('latin1').trimStart();
  return rowsOfFile(bytes, {
    name,
    format: known ?? (begins.startsWith('{') ? 'ndjson' : 'csv'),
    emptyClears: empty === 'clears',
  });
}

function jobOf(context: Context, config: Config, action: string, options: Options, source: Source): WriteJob {
  const { yes, confirm, again, notify, from } = options;
  const markup = options.markup ?? (from?.endsWith('.md') ? 'markdown' : 'plain');
  return {
    ...source,
    ...{ connection: oneOf(config), warehouse: config.warehouse, write: config.write, action },
    ...{ send: yes === true, confirm, again, notify, markup },
    ...(context.io.stdin.isTTY && source.single ? { ask: (text: string) => asked(context, text) } : {}),
  };
}

async function asked({ io }: Context, text: string): Promise<boolean> {
  const asker = new Asker(io);
  try {
    const answer = await asker.answer(undefined, {
      text: `${text} (yes/no)`,
      flag: '--yes',
      usual: 'no',
      read: (word) => word,
    });
    return /^y(es)?$/i.test(answer);
  } finally {
    asker.close();
  }
}

/** A set that was sent answers with a line of JSON for each of its rows, as their outcomes are known. */
function tell(
  context: Context,
  report: WriteReport,
  single: boolean,
  { json }: Options,
  told: ReadonlySet<number> = new Set(),
): void {
  const isSet = !single && !report.dry_run;
  if (json) context.printJson(report);
  else if (!isSet) context.tell(writeReportText(report));
  else for (const row of report.rows) if (!told.has(row.line)) context.print(JSON.stringify(row));
  if (isSet && !json) context.log.info(writeReportText(report));
}
