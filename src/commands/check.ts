/** `connector check`: settings, credentials and site, in four requests for each connection. */
import type { Connection } from '../config/config.js';
import { ConnectorError, type ErrorKind, EXIT, exitCodeOf } from '../errors.js';
import type { HttpClient } from '../runtime/http/client.js';
import { HttpStatusError } from '../runtime/http/errors.js';
import { type Identity, identify } from '../runtime/identity.js';
import { own } from '../runtime/rows/path.js';
import type { LakeSettings } from '../writers/lake.js';
import { expiryWarning, identityWarnings } from './check-warnings.js';
import type { Action, Registration } from './command.js';
import type { Context } from './context.js';
import { SiteClients } from './site-client.js';
import { type AccountAccess, obstacle, PROBED_PERMISSIONS } from './stream-access.js';
import { collect, selectConnections } from './sync.js';

interface Options {
  readonly connection: readonly string[];
  readonly json?: true;
}

interface Checked {
  readonly name: string;
  readonly site: string;
  readonly ok: boolean;
  readonly error?: string;
  readonly account?: Pick<Identity, 'accountId' | 'displayName' | 'timeZone'>;
  readonly deployment?: Identity['deployment'];
  readonly title?: string | null;
  readonly version?: string | null;
  readonly readable?: readonly string[];
  readonly unreadable?: readonly { readonly stream: string; readonly why: string }[];
  readonly warnings: readonly string[];
}

const LABEL = 'check';

const check: Action<Options> = async (context, _args, { connection: names, json }) => {
  const config = context.config();
  const clients = new SiteClients(context.manifest(), context.log, context.io.signal);
  const results: Checked[] = [];
  const failures: ErrorKind[] = [];
  for (const connection of selectConnections(config.connections, names)) {
    const client = clients.clientFor(connection);
    try {
      results.push(await checkOne(context, connection, client, config.lake));
    } catch (error) {
      if (!(error instanceof ConnectorError)) throw error;
      failures.push(error.kind);
      results.push({ ...begin(connection), ok: false, error: error.message });
    } finally {
      await client.close();
    }
  }
  if (json) context.printJson({ ok: failures.length === 0, warehouse: config.lake.root, connections: results });
  else context.print(results.map(textOf).join('\n\n'));
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
  warnings: expiryWarning(connection.expires, Date.now()),
});

async function checkOne(
  context: Context,
  connection: Connection,
  client: HttpClient,
  lake: LakeSettings,
): Promise<Checked> {
  const { accountId, displayName, timeZone, deployment, siteTitle, version } = await identify(client);
  const access: AccountAccess = { permissions: await grantedPermissions(client), boards: await hasBoards(client) };
  const wanted =
    connection.streams ??
    context
      .registry()
      .enabled()
      .map(({ stream }) => stream);
  const judged = wanted.map((stream) => ({ stream, why: obstacle(context.registry().get(stream), access) }));
  const { warnings, ...known } = begin(connection);
  return {
    ...known,
    warnings: [...warnings, ...(await identityWarnings(lake, connection, accountId))],
    ok: true,
    account: { accountId, displayName, timeZone },
    deployment,
    title: siteTitle,
    version,
    readable: judged.filter(({ why }) => why === null).map(({ stream }) => stream),
    unreadable: judged.flatMap(({ stream, why }) => (why === null ? [] : [{ stream, why }])),
  };
}

async function grantedPermissions(client: HttpClient): Promise<AccountAccess['permissions']> {
  const query = [['permissions', PROBED_PERMISSIONS.join(',')]] as const;
  const path = '/rest/api/3/mypermissions';
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
    if (error instanceof HttpStatusError && (error.status === 403 || error.status === 404)) return false;
    throw error;
  }
}

function textOf(checked: Checked): string {
  const lines = [`${checked.name}: ${checked.site}`];
  if (checked.error !== undefined) lines.push(`  refused: ${checked.error}`);
  if (checked.account) {
    const { displayName, accountId, timeZone } = checked.account;
    const streams = [...(checked.readable ?? []), ...(checked.unreadable ?? [])].length;
    lines.push(
      `  account    ${displayName} (${accountId}), time zone ${timeZone ?? 'unknown'}`,
      `  site       ${checked.title ?? 'untitled'}, ${checked.deployment}, version ${checked.version ?? 'unknown'}`,
      `  streams    ${checked.readable?.length ?? 0} of ${streams} can be read`,
      ...(checked.unreadable ?? []).map(({ stream, why }) => `    not ${stream}: ${why}`),
    );
  }
  return [...lines, ...checked.warnings.map((warning) => `  warning    ${warning}`)].join('\n');
}
