/** `connector preview STREAM`: rows as they would be written. */

import { resolve } from 'node:path';
import { type Previewed, preview, previewAnswer } from '../../app/preview.js';
import { refuseUnknownStreams } from '../../app/settings/stream-names.js';
import type { Row } from '../../contract/table.js';
import { ConnectorError, EXIT } from '../../core/errors.js';
import { readOrRefuse } from '../../core/files/read-or-refuse.js';
import { printable } from '../../core/printable.js';
import { TextTable } from '../../core/text-table.js';
import { jsonText } from '../../runtime/rows/json-text.js';
import type { Action } from '../command.js';
import type { Context } from '../context.js';

interface Options {
  readonly limit: number;
  readonly from?: string;
  readonly connection?: string;
  readonly columns: readonly string[];
  readonly where?: string;
  readonly json?: true;
}

export const run: Action<Options> = async (context, [stream = ''], options) => {
  refuseUnknownStreams([stream]);
  const { from, limit, columns, where } = options;
  if (from !== undefined && (columns.length > 0 || where !== undefined))
    throw new ConnectorError('usage', '--columns and --where are for what the site is asked, and --from asks nobody.');
  const shown =
    from === undefined ? await ofSite(context, stream, options) : previewAnswer(stream, fileOf(context, from), limit);
  if (options.json) context.printJsonText(jsonText(shown));
  else context.print(textOf(shown));
  return shown.rejected > 0 ? EXIT.failed : EXIT.ok;
};

async function ofSite(context: Context, stream: string, options: Options): Promise<Previewed> {
  const { limit, connection: name, columns, where } = options;
  const [connection] = context.config(name === undefined ? [] : [name]).connections;
  if (!connection) throw new ConnectorError('usage', 'The settings hold no connection to ask.');
  return preview({ connection, stream, limit, columns, where }, context);
}

const fileOf = ({ io }: Context, file: string) => readOrRefuse(resolve(io.cwd, file), `The file ${file}`);

const WIDEST_CELL = 90;

/** Rows stand upright: most streams have more columns than a terminal is wide. */
function textOf(shown: Previewed): string {
  const rows = shown.rows.map((row, index) => {
    const table = new TextTable({ head: [`row ${index + 1}`, ''], compact: true });
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
    `${shown.stream}${shown.route === undefined ? '' : ` by route ${shown.route}`}: ${shown.written} ${shown.written === 1 ? 'row' : 'rows'}, ${shown.rejected} rejected${shown.looked === undefined ? '' : `; those of the first ${shown.looked} for which --where holds`}.`,
    ...(shown.extra
      ? [`Cells that did not fit: ${counted(shown.misfits)}`, `Kept in _extra: ${counted(shown.extra)}`]
      : []),
  ].join('\n');
}

function cellText(cell: NonNullable<Row[string]>): string {
  const text = [...(typeof cell === 'string' ? cell : jsonText(cell)).replace(/\s+/g, ' ')];
  return text.length <= WIDEST_CELL ? text.join('') : `${text.slice(0, WIDEST_CELL - 1).join('')}…`;
}
