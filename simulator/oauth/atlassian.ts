/**
 * Atlassian around the simulated site, on the same port: the site's number, the gateway that takes scoped tokens and OAuth
 * (`/ex/jira/{cloudId}/…`), the consent page, which always consents, and the token endpoint.
 */
import type { IncomingHttpHeaders } from 'node:http';
import type { Caller } from '../access.js';
import type { Answer } from '../model.js';
import { Grants, type TokenAnswer } from './grants.js';

/** Opens nothing but a simulator. */
export const ATLASSIAN = {
  cloudId: '7b3f1c52-5d0e-4c58-9a41-0c6c2f6e8d11',
  clientId: 'simulated-client-id',
  clientSecret: 'simulated-client-secret',
  scopedToken: 'simulated-scoped-api-token',
} as const;

export interface Asked {
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

const GATEWAY = /^\/ex\/jira\/([^/]+)(\/.*)$/;
const SERVICE_SCOPE = 'read:jira-work read:jira-user';

export class Atlassian {
  readonly grants: Grants;
  /** Requests that came through the gateway. */
  throughGateway = 0;

  /** @param email of the account that everything is done as. @param now epoch ms, for the lives of tokens. */
  constructor(
    private readonly email: string,
    now: () => number,
  ) {
    this.grants = new Grants(now);
  }

  /** The path on the site that a path on the gateway stands for; null when it is none. */
  sitePath(path: string): string | null {
    const [, cloudId, rest = null] = GATEWAY.exec(path) ?? [];
    if (cloudId !== ATLASSIAN.cloudId) return null;
    this.throughGateway += 1;
    return rest;
  }

  /** The gateway knows scoped tokens and OAuth; it is not the site, which knows neither. */
  callerOf(headers: IncomingHttpHeaders): Caller {
    const sent = headers.authorization ?? '';
    const scoped = `Basic ${Buffer.from(`${this.email}:${ATLASSIAN.scopedToken}`).toString('base64')}`;
    return sent === scoped || this.grants.takes(sent.replace(/^Bearer /, '')) ? 'known' : 'rejected';
  }

  /** The answer of an address that is not the site's; null for all others. */
  answer({ method, url, headers, text }: Asked): Answer | null {
    switch (`${method} ${url.pathname}`) {
      case 'GET /_edge/tenant_info':
        return { body: { cloudId: ATLASSIAN.cloudId } };
      case 'GET /authorize':
        return this.consented(url.searchParams);
      case 'POST /oauth/token':
        return this.tokens(fieldsOf(text));
      case 'GET /oauth/token/accessible-resources':
        return this.callerOf(headers) === 'known' ? { body: [resource(url.origin)] } : unauthorized();
      default:
        return GATEWAY.test(url.pathname) ? noSuchSite() : null;
    }
  }

  private consented(asked: URLSearchParams): Answer {
    const redirectUri = asked.get('redirect_uri') ?? '';
    if (asked.get('client_id') !== ATLASSIAN.clientId || !/^http:\/\/(127\.0\.0\.1|localhost):/.test(redirectUri))
      return {
        status: 403,
        body: { error: 'invalid_request', error_description: 'The app or its callback is unknown.' },
      };
    const back = new URL(redirectUri);
    back.searchParams.set('state', asked.get('state') ?? '');
    back.searchParams.set('code', this.grants.consent(asked.get('scope') ?? '', redirectUri));
    return { status: 302, headers: { location: back.href }, body: undefined };
  }

  private tokens(fields: Readonly<Record<string, unknown>>): Answer {
    if (fields.client_id !== ATLASSIAN.clientId || fields.client_secret !== ATLASSIAN.clientSecret)
      return { status: 401, body: { error: 'access_denied', error_description: 'Unauthorized' } };
    const of = (name: string) => String(fields[name] ?? '');
    switch (fields.grant_type) {
      case 'authorization_code':
        return given(
          this.grants.exchange(of('code'), of('redirect_uri')),
          'invalid_grant',
          'Invalid authorization code',
        );
      case 'refresh_token':
        return given(this.grants.refresh(of('refresh_token')), 'unauthorized_client', 'refresh_token is invalid');
      case 'client_credentials':
        return { body: this.grants.direct(SERVICE_SCOPE) };
      default:
        return { status: 400, body: { error: 'unsupported_grant_type', error_description: 'Unknown grant_type.' } };
    }
  }
}

export function unauthorized(): Answer {
  return { status: 401, body: { code: 401, message: 'Unauthorized' } };
}

const noSuchSite = (): Answer => ({ status: 404, body: { code: 404, message: 'No such site.' } });

function given(tokens: TokenAnswer | null, error: string, description: string): Answer {
  return tokens ? { body: tokens } : { status: 403, body: { error, error_description: description } };
}

const resource = (url: string) => ({
  id: ATLASSIAN.cloudId,
  url,
  name: 'simulated',
  scopes: ['manage:jira-configuration', 'read:jira-user', 'read:jira-work'],
  avatarUrl: `${url}/avatars/240/site.png`,
});

function fieldsOf(text: string): Readonly<Record<string, unknown>> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return {};
  }
}
