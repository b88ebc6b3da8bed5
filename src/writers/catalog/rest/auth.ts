/** Who we are to a catalog service. */
import { Redactor } from '../../../core/redactor.js';
import { OAuth } from '../../../http/auth/oauth.js';
import { type AskForTokens, TokenEndpoint } from '../../../http/auth/token-endpoint.js';
import { ServiceAccount } from '../../../http/auth/token-sources.js';
import { type Authorizer, bearerAuth, noAuth } from '../../../http/authorizer.js';
import type { Send } from '../../../http/exchange.js';
import type { CatalogAuth } from '../../storage/warehouse-settings.js';
import { sigv4 } from './sigv4.js';

type OAuthSettings = Extract<CatalogAuth, { readonly type: 'oauth2' }>;

/** @param uri of the service, without a trailing slash @param send without credentials, for requests for tokens */
export function authorizer(auth: CatalogAuth, uri: string, send: Send): Authorizer {
  switch (auth.type) {
    case 'none':
      return noAuth();
    case 'bearer':
      return bearerAuth(auth.token);
    case 'oauth2':
      return clientCredentials(auth, uri, send);
    case 'sigv4':
      return sigv4(auth.region, auth.service);
  }
}

const WHAT = 'Could not get a token for the catalog';
const ADVICE = 'Check `auth` of the catalog in the settings, and its `token_url`.';

function clientCredentials(settings: OAuthSettings, uri: string, send: Send): Authorizer {
  const { clientId, clientSecret, tokenUrl } = settings;
  const url = new URL(tokenUrl ?? `${uri}/v1/oauth/tokens`);
  // The catalogs' own endpoints want a scope, and know this one; a foreign one would refuse it.
  const scope = settings.scope ?? (tokenUrl === undefined ? 'catalog' : undefined);
  const secrets = new Redactor(clientSecret);
  const noToken = `${WHAT}: ${url.host} sent no access_token. ${ADVICE}`;
  const endpoint = new TokenEndpoint(askAt(url, send), { clientId, clientSecret }, secrets, noToken);
  const refused = (said: string) => `${WHAT}: ${url.host} does not accept the client (it says: ${said}). ${ADVICE}`;
  return new OAuth(new ServiceAccount(endpoint, refused, scope), secrets, 'token');
}

function askAt(url: URL, send: Send): AskForTokens {
  const asked = { onBehalfOf: WHAT, method: 'POST', path: url.pathname, host: url.host };
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  return async (grant) => {
    const body = new URLSearchParams(grant).toString();
    return (await send({ asked, url, headers, body, repeat: 'always', attempt: 1 })).json;
  };
}
