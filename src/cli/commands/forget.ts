/** `connector forget ACCOUNT_ID`: erases a person from every table, history included. */
import { ConnectorError, EXIT } from '../../core/errors.js';
import { type ForgottenIn, forget } from '../../writers/erase/forget.js';
import type { Action } from '../command.js';
import type { Context } from '../context.js';

interface Options {
  readonly connection: readonly string[];
  readonly dryRun?: true;
  readonly yes?: true;
}

export const run: Action<Options> = async (context, [accountId = ''], { connection, dryRun = false, yes = false }) => {
  if (accountId.trim() === '') throw new ConnectorError('usage', 'Which account? Give its id as the tables have it.');
  if (dryRun === yes)
    throw new ConnectorError(
      'usage',
      'What is erased cannot be brought back, nor can the tables be read as they were at earlier times: look with --dry-run, then do it with --yes.',
    );
  const seen: ForgottenIn[] = [];
  const onTable = (table: ForgottenIn) => {
    seen.push(table);
    context.log.info(`${table.namespace}.${table.name}: ${resultOf(table)}`);
  };
  await forget(context.warehouse(), { accountId, namespaces: connection, dryRun, signal: context.signal, onTable });
  return tell(context, seen, dryRun);
};

function resultOf({ outcome, rows, oldRows, stays }: ForgottenIn): string {
  const amounts = `${rows} rows${oldRows > 0 ? `, and ${oldRows} in earlier versions` : ''}`;
  switch (outcome) {
    case 'nothing':
      return 'no trace';
    case 'found':
      return `to be erased: ${amounts}${stays === null ? '' : `; earlier versions would stay (${stays})`}`;
    case 'kept':
      return `erased from ${rows} rows; earlier versions stay, and the person in them (${stays})`;
    case 'erased':
      return `erased from ${amounts}; no earlier version is left`;
    case 'busy':
      return 'is being written by another run; nothing was changed';
  }
}

function tell(context: Context, seen: readonly ForgottenIn[], dryRun: boolean): number {
  const busy = seen.filter(({ outcome }) => outcome === 'busy');
  const found = seen.filter(({ outcome }) => outcome === 'found' || outcome === 'erased' || outcome === 'kept');
  const rows = found.reduce((sum, table) => sum + table.rows, 0);
  if (found.length === 0 && busy.length === 0)
    context.tell(`No trace of this account in ${seen.length} tables; nothing was changed.`);
  else context.tell(`${dryRun ? 'To be erased from' : 'Erased from'} ${rows} rows in ${found.length} tables.`);
  if (seen.some(({ isReader }) => isReader))
    context.log.warn(
      'This is the account whose credentials read the site: its id stays in the state of the tables. Read with another account.',
    );
  if (!dryRun && found.length > 0)
    context.tell(
      'Not reached from here: copies elsewhere (exports, other databases, backups), and the site itself. While the person exists there, ' +
        'the next sync brings new versions back: have the account anonymised there first, or set `people: pseudonymous`.',
    );
  const kept = seen.filter(({ stays }) => stays !== null);
  if (kept.length > 0)
    context.log[dryRun ? 'warn' : 'error'](
      `The person ${dryRun ? 'would stay' : 'is still'} in earlier versions of ${namesOf(kept)}: files that others need are not removed. ` +
        'Let the tool that keeps them drop its tags and remove old files, then run again.',
    );
  if (busy.length > 0)
    context.log.error(`Not done, being written now: ${namesOf(busy)}. Run again when those runs have ended.`);
  if (kept.length > 0 && !dryRun) return EXIT.failed;
  return busy.length > 0 ? EXIT.later : EXIT.ok;
}

function namesOf(tables: readonly ForgottenIn[]): string {
  return tables.map(({ namespace, name }) => `${namespace}.${name}`).join(', ');
}
