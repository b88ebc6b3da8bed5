/** `connector publish FILE`: what BI tools and notebooks open. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { publishFile } from '../../app/publish.js';
import { ConnectorError, EXIT } from '../../core/errors.js';
import type { RestrictedRows } from '../../query/publish/open-rows.js';
import type { Action } from '../command.js';
import { refuseTaken } from '../ui/out-file.js';

interface Options {
  readonly select: readonly string[];
  readonly restricted: RestrictedRows;
  readonly force?: true;
}

export const run: Action<Options> = async (context, [name = ''], { select, restricted, force }) => {
  refuseTaken(context.io, { out: name, force: force === true });
  const file = resolve(context.io.cwd, name);
  if (existsSync(`${file}.wal`))
    throw new ConnectorError(
      'usage',
      `${name}.wal exists: a program writes to ${name}, or ended without closing it. Close it, or remove ${name}.wal; DuckDB would take it for a part of the new file.`,
    );
  const { labels, pseudonymous } = { labels: context.labels(), pseudonymous: context.pseudonymous() };
  const job = { warehouse: context.warehouse(), labels, pseudonymous, file, select, restricted };
  const tables = await publishFile(job, context);
  const rows = tables.reduce((sum, table) => sum + table.rows, 0);
  context.tell(`${name}: ${tables.length} tables, ${rows} rows.`);
  const hidden = tables.filter((table) => table.restricted > 0).map((table) => `${table.restricted} of ${table.name}`);
  const done =
    restricted === 'mask' ? 'carry neither words nor author' : 'were left out (--restricted mask or include)';
  if (hidden.length > 0) context.tell(`Rows that only some may see ${done}: ${hidden.join(', ')}.`);
  return EXIT.ok;
};
