/** Settings, credentials and site, in five requests at most for each connection. */

import { ConnectorError, type ErrorKind } from '../core/errors.js';
import { inParallel } from '../core/in-parallel.js';
import { own } from '../core/json-path.js';
import { type Ports, portsOf } from '../core/ports.js';
import type { HttpClient } from '../http/client.js';
import { HttpStatusError, NetworkError } from '../http/errors.js';
import { ProxyError } from '../http/proxy-error.js';
import { dialectOf, type Identity, identify } from '../runtime/probe/identity.js';
import { deployedOn } from '../runtime/streams/dialect.js';
import { PRODUCT_NAMES, type Product } from '../runtime/streams/kinds.js';
import type { Stream } from '../runtime/streams/registry.js';
import { scopesFor } from '../runtime/streams/scopes.js';
import type { WarehouseSettings } from '../writers/storage/warehouse-settings.js';
import { daysLeft, expiryWarning, identityWarnings } from './check-warnings.js';
import { SiteClients } from './connect/site-clients.js';
import type { Connection, Credentials, StoppedConnection } from './settings/config.js';
import { definitions } from './settings/definitions.js';
import { hastyLimits } from './settings/manifest.js';
import { CONNECTIONS_AT_ONCE } from './sync.js';
import { streamsOf } from './sync-input.js';

export interface CheckJob {
  readonly connections: readonly Connection[];
  readonly stopped?: readonly StoppedConnection[];
  readonly warehouse: WarehouseSettings;
}

/** `check --json`, one for each connection. */
export interface Checked {
  readonly name: string;
  readonly site: string;
  readonly ok: boolean;
  readonly error?: string;
  /** Of what is not ok: whether the site said no, or nothing. */
  readonly failure?: 'refused' | 'no answer' | 'not asked';
  readonly account?: Pick<Identity, 'accountId' | 'displayName' | 'timeZone'>;
  readonly deployment?: Identity['deployment'];
  readonly title?: string | null;
  readonly version?: string | null;
  readonly readable?: readonly string[];
  readonly unreadable?: readonly { readonly stream: string; readonly why: string }[];
  /** Of a token with scopes: what it needs to read these streams. */
  readonly scopes?: readonly string[];
  /** The token's last day by the user's own note, and the days until then; null: nothing is noted. */
  readonly expires: string | null;
  readonly days_left: number | null;
  readonly warnings: readonly string[];
}

const LABEL = 'check';

/** @returns what was found, and what kinds of failures there were */
export async function check(
  { connections, stopped = [], warehouse }: CheckJob,
  given: Partial<Ports> = {},
): Promise<{ readonly results: readonly Checked[]; readonly failures: readonly ErrorKind[] }> {
  const clients = new SiteClients(portsOf(given), hastyLimits(definitions().manifest));
  // All clients are there before the first is closed: connections to one site share its throttle to the end.
  const work = connections.map((connection) => ({ connection, client: clients.clientFor(connection) }));
  const failures: ErrorKind[] = [];
  const results = await inParallel(work, CONNECTIONS_AT_ONCE, async ({ connection, client }): Promise<Checked> => {
    try {
      return await checkOne(connection, client, warehouse);
    } catch (error) {
      if (!(error instanceof ConnectorError)) throw error;
      failures.push(error.kind);
      const failure = error instanceof NetworkError || error instanceof ProxyError ? 'no answer' : 'refused';
      return { ...begin(connection), ok: false, failure, error: error.message };
    } finally {
      await client.close();
    }
  });
  for (const one of stopped) failures.push(one.error.kind);
  const absent = stopped.map(
    (one): Checked => ({ ...begin(one), ok: false, failure: 'not asked', error: one.error.message }),
  );
  return { results: [...results, ...absent], failures };
}

const begin = (connection: Pick<Connection, 'name' | 'url' | 'expires'>) => ({
  name: connection.name,
  site: connection.url,
  expires: connection.expires ?? null,
  days_left: daysLeft(connection.expires, Date.now()),
  warnings: expiryWarning(connection.expires, Date.now()),
});

