/** Credentials of the settings as what the HTTP client sends, and as what must never be shown. */

import type { Redactor } from '../../core/redactor.js';
import { type Secret, secretsIn } from '../../core/secret.js';
import { OAuth } from '../../http/auth/oauth.js';
import { atLoginHost, TokenEndpoint } from '../../http/auth/token-endpoint.js';
import { KeptLogin, ServiceAccount } from '../../http/auth/token-sources.js';
import { type Authorizer, basicAuth, basicSecrets, bearerAuth, noAuth } from '../../http/authorizer.js';
import type { ClientOptions, HttpClient } from '../../http/client.js';
import { atlassianHosts, gatewayBase, readCloudId } from '../../runtime/auth/gateway.js';
import type { Connection, Credentials, OAuthCredentials } from '../settings/config.js';
import { TokenFile } from './token-file.js';

/** How a connection's requests reach its site. */
export type Access = Pick<ClientOptions, 'baseUrl' | 'auth'>;

/**
 * A client within the site's budget; closed by whoever hands this in.
 * @param grace its requests may go on a little after the run was interrupted
 */
export type MakeClient = (access: Access, grace?: 'grace') => HttpClient;

/**
 * The only hosts that see a credential: the site, or in its place Atlassian's gateway and login host.
 * @param secrets is told of each token that comes
 */
export function accessOf(credentials: Credentials, site: string, make: MakeClient, secrets: Redactor): Access {
  const { gateway } = atlassianHosts(site);
  const cloudIdOf = (known: string | undefined, auth: Authorizer) => async () =>
    known ?? readCloudId(make({ baseUrl: site, auth: noAuth((text) => auth.redact(text)) }));
  switch (credentials.type) {
    case 'basic':
      return { baseUrl: site, auth: basicAuth(credentials.email, credentials.apiToken) };
    case 'pat':
      return { baseUrl: site, auth: bearerAuth(credentials.token) };
    case 'scoped': {
      const auth = basicAuth(credentials.email, credentials.apiToken);
      return { baseUrl: gatewayBase(gateway, cloudIdOf(credentials.cloudId, auth)), auth };
    }
    case 'client_credentials': {
      const auth = new OAuth(new ServiceAccount(endpointOf(credentials, site, secrets, make)), secrets);
      return { baseUrl: gatewayBase(gateway, cloudIdOf(credentials.cloudId, auth)), auth };
    }
    case 'oauth': {
      const { clientId, loginCommand, tokenFile } = credentials;
      const endpoint = endpointOf(credentials, site, secrets, make);
      const login = new KeptLogin({ store: new TokenFile(tokenFile), endpoint, clientId, loginCommand, secrets });
      return { baseUrl: gatewayBase(gateway, () => login.cloudId()), auth: new OAuth(login, secrets) };
    }
  }
}

/** The token endpoint of the login host that goes with the site. An answer that nobody waits for holds the only good refresh token. */
export function endpointOf(
  app: Pick<OAuthCredentials, 'clientId' | 'clientSecret'>,
  site: string,
  secrets: Redactor,
  make: MakeClient,
): TokenEndpoint {
  return new TokenEndpoint(
    atLoginHost(make({ baseUrl: atlassianHosts(site).login, auth: noAuth(secrets.redact) }, 'grace')),
    app,
    secrets,
  );
}

/** What must not be shown: all secrets of a connection, and a login's pair as its header has it. Tokens that come later are not known yet. */
export function secretsOf(connection: Connection): readonly Secret[] {
  const { auth } = connection;
  return [...secretsIn(connection), ...('email' in auth ? basicSecrets(auth.email, auth.apiToken) : [])];
}
