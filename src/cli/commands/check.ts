/** `connector check`: what stands in the way of a sync. */
import { check } from '../../app/check.js';
import { EXIT, exitCodeOf } from '../../core/errors.js';
import type { Action } from '../command.js';
import { checkText } from '../ui/check-table.js';

interface Options {
  readonly connection: readonly string[];
  readonly json?: true;
  readonly wide?: true;
}

export const run: Action<Options> = async (context, _args, { connection, json, wide }) => {
  const config = context.config(connection);
  const { results, failures } = await check(config, context);
  if (json) context.printJson({ ok: failures.length === 0, warehouse: config.warehouse.root, connections: results });
  else context.tell(checkText(results, wide ? null : context.width));
  return failures.length === 0 ? EXIT.ok : exitCodeOf(failures);
};
