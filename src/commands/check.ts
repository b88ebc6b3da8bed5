/** `connector check`: settings, credentials and site, in four requests for each connection. */

import type { Connection, Credentials } from '../app/settings/config.js';
import { ConnectorError, type ErrorKind, EXIT, exitCodeOf } from '../core/errors.js';
import { inParallel } from '../core/in-parallel.js';
import { own } from '../core/json-path.js';
import type { HttpClient } from '../http/client.js';
import { HttpStatusError } from '../http/errors.js';
import { dialectOf, type Identity, identify } from '../runtime/probe/identity.js';
import { deployedOn } from '../runtime/streams/dialect.js';
import { scopesFor } from '../runtime/streams/scopes.js';
import type { LakeSettings } from '../writers/storage/lake.js';
import type { Checked } from './check-table.js';
import { checkText } from './check-table.js';
import { daysLeft, expiryWarning, identityWarnings } from './check-warnings.js';
import type { Action, Registration } from './command.js';
import type { Context } from './context.js';
import { SiteClients } from './site-client.js';
import { type AccountAccess, obstacle, PROBED_PERMISSIONS } from './stream-access.js';
import { collect } from './sync.js';
import { CONNECTIONS_AT_ONCE } from './sync-run.js';

interface Options {
  readonly connection: readonly string[];
  readonly json?: true;
}

const LABEL = 'check';

const check: Action<Options> = async (context, _args, { connection: names, json }) => {
  const config = context.config(names);
  const clients = new SiteClients(context.manifest(), context.log, context.io.signal);
  // All clients are there before the first is closed: connections to one site share its throttle to the end.
  const work = config.connections.map((connection) => ({
    connection,
    client: clients.clientFor(connection),
  }));
  const failures: ErrorKind[] = [];
  const results = await inParallel(work, CONNECTIONS_AT_ONCE, async ({ connection, client }): Promise<Checked> => {
    try {
      return await checkOne(context, connection, client, config.lake);
    } catch (error) {
      if (!(error instanceof ConnectorError)) throw error;
      failures.push(error.kind);
      return { ...begin(connection), ok: false, error: error.message };
    } finally {
      await client.close();
    }
  });
  if (json) context.printJson({ ok: failures.length === 0, warehouse: config.lake.root, connections: results });
  else context.print(checkText(results));
  return failures.length === 0 ? EXIT.ok : exitCodeOf(failures);
};

export const registerCheck: Registration = (program, run) => {
  program
    .command('check')
    .summary('validates settings, credentials and site; says which streams this account can read')
    .option('--connection <name>', 'only this connection; may be repeated', collect, [])
    .option('--json', 'one JSON document')
    .action(run(check));
};

const begin = (connection: Connection) => ({
  name: connection.name,
  site: connection.url,
  expires: connection.expires ?? null,
  days_left: daysLeft(connection.expires, Date.now()),
  warnings: expiryWarning(connection.expires, Date.now()),
});

async function checkOne(
  context: Context,
  connection: Connection,
  client: HttpClient,
  lake: LakeSettings,
): Promise<Checked> {
  const identity = await identify(client);
  const { accountId, displayName, timeZone, deployment, siteTitle, version } = identity;
  const access: AccountAccess = {
    permissions: await grantedPermissions(client, deployment),
    boards: await hasBoards(client),
  };
  const wanted =
    connection.streams ??
    context
      .registry()
      .enabled(connection.auth.type)
      .map(({ stream }) => stream);
  const { absent } = deployedOn(dialectOf(identity), context.registry(), wanted);
  const judged = wanted.map((stream) => ({
    stream,
    why: absent.get(stream) ?? obstacle(context.registry().get(stream), access),
  }));
  const { warnings, ...known } = begin(connection);
  return {
    ...known,
    warnings: [...warnings, ...(await identityWarnings(lake, connection, identity))],
    ok: true,
    account: { accountId, displayName, timeZone },
    deployment,
    title: siteTitle,
    version,
    readable: judged.filter(({ why }) => why === null).map(({ stream }) => stream),
    unreadable: judged.flatMap(({ stream, why }) => (why === null ? [] : [{ stream, why }])),
    ...(hasScopes(connection.auth) ? { scopes: scopesFor(context.registry(), wanted, namesProjects(connection)) } : {}),
  };
}

const namesProjects = ({ scope }: Connection) => scope !== undefined && 'projects' in scope;

const hasScopes = ({ type }: Credentials) => type !== 'basic' && type !== 'pat';

async function grantedPermissions(
  client: HttpClient,
  deployment: Identity['deployment'],
): Promise<AccountAccess['permissions']> {
  const query = [['permissions', PROBED_PERMISSIONS.join(',')]] as const;
  // Data Center has no version 3, and answers with all its permissions whatever is asked.
  const path = `/rest/api/${deployment === 'Cloud' ? 3 : 2}/mypermissions`;
  const { json } = await client.request({ method: 'GET', path, query, repeatable: true, label: LABEL });
  const permissions = own(json, 'permissions');
  return new Set(PROBED_PERMISSIONS.filter((name) => own(own(permissions, name), 'havePermission') === true));
}

/** A site without Jira Software refuses boards; any other trouble is an error. */
async function hasBoards(client: HttpClient): Promise<boolean> {
  const path = '/rest/agile/1.0/board';
  try {
    await client.request({ method: 'GET', path, query: [['maxResults', '1']], repeatable: true, label: LABEL });
    return true;
  } catch (error) {
    if (error instanceof HttpStatusError && (error.status === 403 || error.status === 404 || error.mayNot))
      return false;
    throw error;
  }
}
