/** Who we are to a catalog service. */
import { Sha256 } from '@aws-crypto/sha256-js';
import { defaultProvider } from '@aws-sdk/credential-provider-node';
import { SignatureV4 } from '@smithy/signature-v4';
import { ConnectorError } from '../../../core/errors.js';
import { Redactor } from '../../../core/redactor.js';
import { OAuth } from '../../../http/auth/oauth.js';
import { type AskForTokens, TokenEndpoint } from '../../../http/auth/token-endpoint.js';
import { ServiceAccount } from '../../../http/auth/token-sources.js';
import { type Authorizer, bearerAuth, noAuth } from '../../../http/authorizer.js';
import type { Send } from '../../../http/exchange.js';
import type { CatalogAuth } from '../../storage/warehouse-settings.js';

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

/**
 * Requests signed as AWS's own services want them (Signature Version 4), by AWS's chain: environment, profile, role.
 * @param service such as `glue` or `s3tables`
 */
function sigv4(region: string, service: string): Authorizer {
  const chain = defaultProvider({ clientConfig: { requestHandler: { httpsAgent: { rejectUnauthorized: true } } } });
  const credentials = () =>
    chain().catch((cause: unknown) => {
      const message =
        'No AWS credentials were found for the catalog. Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, a profile or a role.';
      throw new ConnectorError('credentials', message, { cause });
    });
  const signer = new SignatureV4({ region, service, credentials, sha256: Sha256 });
  return {
    ...noAuth(),
    async headers({ asked: { method }, url, headers, body }) {
      const signed = await signer.sign({
        method,
        protocol: url.protocol,
        hostname: url.hostname,
        ...(url.port === '' ? {} : { port: Number(url.port) }),
        path: url.pathname,
        query: Object.fromEntries(url.searchParams),
        headers: { ...headers, host: url.host },
        body,
      });
      // `host` is what the connection itself will say.
      const { host: _, ...rest } = signed.headers;
      return rest;
    },
  };
}
