/** `connector relocate FROM [TO]`: moves a warehouse, or mends one that was moved by hand. */

import { byteText } from '../../core/byte-text.js';
import { ConnectorError, EXIT } from '../../core/errors.js';
import { type RelocatedTable, relocate } from '../../writers/relocate/relocate.js';
import type { Action } from '../command.js';
import type { Context } from '../context.js';

interface Options {
  readonly dryRun?: true;
}

export const run: Action<Options> = async (context, [from = '', to = from], { dryRun = false }) => {
  refuseCatalog(context);
  const [source, target] = [context.warehouse(from), context.warehouse(to)];
  const seen: RelocatedTable[] = [];
  const onTable = (table: RelocatedTable) => {
    seen.push(table);
    context.log.info(`${dryRun ? 'would be done: ' : ''}${lineOf(table)}`);
  };
  await relocate(source, target, { dryRun, signal: context.signal, onTable });
  const moved = seen.filter(({ outcome }) => outcome === 'moved');
  const bytes = moved.reduce((sum, table) => sum + table.bytes, 0);
  const what = `${moved.length} of ${seen.length} tables, ${byteText(bytes)} of data`;
  if (dryRun) context.tell(`To be moved to ${target.root}: ${what}. Nothing was written.`);
  else if (source.root === target.root)
    context.tell(`The tables in ${target.root} name their own files now: ${what}, which stayed as it was.`);
  else
    context.tell(
      `Moved to ${target.root}: ${what}, every file counted and measured. Set \`warehouse: ${target.root}\`; ${source.root} was left ` +
        'untouched, remove it yourself when all is well.',
    );
  return EXIT.ok;
};

function refuseCatalog(context: Context): void {
  if (!context.warehouse().catalog) return;
  throw new ConnectorError(
    'usage',
    'The settings name a REST catalog, which decides where its tables lie: move them with its own tools. `relocate` is for warehouses of files.',
  );
}

function lineOf({ namespace, name, outcome, snapshots, files, bytes, rewritten }: RelocatedTable): string {
  const table = `${namespace}.${name}`;
  if (outcome === 'there') return `${table}: is there already`;
  return `${table}: ${files} files (${byteText(bytes)}), ${snapshots} snapshots, ${rewritten} files of metadata and deletes written anew`;
}
