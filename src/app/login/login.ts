/** Consent of a person to an OAuth 2.0 app, kept for the runs to come. */
import { randomBytes } from 'node:crypto';
import { ConnectorError } from '../../core/errors.js';
import { type Ports, portsOf } from '../../core/ports.js';
import { GrantRefused } from '../../http/auth/token-endpoint.js';
import { loginText, type Tokens } from '../../http/auth/tokens.js';
import { bearerAuth } from '../../http/authorizer.js';
import { pickSite, readAccessibleSites } from '../../runtime/auth/accessible-sites.js';
import { answers, codeIn, consentAddress } from '../../runtime/auth/consent.js';
import { atlassianHosts } from '../../runtime/auth/gateway.js';
import { scopesFor } from '../../runtime/streams/scopes.js';
import { endpointOf } from '../connect/credentials.js';
import { type Clients, SiteClients } from '../connect/site-clients.js';
import { TokenFile } from '../connect/token-file.js';
import type { Connection, OAuthCredentials } from '../settings/config.js';
import { definitions } from '../settings/definitions.js';
import type { Callback } from './callback.js';

export type OAuthConnection = Connection & { readonly auth: OAuthCredentials };

/** The one that is meant. @throws ConnectorError kind `usage` */
export function oauthConnection(connections: readonly Connection[], name: string | undefined): OAuthConnection {
  const found = connections.filter((one): one is OAuthConnection => one.auth.type === 'oauth');
  const [first, ...others] = found;
  if (first && others.length === 0) return first;
  throw new ConnectorError(
    'usage',
    first
      ? `Several connections use OAuth: ${found.map((one) => one.name).join(', ')}. Name one with --connection.`
      : `${name === undefined ? 'No connection' : `The connection ${name} does not`} use \`auth: { type: oauth }\`; there is nothing to sign in to.`,
  );
}

/** @param show tells a person the address to open. @returns where the tokens are kept */
export async function login(
  connection: OAuthConnection,
  callback: Callback,
  show: (address: string) => void,
  given: Partial<Ports> = {},
): Promise<string> {
  const ports = portsOf(given);
  const code = await consent(connection, callback, show, ports.signal);
  const clients = new SiteClients(ports).clientsFor(connection);
  return keep(connection, clients, ports, code, callback.redirectUri).finally(() => clients.close());
}

async function consent(
  { url, scope, streams, auth }: OAuthConnection,
  callback: Callback,
  show: (address: string) => void,
  signal: AbortSignal,
): Promise<string> {
  const { registry } = definitions();
  const byProjects = scope !== undefined && 'projects' in scope;
  const wanted = streams ?? registry.enabled('oauth').map(({ stream }) => stream);
  const state = randomBytes(24).toString('base64url');
  show(
    consentAddress({
      login: atlassianHosts(url).login,
      clientId: auth.clientId,
      // The last one is what makes the login outlive the hour.
      scopes: [...scopesFor(registry, wanted, byProjects), 'offline_access'],
      redirectUri: callback.redirectUri,
      state,
    }),
  );
  return codeIn(await callback.address(signal, (one) => answers(one, state)), state);
}

async function keep(
  { auth, url }: OAuthConnection,
  clients: Clients,
  { redactor }: Ports,
  code: string,
  redirectUri: string,
): Promise<string> {
  const tokens = await exchanged(endpointOf(auth, url, redactor, clients.make).exchange(code, redirectUri));
  const gateway = clients.make({ baseUrl: atlassianHosts(url).gateway, auth: bearerAuth(tokens.access) });
  const { cloudId } = pickSite(await readAccessibleSites(gateway), url);
  const store = new TokenFile(auth.tokenFile);
  // A sync that renews the old login at this moment must not write it over the new one.
  await store.exclusively(() => store.write(loginText({ clientId: auth.clientId, cloudId, tokens })));
  return store.place;
}

async function exchanged(answer: Promise<Tokens>): Promise<Tokens> {
  const tokens = await answer.catch((error: unknown) => {
    if (!(error instanceof GrantRefused)) throw error;
    throw new ConnectorError(
      'credentials',
      `Atlassian does not give out tokens (it says: ${error.message}). Check client_id, client_secret and the app's callback URL, then start the login again.`,
    );
  });
  if (tokens.refresh) return tokens;
  throw new ConnectorError(
    'credentials',
    'Atlassian gave no refresh token. Is this an OAuth 2.0 (3LO) app? Create one, then start the login again.',
  );
}