async function checkOne(connection: Connection, client: HttpClient, settings: WarehouseSettings): Promise<Checked> {
  const { registry } = definitions();
  const identity = await identify(client);
  const { accountId, displayName, timeZone, deployment, siteTitle, version } = identity;
  const wanted = streamsOf(connection, {});
  const access: AccountAccess = {
    permissions: await grantedPermissions(client, deployment),
    products: await shownProducts(client, new Set(wanted.map((stream) => registry.get(stream).needs.product))),
  };
  const { absent } = deployedOn(dialectOf(identity), registry, wanted);
  const judged = wanted.map((stream) => ({
    stream,
    why: absent.get(stream) ?? obstacle(registry.get(stream), access),
  }));
  const { warnings, ...known } = begin(connection);
  return {
    ...known,
    warnings: [...warnings, ...(await identityWarnings(settings, connection, identity))],
    ok: true,
    account: { accountId, displayName, timeZone },
    deployment,
    title: siteTitle,
    version,
    readable: judged.filter(({ why }) => why === null).map(({ stream }) => stream),
    unreadable: judged.flatMap(({ stream, why }) => (why === null ? [] : [{ stream, why }])),
    ...(hasScopes(connection.auth) ? { scopes: scopesFor(registry, wanted, namesProjects(connection)) } : {}),
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
  const { json } = await client.request({ method: 'GET', path, query, repeatable: true, onBehalfOf: LABEL });
  const permissions = own(json, 'permissions');
  return new Set(PROBED_PERMISSIONS.filter((name) => own(own(permissions, name), 'havePermission') === true));
}

/** A list of each product that only its sites have, and how to ask for little of it. */
const PROBES: readonly (readonly [product: Product, path: string, limit: string])[] = [
  ['jira-software', '/rest/agile/1.0/board', 'maxResults'],
  ['jira-service-management', '/rest/servicedeskapi/servicedesk', 'limit'],
];

async function shownProducts(client: HttpClient, wanted: ReadonlySet<Product>): Promise<ReadonlySet<Product>> {
  const shown = new Set<Product>(['jira']);
  for (const [product, path, limit] of PROBES)
    if (wanted.has(product) && (await answers(client, path, limit))) shown.add(product);
  return shown;
}

/** A site without the product refuses; any other trouble is an error. */
async function answers(client: HttpClient, path: string, limit: string): Promise<boolean> {
  try {
    await client.request({ method: 'GET', path, query: [[limit, '1']], repeatable: true, onBehalfOf: LABEL });
    return true;
  } catch (error) {
    if (error instanceof HttpStatusError && (error.status === 403 || error.status === 404 || error.mayNot))
      return false;
    throw error;
  }
}

/** Permissions `check` asks about: each decides for a family of streams. */
const PROBED_PERMISSIONS = ['BROWSE_PROJECTS', 'ADMINISTER', 'USER_PICKER'] as const;
type ProbedPermission = (typeof PROBED_PERMISSIONS)[number];

interface AccountAccess {
  readonly permissions: ReadonlySet<ProbedPermission>;
  /** The products beside Jira itself that can be asked for. */
  readonly products: ReadonlySet<Product>;
}

/** How a stream file words its permission -> any of these is enough. The first match counts. */
const FAMILIES: readonly (readonly [wording: RegExp, anyOf: readonly ProbedPermission[]])[] = [
  [/^Administer Jira$/, ['ADMINISTER']],
  [/^Browse users and groups/, ['USER_PICKER', 'ADMINISTER']],
  [/^Browse projects|^Administer projects/, ['BROWSE_PROJECTS', 'ADMINISTER']],
];

/** Null when nothing stands in the way, else what is missing. */
export function obstacle(stream: Stream, access: AccountAccess): string | null {
  const { product, permission } = stream.needs;
  if (product !== 'jira' && !access.products.has(product))
    return `the site shows no ${PRODUCT_NAMES[product]} to this account`;
  const needed = FAMILIES.find(([wording]) => wording.test(permission))?.[1];
  if (needed === undefined || needed.some((name) => access.permissions.has(name))) return null;
  return `needs: ${permission}`;
}
