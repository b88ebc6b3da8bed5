/** `connector preview STREAM`: rows as they would be written, from the site or from a saved answer; writes nothing. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Row } from '../contract/table.js';
import { ConnectorError, EXIT } from '../core/errors.js';
import { printable } from '../core/printable.js';
import { TextTable } from '../core/text-table.js';
import { jsonText } from '../runtime/rows/json-text.js';
import { previewFile } from '../runtime/rows/preview.js';
import type { Action, Registration } from './command.js';
import type { Context } from './context.js';
import { previewSite } from './preview-site.js';
import { wholeNumber } from './simulate.js';

interface Options {
  readonly limit: number;
  readonly from?: string;
  readonly connection?: string;
  readonly json?: true;
}

/** What a preview tells, whatever the source. */
interface Previewed {
  readonly stream: string;
  /** Of a file: the route whose records these look like. */
  readonly route?: string;
  readonly rows: readonly Row[];
  readonly written: number;
  readonly rejected: number;
  readonly rejects: readonly { readonly reason: string; readonly record: unknown }[];
  /** Columns whose value did not fit, with how often; the value is under `_extra`. */
  readonly misfits?: Readonly<Record<string, number>>;
  /** Names under `_extra`, with how often. */
  readonly extra?: Readonly<Record<string, number>>;
}

const preview: Action<Options> = async (context, [stream = ''], options) => {
  context.registry().get(stream);
  const shown =
    options.from === undefined
      ? await ofSite(context, stream, options)
      : ofFile(context, stream, options.from, options.limit);
  if (options.json) context.printJsonText(jsonText(shown));
  else context.print(textOf(shown));
  return shown.rejected > 0 ? EXIT.failed : EXIT.ok;
};

export const registerPreview: Registration = (program, run) => {
  program
    .command('preview')
    .summary('shows rows of a stream, writes nothing')
    .argument('<stream>', 'a stream')
    .option('--limit <number>', 'rows to show', wholeNumber(1, 10_000), 10)
    .option(
      '--from <file>',
      'shape a saved answer (a page, an array, one record, or JSON lines) instead of asking the site',
    )
    .option('--connection <name>', 'the connection to ask; default: the first')
    .option('--json', 'one JSON document')
    .action(run(preview));
};

async function ofSite(context: Context, stream: string, { limit, connection }: Options): Promise<Previewed> {
  const [chosen] = context.config(connection === undefined ? [] : [connection]).connections;
  if (!chosen) throw new ConnectorError('usage', 'The settings hold no connection to ask.');
  const { rows, rejects } = await previewSite(context, chosen, stream, limit);
  return { stream, rows, written: rows.length, rejected: rejects.length, rejects: rejects.slice(0, limit) };
}

function ofFile(context: Context, stream: string, file: string, limit: number): Previewed {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(resolve(context.io.cwd, file));
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? 'unknown error';
    throw new ConnectorError('usage', `The file ${file} cannot be read (${code}).`, { cause });
  }
  const links = new Set(context.manifest().links);
  const { route, rows, rejects, misfits, extra } = previewFile(context.registry(), stream, bytes, { links });
  return {
    stream,
    route,
    rows: rows.slice(0, limit),
    written: rows.length,
    rejected: rejects.length,
    rejects: rejects.slice(0, limit),
    misfits: Object.fromEntries(misfits),
    extra: Object.fromEntries(extra),
  };
}

const WIDEST_CELL = 90;

/** Rows stand upright: most streams have more columns than a terminal is wide. */
function textOf(shown: Previewed): string {
  const rows = shown.rows.map((row, index) => {
    const table = new TextTable({ head: [`row ${index + 1}`, ''], style: { head: [], border: [], compact: true } });
    for (const [column, cell] of Object.entries(row)) if (cell !== null) table.push([column, cellText(cell)]);
    return table.toString();
  });
  const counted = (counts: Readonly<Record<string, number>> = {}) =>
    Object.entries(counts)
      .map(([name, count]) => `${printable(name)} (${count})`)
      .join(', ') || 'none';
  return [
    ...rows,
    ...shown.rejects.map(({ reason }) => printable(`rejected: ${reason}`)),
    `${shown.stream}${shown.route === undefined ? '' : ` by route ${shown.route}`}: ${shown.written} ${shown.written === 1 ? 'row' : 'rows'}, ${shown.rejected} rejected.`,
    ...(shown.extra
      ? [`Cells that did not fit: ${counted(shown.misfits)}`, `Kept in _extra: ${counted(shown.extra)}`]
      : []),
  ].join('\n');
}

function cellText(cell: NonNullable<Row[string]>): string {
  const text = [...(typeof cell === 'string' ? cell : jsonText(cell)).replace(/\s+/g, ' ')];
  return text.length <= WIDEST_CELL ? text.join('') : `${text.slice(0, WIDEST_CELL - 1).join('')}…`;
}
