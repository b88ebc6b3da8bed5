/** `connector snowflake`: SQL that makes Snowflake read the tables, and keeps it up to date. */
import { EXIT } from '../../core/errors.js';
import { grants } from '../../query/snowflake/grants.js';
import { refresh, type SnowflakeNames, setup } from '../../query/snowflake/setup.js';
import { type Section, script } from '../../query/snowflake/sql.js';
import { views } from '../../query/snowflake/views.js';
import { loadTables } from '../../query/tables/load-tables.js';
import type { Action } from '../command.js';

interface Options {
  readonly stream: readonly string[];
  readonly connection: readonly string[];
  readonly refresh?: true;
  readonly database: string;
  readonly role: string;
  readonly awsRole?: string;
}

export const run: Action<Options> = async (context, _args, options) => {
  const warehouse = context.warehouse();
  const names: SnowflakeNames = { database: options.database, role: options.role, awsRole: options.awsRole };
  const among = (chosen: readonly string[], name: string) => chosen.length === 0 || chosen.includes(name);
  const loaded = await loadTables(
    warehouse,
    (table) => among(options.stream, table.name) && among(options.connection, table.namespace),
  );
  for (const problem of loaded.problems) context.log.error(`left out: ${problem}`);
  const { tables } = loaded;
  if (tables.length === 0) {
    context.log.error(`There are no such tables in ${warehouse.root} yet: run connector sync first.`);
    return EXIT.failed;
  }
  const sections: readonly Section[] = options.refresh
    ? refresh(warehouse, names, tables)
    : [
        ...setup(warehouse, names, tables),
        ...views(names, tables, context.labels()),
        ...grants(names, tables),
        ...refresh(warehouse, names, tables),
      ];
  if (sections.length === 0)
    context.log.info('Nothing is to be run: a database linked to a catalog follows by itself.');
  else context.print(script(sections));
  return loaded.problems.length === 0 ? EXIT.ok : EXIT.failed;
};
