/** Atlassian's gateway, which takes scoped tokens and OAuth in place of the site: its address, and the site's number there. */

import { ConnectorError } from '../../core/errors.js';
import { own } from '../../core/json-path.js';
import { CLOUD_ID } from '../../http/auth/tokens.js';
import type { HttpClient } from '../../http/client.js';

/** The only hosts besides the site that ever see a credential. */
export interface AtlassianHosts {
  /** Where requests to all sites go. */
  readonly gateway: string;
  /** Where consent is asked for and tokens are given out. */
  readonly login: string;
}

/** @param site a checked address: `http:` is let through for this machine alone, where a simulated Jira plays all three hosts */
export function atlassianHosts(site: string): AtlassianHosts {
  const { protocol, origin } = new URL(site);
  if (protocol === 'http:') return { gateway: origin, login: origin };
  return { gateway: 'https://api.atlassian.com', login: 'https://auth.atlassian.com' };
}

/** Answered by the gateway itself, for all sites. */
const OF_GATEWAY = /^\/oauth\//;

/**
 * The base address of a request by its path: below the site's part of the gateway.
 * @param cloudId asked once; again after a failure
 */
export function gatewayBase(gateway: string, cloudId: () => Promise<string>): (path: string) => Promise<string> {
  let known: Promise<string> | null = null;
  const ask = () => {
    known ??= cloudId().catch((error: unknown) => {
      known = null;
      throw error;
    });
    return known;
  };
  return async (path) => (OF_GATEWAY.test(path) ? gateway : `${gateway}/ex/jira/${await ask()}`);
}

/**
 * The site's number, which the site tells anybody: one request.
 * @param site a client without credentials: they are not to reach the site, which refuses scoped tokens
 */
export async function readCloudId(site: HttpClient): Promise<string> {
  const path = '/_edge/tenant_info';
  const { json } = await site.request({ method: 'GET', path, repeatable: true, onBehalfOf: 'cloud id' });
  const cloudId = own(json, 'cloudId');
  if (typeof cloudId === 'string' && CLOUD_ID.test(cloudId)) return cloudId;
  throw new ConnectorError(
    'credentials',
    'The site does not tell its cloud id, so the gateway cannot be asked. Check that `url` is a Jira Cloud site, or set `cloud_id` under auth (admin.atlassian.com shows it in the address of the site).',
  );
}
